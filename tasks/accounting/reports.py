"""The books read and laid out: the reading tools, by the names and parameters of their specification.

While Odoo is away the kept copy of the books is read, and every report says so with its age.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from blocks.odoo.client import OdooClient
from blocks.settings import Mode, settings
from domain.accounting.date_range import DateRange, parse_period
from domain.accounting.excerpt_parts import Wanted
from domain.accounting.ledger import Ledger
from domain.accounting.report import FinancialReport, FinancialSummary, Origin, ReportType, ReportTypeError
from domain.accounting.reporting import report
from domain.errors import TransientError
from tasks.accounting.excerpt import read_excerpt
from tasks.accounting.goals import read_goals
from tasks.accounting.ledger import read_ledger
from tasks.accounting.odoo_items import OdooItems
from tasks.accounting.snapshot import Source, standing

SANDBOX = "Sandbox books (a made-up company; nothing is real)"


LIVE_SECONDS = 3.5
"""Then the kept copy is read: an agent has its answer within five seconds."""


class OdooSilentError(TransientError):
    """Odoo takes the question and does not answer."""

    def __init__(self, url: str) -> None:
        super().__init__(f"Odoo at {url} has not answered within {LIVE_SECONDS:g} seconds; try again later")


@dataclass(frozen=True)
class Books:
    """A ledger and where it came from."""

    ledger: Ledger
    origin: Origin

    @property
    def today(self) -> DateRange:
        """The day until which the books are known."""
        day = self.origin.read_at.date()
        return DateRange(day, day)


async def fetch_books(
    connect: Callable[[], Awaitable[OdooClient]], now: dt.datetime, wanted: Wanted | None = None
) -> Books:
    """The books as Odoo has them; while it is away, as they were kept of the same database.

    Where a statement is named, only the part of them that it needs.

    Raises:
        TransientError: Odoo is away, and no copy of these books was kept.
        RejectedError: Odoo refused, or does not know the key.
    """
    async with await connect() as client:
        here = Source(mode=settings().mode.value, url=client.url, database=client.database)
        try:
            async with asyncio.timeout(LIVE_SECONDS):
                return Books(await _read(client, wanted), _origin(here, now))
        except (TransientError, TimeoutError) as failure:
            error = failure if isinstance(failure, TransientError) else OdooSilentError(client.url)
            kept = standing().snapshot
            if kept is None or kept.manifest.source != here:
                raise error from failure
            return Books(kept.books.ledger, _origin(here, kept.manifest.taken_at, problem=str(error)))


async def _read(client: OdooClient, wanted: Wanted | None) -> Ledger:
    """Older Odoo sums otherwise, so all of its lines are read."""
    sums = client.oldest_major >= OdooClient.oldest_major
    if wanted and wanted.is_excerpt and sums:
        return await read_excerpt(OdooItems(client), wanted)
    return await read_ledger(client)


def wanted_for(kind: ReportType | None, days: DateRange, *, with_ids: bool = False) -> Wanted:
    """What a statement needs; of the budget only the targets that the owner has set.

    Raises:
        GoalsError: the budget's goals cannot be read.
    """
    targets = read_goals().targets if kind is ReportType.BUDGET else ()
    return Wanted(
        kind, days, frozenset(name for name, said in targets if said is not None), with_ids=with_ids
    )


def _origin(here: Source, read_at: dt.datetime, problem: str = "") -> Origin:
    is_sandbox = here.mode == Mode.SANDBOX
    source = SANDBOX if is_sandbox else f"Odoo '{here.database}' at {here.url}"
    return Origin(source=source, read_at=read_at, is_sandbox=is_sandbox, problem=problem)


def get_financial_summary(books: Books, period: str) -> FinancialSummary:
    """Profit and loss of a period (`2026-10`, `2026-Q3`, `2026`, `first..last`), balance sheet at its end.

    Raises:
        PeriodError: nobody can say which days are meant.
    """
    days = parse_period(period)
    return FinancialSummary(
        profit_and_loss=report(books.ledger, ReportType.PROFIT_AND_LOSS, days, books.origin),
        balance_sheet=report(books.ledger, ReportType.BALANCE_SHEET, days, books.origin),
    )


def get_accounts_receivable(books: Books) -> FinancialReport:
    """What customers owe now, by age."""
    return report(books.ledger, ReportType.RECEIVABLE_AGEING, books.today, books.origin)


def get_accounts_payable(books: Books) -> FinancialReport:
    """What is owed to vendors now, by age."""
    return report(books.ledger, ReportType.PAYABLE_AGEING, books.today, books.origin)


def generate_financial_report(books: Books, report_type: str, date_range: str) -> FinancialReport:
    """One of the statements; those of one day are as of the range's last day.

    Raises:
        ReportTypeError: there is no such report.
        PeriodError: nobody can say which days are meant.
        GoalsError: the budget's goals cannot be read, or do not fit the books.
    """
    kind = report_kind(report_type)
    goals = read_goals() if kind is ReportType.BUDGET else None
    return report(books.ledger, kind, parse_period(date_range), books.origin, goals)


def report_kind(said: str) -> ReportType:
    """The report that is meant, however its words are joined.

    Raises:
        ReportTypeError: there is no such report.
    """
    try:
        return ReportType(said.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise ReportTypeError(said) from error
