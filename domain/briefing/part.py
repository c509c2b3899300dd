"""What one source says of a week: its numbers, tables and sentences, and how far it can be trusted."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, BaseModel

from domain.briefing.chart import Chart
from domain.briefing.number import Number
from domain.frame_check import FrameCheck


class Standing(StrEnum):
    """How far a part is known."""

    KNOWN = "known"
    PARTIAL = "partial"
    """Something of it is missing or left out; `said` names what."""
    STALE = "stale"
    """Of an older reading, of which `as_of` is the time."""
    MISSING = "missing"
    """The source did not answer, and nothing was kept of it."""
    UNUSED = "not connected"
    """The owner has not connected it: nothing is wrong, and nothing is known."""

    @property
    def is_trouble(self) -> bool:
        """Whether something that should be known is not, or not freshly."""
        return self not in (Standing.KNOWN, Standing.UNUSED)


class TableRow(BaseModel, frozen=True):
    """A row of a table."""

    label: str
    numbers: tuple[Number, ...]
    place: str = ""
    """The note in the Vault that it is about, without .md."""


class Table(BaseModel, frozen=True):
    """Numbers side by side; one column for each number of a row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    note: str = ""


class Advice(BaseModel, frozen=True):
    """What to do or to think about, the rule that it follows from and the numbers that the rule looked at."""

    said: str
    rule: str
    numbers: tuple[str, ...]


class Part(BaseModel, frozen=True):
    """One source's part of a briefing. Without numbers it is not empty but unknown, and `said` tells why."""

    key: str
    title: str
    source: str
    standing: Standing = Standing.KNOWN
    as_of: AwareDatetime | None = None
    said: tuple[str, ...] = ()
    """What a reader has to know of the source, one sentence each."""
    numbers: tuple[Number, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    findings: tuple[str, ...] = ()
    """What stands out, with its drivers, one sentence each."""
    recommendations: tuple[Advice, ...] = ()
    """What follows from this source's numbers alone."""
    checks: tuple[FrameCheck, ...] = ()
    """What was expected of the rows behind the numbers, and what came of it."""

    def checked(self, checks: Iterable[FrameCheck]) -> Self:
        """The same with what was checked."""
        return self.model_copy(update={"checks": tuple(checks)})

    def number(self, key: str) -> Number | None:
        """One of the part's numbers, those of its tables included; none where it is not known here."""
        return next((one for one in self.all_numbers if one.key == key), None)

    @property
    def all_numbers(self) -> tuple[Number, ...]:
        """Those of the tables included."""
        tabled = (number for table in self.tables for row in table.rows for number in row.numbers)
        return (*self.numbers, *tabled)


def missing(key: str, title: str, source: str, problem: str) -> Part:
    """The part of a source that cannot be read."""
    return Part(key=key, title=title, source=source, standing=Standing.MISSING, said=(problem,))


def unused(key: str, title: str, source: str, remedy: str) -> Part:
    """The part of a source that is not connected."""
    return Part(key=key, title=title, source=source, standing=Standing.UNUSED, said=(remedy,))
