"""The checks before a month is closed, worked as the playbook that comes with the Vault."""

from domain.vault.folder import Folder
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_monthly_invoice import Books, work, worked

__all__ = ["work"]

_BILLS_OF_THE_MONTH = [
    ["state", "=", "posted"],
    ["move_type", "=", "in_invoice"],
    ["date", ">=", "2026-10-01"],
    ["date", "<=", "2026-10-31"],
]


async def test_what_keeps_a_month_open_is_said_at_once_and_then_it_can_be_closed(
    work: Work, sandbox: SandboxClient
) -> None:
    odoo = sandbox.odoo
    odoo("account.analytic.line", "unlink", ids=odoo("account.analytic.line", "search", domain=[]))
    books = Books(sandbox, "Larch", "larch@sender.example", 4)
    [vendor] = odoo("res.partner", "create", vals_list=[{"name": "Cedar Paper"}])
    bill = {
        "move_type": "in_invoice",
        "partner_id": vendor,
        "ref": "CP-1",
        "invoice_date": "2026-10-15",
        "date": "2026-10-15",
        "invoice_line_ids": [[0, 0, {"name": "Paper", "price_unit": 10.0, "tax_ids": [[6, 0, []]]}]],
    }
    ids = [odoo("account.move", "create", vals_list=[bill])[0] for _ in range(3)]
    odoo("account.move", "action_post", ids=ids[:2])
    task = work.ask("month_end", month="2026-10")
    assert await worked(work, task) == "Escalated"
    said = " ".join(work.note(task).render().split())
    assert "2026-10 cannot be closed yet" in said
    assert "drafts that are not posted: 1 (a draft Cedar Paper 10.00 USD)" in said
    assert "hours that are not invoiced: 1 (Larch 4 h)" in said
    assert "vendor bills with the same number: 1 (Cedar Paper CP-1)" in said
    odoo("account.move", "unlink", ids=ids[2:])
    odoo("account.move", "write", ids=ids[:1], vals={"ref": "CP-0"})
    odoo("account.analytic.line", "unlink", ids=books.entries)
    again = work.ask("month_end", key="2", month="2026-10")
    assert await worked(work, again) == "Completed", work.note(again).render()
    assert work.folder(again) is Folder.DONE
    told = " ".join(work.note(again).render().split())
    assert "hours that are not invoiced: all right" in told
    bills = odoo("account.move", "search_count", domain=_BILLS_OF_THE_MONTH)
    assert bills >= 2
    assert f"vendor bills without a document: {bills} (" in told  # said, and keeps nothing open
