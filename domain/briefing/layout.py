"""How a briefing is laid out for readers: seven sections in their order, and a first page that stands alone.

The note, the PDF and the mail show the same layout; only their signs differ.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.briefing.briefing import Briefing, Decision
from domain.briefing.chart import Chart
from domain.briefing.number import Number
from domain.briefing.part import Advice, Part, Standing, Table
from domain.times import shown_time
from domain.week import days_shown

FIRST_PAGE = (
    "money.revenue",
    "money.expenses",
    "money.profit",
    "money.cash",
    "money.overdue",
    "money.lowest_cash",
)
"""The numbers that the first page shows, of those that are known."""
FIRST_CHART = "money.cash_chart"
STANDINGS = {
    Standing.MISSING: "is missing",
    Standing.STALE: "is not fresh",
    Standing.PARTIAL: "is not whole",
}


class Section(StrEnum):
    """What parts are grouped in."""

    FINANCIAL = "Financial Performance"
    SOCIAL = "Social Media Performance"
    OPERATIONS = "Operational Metrics"


SECTIONS = {"money": Section.FINANCIAL, "social": Section.SOCIAL}
"""By a part's key; every other part tells of operations."""


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class NumberShown(_Shown):
    """A number in words."""

    key: str
    label: str
    text: str
    change: str
    usual: str


class RowShown(_Shown):
    """A table's row."""

    label: str
    numbers: tuple[NumberShown, ...]


class TableShown(_Shown):
    """A table in words."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[RowShown, ...]
    note: str


class PartShown(_Shown):
    """A part; its title is empty where its section is called the same."""

    title: str
    said: tuple[str, ...]
    numbers: tuple[NumberShown, ...]
    findings: tuple[str, ...]
    charts: tuple[Chart, ...]
    tables: tuple[TableShown, ...]
    origin: str


class SectionShown(_Shown):
    """A section; without parts it says so."""

    title: str
    parts: tuple[PartShown, ...]
    said: str


class Layout(_Shown):
    """All that is shown, in words."""

    name: str
    week: str
    days: str
    company: str
    is_sandbox: bool
    headlines: tuple[NumberShown, ...]
    chart: Chart | None
    findings: tuple[str, ...]
    gaps: tuple[str, ...]
    decisions: tuple[Decision, ...]
    sections: tuple[SectionShown, ...]
    wins: tuple[Advice, ...]
    challenges: tuple[Advice, ...]
    actions: tuple[Advice, ...]
    recommendations: tuple[Advice, ...]
    made: str
    audit_sequence: int
    audit_hash: str

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Those of all parts."""
        return tuple(chart for section in self.sections for part in section.parts for chart in part.charts)


def laid_out(briefing: Briefing) -> Layout:
    """The briefing as readers see it."""
    known = {number.key: number for number in briefing.numbers if number.value is not None}
    charts = {chart.key: chart for part in briefing.parts for chart in part.charts}
    return Layout(
        name=briefing.name,
        week=briefing.week,
        days=days_shown(briefing.first, briefing.last),
        company=briefing.company,
        is_sandbox=briefing.is_sandbox,
        headlines=tuple(_number(known[key]) for key in FIRST_PAGE if key in known),
        chart=charts.get(FIRST_CHART),
        findings=tuple(finding for part in briefing.parts for finding in part.findings),
        gaps=tuple(_gaps(briefing.parts)),
        decisions=briefing.decisions,
        sections=tuple(_section(section, briefing.parts) for section in Section),
        wins=briefing.wins,
        challenges=briefing.challenges,
        actions=briefing.actions,
        recommendations=briefing.recommendations,
        made=shown_time(briefing.made_at),
        audit_sequence=briefing.audit_sequence,
        audit_hash=briefing.audit_hash,
    )


def _gaps(parts: Iterable[Part]) -> Iterator[str]:
    """What of the week is not known, or not surely."""
    for part in parts:
        if part.standing in STANDINGS:
            yield f"{part.title} {STANDINGS[part.standing]}. {' '.join(part.said)}".rstrip()


def _section(section: Section, parts: Iterable[Part]) -> SectionShown:
    own = tuple(
        _part(part, section) for part in parts if SECTIONS.get(part.key, Section.OPERATIONS) is section
    )
    return SectionShown(title=section, parts=own, said="" if own else "No source tells of this yet.")


def _part(part: Part, section: Section) -> PartShown:
    return PartShown(
        title="" if part.title == section else part.title,
        said=part.said,
        numbers=tuple(map(_number, part.numbers)),
        findings=part.findings,
        charts=part.charts,
        tables=tuple(map(_table, part.tables)),
        origin=f"{part.source}, as of {shown_time(part.as_of)}." if part.as_of else "",
    )


def _table(table: Table) -> TableShown:
    rows = tuple(RowShown(label=row.label, numbers=tuple(map(_number, row.numbers))) for row in table.rows)
    return TableShown(title=table.title, columns=table.columns, rows=rows, note=table.note)


def _number(number: Number) -> NumberShown:
    return NumberShown(
        key=number.key,
        label=number.label,
        text=number.text,
        change=number.change_text,
        usual=number.usual_text,
    )
