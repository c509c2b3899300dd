"""The books read and laid out: the reading tools, by the names and parameters of their specification.

While Odoo is away the kept copy of the books is read, and every report says so with its age.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass, field, replace

from blocks.odoo.client import OdooClient
from blocks.settings import Mode, settings
from domain.accounting.ageing import payable_ageing
from domain.accounting.copied_books import CopiedPart
from domain.accounting.date_range import DateRange, parse_period
from domain.accounting.doubt import Doubt, doubt_notes
from domain.accounting.excerpt_parts import WantedExcerpt
from domain.accounting.goals import Goals
from domain.accounting.ledger import Ledger
from domain.accounting.report import (
    FiguresOrigin,
    FinancialReport,
    FinancialSummary,
    ReportType,
    ReportTypeError,
)
from domain.accounting.reporting import report
from domain.accounting.stated_paid import LeftToPay, stated_note
from domain.errors import TransientError
from tasks.accounting.copied_items import read_from_copy
from tasks.accounting.ledger import read_ledger
from tasks.accounting.odoo_items import read_from_odoo
from tasks.accounting.snapshot import (
    SnapshotDamagedError,
    SnapshotManifest,
    SnapshotSource,
    load_snapshot,
    manifest_of,
)
from tasks.accounting.stated_paid import left_to_pay

SANDBOX = "Sandbox books (a made-up company; nothing is real)"


FRESH = dt.timedelta(hours=2)
"""So old the copy is in whose place all lines would be read, at most; it is brought up to date each hour."""
MOST_READ = 10_000
"""Lines that are read from Odoo in about a second."""
FROM_COPY = "it is made from all of the books, so from the copy of the last two hours"
LIVE_SECONDS = 3.5
"""Then the kept copy is read: an agent has its answer within five seconds."""


class OdooSilentError(TransientError):
    """Odoo takes the question and does not answer."""

    def __init__(self, url: str) -> None:
        super().__init__(f"Odoo at {url} has not answered within {LIVE_SECONDS:g} seconds; try again later")


@dataclass(frozen=True)
class ReportedBooks:
    """A ledger and where it came from."""

    ledger: Ledger
    origin: FiguresOrigin
    doubts: tuple[Doubt, ...] = ()
    """Records that cannot be right, as far as the last check of the copied books found any."""
    left_to_pay: LeftToPay = field(default_factory=dict)
    """Of the bills whose documents say that they were paid before."""

    @property
    def today(self) -> DateRange:
        """The day until which the books are known."""
        day = self.origin.read_at.date()
        return DateRange(day, day)


async def fetch_books(
    client: OdooClient, now: dt.datetime, wanted: WantedExcerpt | None = None
) -> ReportedBooks:
    """The books as Odoo has them; while it is away, as they were kept of the same database.

    Where a statement is named, only the part of them that it needs.

    Raises:
        TransientError: Odoo is away, and no copy of these books was kept.
        RejectedError: Odoo refused, or does not know the key.
    """
    if wanted and wanted.kind is not ReportType.PAYABLE_AGEING:
        return await _fetched(client, now, wanted)
    kept = asyncio.to_thread(left_to_pay, client.url)
    found, left = await asyncio.gather(_fetched(client, now, wanted), kept)
    return replace(found, left_to_pay=left)


async def _fetched(client: OdooClient, now: dt.datetime, wanted: WantedExcerpt | None) -> ReportedBooks:
    async with client:
        here = SnapshotSource(mode=settings().mode.value, url=client.url, database=client.database)
        kept = manifest_of(here)
        if wanted and kept and is_made_of_copy(client, wanted, kept, now):
            return await _copied(kept, wanted, FROM_COPY)
        try:
            async with asyncio.timeout(LIVE_SECONDS):
                return ReportedBooks(
                    await read_wanted(client, wanted, now), _origin(here, now), kept.doubts if kept else ()
                )
        except (TransientError, TimeoutError) as failure:
            error = failure if isinstance(failure, TransientError) else OdooSilentError(client.url)
            if kept is None:
                raise error from failure
            try:
                return await _copied(kept, wanted, str(error))
            except SnapshotDamagedError:
                raise error from failure


def needs_all(client: OdooClient, wanted: WantedExcerpt) -> bool:
    """The forecast learns from everything that was ever paid, and Odoo before 19 sums otherwise."""
    return wanted.kind is ReportType.CASH_FORECAST or client.oldest_major < OdooClient.oldest_major


def is_made_of_copy(
    client: OdooClient, wanted: WantedExcerpt, kept: SnapshotManifest, now: dt.datetime
) -> bool:
    """Where all lines would be read and that takes long, while the copy is fresh."""
    is_large = kept.counts[CopiedPart.LINES.name.lower()] > MOST_READ
    is_dear = is_large or wanted.kind is ReportType.CASH_FORECAST
    return needs_all(client, wanted) and is_dear and dt.timedelta() <= now - kept.taken_at < FRESH


async def _copied(kept: SnapshotManifest, wanted: WantedExcerpt | None, problem: str) -> ReportedBooks:
    origin = _origin(kept.source, kept.taken_at, problem=problem)
    if wanted is None:
        return ReportedBooks(load_snapshot().ledger, origin, kept.doubts)
    return ReportedBooks(
        await read_from_copy(kept, wanted.known_on(kept.taken_at.date())), origin, kept.doubts
    )


async def read_wanted(client: OdooClient, wanted: WantedExcerpt | None, now: dt.datetime) -> Ledger:
    """What Odoo has now of that statement; None: all of the books."""
    if wanted and not needs_all(client, wanted):
        return await read_from_odoo(client, wanted.known_on(now.date()), now.date())
    return await read_ledger(client)


def _origin(here: SnapshotSource, read_at: dt.datetime, problem: str = "") -> FiguresOrigin:
    is_sandbox = here.mode == Mode.SANDBOX
    source = SANDBOX if is_sandbox else f"Odoo '{here.database}' at {here.url}"
    return FiguresOrigin(source=source, read_at=read_at, is_sandbox=is_sandbox, problem=problem)


def wanted_for(kind: ReportType | None, days: DateRange, *, with_ids: bool = False) -> WantedExcerpt:
    """What a statement needs; of the budget only the targets that the owner has set.

    Raises:
        GoalsError: the budget's goals cannot be read.
    """
    goals = _goals_for(kind)
    targets = goals.targets if goals else ()
    return WantedExcerpt(
        kind, days, frozenset(name for name, said in targets if said is not None), with_ids=with_ids
    )


def _goals_for(kind: ReportType | None) -> Goals | None:
    """The owner's goals where the statement is made from them: what has confirmed them takes long to import."""
    if kind is not ReportType.BUDGET:
        return None
    from tasks.accounting.goals import read_goals

    return read_goals()


