"""Answers of a size that an agent can read: a page at a time, and what is behind a figure only on request.

A token is taken as three bytes of the answer's JSON. Words have about four, amounts and ids fewer, so that an answer of
4,000 tokens by this count is never more by a model's own.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, Field, RootModel, TypeAdapter

from domain.accounting.report import (
    FiguresOrigin,
    FinancialReport,
    FinancialSummary,
    ReportRow,
    ReportType,
    RowKind,
)
from domain.errors import RejectedError
from tasks.planning.task_status import TaskReport

MOST_TOKENS, BYTES_OF_A_TOKEN = 4_000, 3
MOST_BYTES = MOST_TOKENS * BYTES_OF_A_TOKEN
MOST_IDS = 20
MOST_ROWS = 20_000
"""A second's work; who needs more reads the books themselves."""
LONGEST_SAID = 2_000
SPARE_BYTES = 300
"""For page numbers and the words around an answer."""

_json = TypeAdapter(dict[str, Any]).serializer.to_json
Shown = TypeVar("Shown")
Model = TypeVar("Model", bound=BaseModel)
PageNumber = Annotated[
    int, Field(ge=1, le=100_000, description="Which page; the answer tells how many there are.")
]
Detail = Annotated[bool, Field(description="Name the journal items behind each row; the pages get more.")]


class NoSuchPageError(RejectedError):
    """It has fewer pages."""

    def __init__(self, page: int, pages: int) -> None:
        super().__init__(f"there is no page {page}; the last one is {pages}")


class ReportTooLongError(RejectedError):
    """No agent can read that."""

    def __init__(self, report: FinancialReport) -> None:
        super().__init__(
            f"the {report.title.lower()} until {report.last} has {len(report.rows):,} rows, more than "
            f"{MOST_ROWS:,}; ask for a shorter period, or a person runs: fte books report {report.report_type}"
        )


class AnswerPart(BaseModel):
    """Which part of the whole an answer is."""

    page: int
    pages: int = Field(description="ask for the next one with `page`")
    in_all: int = Field(description="rows or entries of all pages")


class ToldRow(BaseModel, frozen=True):
    """A row of a statement; what it does not have is left out."""

    kind: RowKind
    label: str
    key: str = Field(
        default="", exclude_if=lambda it: not it, description="name of a total that does not change"
    )
    day: dt.date | None = Field(
        default=None,
        exclude_if=lambda it: it is None,
        description="date of an entry, due date of an open item",
    )
    invoice_id: int | None = Field(
        default=None,
        exclude_if=lambda it: it is None,
        description="of an open item: what `record_payment` wants",
    )
    amounts: dict[str, Decimal] = Field(
        default_factory=dict,
        exclude_if=lambda it: not it,
        description="by column; a column of zero is left out",
    )
    line_count: int = Field(
        default=0,
        exclude_if=lambda it: not it,
        description="how many journal items the amounts were added up from",
    )
    line_ids: tuple[int, ...] = Field(
        default=(), exclude_if=lambda it: not it, description="with `detail`: the first 20 of their ids"
    )
    found_by: tuple[str, ...] = Field(
        default=(),
        exclude_if=lambda it: not it,
        description="with `detail`: conditions that list them in Odoo",
    )


class ReportPage(BaseModel):
    """A page of one statement. Totals with a `key` are on every page."""

    report_type: ReportType
    title: str
    first: dt.date | None = Field(description="none: everything until the last day")
    last: dt.date
    currency: str
    origin: FiguresOrigin
    columns: tuple[str, ...]
    rows: tuple[ToldRow, ...]
    notes: tuple[str, ...]
    part: AnswerPart


class SummaryPage(BaseModel):
    """What was earned in a period and what there was at its end; a page of both."""

    profit_and_loss: ReportPage
    balance_sheet: ReportPage


def report_page(
    report: FinancialReport, page: int, *, detail: bool, most_bytes: int = MOST_BYTES, is_half: bool = False
) -> ReportPage:
    """A page of the statement.

    Raises:
        ReportTooLongError: it has more rows than anybody can go through.
        NoSuchPageError: it has fewer pages; a half of a summary is then only its totals.
    """
    if len(report.rows) > MOST_ROWS:
        raise ReportTooLongError(report)
    rows = [_Sized(told, len(_json(told)) + 1) for told in (_told(row, detail=detail) for row in report.rows)]
    totals = [row for row in rows if "key" in row.one]
    empty = ReportPage(**_head(report), rows=(), part=AnswerPart(page=page, pages=1, in_all=len(rows)))
    room = most_bytes - _bytes(empty) - SPARE_BYTES
    if sum(row.size for row in rows) <= room:
        pages = [rows]
    else:
        room -= sum(row.size for row in totals)
        pages = [[*part, *totals] for part in _filled([row for row in rows if "key" not in row.one], room)]
    if page > len(pages) and not is_half:
        raise NoSuchPageError(page, len(pages))
    shown = pages[page - 1] if page <= len(pages) else totals
    part = AnswerPart(page=page, pages=len(pages), in_all=len(rows))
    told = tuple(ToldRow.model_validate(row.one) for row in shown)
    return empty.model_copy(update={"rows": told, "part": part})


