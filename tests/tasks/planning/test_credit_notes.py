"""A vendor's credit note, end to end: asked about always, booked as a refund against the chosen bill, read back."""

import pytest

from domain.approvals.answer import Decision
from domain.planning.event import Event, file_event_id
from tasks.approvals.form import form_of
from tasks.approvals.record import pending
from tasks.intake import store_event
from tasks.vault.vault import Folder
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_monthly_invoice import worked

VENDOR = "Cloudberry Hosting Inc."
BILL = f"{VENDOR}\nInvoice Number: CBH-{{}}\nInvoice Date: 2026-11-16\nTotal: $12.50 USD\n"
NOTE = f"{VENDOR}\nCredit note CN-{{}}\nDate: 2026-11-18\nRelating to invoice CBH-{{}}\nTotal: $12.00 USD\n"


@pytest.fixture
def work(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(sandbox, monkeypatch)


async def arrived(work: Work, text: str) -> str:
    """A dropped file's task, worked once."""
    content = text.encode()
    event = Event(
        id=file_event_id(content),
        source="files",
        received_at=work.now,
        document_name="paper.txt",
        document=content,
    )
    store_event(event, work.now)
    await work.work(event.id)
    return event.id


def refunds(work: Work, number: str) -> list[dict[str, object]]:
    """What Odoo has of that number."""
    found: list[dict[str, object]] = work.sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["ref", "=", number]],
        fields=["move_type", "state", "amount_residual", "reversed_entry_id"],
    )
    return found


async def test_the_bill_that_it_names_is_filled_in_and_lowered_once_a_person_approves(work: Work) -> None:
    await worked(work, await arrived(work, BILL.format("8101")))
    task = await arrived(work, NOTE.format("8101", "8101"))
    [request] = pending()
    assert "it calls itself a credit note" in request.shown
    field = form_of(request, request.shown).model_json_schema()["properties"]["bill"]
    assert "CBH-8101 · 12.50 USD of 2026-11-16" in field["default"]
    assert refunds(work, "CN-8101") == []
    assert await worked(work, task) == "Completed", work.note(task).render()
    [booked], [bill] = refunds(work, "CN-8101"), refunds(work, "CBH-8101")
    assert (booked["move_type"], booked["state"], booked["amount_residual"]) == ("in_refund", "posted", 0.0)
    assert bill["amount_residual"] == 0.5
    assert work.folder(task) is Folder.DONE
    assert "in_refund" in str(work.note(task).front["evidence"])


async def test_a_person_can_say_that_it_belongs_to_none(work: Work) -> None:
    await worked(work, await arrived(work, BILL.format("8102")))
    task = await arrived(work, NOTE.format("8102", "8102"))
    [answered] = work.decide(bill="none: the vendor owes it")
    assert answered.reason is None
    assert await worked(work, task) == "Completed", work.note(task).render()
    [booked], [bill] = refunds(work, "CN-8102"), refunds(work, "CBH-8102")
    assert (booked["amount_residual"], booked["reversed_entry_id"]) == (12.0, False)
    assert bill["amount_residual"] == 12.5


async def test_a_refusal_books_nothing(work: Work) -> None:
    task = await arrived(work, f"{VENDOR}\nInvoice CN-8103\nDate: 2026-11-18\nTotal: -$12.00 USD\n")
    work.decide(Decision.REJECT)
    assert await worked(work, task) == "Escalated"
    assert refunds(work, "CN-8103") == []
