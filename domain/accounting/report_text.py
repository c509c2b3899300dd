"""A report as Markdown; names from the books are shown as plain text."""

from collections.abc import Iterable, Iterator

from domain.accounting.report import FinancialReport, FinancialSummary, ReportRow, RowKind
from domain.times import shown_time
from domain.vault.overview import LONGEST_DETAIL, one_line


def summary_markdown(found: FinancialSummary) -> str:
    """Both statements."""
    return f"{report_markdown(found.profit_and_loss)}\n{report_markdown(found.balance_sheet)}"


def report_markdown(found: FinancialReport) -> str:
    """The statement as one table, with where and when it was read."""
    return "\n".join([*_head(found), *_table(found), "", *_foot(found), ""])


def _head(found: FinancialReport) -> Iterator[str]:
    period = f"{found.first} to {found.last}" if found.first else f"as of {found.last}"
    yield f"## {found.title}, {period}"
    yield ""


def _table(found: FinancialReport) -> Iterator[str]:
    has_days = any(row.day for row in found.rows)
    dates = ["Date"] if has_days else []
    yield _cells([*dates, found.currency, *found.columns])
    yield _cells([*("---" for _ in dates), "---", *("---:" for _ in found.columns)])
    for row in found.rows:
        day = [str(row.day or "")] if has_days else []
        yield _cells([*day, _label(row), *(_amount(row, column) for column in found.columns)])


def _foot(found: FinancialReport) -> Iterator[str]:
    yield f"{found.origin.source}, as they were {shown_time(found.origin.read_at)}."
    if found.origin.problem:
        yield f"\nThis is the copy that was kept: {one_line(found.origin.problem, LONGEST_DETAIL)}"
    yield from (f"\n{note}" for note in found.notes)


def _label(row: ReportRow) -> str:
    text = one_line(row.label, LONGEST_DETAIL)
    return text if row.kind is RowKind.DETAIL else f"**{text}**"


def _amount(row: ReportRow, column: str) -> str:
    if column not in row.amounts:
        return ""
    shown = f"{row.amounts[column]:,}"
    return f"**{shown}**" if row.kind is RowKind.TOTAL else shown


def _cells(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"
