"""Questions to the books in everyday words: which playbook answers them, about what."""

import datetime as dt

import pytest

from domain.planning.said_periods import Told
from domain.planning.wish import wish_in
from tests.domain.planning.test_wish import BOOKS

TODAY = Told(dt.date(2026, 11, 20), "USD")  # a Friday


@pytest.mark.parametrize(
    ("words", "playbook", "values"),
    [
        ("What do we owe?", "bills_due", {}),
        ("What do we owe Harbor Street Offices?", "bills_due", {"vendor": "Harbor Street Offices"}),
        ("Which bills are due this week?", "bills_due", {"period": "2026-11-16..2026-11-22"}),
        ("which bills are due in January", "bills_due", {"period": "2027-01"}),
        ("Which bills are due by Monday?", "bills_due", {"period": "2026-11-20..2026-11-23"}),
        ("Do we owe anyone money?", "bills_due", {}),
        (
            "Welche Rechnungen müssen wir diese Woche bezahlen?",
            "bills_due",
            {"period": "2026-11-16..2026-11-22"},
        ),
        ("Combien devons-nous à Dupont SARL ?", "bills_due", {"vendor": "Dupont SARL"}),
        ("¿Cuánto debemos a Talleres Ruiz?", "bills_due", {"vendor": "Talleres Ruiz"}),
        ("How much did we make last month?", "profit", {"period": "2026-10"}),
        ("What's our profit this year?", "profit", {"period": "2026"}),
        ("How much did we invoice in October?", "profit", {"period": "2026-10"}),
        ("Wie viel haben wir im Oktober verdient?", "profit", {"period": "2026-10"}),
        ("How much VAT do we owe?", "sales_tax", {}),
        ("How much VAT do we owe for last quarter?", "sales_tax", {"period": "2026-Q3"}),
        ("¿Cuánto IVA debemos este trimestre?", "sales_tax", {"period": "2026-Q4"}),
        ("What's in the bank?", "bank_balance", {}),
        ("Combien y a-t-il sur le compte ?", "bank_balance", {}),
        (
            "What did Marigold Bakery buy this year?",
            "bought_by",
            {"period": "2026", "customer": "Marigold Bakery"},
        ),
        ("How much did we invoice Acme in October?", "bought_by", {"period": "2026-10", "customer": "Acme"}),
        (
            "What did we spend at Staples in October?",
            "bought_from",
            {"period": "2026-10", "vendor": "Staples"},
        ),
        ("What have we spent since September?", "spending", {"period": "2026-09..2026-11-20"}),
        ("What did we spend in the last 2 weeks?", "spending", {"period": "2026-11-07..2026-11-20"}),
        ("What did we spend yesterday?", "spending", {"period": "2026-11-19"}),
        ("How much rent did we pay this year?", "spending", {"period": "2026", "category": "rent"}),
        ("\u00bfCu\u00e1nto dinero tenemos en el banco?", "bank_balance", {}),
        ("cuanto debemos a Talleres Ruiz", "bills_due", {"vendor": "Talleres Ruiz"}),
        ("wieviel haben wir letzten Monat verdient", "profit", {"period": "2026-10"}),
        ("which customers are late?", "who_owes", {}),
        ("Has Acme paid?", "customer_owes", {"customer": "Acme"}),
        ("Did Acme pay?", "customer_owes", {"customer": "Acme"}),
    ],
)
def test_a_question_finds_what_answers_it(words: str, playbook: str, values: dict[str, str]) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values), wish.unread) == (playbook, values, ())


@pytest.mark.parametrize(
    "words",
    [
        "What did we spend to mend the roof in October?",  # not all that was spent
        "How much did we make on flowers last month?",
        "How much is in the bank's offer?",
        "I owe you an answer",
    ],
)
def test_a_question_about_less_is_not_answered_with_all(words: str) -> None:
    assert wish_in(words, BOOKS, TODAY) is None


def test_what_is_said_besides_is_asked_about_first() -> None:
    wish = wish_in("Has Acme paid the 3 instalments?", BOOKS, TODAY)
    assert wish
    assert wish.unread == ("'paid the 3 instalments' was not understood",)
