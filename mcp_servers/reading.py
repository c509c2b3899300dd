"""Answers of a size that an agent can read."""

from typing import TypeVar

from domain.accounting.report import FinancialReport, FinancialSummary
from domain.errors import RejectedError

MOST_IDS = 20
MOST_ROWS = 2_000
"""About 400 KB of JSON."""

Answer = TypeVar("Answer", FinancialReport, FinancialSummary)


class ReportTooLongError(RejectedError):
    """No agent can read that."""

    def __init__(self, report: FinancialReport) -> None:
        super().__init__(
            f"the {report.title.lower()} until {report.last} has {len(report.rows):,} rows, more than "
            f"{MOST_ROWS:,}; ask for a shorter period, or a person runs: fte books report {report.report_type}"
        )


def answer(found: Answer) -> Answer:
    """The same with the first ids of each row only.

    Raises:
        ReportTooLongError: it has more rows than an agent can read.
    """
    if isinstance(found, FinancialReport) and len(found.rows) > MOST_ROWS:
        raise ReportTooLongError(found)
    return found.shortened(MOST_IDS)