def get_financial_summary(books: ReportedBooks, period: str) -> FinancialSummary:
    """Profit and loss of a period (`2026-10`, `2026-Q3`, `2026`, `first..last`), balance sheet at its end.

    Raises:
        PeriodError: nobody can say which days are meant.
    """
    days = parse_period(period)
    return FinancialSummary(
        profit_and_loss=_report(books, ReportType.PROFIT_AND_LOSS, days),
        balance_sheet=_report(books, ReportType.BALANCE_SHEET, days),
    )


def get_accounts_receivable(books: ReportedBooks) -> FinancialReport:
    """What customers owe now, by age."""
    return _report(books, ReportType.RECEIVABLE_AGEING, books.today)


def get_accounts_payable(books: ReportedBooks) -> FinancialReport:
    """What is owed to vendors now, by age."""
    return _report(books, ReportType.PAYABLE_AGEING, books.today)


def generate_financial_report(books: ReportedBooks, report_type: str, date_range: str) -> FinancialReport:
    """One of the statements; those of one day are as of the range's last day.

    Raises:
        ReportTypeError: there is no such report.
        PeriodError: nobody can say which days are meant.
        GoalsError: the budget's goals cannot be read, or do not fit the books.
    """
    kind = report_kind(report_type)
    return _report(books, kind, parse_period(date_range), _goals_for(kind))


def _report(
    books: ReportedBooks, kind: ReportType, days: DateRange, goals: Goals | None = None
) -> FinancialReport:
    """The statement, with what cannot be right in it."""
    found = report(books.ledger, kind, days, books.origin, goals)
    notes = [*doubt_notes(books.doubts, kind, found.last, is_copy=bool(books.origin.problem))]
    if kind is ReportType.PAYABLE_AGEING and books.left_to_pay:
        partners = payable_ageing(books.ledger, found.last).partners
        said = stated_note((item for partner in partners for item in partner.items), books.left_to_pay)
        notes += [said] if said else []
    return found.model_copy(update={"notes": (*found.notes, *notes)})


def report_kind(said: str) -> ReportType:
    """The report that is meant, however its words are joined.

    Raises:
        ReportTypeError: there is no such report.
    """
    try:
        return ReportType(said.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise ReportTypeError(said) from error
