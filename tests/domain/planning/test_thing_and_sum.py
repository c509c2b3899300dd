"""A thing and its sum, and nothing else: a purchase; what only looks like one is none."""

import datetime as dt

import pytest

from domain.planning.said_periods import Told
from domain.planning.wish import wish_in
from tests.domain.planning.test_wish import BOOKS

TODAY = Told(dt.date(2026, 11, 20), "USD")


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Taxi 18.50", {"amount": "18.50", "category": "Taxi"}),
        ("taxi 18.50", {"amount": "18.50", "category": "taxi"}),
        ("Taxi: 18.50", {"amount": "18.50", "category": "Taxi"}),
        ("Taxi - 18.50", {"amount": "18.50", "category": "Taxi"}),
        ("18.50 taxi", {"amount": "18.50", "category": "taxi"}),
        ("Taxi 18,50 €", {"amount": "18.50", "category": "Taxi", "currency": "EUR"}),
        ("Taxi €18", {"amount": "18.00", "category": "Taxi", "currency": "EUR"}),
        ("Taxi 18 euros", {"amount": "18.00", "category": "Taxi", "currency": "EUR"}),
        ("Taxi $18.50\n", {"amount": "18.50", "category": "Taxi", "currency": "USD"}),
        ("Printer paper 23.40", {"amount": "23.40", "category": "Printer paper"}),
        ("Taxi to the airport 32.00", {"amount": "32.00", "category": "Taxi to the airport"}),
        ("Taxi yesterday 18.50", {"amount": "18.50", "category": "Taxi", "day": "2026-11-19"}),
        ("Yesterday: taxi, 18.50", {"amount": "18.50", "category": "taxi", "day": "2026-11-19"}),
        ("Parking 4.20 on Monday", {"amount": "4.20", "category": "Parking", "day": "2026-11-16"}),
        ("Taxi 18.50 with my own card", {"amount": "18.50", "category": "Taxi", "paid_with": "own money"}),
        ("Taxi 18.50, petty cash", {"amount": "18.50", "category": "Taxi", "paid_with": "cash"}),
        ("Lunch at Luigi's 23.40", {"amount": "23.40", "category": "Lunch", "vendor": "Luigi's"}),
        ("Stamps 18.40. Thanks!", {"amount": "18.40", "category": "Stamps"}),
        ("Taxi 18.50 please", {"amount": "18.50", "category": "Taxi"}),
        ("Briefmarken 12,85", {"amount": "12.85", "category": "Briefmarken"}),
        (
            "Kaffee bei Luigi 4,50 Euro",
            {"amount": "4.50", "category": "Kaffee", "vendor": "Luigi", "currency": "EUR"},
        ),
        ("Timbres 12,85 €", {"amount": "12.85", "category": "Timbres", "currency": "EUR"}),
        ("Sellos 12,85", {"amount": "12.85", "category": "Sellos"}),
        ("Francobolli 12,85", {"amount": "12.85", "category": "Francobolli"}),
        ("Postzegels 12,85", {"amount": "12.85", "category": "Postzegels"}),
        ("Taxi 18.50\n\nBest regards\nAnna Berger", {"amount": "18.50", "category": "Taxi"}),
    ],
)
def test_a_thing_and_its_sum_are_a_purchase(words: str, values: dict[str, str]) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish
    assert (wish.playbook.name, dict(wish.values), wish.unread, wish.rest) == (
        "small_expense",
        values,
        (),
        (),
    )


@pytest.mark.parametrize(
    "words",
    [
        "Taxi 18",
        "Taxi",
        "18.50",
        "Taxi 18.50?",
        "Taxi -18.50",
        "Total 18.50",
        "Grand total: 18.50",
        "Amount due 118.50",
        "Balance 1,204.50",
        "Summe 18,50",
        "Invoice 42.50",
        "Credit note 42.50",
        "Refund 42.50",
        "Deposit received 42.50",
        "Meeting 14.30",
        "Version 2.50",
        "We owe Acme 450.00",
        "They want 450.00",
        "Order chairs 450.00",
        "Taxi 18.50\nLunch 23.40",
        "Taxi 18.50, lunch 23.40",
        "Taxi 18.50 and lunch 23.40",
        "Kestrel Cabs Ltd\nReceipt\nTaxi 18.50\nTip 1.50\nTotal 20.00",
        "City Hotel\nRoom 120.00\nTaxi 18.50\nTotal 138.50",
        "Acme Ltd, 12 High Street\nStatement of account\nTaxi 18.50",
        "The taxi was 18.50 and the driver was late, should we complain?",
        "Anna says the taxi to the airport costs around 18.50 these days",
        "Not the taxi 18.50",
    ],
)
def test_what_only_looks_like_a_purchase_is_none(words: str) -> None:
    wish = wish_in(words, BOOKS, TODAY)
    assert wish is None or wish.playbook.name != "small_expense"
