"""What is unusual asks, and what is ordinary does not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.accounting.plausible import odd_category, odd_dates, odd_period, odd_sum
from domain.receipts.category import Category

TODAY = date(2026, 11, 27)
USUAL = [Decimal("8.40"), Decimal("9.10"), Decimal("8.40")]


@pytest.mark.parametrize("days", [-400, -1, 0, 1])
def test_a_document_of_the_last_year_is_ordinary(days: int) -> None:
    day = TODAY + timedelta(days=days)
    assert odd_dates(day, day + timedelta(days=30), TODAY) == []


@pytest.mark.parametrize(
    ("issued", "due", "said"),
    [
        (date(1900, 5, 1), None, "1900-05-01"),
        (date(2025, 1, 2), None, "dated 2025-01-02, 22 months ago"),
        (date(2014, 3, 5), None, "dated 2014-03-05, more than 12 years ago"),
        (date(2026, 12, 24), None, "in the future"),
        (TODAY, date(9999, 12, 31), "due on 9999-12-31"),
    ],
)
def test_a_date_far_from_today_is_said(issued: date, due: date | None, said: str) -> None:
    (sentence,) = odd_dates(issued, due, TODAY)
    assert said in sentence


def test_a_sum_far_above_the_vendors_earlier_ones_is_said() -> None:
    (sentence,) = odd_sum(Decimal("45.51"), USUAL, "Harbor")
    assert "far above what Harbor usually charges (8.40, at most 9.10)" in sentence
    assert odd_sum(Decimal("45.50"), USUAL, "Harbor") == []
    assert odd_sum(Decimal(900), USUAL[:2], "Harbor") == []


@pytest.mark.parametrize(
    "category", [*Category, "Meals", "taxi to the airport", "stamps", "printer ink", "Kantine"]
)
def test_a_category_that_is_named_somewhere_is_ordinary(category: str) -> None:
    assert odd_category(category, {*Category, "kantine"}) == []


def test_a_category_that_nobody_has_heard_of_is_said() -> None:
    (sentence,) = odd_category("flubber", set(Category))
    assert "'flubber'" in sentence
    assert "Business_Goals.md" in sentence


def test_a_document_of_a_closed_period_is_said_with_the_day() -> None:
    closed, today = date(2026, 9, 30), date(2026, 11, 27)
    assert odd_period(date(2026, 10, 1), closed, today) == []
    assert odd_period(date(2026, 9, 3), None, today) == []
    (sentence,) = odd_period(date(2026, 9, 30), closed, today)
    assert "closed up to 2026-09-30" in sentence
    assert sentence.endswith("Odoo books it on 2026-10-31")
