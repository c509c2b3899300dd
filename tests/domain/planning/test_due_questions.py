"""When something has to be paid: what asks the books for it, and what does not."""

import datetime as dt

import pytest

from domain.planning.said_periods import Told
from domain.planning.wish import wish_in
from tests.domain.planning.test_wish import BOOKS

TODAY = Told(dt.date(2026, 11, 20), "USD")


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("When is the rent due?", "rent"),
        ("when is the rent due", "rent"),
        ("Hi, when is the rent due? Thanks", "rent"),
        ("When is our next rent due?", "our next rent"),
        ("When are the insurance premiums due?", "insurance premiums"),
        ("When do we have to pay the rent?", "rent"),
        ("When do we need to pay Harbor Street Offices?", "Harbor Street Offices"),
        ("When must we pay the electricity?", "electricity"),
        ("When do I pay the insurance?", "insurance"),
        ("When does the phone bill have to be paid?", "phone bill"),
        ("When should the rent be paid?", "rent"),
        ("When is the bill from Harbor Street Offices due?", "Harbor Street Offices"),
        ("When is the payment to Cedar Paper due?", "Cedar Paper"),
        ("Wann ist die Miete fällig?", "Miete"),
        ("Wann müssen wir die Miete zahlen?", "Miete"),
        ("Quand faut-il payer le loyer ?", "loyer"),
        ("Quand devons-nous payer le loyer ?", "loyer"),
        ("¿Cuándo vence el alquiler?", "alquiler"),
        ("¿Cuándo hay que pagar el alquiler?", "alquiler"),
        ("Quando scade l'affitto?", "l'affitto"),
        ("Quando dobbiamo pagare l'affitto?", "l'affitto"),
        ("Wanneer moeten we de huur betalen?", "huur"),
    ],
)
def test_when_something_is_due_is_a_question_to_the_books(words: str, about: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values), wish.unread) == ("bills_due", {"about": about}, ())


@pytest.mark.parametrize(
    "words",
    [
        "When is the meeting?",
        "When is the shop open?",
        "When is it due?",
        "When are you due?",
        "The rent is due",
        "The rent is due when the contract says so",
        "Tell the landlord when the rent is due",
        "When is invoice 42 due?",
        "When the rent is due, remind me",
        "Is the rent due?",
    ],
)
def test_what_is_no_such_question(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish is None or "about" not in wish.values
