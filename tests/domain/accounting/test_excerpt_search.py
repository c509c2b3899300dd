import datetime as dt
from decimal import Decimal

from domain.accounting.excerpt import BooksFrame
from domain.accounting.excerpt_parts import ExcerptPart, TaxedItems
from domain.accounting.excerpt_search import Sum, merged, search_of, signed_searches
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
