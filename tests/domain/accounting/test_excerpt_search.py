import datetime as dt
from decimal import Decimal

from domain.accounting.excerpt import BooksFrame
from domain.accounting.excerpt_parts import ExcerptPart, TaxedItems
from domain.accounting.excerpt_search import Sum, given_back, merged, search_of, sides_among, signed_searches
from domain.accounting.ledger import FiscalYearEnd

LAST = dt.date(2026, 3, 31)
FRAME = BooksFrame(1, 1, "USD", FiscalYearEnd(), {})


def test_what_is_taken_away_and_added_again_is_summed_by_account_and_tax() -> None:
    found = merged(
        [
            (1, Sum(1, Decimal(100), 3, (1, 2, 3), 7)),
            (1, Sum(1, Decimal(5), 1, (9,), 8)),
            (-1, Sum(1, Decimal(70), 2, (2, 3), 7)),
            (1, Sum(1, Decimal(20), 1, (3,), 7)),
            (-1, Sum(1, Decimal(5), 1, (9,), 8)),
        ]
    )
    assert found == [Sum(1, Decimal(50), 2, (1, 3), 7)]


def test_no_condition_that_is_asked_has_an_or_or_a_not() -> None:
    due = TaxedItems(frozenset({3}), is_base=False, is_due_on_payment=True)
    plain, later = ExcerptPart(LAST), ExcerptPart(LAST, taxed=due)
    assert signed_searches(plain, FRAME) == [(1, search_of(plain, FRAME))]
    assert [sign for sign, _ in signed_searches(later, FRAME)] == [1, -1, 1]
    assert not {"|", "!"} & {str(one) for _, search in signed_searches(later, FRAME) for one in search}


def test_only_items_that_are_in_the_books_by_the_day_are_given_back_what_does_not_count() -> None:
    invoice = {"id": 11, "account_id": 5, "parent_state": "posted", "date": "2026-03-01"}
    others = (
        {**invoice, "id": 12, "parent_state": "cancel"},
        {**invoice, "id": 13, "date": "2026-04-01"},
        {**invoice, "id": 14, "account_id": 6},
    )
    amounts = dict.fromkeys(("amount", "debit_amount_currency", "credit_amount_currency"), Decimal(10))
    found = [
        {"id": number, "debit_move_id": invoice, "credit_move_id": other, **amounts}
        for number, other in enumerate(others)
    ]
    assert given_back(sides_among(found, [5], LAST)) == {11: (Decimal(30), Decimal(30))}