def summary_page(found: FinancialSummary, page: int, *, detail: bool) -> SummaryPage:
    """A page of both statements, each with half the room.

    Raises:
        NoSuchPageError: neither has so many.
    """
    halves = {
        name: report_page(
            getattr(found, name),
            page,
            detail=detail,
            most_bytes=(MOST_BYTES - SPARE_BYTES) // 2,
            is_half=True,
        )
        for name in ("profit_and_loss", "balance_sheet")
    }
    most = max(half.part.pages for half in halves.values())
    if page > most:
        raise NoSuchPageError(page, most)
    return SummaryPage(**halves)


def _head(report: FinancialReport) -> dict[str, Any]:
    return {name: getattr(report, name) for name in FinancialReport.model_fields if name != "rows"}


def _told(row: ReportRow, *, detail: bool) -> dict[str, Any]:
    """A `ToldRow` in JSON's own types: of all pages' rows only the bytes are wanted, one page's become models."""
    told: dict[str, Any] = {"kind": str(row.kind), "label": row.label[:200]}
    if row.key:
        told["key"] = row.key
    if row.day:
        told["day"] = row.day.isoformat()
    if row.invoice_id:
        told["invoice_id"] = row.invoice_id
    if row.amounts:
        shown = {name: str(amount) for name, amount in row.amounts.items() if amount or row.key}
        told["amounts"] = shown or {name: str(amount) for name, amount in row.amounts.items()}
    if row.line_count:
        told["line_count"] = row.line_count
    behind = (("line_ids", row.line_ids[:MOST_IDS]), ("found_by", row.found_by)) if detail else ()
    return told | {name: value for name, value in behind if value} if behind else told


def _bytes(found: BaseModel) -> int:
    return len(found.__pydantic_serializer__.to_json(found)) + 1


class _Sized(NamedTuple, Generic[Shown]):
    """What is shown, and its bytes: they are counted once."""

    one: Shown
    size: int


def _sized(found: Iterable[Model]) -> list[_Sized[Model]]:
    return [_Sized(one, _bytes(one)) for one in found]


def _filled(found: Sequence[_Sized[Shown]], room: int) -> list[list[_Sized[Shown]]]:
    made: list[list[_Sized[Shown]]] = [[]]
    left = room
    for one in found:
        if one.size > left and made[-1]:
            made.append([])
            left = room
        made[-1].append(one)
        left -= one.size
    return made


def parts(found: Iterable[Model], room: int) -> list[list[Model]]:
    """What is found in parts of so many bytes; at least one, and each holds at least one."""
    return [[row.one for row in part] for part in _filled(_sized(found), room)]


def paged(
    found: Sequence[Model], page: int, *, room: int = MOST_BYTES - 2 * SPARE_BYTES
) -> tuple[list[Model], AnswerPart]:
    """A page of what is found, and which it is.

    Raises:
        NoSuchPageError: there are fewer.
    """
    made = parts(found, room)
    if page > len(made):
        raise NoSuchPageError(page, len(made))
    return made[page - 1], AnswerPart(page=page, pages=len(made), in_all=len(found))


def task_page(report: TaskReport, page: int = 1) -> TaskReport:
    """The report with a page of what it proves, where that is long (200 invoices).

    Raises:
        NoSuchPageError: there is less of it.
    """
    listed = {name: told for name, told in (report.evidence or {}).items() if isinstance(told, list)}
    is_long = _bytes(report) > MOST_BYTES - SPARE_BYTES
    if not is_long or not listed:
        if page > 1:
            raise NoSuchPageError(page, 1)
        return report.model_copy(update={"said": report.said[:LONGEST_SAID]})
    longest = max(listed, key=lambda name: len(listed[name]))
    entries = [RootModel[Any](one) for one in listed[longest]]
    shown, part = paged(entries, page, room=MOST_BYTES - 10 * SPARE_BYTES)
    evidence = {
        **(report.evidence or {}),
        longest: [one.root for one in shown],
        "part": part.model_dump(),
    }
    return report.model_copy(update={"said": report.said[:LONGEST_SAID], "evidence": evidence})


def pieces(text: str, most_bytes: int) -> Iterator[str]:
    """The text in pieces of so many bytes, as they stand in JSON; an empty text is one."""
    begin, size = 0, 0
    for at, letter in enumerate(text):
        cost = 2 if letter in '"\\\n\t' else len(letter.encode(errors="replace"))
        if size + cost > most_bytes:
            yield text[begin:at]
            begin, size = at, 0
        size += cost
    yield text[begin:]
