"""What a chart of a briefing is drawn from, so that it can be drawn again: points, and values at each of them."""

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, Field

Value = Decimal | None
"""None: not known, or nothing to draw at this point."""


class ChartKind(StrEnum):
    """What is shown; each is drawn by a function of its own."""

    MONTHS = "months"
    """Money by month: points are months, `2026-11`."""
    CASH = "cash"
    """Cash as it was and is expected: points are days; series `cash`, `expected`, `low` and `high`."""
    AGEING = "ageing"
    """What is open by days overdue: points are the buckets."""
    BUDGET = "budget"
    """Points are what is budgeted; series `budget` and `spent`."""
    ENGAGEMENT = "engagement"
    """Per cent by kind of post: points are the kinds, a series for each platform, each by its own definition."""
    FOLLOWERS = "followers"
    """Points are days, a series for each platform."""
    LINES = "lines"
    """Points are moments, a series for each thing that was measured."""
    THROUGHPUT = "throughput"
    """What was worked on: points are days or weeks, a series for each state."""


class Series(BaseModel, frozen=True):
    """Values at the chart's points, in their order."""

    name: str
    values: tuple[Value, ...]
    counts: tuple[int, ...] = Field(default=(), description="how many records stand behind each value")
    note: str = Field(default="", description="how it is measured, where series differ in that")


class Chart(BaseModel, frozen=True):
    """One chart's data."""

    key: str = Field(description="`money.months`: its part and its kind")
    kind: ChartKind
    title: str
    unit: str = Field(description="the currency, or what is counted")
    points: tuple[str, ...]
    series: tuple[Series, ...]
    said: str = Field(description="the same in words, for who does not see it")

    def values(self, name: str) -> tuple[Value, ...]:
        """One series' values; empty where there is no such series."""
        return next((one.values for one in self.series if one.name == name), ())
