"""What changed on the watched pages in a week: how often, where, and how far they could be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.briefing.number import MOST_RECORDS, Number, Record, Unit
from domain.briefing.part import Part, Standing, Table, TableRow, unused
from domain.times import shown_time
from domain.web.change import PageChange
from domain.web.watched import RETRY, WatchedPage
from domain.week import Week

KEY, TITLE, SOURCE = "outside", "What Changed Outside", "the watched pages"
NOTHING_WATCHED = "No page is watched. List competitors, news and markets in Watched_Pages.md."
MOST_ROWS, LONGEST_SAID = 20, 120


@dataclass(frozen=True)
class Watched:
    """A watched page and its changes of the week, newest first.

    Attributes:
        since: From when on its changes are kept; None: it was never read.
        read_at: When it last answered; None: never yet.
        problem: What kept it from being read the last time.
    """

    page: WatchedPage
    since: datetime | None = None
    read_at: datetime | None = None
    problem: str = ""
    changes: Sequence[tuple[datetime, PageChange]] = ()

    def old(self, week: Week, now: datetime) -> str:
        """What is said where it answered last before the week's end, and should have been read since."""
        every = timedelta(hours=self.page.every_hours)
        if (
            self.read_at is None
            or self.problem
            or self.read_at >= week.until
            or now - self.read_at <= every + RETRY
        ):
            return ""
        return f"{self.page.name} was not read since {shown_time(self.read_at)}, before the week had ended."


@dataclass(frozen=True)
class Outside:
    """The watched pages, and what was wrong of what is kept of them and does not count, in words."""

    pages: Sequence[Watched]
    left_out: tuple[str, ...] = ()


def outside(found: Outside, week: Week, now: datetime) -> Part:
    """The part of a week's briefing about others; the words of a page stand only in the records of a number."""
    pages = found.pages
    if not pages and not found.left_out:
        return unused(KEY, TITLE, SOURCE, NOTHING_WATCHED)
    unread = [_unread(one) for one in pages if one.problem or one.read_at is None]
    begun = [
        f"{one.page.name}: what changed is kept from {shown_time(one.since)} on."
        for one in pages
        if one.since and one.since > week.since
    ]
    lacking = [*unread, *found.left_out]
    old = list(filter(None, (one.old(week, now) for one in pages)))
    known = [one.read_at for one in pages if one.read_at and one.since and one.since < week.until]
    if not known:
        said = (*lacking, *begun)
        return Part(key=KEY, title=TITLE, source=SOURCE, standing=Standing.MISSING, said=said)
    as_of = min(known)
    changed = [one for one in pages if one.changes]
    rows = [
        TableRow(label=f"{one.page.name} ({one.page.url})", numbers=(_changes(one, as_of),))
        for one in changed
    ]
    more = len(rows) - MOST_ROWS
    table = Table(
        title="Pages that changed",
        columns=("changes",),
        rows=tuple(rows[:MOST_ROWS]),
        note=f"And {more} more." if more > 0 else "",
    )
    total = Number(
        key=f"{KEY}.changes",
        label="Changes on watched pages",
        unit=Unit.COUNT,
        value=Decimal(sum(len(one.changes) for one in pages)),
        as_of=as_of,
        source=SOURCE,
        records=tuple(record for one in changed for record in _records(one))[:MOST_RECORDS],
        record_count=sum(len(one.changes) for one in changed),
    )
    return Part(
        key=KEY,
        title=TITLE,
        source=SOURCE,
        standing=Standing.STALE if old else Standing.PARTIAL if lacking else Standing.KNOWN,
        as_of=as_of,
        said=(*old, *lacking, *begun),
        numbers=(total,),
        tables=(table,) if rows else (),
    )


def _unread(one: Watched) -> str:
    since = f"since {shown_time(one.read_at)}" if one.read_at else "yet"
    return f"{one.page.name} could not be read {since}{f': {one.problem}' if one.problem else ''}."


def _changes(one: Watched, as_of: datetime) -> Number:
    return Number(
        key=f"{KEY}.{one.page.name}",
        label=one.page.name,
        unit=Unit.COUNT,
        value=Decimal(len(one.changes)),
        as_of=one.read_at or as_of,
        source=SOURCE,
        records=tuple(_records(one))[:MOST_RECORDS],
        record_count=len(one.changes),
    )


def _records(one: Watched) -> list[Record]:
    return [
        Record(
            id=f"{one.page.name} {shown_time(at)}",
            said=change.lines(1)[0][:LONGEST_SAID],
            url=next(iter(change.addresses), one.page.url),
        )
        for at, change in one.changes
    ]
