"""How a briefing is laid out for readers: seven sections in their order, and a first page that stands alone.

The note, the PDF and the mail show the same layout; only their signs differ.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.briefing.briefing import Briefing, WaitingDecision
from domain.briefing.chart import Chart
from domain.briefing.number import Number
from domain.briefing.part import Advice, Part, Standing, Table
from domain.frame_check import FrameCheck
from domain.markdown import visible
from domain.times import shown_time

FIRST_PAGE = (
    "money.revenue",
    "money.expenses",
    "money.profit",
    "money.cash",
    "money.overdue",
    "money.lowest_cash",
)
"""The numbers that the first page shows, of those that are known."""
MOST_COLUMNS = 3
MOST_FINDINGS, MOST_ADVICE, MOST_DECISIONS, LONGEST_SENTENCE = 5, 3, 6, 200
"""What the first page has room for."""
MOST_LINES, LONGEST_LINE, LINES_OF_A_HEADING = 15, 95, 2
"""How many lines leave room for a chart on the first page; measured on paper (A4)."""
FIRST_CHART = "money.cash_chart"
STANDINGS = {
    Standing.MISSING: "is missing",
    Standing.STALE: "is not fresh",
    Standing.PARTIAL: "is not whole",
}

Say = Callable[[str], str]
"""From a plain sentence to the words in which it is said."""


class BriefingSection(StrEnum):
    """What parts are grouped in."""

    FINANCIAL = "Financial Performance"
    SOCIAL = "Social Media Performance"
    OPERATIONS = "Operational Metrics"


SECTIONS = {"money": BriefingSection.FINANCIAL, "social": BriefingSection.SOCIAL}
"""By a part's key; every other part tells of operations."""


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class NumberShown(_Shown):
    """A number in words."""

    key: str
    label: str
    text: str
    is_known: bool
    change: str
    usual: str


class RowShown(_Shown):
    """A table's row."""

    label: str
    numbers: tuple[NumberShown, ...]
    place: str = ""


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
    is_compared: bool
    """Whether one of its numbers stands beside the weeks before."""


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
    decisions: tuple[WaitingDecision, ...]
    more_decisions: int
    sections: tuple[SectionShown, ...]
    wins: tuple[Advice, ...]
    challenges: tuple[Advice, ...]
    actions: tuple[Advice, ...]
    recommendations: tuple[Advice, ...]
    wording: str
    made: str
    checked: str
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
    say = briefing.wording.of
    findings = tuple(_short(one, say(one)) for one in islice(_findings(briefing), MOST_FINDINGS))
    gaps = tuple(map(_short, _gaps(briefing.parts)))
    decisions = briefing.decisions[:MOST_DECISIONS]
    has_room = _lines(findings, gaps, [f"{one.said} {one.note}" for one in decisions]) <= MOST_LINES
    shown = Layout(
        name=briefing.name,
        week=briefing.week,
        days=briefing.days,
        company=briefing.company,
        is_sandbox=briefing.is_sandbox,
        headlines=tuple(_number(known[key]) for key in FIRST_PAGE if key in known),
        chart=charts.get(FIRST_CHART) if has_room else None,
        findings=findings,
        gaps=gaps,
        decisions=decisions,
        more_decisions=len(briefing.decisions[MOST_DECISIONS:]),
        sections=tuple(_section(section, briefing) for section in BriefingSection),
        wins=_said(briefing.wins, say),
        challenges=_said(briefing.challenges, say),
        actions=briefing.actions,
        recommendations=_said(briefing.recommendations, say),
        wording=briefing.wording.said,
        made=shown_time(briefing.made_at),
        checked=_checked([check for part in briefing.parts for check in part.checks]),
        audit_sequence=briefing.audit_sequence,
        audit_hash=briefing.audit_hash,
    )
    return Layout.model_validate(_visible(shown.model_dump()))


