"""A made-up company with all that a briefing is made from: books, posts, an employee's records, a calendar, pages."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import delete

from blocks.database import transaction
from blocks.odoo.client import OdooAccount, OdooClient
from domain.appointments.event import CalendarEvent, CalendarEventKind
from domain.briefing.part import Part
from domain.health.probed import Probed
from domain.health.spell import HealthStanding
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.published import PublicAccount, Published
from domain.vault.note import Note
from domain.web.change import PageChange
from domain.web.page import Paragraph
from domain.web.watched import NOTE, WatchedPage
from domain.week import Week
from sandbox.server import create_app
from tasks.accounting.goals import GOALS
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot
from tasks.appointments.kept import CalendarReading, keep_calendar
from tasks.approvals.record import ApprovalRow
from tasks.briefing import recorded
from tasks.briefing.sources import SOURCES
from tasks.flow_runs.ended import EndedRun
from tasks.learning.estimates import expected_of
from tasks.learning.record import learn
from tasks.planning.suggestions import SuggestionRow
from tasks.policy.confirmed import confirm_first
from tasks.reliability.spells import record_round
from tasks.social.kept_insights import InsightsManifest, add_reading, kept_manifest
from tasks.vault.vault import current_vault, init_vault
from tasks.web.kept import KeptPage, keep_version, note_look
from tests.worked_weeks import BEGUN, ENDED, FIRST, WEEK, request_row, work

NOW = ENDED
FACEBOOK = (Metric.VIEWS, Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES)
X = (Metric.IMPRESSIONS, Metric.LIKES, Metric.REPLIES, Metric.REPOSTS, Metric.QUOTES, Metric.BOOKMARKS)
PAGES = (
    WatchedPage(name="acme", url="https://acme.example/prices"),
    WatchedPage(name="news", url="https://news.example/feed", kind="feed"),
)
RUNS = [
    EndedRun(
        id=f"run-{number}",
        flow=("watch-gmail", "work-tasks", "sync-odoo")[number % 3],
        name="A run",
        begun_at=WEEK.since + timedelta(hours=number - 20),
        has_failed=number % 5 == 0,
        lasted=timedelta(seconds=2 + number % 7),
        url="http://127.0.0.1:4200/1",
    )
    for number in range(150)
]


def made_in(folder: Path) -> None:
    """All of it, below a folder; the environment names it."""
    init_vault(current_vault().root)
    confirm_first(GOALS, {}, BEGUN)  # by no other clock
    work()
    asyncio.run(_copy_books(folder / "sandbox"))
    _learn()
    _look_at_services()
    for platform, metrics in ((Platform.X, X), (Platform.FACEBOOK, FACEBOOK)):
        _keep_posts(platform, metrics)
    _keep_calendar()
    _keep_pages()


async def _copy_books(folder: Path) -> None:
    async with odoo(folder) as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url="http://sandbox.example", database="demo")
    assert store_snapshot(books, source, before=snapshot_status(), taken_at=NOW)


def odoo(folder: Path) -> OdooClient:
    """The stand-in's books, as they are now."""
    app = create_app(folder, clock=lambda: NOW)
    key = SecretStr("sandbox-odoo-key")
    account = OdooAccount(url="http://sandbox.example", database="demo", api_key=key)
    return OdooClient(account, transport=httpx.ASGITransport(app))


def _learn() -> None:
    with transaction() as session:
        session.execute(delete(ApprovalRow).where(ApprovalRow.decided_at > NOW))
    learn()
    for number in range(0, 240, 2):
        for source in ("gmail", "files", "mentions", "mcp"):
            expected_of(f"{source}-{number:04}", "receipt", "receipt", BEGUN)
    with transaction() as session:
        for number, state in enumerate(("approved", "rejected", "approved")):
            made = WEEK.since + timedelta(days=number)
            decided = made + timedelta(hours=3)
            session.add(request_row(f"s{number}", f"rules-{number}", state, made, decided))
            session.add(
                SuggestionRow(
                    request_id=f"s{number}", change={}, said="Ask always about travel", evidence=[], file="x.md",
                    before="", after="", made_at=made,
                )
            )  # fmt: skip
    learn()


def _look_at_services() -> None:
    begun = WEEK.until - timedelta(days=1)
    for number in range(0, 288, 2):
        down = HealthStanding.DOWN if number < 36 else HealthStanding.UP
        record_round(
            [Probed("ledger", HealthStanding.UP), Probed("odoo", down)], begun + number * timedelta(minutes=5)
        )


