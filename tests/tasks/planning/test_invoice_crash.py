"""Processes die at every boundary between hours and their invoice and back: one invoice, and then free hours."""

import signal

import pytest

from tasks.vault.vault import current_vault
from tests.planned import Work
from tests.tasks.planning.test_monthly_invoice import RATES, Books
from tests.tasks.planning.test_plan_crash import Crew, crew, work

__all__ = ["crew", "work"]
MOST_DEATHS = 120
STEPS = """
steps:
  - id: customer
    action: odoo.find_customer
    inputs: {customer: Larch}
  - id: opportunity
    action: odoo.find_opportunity
    inputs: {customer_id: "{{ steps.customer.customer_id }}"}
  - id: invoice
    action: odoo.invoice_hours
    inputs: {customer: Larch, period: 2026-10}
  - id: pdf
    action: odoo.keep_invoice_pdf
    inputs: {invoice_id: "{{ steps.invoice.invoice_id }}"}
  - id: note
    action: odoo.note_opportunity
    inputs:
      opportunity_id: "{{ steps.opportunity.opportunity_id }}"
      note: "{{ steps.pdf.said }}"
      stage: Won
  - {id: last, action: odoo.read_invoice, needs: [note], inputs: {invoice_id: 999999}}
"""


@pytest.fixture
def books(work: Work) -> Books:
    """Hours of a customer, of which one costs 90."""
    handbook = current_vault().root / "Company_Handbook.md"
    handbook.write_text(
        handbook.read_text(encoding="utf-8").replace(RATES, "  hour: 90.00"), encoding="utf-8"
    )
    return Books(work.sandbox, "Larch", "larch@sender.example", 2, 3.5)


def lived(crew: Crew, task: str) -> tuple[dict[str, str], int]:
    """The last state, and how many processes died on the way."""
    died: list[str] = []
    while True:
        [ended] = crew.send(task, died)
        if ended["boundary"] is None:
            return ended, len(died)
        assert ended["ended"] == -signal.SIGKILL
        died.append(ended["boundary"])
        assert len(died) < MOST_DEATHS


def notes(work: Work, books: Books) -> list[str]:
    rows = work.sandbox.odoo(
        "mail.message", "search_read", domain=[["res_id", "=", books.lead], ["model", "=", "crm.lead"]],
        fields=["body"], order="id",
    )  # fmt: skip
    return [row["body"] for row in rows]


@pytest.mark.long
def test_a_plan_that_goes_back_frees_its_hours_whoever_dies_when(
    work: Work, crew: Crew, books: Books
) -> None:
    work.write("hours", STEPS)
    ended, deaths = lived(crew, work.ask("hours"))
    assert ended["state"] == "Escalated", ended
    assert deaths >= 16
    assert [move["state"] for move in books.moves] == ["cancel"]
    assert books.marks == {False}
    assert books.stage == "Qualified"
    assert len(notes(work, books)) == 2
    made = [one for one in work.sandbox.journal(path="account.move/load") if one["effect"]]
    assert len(made) == 1
