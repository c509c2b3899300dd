"""Everything that the Dashboard shows, each part from where it is kept; what cannot be read is said in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks.settings import Mode, settings
from domain.appointments.event import SOURCE
from domain.briefing.recorded import SLOT
from domain.dashboard.agenda import NOT_CONNECTED, NOT_READ, agenda
from domain.dashboard.board import LATER, NEEDS_YOU, TaskLine, board, personal, task_line
from domain.dashboard.page import Dashboard
from domain.dashboard.services import Recorded, Services, ends_soon, health, outages, service_rows, watchers
from domain.errors import DigitalFteError
from domain.health.spell import MISSED_SLOTS
from domain.policy.handbook import Handbook
from domain.reliability.look import LookResult
from domain.social.planned import PLANNED, PostLine, by_time, post_line
from domain.vault.note import Note
from domain.vault.overview import (
    LONGEST_DETAIL,
    MOST_SHOWN,
    Item,
    OverviewSection,
    given_up,
    item,
    one_line,
    section,
)
from tasks.appointments.kept import kept_calendar
from tasks.dashboard.books import RememberedBooks
from tasks.dashboard.kept_lines import KeptLines
from tasks.dashboard.today import Today
from tasks.flow_runs.runs import run_address
from tasks.reliability.breakers import breaker_states
from tasks.reliability.connections import connections
from tasks.reliability.outages import lasting_outages
from tasks.reliability.outbox import SCHEDULE, waiting
from tasks.reliability.waiting import last_looks, spells
from tasks.vault.vault import Folder, Vault


@dataclass(frozen=True)
class RequestLine:
    """A request, its task, and when it expires."""

    item: Item
    task: str
    expires: str


class Gatherer:
    """Gathers the page of one Vault, and remembers what did not change since.

    Attributes:
        unread: Notes that were not looked into yet; the next gathering reads on.
        promised: The open tasks that promise a day.
        corrected: The open tasks of which a person changed the kind, the domain or the priority.
    """

    def __init__(self, vault: Vault, zone: str) -> None:
        self.vault, self.zone, self.clocks = vault, zone, ZoneInfo(zone)
        self.unread, self.promised, self.corrected = 0, list[str](), list[str]()
        self._corrected = set[str]()
        self._tasks = KeptLines(Folder.NEEDS_ACTION, task_line)
        self._requests = KeptLines(Folder.PENDING_APPROVAL, _request)
        self._posts = KeptLines(Folder.POSTS, self._post)
        self._done = KeptLines(Folder.DONE, lambda name, note: _line(Folder.DONE, name, note))
        self._letters = KeptLines(
            Folder.DEAD_LETTERS, lambda name, note: _line(Folder.DEAD_LETTERS, name, note)
        )
        self._books, self._today = RememberedBooks(), Today()

    def page(self, now: datetime, handbook: Handbook) -> Dashboard:
        """The page as everything is now."""
        today = now.astimezone(self.clocks).date()
        stamps = self.vault.stamps(Folder.NEEDS_ACTION)
        tasks = self._tasks.of(self.vault, stamps)
        self.unread = len(stamps) - len(tasks)
        self.promised = [name for name, line in tasks.items() if line.is_promised]
        corrected = {name for name, line in tasks.items() if line.is_corrected}
        self.corrected = sorted(corrected | (self._corrected & tasks.keys()))  # also what was put back since
        self._corrected = corrected
        ordered = sorted(tasks.values(), key=lambda line: line.order)
        money, posts = self._books.position(now, self.clocks), self._planned()
        services, away = self._services(now, tasks)
        done, runs = self._done_and_failed(now)
        return Dashboard(
            waits=self._waiting(tasks),
            board=board(ordered, today, unread=self.unread),
            personal=personal(ordered, handbook.people, today),
            calendar=self._calendar(now),
            business=[*money.metrics, *_next_post(posts)],
            stuck=section([line.item for line in ordered if line.status == NEEDS_YOU]),
            later=section([line.item for line in ordered if line.status == LATER]),
            position=money,
            posts=posts,
            services=services,
            incidents=self._incidents(services, away, runs),
            done=done,
            is_sandbox=settings().mode is Mode.SANDBOX,
        )

    def _waiting(self, tasks: Mapping[str, TaskLine]) -> OverviewSection:
        """The requests, the next to expire first, each with whose matter it is."""
        stamps = self.vault.stamps(Folder.PENDING_APPROVAL)
        found = sorted(
            self._requests.of(self.vault, stamps).values(), key=lambda line: (line.expires, line.item.place)
        )
        return section([_with_domain(line, tasks) for line in found], unread=len(stamps) - len(found))

    def _planned(self) -> OverviewSection:
        stamps = self.vault.stamps(Folder.POSTS)
        lines = self._posts.of(self.vault, stamps)
        planned = by_time(line for line in lines.values() if line and line.status in PLANNED)
        items = [
            Item(
                f"{Folder.POSTS}/{line.name}",
                one_line(line.short) or one_line(line.name),
                one_line(line.plan),
                task=line.task,
            )
            for line in planned
        ]
        return section(items)

    def _post(self, name: str, note: Note | None) -> PostLine | None:
        return post_line(name, note.front, note.body, self.zone) if note else None

    def _calendar(self, now: datetime) -> OverviewSection:
        """The calendar as it was read last; one that was never read is not said to be empty."""
        try:
            kept = kept_calendar()
            looked = next((look for look in last_looks() if look.channel == SOURCE), None)
        except DigitalFteError as error:
            return OverviewSection(problem=f"Nobody knows: {one_line(str(error), LONGEST_DETAIL)}")
        if kept is not None:
            reading = kept.reading
            return agenda(kept.events, now, self.clocks, read_at=reading.read_at, unread=len(reading.unread))
        if looked is not None and looked.found is LookResult.CLOSED:
            return OverviewSection(problem=NOT_CONNECTED)
        why = one_line(looked.problem, LONGEST_DETAIL) if looked and looked.problem else ""
        return OverviewSection(problem=f"{NOT_READ} {why}".strip())

    def _services(self, now: datetime, tasks: Mapping[str, TaskLine]) -> tuple[Services, list[Item]]:
        """How the services are, and the outages among that."""
        try:
            recorded = recorded_services(now)
        except DigitalFteError as error:
            return Services(problem=f"Nobody knows: {one_line(str(error), LONGEST_DETAIL)}"), []
        firsts = {name: _first(keys[0], tasks) for name, keys in recorded.queued.items()}
        services = Services(
            service_rows(recorded, self.clocks, firsts),
            watchers(recorded.looks, now, self.clocks),
            ends_soon(recorded, now.date()),
            health(recorded, now),
        )
        return services, outages(recorded, self.clocks)

    def _done_and_failed(self, now: datetime) -> tuple[OverviewSection, OverviewSection]:
        midnight = now.astimezone(self.clocks).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            self._today.look(self.vault.root, midnight, now)
        except DigitalFteError as error:
            unknown = OverviewSection(problem=f"Nobody knows: {one_line(str(error), LONGEST_DETAIL)}")
            return unknown, unknown
        done, failed = self._today.done, self._today.failed
        shown = self.vault.stamps(Folder.DONE, done[:MOST_SHOWN])
        lines = self._done.of(self.vault, shown)
        items = [lines[name] for name in done if name in lines]
        runs = [
            Item(
                title=one_line(f"{run.name} {run.what}"), detail=one_line(run.error), url=run_address(run.id)
            )
            for run in failed
        ]
        return section(items, unread=len(done) - len(items)), section(runs)

    def _incidents(self, services: Services, away: list[Item], runs: OverviewSection) -> OverviewSection:
        names = given_up(sorted(self.vault.stamps(Folder.DEAD_LETTERS)))
        letters = self._letters.of(self.vault, self.vault.stamps(Folder.DEAD_LETTERS, names[-MOST_SHOWN:]))
        items = [*away, *runs.items, *(letters[name] for name in sorted(letters, reverse=True))]
        unknown = " ".join(filter(None, (services.problem, runs.problem)))
        return OverviewSection(
            items[:MOST_SHOWN],
            len(items[MOST_SHOWN:]) + runs.more + len(names) - len(letters),
            note=unknown and f"Perhaps there are more. {unknown}",
        )


def _request(name: str, note: Note | None) -> RequestLine:
    line = _line(Folder.PENDING_APPROVAL, name, note)
    front = note.front if note else {}
    return RequestLine(line, str(front.get("task") or ""), str(front.get("expires") or ""))


def _with_domain(line: RequestLine, tasks: Mapping[str, TaskLine]) -> Item:
    task = tasks.get(line.task)
    if task is None:
        return line.item
    said = ", ".join(filter(None, (task.domain.value, line.item.detail)))
    return replace(line.item, detail=said)


def _first(task: str, tasks: Mapping[str, TaskLine]) -> Item:
    """The oldest task that waits; one whose note is elsewhere keeps its id."""
    return replace(tasks[task].item, title=tasks[task].brief) if task in tasks else Item(title=one_line(task))


def _line(folder: Folder, name: str, note: Note | None) -> Item:
    return item(folder, name, note) if note else Item(f"{folder}/{name}", one_line(name), "cannot be read")


def _next_post(posts: OverviewSection) -> list[Item]:
    if not posts.count:
        return [Item(title="No post is planned")]
    first = posts.items[0]
    return [replace(first, title=f"Posts planned: {posts.count}", detail=f"the next: {first.detail}")]


def recorded_services(now: datetime) -> Recorded:
    """What is on record of the services.

    Raises:
        LedgerUnavailableError, LedgerUnreadableError: the ledger cannot be read.
    """
    queued: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    for write in waiting():
        if write.service != SCHEDULE:
            queued.setdefault(write.service, []).append(write.key)
        if write.error:
            errors.setdefault(write.service, write.error)
    accounts = connections()
    return Recorded(
        accounts={account: endings is not None for account, endings in accounts.items()},
        breakers=breaker_states(),
        away_since=lasting_outages(),
        queued=queued,
        errors=errors,
        endings=[ending for endings in accounts.values() for ending in endings or ()],
        looks=last_looks(),
        spells=spells(now - MISSED_SLOTS * SLOT),
    )
