"""What was counted of an account itself, day by day, over all readings."""

from collections.abc import Mapping
from datetime import date, datetime

from domain.social.measured import AccountReading, Metric

Days = Mapping[date, Mapping[Metric, int]]


def with_reading(days: Days, reading: AccountReading, taken_at: datetime) -> Days:
    """These days and a later reading's, in their order; what the reading does not say stays as it was."""
    newer = {day: dict(counts) for day, counts in reading.days.items()}
    if reading.followers is not None:
        newer.setdefault(taken_at.date(), {})[Metric.FOLLOWERS] = reading.followers
    return {day: {**days.get(day, {}), **newer.get(day, {})} for day in sorted({*days, *newer})}


def followers_of(days: Days) -> dict[date, int]:
    """How many followed the account, by day, oldest first."""
    return {day: found[Metric.FOLLOWERS] for day, found in days.items() if Metric.FOLLOWERS in found}
