"""What was spent in a period, all of it or on one category, by the books."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, Field

from domain.accounting.budget import budget_report, fitting_accounts
from domain.accounting.date_range import SaidPeriod, parse_period
from domain.accounting.figure import total
from domain.accounting.goals import Goals
from domain.accounting.ledger import Ledger
from domain.errors import RejectedError
from domain.money import Money

MOST_NAMED = 8


class SpendingWanted(BaseModel, extra="forbid", frozen=True):
    """Of which period, and on what."""

    period: SaidPeriod = Field(description="2026-10, 2026-Q3, 2026 or first..last")
    category: str | None = Field(default=None, max_length=100, description="None: everything")


class Spent(BaseModel, frozen=True):
    """What the books say."""

    total: Decimal
    currency: str
    text: str = Field(description="in words: how much, on which accounts")


class SpendingUnknownError(RejectedError):
    """No account is meant."""

    def __init__(self, category: str, why: str) -> None:
        super().__init__(f"what was spent on {category} cannot be told: {why}")


def spent_in(ledger: Ledger, listed: Sequence[str], wanted: SpendingWanted) -> Spent:
    """The expenses of these days before tax, all or on the accounts of a category.

    Args:
        ledger: The books.
        listed: Codes of the accounts that the owner's goals list for the category; none: those that fit it best.
        wanted: Of which days, and on what.

    Raises:
        SpendingUnknownError: no account fits.
    """
    days, plain = parse_period(wanted.period), Goals(currency=ledger.currency)
    rows = budget_report(ledger, plain, days.first, days.last).unbudgeted
    if wanted.category:
        meant = _meant(wanted.category, ledger, listed)
        rows = tuple(row for row in rows if row.account.code in meant)
        where = ", ".join(f"{code} {name}" for code, name in sorted(meant.items()))
    else:
        largest = sorted(rows, key=lambda row: -row.figure.amount)[:MOST_NAMED]
        where = "; ".join(f"{one.account.name} {_money(one.figure.amount, ledger)}" for one in largest)
    spent = total(row.figure for row in rows).amount
    what = f" on {wanted.category}" if wanted.category else ""
    said = (
        f"{_money(spent, ledger)} was spent{what} from {days.first} to {days.last}, before tax, by the books"
    )
    return Spent(total=spent, currency=ledger.currency, text=f"{said} ({where})" if where else said)


def _meant(category: str, ledger: Ledger, listed: Sequence[str]) -> dict[str, str]:
    """Codes and names of the accounts."""
    known = {one.code: one.name for one in ledger.accounts.values()}
    found = {code: known[code] for code in listed if code in known}
    found = found or {one.code: one.name for one in fitting_accounts(category, ledger).accounts}
    if not found:
        raise SpendingUnknownError(
            category, "no expense account in Odoo is called so; ask in the words of one"
        )
    return found


def _money(amount: Decimal, ledger: Ledger) -> Money:
    return Money(amount=amount, currency=ledger.currency)
