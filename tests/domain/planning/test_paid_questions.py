"""Whether a numbered invoice or bill is paid: what asks for it, and what does not."""

import datetime as dt

import pytest

from domain.planning.said_periods import Told
from domain.planning.wish import wish_in
from tests.domain.planning.test_wish import BOOKS

TODAY = Told(dt.date(2026, 11, 20), "USD")


@pytest.mark.parametrize(
    ("words", "number", "party"),
    [
        ("Is invoice 42 paid?", "42", None),
        ("is invoice 42 paid", "42", None),
        ("Has INV/2026/00042 been paid?", "INV/2026/00042", None),
        ("Is INV/2026/00042 still open?", "INV/2026/00042", None),
        ("Is invoice INV/2026/00042 overdue?", "INV/2026/00042", None),
        ("Has invoice no. 42 been paid yet?", "42", None),
        ("Hi, has invoice #42 been paid? Thanks", "42", None),
        ("Did Ash Tree pay invoice 42?", "42", "Ash Tree"),
        ("Has Ash Tree paid invoice 42?", "42", "Ash Tree"),
        ("Has Ash Tree paid INV/2026/00042?", "INV/2026/00042", "Ash Tree"),
        ("Is Ash Tree's invoice 42 paid?", "42", "Ash Tree"),
        ("Has invoice 42 to Ash Tree been paid?", "42", "Ash Tree"),
        ("Have we paid bill CP-4711?", "CP-4711", None),
        ("Did we pay invoice CP-4711?", "CP-4711", None),
        ("When is invoice 42 due?", "42", None),
        ("When was invoice 42 paid?", "42", None),
        ("When did Ash Tree pay invoice 42?", "42", "Ash Tree"),
        ("How much is left on invoice 42?", "42", None),
        ("What's the status of invoice 42?", "42", None),
        ("Ist Rechnung 42 bezahlt?", "42", None),
        ("Wurde die Rechnung RE-2026-042 schon bezahlt?", "RE-2026-042", None),
        ("Hat Ash Tree die Rechnung 42 bezahlt?", "42", "Ash Tree"),
        ("Wann ist Rechnung 42 fällig?", "42", None),
        ("La facture 42 est-elle payée ?", "42", None),
        ("Est-ce que Dupont a payé la facture 42 ?", "42", "Dupont"),
        ("¿Está pagada la factura 42?", "42", None),
        ("¿Ha pagado Ruiz la factura 42?", "42", "Ruiz"),
        ("È stata pagata la fattura 42?", "42", None),
        ("Is factuur 42 betaald?", "42", None),
        ("Heeft Jansen factuur 42 betaald?", "42", "Jansen"),
    ],
)
def test_whether_it_is_paid_is_a_question_to_the_books(words: str, number: str, party: str | None) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    said = {"number": number} | ({"party": party} if party else {})
    assert (wish.playbook.name, dict(wish.values), wish.unread) == ("document_paid", said, ())


@pytest.mark.parametrize(
    "words",
    [
        "Is the invoice template ready?",
        "Is the invoice paid?",
        "Is invoice 42 correct?",
        "Was invoice 42 sent?",
        "Is Room 42 open?",
        "Is the shop open at 42 High Street?",
        "Is version INV-2 of the logo paid work?",
        "Pay invoice 42",
        "Invoice 42 is paid",
        "Invoice 42 has been paid",
        "Ash Tree has paid invoice 42",
        "We have paid invoice 42",
        "Cancel invoice 42",
        "Remind Ash Tree of invoice 42",
        "Has Acme paid?",
        "Has Acme been paid?",
        "Have we paid Acme?",
        "Who hasn't paid?",
        "Invoice Acme 450 for the workshop",
        "Bill Mrs Patel \u00a385 for two hours",
    ],
)
def test_what_is_no_such_question(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish is None or wish.playbook.name != "document_paid"