def posts_of(platform: Platform, metrics: tuple[Metric, ...]) -> list[MeasuredPost]:
    """What was published, made up: some two posts a week over the last quarter."""
    chance = random.Random(platform.value)  # noqa: S311 (made up)
    found = []
    for number in range(26):
        at = NOW - timedelta(days=3.5 * number, hours=chance.randint(0, 40))
        post = Published(
            id=f"p{number}", text=f"Post {number}", created_at=at, url=f"https://x.example/{number}"
        )
        counts = dict(
            zip(
                metrics,
                (chance.randint(500, 3000), *(chance.randint(0, 40) for _ in metrics[1:])),
                strict=True,
            )
        )
        found.append(MeasuredPost(post=post, kind=ContentKind.TEXT, counts=counts))
    return found


def followers_of(platform: Platform) -> dict[date, int]:
    """How many followed on each day."""
    more = 3 if platform is Platform.X else 7
    return {(NOW - timedelta(days=back)).date(): 1000 - more * back for back in range(70)}


def _keep_posts(platform: Platform, metrics: tuple[Metric, ...]) -> None:
    days = {day: {Metric.FOLLOWERS: count} for day, count in followers_of(platform).items()}
    account = PublicAccount(id="1", name="@ours")
    manifest = InsightsManifest(mode="sandbox", account=account, began_at=BEGUN, taken_at=NOW)
    reading = AccountReading(posts=posts_of(platform, metrics), days=days)
    assert add_reading(platform, manifest, reading, before=kept_manifest(platform, "1"))


def events() -> tuple[CalendarEvent, ...]:
    """The owner's calendar."""
    at = WEEK.until + timedelta(days=1, hours=9)

    def event(name: str, kind: CalendarEventKind, begins: Any, ends: Any) -> CalendarEvent:
        return CalendarEvent(id=name, kind=kind, title=name, begins=begins, ends=ends)

    return (
        event("Dentist", CalendarEventKind.APPOINTMENT, at, at + timedelta(minutes=90)),
        event("Leave", CalendarEventKind.ABSENCE, date(2026, 11, 26), date(2026, 12, 2)),
        event("Tax return", CalendarEventKind.DEADLINE, date(2026, 11, 27), date(2026, 11, 28)),
        event("A fair", CalendarEventKind.INVITATION, at, at + timedelta(hours=1)),
    )


def _keep_calendar() -> None:
    reading = CalendarReading("consent", "token", NOW, WEEK.since, NOW + timedelta(days=90), ())
    assert keep_calendar(None, reading, events(), gone=None)


def changes() -> Iterator[tuple[WatchedPage, int | None, datetime, PageChange | None]]:
    """What was read of each page: the first time, and what had changed then."""
    for page in PAGES:
        yield page, None, WEEK.since - timedelta(days=20), None
    news = Paragraph(text="A new word", link="https://news.example/1")
    yield PAGES[0], 1, WEEK.since + timedelta(days=1), PageChange(removed=("a price",))
    yield PAGES[0], 2, WEEK.since + timedelta(days=4), PageChange(removed=("another price",))
    yield PAGES[1], 1, WEEK.since + timedelta(days=2), PageChange(added=(news,))
    yield PAGES[1], 2, WEEK.until, PageChange(added=(news,))


def _keep_pages() -> None:
    listed = [page.model_dump(mode="json") for page in PAGES]
    current_vault().save_root(NOTE, Note.new({"pages": listed}))
    for page, before, at, change in changes():
        assert keep_version(page, KeptPage(at, at), [Paragraph(text="x")], before=before, change=change)
    for page in PAGES:
        note_look(page, KeptPage(NOW, NOW))


def ended_runs(since: datetime, _until: datetime) -> list[EndedRun]:
    """What the Prefect server would answer."""
    return [one for one in RUNS if since <= one.begun_at]


def parts_of(week: Week, now: datetime = NOW) -> list[Part]:
    """Every source's part of a week."""
    with runs_answered():
        return [source.read(week, now) for source in SOURCES]


@contextmanager
def runs_answered() -> Iterator[None]:
    """With the made-up runs in the Prefect server's place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorded, "ended_runs", ended_runs)
        yield


WEEKS = (FIRST, WEEK.previous(2), WEEK)
"""A first week of five days, one in which rent and invoices are booked, and one of which every source tells."""