def _checked(checks: Sequence[FrameCheck]) -> str:
    """How much was expected of the rows behind the numbers, and how much of that is not met."""
    if not checks:
        return ""
    expected, unmet = sum(len(one.expectations) for one in checks), sum(len(one.unmet) for one in checks)
    rows = sum(one.rows for one in checks)
    return f"Expectations checked: {expected}, of {rows:,} rows; not met: {unmet}."


def _lines(*groups: Sequence[str]) -> int:
    """How many lines sentences take below their headings."""
    lines = (1 + len(sentence) // LONGEST_LINE for group in groups for sentence in group)
    return sum(lines) + LINES_OF_A_HEADING * sum(map(bool, groups))


def _visible(shown: Any) -> Any:
    """Without signs that cannot be seen and could reorder what is read."""
    match shown:
        case str():
            return visible(shown)
        case dict():
            return {key: _visible(one) for key, one in shown.items()}
        case tuple() | list():
            return [_visible(one) for one in shown]
        case _:
            return shown


def _findings(briefing: Briefing) -> Iterator[str]:
    """What is out of the ordinary, then what went badly and what went well."""
    yield from (finding for part in briefing.parts for finding in part.findings)
    for advice in (briefing.challenges, briefing.wins):
        yield from (one.said for one in advice[:MOST_ADVICE])


def _short(sentence: str, reworded: str = "") -> str:
    """A sentence of the first page: cut where it is long, and then never reworded, which moves what is cut."""
    if reworded and len(reworded) <= LONGEST_SENTENCE:
        return reworded
    return sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[: LONGEST_SENTENCE - 1]}…"


def _gaps(parts: Iterable[Part]) -> Iterator[str]:
    """What of the week is not known, or not surely."""
    for part in parts:
        if part.standing in STANDINGS:
            yield f"{part.title} {STANDINGS[part.standing]}. {' '.join(part.said)}".rstrip()


def _said(advice: Iterable[Advice], say: Say) -> tuple[Advice, ...]:
    return tuple(one.model_copy(update={"said": say(one.said)}) for one in advice)


def _section(section: BriefingSection, briefing: Briefing) -> SectionShown:
    """The part that is called like its section has no heading of its own, so it comes first."""
    own = tuple(
        _part(part, section, briefing.wording.of)
        for part in sorted(briefing.parts, key=lambda part: part.title != section)
        if SECTIONS.get(part.key, BriefingSection.OPERATIONS) is section
    )
    return SectionShown(title=section, parts=own, said="" if own else "No source tells of this yet.")


def _part(part: Part, section: BriefingSection, say: Say) -> PartShown:
    numbers = tuple(map(_number, part.numbers))
    return PartShown(
        title="" if part.title == section else part.title,
        said=part.said,
        numbers=numbers,
        is_compared=any(one.change or one.usual for one in numbers),
        findings=tuple(map(say, part.findings)),
        charts=part.charts,
        tables=tuple(map(_table, part.tables)),
        origin=f"{_capital(part.source)}, as of {shown_time(part.as_of)}." if part.as_of else "",
    )


def _table(table: Table) -> TableShown:
    """A table; one that is wider than high is turned, so that it fits on a page and on a telephone."""
    columns = tuple(map(_capital, table.columns))
    rows = tuple(
        RowShown(label=row.label, numbers=tuple(map(_number, row.numbers)), place=row.place)
        for row in table.rows
    )
    if len(columns) > max(MOST_COLUMNS, len(rows)):
        turned = zip(*(row.numbers for row in rows), strict=True)
        names = columns
        columns = tuple(row.label for row in rows)
        rows = tuple(
            RowShown(label=name, numbers=numbers) for name, numbers in zip(names, turned, strict=True)
        )
    return TableShown(title=table.title, columns=columns, rows=rows, note=table.note)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _number(number: Number) -> NumberShown:
    return NumberShown(
        key=number.key,
        label=number.label,
        text=number.text,
        is_known=number.value is not None,
        change=number.change_text,
        usual=number.usual_text,
    )
