"""The books' part of the briefing, from the copy of the books on this machine."""

from datetime import datetime, timedelta

from domain.accounting.doubt import doubt_notes
from domain.accounting.goals import Goals
from domain.accounting.ledger import JournalLine
from domain.accounting.report import FiguresOrigin, ReportType
from domain.briefing.money import KEY, TITLE, money
from domain.briefing.part import Part, Standing, missing
from domain.briefing.week_books import BriefedBooks
from domain.week import Week
from tasks.accounting.goals import UNREADABLE, read_goals
from tasks.accounting.snapshot import (
    SnapshotDamagedError,
    SnapshotManifest,
    SnapshotMissingError,
    age_words,
    load_snapshot,
    read_manifest,
)
from tasks.accounting.snapshot_suite import CHECKED_AS
from tasks.accounting.stated_paid import left_to_pay
from tasks.frames.kept_checks import kept_checks

SOURCE = "Odoo"
FRESH = timedelta(hours=2)
"""The copy is brought up to date each hour."""
ENTRY_PAGE = "/odoo/action-account.action_move_journal_line/{}"


def is_fresh(now: datetime) -> bool:
    """Whether the copy of the books was brought up to date lately."""
    try:
        return timedelta() <= now - read_manifest().taken_at <= FRESH
    except (SnapshotMissingError, SnapshotDamagedError):
        return False


def company_name() -> str:
    """What the business is called in its books; nothing where there are none."""
    try:
        return read_manifest().company.name
    except (SnapshotMissingError, SnapshotDamagedError):
        return ""


def money_part(week: Week, now: datetime) -> Part:
    """What the books say of the week, and how old the copy is where it is not fresh."""
    try:
        kept = load_snapshot()
    except (SnapshotMissingError, SnapshotDamagedError) as error:
        return missing(KEY, TITLE, SOURCE, f"The books cannot be read: {error}.")
    ledger, manifest = kept.ledger, kept.manifest
    begun = min((line.day for line in ledger.lines), default=week.monday)
    if week.sunday < begun:
        return missing(KEY, TITLE, _origin(manifest).source, f"The books begin on {begun}.")
    goals, problem = _goals(ledger.currency)
    books = BriefedBooks(
        ledger,
        _origin(manifest),
        goals,
        lambda line: _page(manifest, line),
        left_to_pay(manifest.source.url),
    )
    part = money(books, week)
    notes = [*_age(manifest, week.until, now), *problem, *_doubts(manifest, week)]
    standing = Standing.STALE if now - manifest.taken_at > FRESH else part.standing
    if manifest.doubts and standing is Standing.KNOWN:
        standing = Standing.PARTIAL
    known = part.model_copy(update={"standing": standing, "said": (*notes, *part.said)})
    return known.checked(kept_checks(CHECKED_AS))


def _age(manifest: SnapshotManifest, ended: datetime, now: datetime) -> list[str]:
    if manifest.taken_at < ended:
        return [f"The copy of the books is older than the end of the week: {age_words(manifest, now)}."]
    if now - manifest.taken_at > FRESH:
        return [f"Odoo has not been read lately; the books are {age_words(manifest, now)}."]
    return []


def _doubts(manifest: SnapshotManifest, week: Week) -> list[str]:
    kinds = (ReportType.PROFIT_AND_LOSS, ReportType.RECEIVABLE_AGEING, ReportType.PAYABLE_AGEING)
    notes = [note for kind in kinds for note in doubt_notes(manifest.doubts, kind, week.sunday, is_copy=True)]
    return list(dict.fromkeys(notes))


def _goals(currency: str) -> tuple[Goals, list[str]]:
    try:
        return read_goals(), []
    except UNREADABLE as error:
        return Goals(currency=currency), [f"There is no budget to compare with: {error}."]


def _origin(manifest: SnapshotManifest) -> FiguresOrigin:
    is_sandbox = manifest.source.mode == "sandbox"
    name = "Sandbox books" if is_sandbox else f"Odoo '{manifest.source.database}'"
    return FiguresOrigin(source=name, read_at=manifest.taken_at, is_sandbox=is_sandbox)


def _page(manifest: SnapshotManifest, line: JournalLine) -> str:
    return manifest.source.url.rstrip("/") + ENTRY_PAGE.format(line.move_id)
