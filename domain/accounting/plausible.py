"""What is unusual about a bill or an invoice: no reason to refuse it, and one to ask a person first."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from statistics import median

from domain.accounting.party import party_key
from domain.accounting.period import booked_on
from domain.accounting.spending import is_known_spending

OLDEST_DAYS = 400
"""A year and the weeks that a late document takes."""

DAYS_OF_A_YEAR = 365.25
LATEST_DUE_DAYS = 400
FEWEST_SUMS, TIMES_USUAL = 3, 5


def odd_dates(issued_on: dt.date, due_on: dt.date | None, today: dt.date) -> list[str]:
    """Dates far from today: a misread or mistyped year looks like that."""
    found = []
    if issued_on > today + dt.timedelta(days=1):
        found.append(f"it is dated {issued_on}, in the future")
    if issued_on < today - dt.timedelta(days=OLDEST_DAYS):
        found.append(f"it is dated {issued_on}, {_long_ago((today - issued_on).days)}")
    if due_on is not None and due_on > today + dt.timedelta(days=LATEST_DUE_DAYS):
        found.append(f"it is due on {due_on}, more than {LATEST_DUE_DAYS} days from now")
    return found


def _long_ago(days: int) -> str:
    """As people say it: months up to two years, then years."""
    if days < 2 * DAYS_OF_A_YEAR:
        return f"{int(days / DAYS_OF_A_YEAR * 12)} months ago"
    return f"more than {int(days / DAYS_OF_A_YEAR)} years ago"


def odd_sum(total: Decimal, usual: Sequence[Decimal], vendor: str) -> list[str]:
    """A sum far above the vendor's earlier ones, which are in the same currency."""
    if len(usual) < FEWEST_SUMS or total <= TIMES_USUAL * max(usual):
        return []
    return [f"{total} is far above what {vendor} usually charges ({median(usual)}, at most {max(usual)})"]


def odd_category(category: str, named: Collection[str]) -> list[str]:
    """A kind of expense that neither the employee's words nor the owner's goals know."""
    if category.casefold() in {name.casefold() for name in named} or is_known_spending(category):
        return []
    return [f"there is no category '{category}' yet; correct it, or add it to Business_Goals.md"]


def odd_vendor(vendor: str, company: str) -> list[str]:
    """The business's own invoice, which is no bill of it."""
    if party_key(vendor) != party_key(company):
        return []
    return [f"it is from {vendor}, which is your own business: an invoice of yours is no bill"]


def odd_period(issued_on: dt.date, closed_until: dt.date | None, today: dt.date) -> list[str]:
    """A document of a closed period: Odoo books it on another day and does not say so."""
    if closed_until is None or issued_on > closed_until:
        return []
    day = booked_on(closed_until, today)
    return [f"it is dated {issued_on} and the books are closed up to {closed_until}: Odoo books it on {day}"]
