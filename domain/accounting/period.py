"""Closed periods: Odoo books a date in one silently on a later day, so it is refused before."""

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping

from domain.errors import RejectedError

FIRST_DAY, LAST_DAY = dt.date(1970, 1, 1), dt.date(2099, 12, 31)
"""What is dated before or after is a mistake, in a new booking and in the check of the copied books alike."""


class ClosedPeriodError(RejectedError):
    """The books are closed on that day."""

    def __init__(self, day: dt.date, closed_until: dt.date) -> None:
        self.first_open_day = closed_until + dt.timedelta(days=1)
        super().__init__(
            f"the books are closed up to {closed_until}, so nothing can be booked on {day}; "
            "use a later date, or have the period opened in Odoo"
        )


def refuse_closed(day: dt.date, lock_dates: Mapping[str, dt.date | None]) -> None:
    """Nothing, when the day is open.

    Args:
        day: the accounting date that is wanted.
        lock_dates: each lock of the company that applies, with the last day it closes.

    Raises:
        ClosedPeriodError: the day is not after every lock.
    """
    latest = last_closed(lock_dates)
    if latest is not None and day <= latest:
        raise ClosedPeriodError(day, latest)


def last_closed(lock_dates: Mapping[str, dt.date | None]) -> dt.date | None:
    """The last day that any of the locks closes."""
    return max((date for date in lock_dates.values() if date is not None), default=None)


def booked_on(closed_until: dt.date, today: dt.date) -> dt.date:
    """The day on which Odoo books a bill of a closed period, where its numbers start anew each month, as is usual.

    That is the last day of the first month that is open, or today where that month has not ended.
    """
    first_open = closed_until + dt.timedelta(days=1)
    if (first_open.year, first_open.month) >= (today.year, today.month):
        return max(first_open, today)
    return first_open.replace(day=monthrange(first_open.year, first_open.month)[1])


def refuse_implausible(day: dt.date, what: str) -> None:
    """Nothing, when the books can hold that day.

    Raises:
        ValueError: no books are of that day; the check of the copied books would doubt it.
    """
    if day < FIRST_DAY:
        raise ValueError(f"{what} {day}, before {FIRST_DAY.year}; correct the date")
    if day > LAST_DAY:
        raise ValueError(f"{what} {day}, after {LAST_DAY.year}; correct the date")
