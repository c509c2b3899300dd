"""An employee's expenses: mailed as theirs, gathered into one report, and owed only as a person has approved it."""

from decimal import Decimal
from typing import Any

from domain.approvals.answer import Decision
from domain.planning.event import Event, file_event_id
from domain.vault.folder import Folder
from tasks.approvals.record import pending
from tasks.intake import store_event
from tasks.vault.vault import current_vault
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_missing_document import came, without
from tests.tasks.planning.test_monthly_invoice import sent, work

__all__ = ["work"]
ANN = "Ann Lee <ann@northwindlane.example>"


def employ() -> None:
    path = current_vault().root / "Company_Handbook.md"
    lines = path.read_text(encoding="utf-8").removeprefix("---\n").splitlines(keepends=True)
    head = f'---\npeople: {{known: {{"{ANN}": {{role: employee}}}}}}\n'
    path.write_text(head + "".join(without(lines, ("people:",))), encoding="utf-8")


def receipt(vendor: str, total: str, day: str = "2026-10-05") -> str:
    return f"{vendor}\nReceipt\nDate: {day}\nReceipt no. {total}\nTotal paid: {total} USD\nThank you!\n"


async def mailed(work: Work, text: str, **fields: Any) -> str:
    task = await came(work, text, **{"sender": ANN, "subject": "My expenses: receipt"} | fields)
    await work.work(task)
    return task


async def file(work: Work, text: str, name: str) -> str:
    """A file that was dropped into Inbox/ under this name; its task, worked."""
    content = text.encode()
    event = Event(
        id=file_event_id(content), source="files", received_at=work.now, document_name=name, document=content
    )
    store_event(event, work.now)
    await work.work(event.id)
    return event.id


def bills(sandbox: SandboxClient) -> list[tuple[str, str, Decimal, str]]:
    rows = sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["ref", "like", "EXP-"]],
        fields=["ref", "partner_id", "amount_total", "state"],
        order="ref",
    )
    return [
        (one["ref"], one["partner_id"][1], Decimal(str(one["amount_total"])), one["state"]) for one in rows
    ]


async def test_a_month_s_expenses_become_one_report_that_is_owed_once_approved(
    work: Work, sandbox: SandboxClient
) -> None:
    employ()
    own = [
        await mailed(work, receipt("City Taxi Ltd", "23.50")),
        await mailed(work, receipt("Rail Travel Ticket Office", "40.00", "2026-10-12")),
        await mailed(work, receipt("Corner Coffee Restaurant", "12.00", "2026-10-07")),
    ]
    for task in own:
        assert (work.folder(task), work.note(task).front["kind"]) == (Folder.DONE, "expense"), work.note(
            task
        ).render()
    dropped = await file(
        work, receipt("Corner Coffee Restaurant", "8.00", "2026-10-20"), "Expenses_Ann-Lee coffee.txt"
    )
    assert (work.folder(dropped), work.note(dropped).front["kind"]) == (Folder.DONE, "expense")
    twice = await file(work, f"{receipt('City Taxi Ltd', '23.50')}Copy\n", "Expenses Ann Lee taxi.txt")
    assert work.note(twice).front["kind"] == "expense"
    for number, name in enumerate(["Ann Lee.txt", "Expenses Ann.txt", "expenses.txt"]):
        plain = await file(work, receipt("City Taxi Ltd", f"8{number}.00"), name)
        assert work.note(plain).front["kind"] == "receipt", name
    work.decide(Decision.REJECT)
    later = await mailed(work, receipt("City Taxi Ltd", "99.00", "2026-11-02"))
    assert work.note(later).front["kind"] == "expense"
    forged = await mailed(work, receipt("City Taxi Ltd", "500.00"), authentic=False)
    other = await mailed(work, receipt("City Taxi Ltd", "600.00"), sender="Eve <eve@elsewhere.example>")
    plain = await mailed(work, receipt("City Taxi Ltd", "700.00"), subject="Receipt")
    assert "expense" not in {work.note(one).front["kind"] for one in (forged, other, plain)}
    work.decide(Decision.REJECT)  # what those ask for is something else
    before = bills(sandbox)
    assert before == []
    task = work.ask("expense_report", employee="Ann", month="2026-10")
    await work.work(task)
    asked = sorted(pending(), key=lambda one: str(one.inputs["number"]))
    assert {one.action for one in asked} == {"odoo.reimburse_expenses"}
    totals = {one.inputs["category"]: Decimal(one.inputs["total"]) for one in asked}
    assert sum(totals.values()) == Decimal("83.50")
    assert totals["travel"] == Decimal("63.50")
    assert bills(sandbox) == []  # nothing is owed before somebody said so
    work.decide()
    assert (await work.work(task)).name == "Completed", work.note(task).render()
    booked = bills(sandbox)
    assert [(who, state) for _, who, _, state in booked] == [("Ann Lee", "posted")] * len(totals)
    assert {ref.removeprefix("EXP-2026-10-"): total for ref, _, total, _ in booked} == totals
    document = current_vault().path(asked[0].inputs["document"])
    assert document.read_bytes().startswith(b"%PDF-")
    [table] = [one for one in document.parent.iterdir() if one.name.endswith("expenses-2026-10.md")]
    said = table.read_text(encoding="utf-8")
    assert "| 2026-10-05 | City Taxi Ltd | travel | 23.50 USD |" in said
    assert "| all | 83.50 USD |" in said
    counted, left = sorted([own[0], twice])
    assert f"- {left} is not counted: its day, sum and vendor are those of {counted}" in said
    assert f"{left} is not counted" in work.note(task).render()
    again = work.ask("expense_report", key="2", employee="ann@northwindlane.example", month="2026-10")
    assert (await work.work(again)).name == "Escalated"
    assert (bills(sandbox), pending(), sent(sandbox)) == (booked, [], [])
    nothing = work.ask("expense_report", key="3", employee="Ann Lee", month="2026-09")
    assert (await work.work(nothing)).name == "Escalated"
    assert "there are no expenses of Ann Lee in 2026-09" in work.note(nothing).render()
