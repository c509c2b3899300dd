"""A number of a briefing: what it says, of when it is, what it was computed from, and what it was before."""

from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, BaseModel, Field

from domain.money import rounded

MOST_RECORDS = 200
HUNDRED = Decimal(100)


class Unit(StrEnum):
    """What is counted."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    """0 to 1, shown in per cent."""
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    GIGABYTES = "GB"


class Record(BaseModel, frozen=True):
    """One of the things that a number was computed from, where a person can look at it."""

    id: str = Field(
        description="its number or address where it is kept: a journal item, a post, an audit event"
    )
    said: str = Field(
        default="", description="in words: an invoice's number and customer, a post's first words"
    )
    value: Decimal | None = Field(default=None, description="its part of the number")
    url: str = Field(default="", description="where it is shown")


class Number(BaseModel, frozen=True):
    """One number; `value` is none where nobody knows it, and `problem` says why: never 0 instead."""

    key: str = Field(description="what it is called in `fte briefing explain`")
    label: str
    unit: Unit
    value: Decimal | None
    currency: str = ""
    as_of: AwareDatetime
    source: str
    problem: str = ""
    before: Decimal | None = Field(default=None, description="of the week before")
    usual: Decimal | None = Field(default=None, description="the median of the weeks before that are known")
    records: tuple[Record, ...] = Field(default=(), description=f"at most {MOST_RECORDS}")
    record_count: int = Field(default=0, description="how many there are")

    @property
    def text(self) -> str:
        """As a reader sees it."""
        return (
            self.problem or "not known" if self.value is None else shown(self.value, self.unit, self.currency)
        )

    @property
    def change(self) -> Decimal | None:
        """From the week before."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def change_text(self) -> str:
        """The change with its sign, of shares in percentage points; nothing where it is not known."""
        if self.change is None:
            return ""
        much = shown(abs(self.change), self.unit, self.currency)
        is_none = much == shown(Decimal(0), self.unit, self.currency)
        sign = "±" if is_none else "+" if self.change > 0 else "-"
        return f"{sign}{much.replace(' %', ' points')}"

    @property
    def usual_text(self) -> str:
        """What is usual; nothing where it is not known."""
        return "" if self.usual is None else shown(self.usual, self.unit, self.currency)

    def compared(self, before: Decimal | None, usual: Decimal | None) -> Self:
        """The same beside the weeks before."""
        return self.model_copy(update={"before": before, "usual": usual})


def shown(value: Decimal, unit: Unit, currency: str = "") -> str:
    """A value in words."""
    match unit:
        case Unit.MONEY:
            return f"{rounded(value, currency):,} {currency}"
        case Unit.SHARE:
            return f"{value * HUNDRED:,.1f} %"
        case Unit.COUNT:
            return f"{value:,.0f}"
        case _:
            return f"{value:,.1f} {unit}"
