"""Open bills whose documents say that they were paid before, while the books have no payment of them.

The debt stays in the books, as does the cash that paid it, until its payment is booked. So a forecast from the books'
cash counts both, and what is to be paid by somebody does not.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from domain.accounting.excerpt import OpenItem
from domain.accounting.ledger import ZERO
from domain.money import Money, rounded

LeftToPay = Mapping[int, Decimal]
"""By the id of a bill's entry what its document leaves to be paid, in the document's currency."""
MOST_NAMED = 5


def stated_part(item: OpenItem, left: LeftToPay) -> Decimal:
    """What of an open bill was paid by its document's word alone, in its own currency; 0 of any other item."""
    is_open, stays = -item.residual_currency, left.get(item.line.move_id)
    return ZERO if stays is None or is_open <= stays else is_open - stays


def still_due(item: OpenItem, left: LeftToPay, currency: str) -> Decimal:
    """What of an open bill is really to be paid, in the company's currency; as in Odoo negative."""
    part = stated_part(item, left)
    return rounded(item.residual * (1 + part / item.residual_currency), currency) if part else item.residual


def stated_note(items: Iterable[OpenItem], left: LeftToPay) -> str:
    """Which of these items must not be paid again; empty where none is such."""
    named = [
        f"{item.line.move} of {item.line.partner or 'nobody'} ({Money(amount=part, currency=item.line.currency)})"
        for item in items
        if (part := stated_part(item, left))
    ]
    if not named:
        return ""
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return (
        f"Paid already by the word of their documents, with no payment in the books: {', '.join(named[:MOST_NAMED])}"
        f"{more}. Do not pay them again: record their payments."
    )
