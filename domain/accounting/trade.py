"""What a customer bought in a period, or what a vendor billed, as the books have it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, Field

from domain.accounting.date_range import AnyPeriod, parse_period
from domain.money import Money

MOST_NAMED = 10


class TradeWanted(BaseModel, extra="forbid", frozen=True):
    """With whom, and when: a customer or a vendor."""

    customer: str | None = Field(default=None, max_length=200)
    vendor: str | None = Field(default=None, max_length=200)
    period: AnyPeriod = Field(default=None, description="2026-10, 2026-Q3, 2026; None: since the beginning")

    @property
    def kinds(self) -> tuple[str, str]:
        """Odoo's kinds of document, and the one that takes back."""
        return ("in_invoice", "in_refund") if self.vendor else ("out_invoice", "out_refund")


class Traded(BaseModel, frozen=True):
    """What the books say."""

    count: int
    text: str = Field(description="in words: how much, for what, what is open of it")


@dataclass(frozen=True)
class TradeDocument:
    """A posted invoice or bill; a credit note has negative sums."""

    total: Money
    left: Money


@dataclass(frozen=True)
class TradeLine:
    """One thing on it, before tax."""

    label: str
    amount: Money


def traded_in(
    wanted: TradeWanted, name: str, documents: Sequence[TradeDocument], lines: Sequence[TradeLine]
) -> Traded:
    """The sums of these documents, and the largest of what they are for."""
    days = parse_period(wanted.period) if wanted.period else None
    when = f"from {days.first} to {days.last}" if days else "so far"
    said = "billed us" if wanted.vendor else "was invoiced"
    if not documents:
        return Traded(count=0, text=f"{name} {said} nothing {when}, by the books.")
    what = f"{len(documents)} document{'s' * (len(documents) != 1)}, tax included"
    total, left = _sums([one.total for one in documents]), _sums([one.left for one in documents])
    things = _largest(lines)
    for_what = f" For, before tax: {things}." if things else ""
    return Traded(
        count=len(documents),
        text=f"{name} {said} {total} {when}, by the books ({what}); {left} of it is open.{for_what}",
    )


def _sums(amounts: Sequence[Money]) -> str:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in amounts:
        found[one.currency] += one.amount
    return " and ".join(str(Money(amount=amount, currency=currency)) for currency, amount in found.items())


def _largest(lines: Sequence[TradeLine]) -> str:
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in lines:
        found[one.label, one.amount.currency] += one.amount.amount
    ranked = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    named = [
        f"{label} {Money(amount=amount, currency=currency)}"
        for (label, currency), amount in ranked[:MOST_NAMED]
    ]
    more = [f"and {len(ranked) - MOST_NAMED} more"] if len(ranked) > MOST_NAMED else []
    return "; ".join([*named, *more])
