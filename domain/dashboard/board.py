"""The open tasks by priority and domain, and what of them is personal; pure."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from domain.mail.classify import MailKind
from domain.planning.correction import differing
from domain.planning.cross_domain import DUE_BECAUSE, PROMISED
from domain.planning.dependency import PERHAPS_AFTER, perhaps_first
from domain.planning.triage import Priority, TaskDomain
from domain.policy.people import People
from domain.vault.folder import Folder
from domain.vault.note import Note
from domain.vault.overview import Item, OverviewSection, item, one_line, section, title_of

MOST_IN_CELL = 8
BRIEF = 30
"""So many signs of a title stand in a column: Prefect's UI breaks no lines in tables, and three have to be seen."""
MOST_PERSONAL = 8
LONGEST_NAME = 40
STATUSES = {
    "new": "new",
    "working": "in work",
    "waiting": "asks you",
    "later": "waits",
    "escalated": "needs you",
    "done": "done",
}
"""What a task's status says to a person; another one was written by a person."""
NEEDS_YOU, LATER = "escalated", "later"


@dataclass(frozen=True)
class TaskLine:
    """An open task as its note says it.

    Attributes:
        item: Its line, with why it is where it is.
        brief: Its title for a narrow column.
        due: The day named for it, where one is.
        sender: Who it is from.
        is_fraud: Whether it was taken for an attempt at fraud, which is nobody's priority.
        is_promised: Whether its due day follows from a promised one.
        is_corrected: Whether a person put another kind, domain or priority into its note.
        after: The tasks that evidently belong before it.
    """

    item: Item
    brief: str
    domain: TaskDomain
    priority: Priority
    status: str
    due: dt.date | None = None
    sender: str = ""
    received: str = ""
    is_fraud: bool = False
    is_promised: bool = False
    is_corrected: bool = False
    after: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, dt.date, str, str]:
        """The most urgent first: by priority, by due date, by when it came."""
        return (
            list(Priority).index(self.priority),
            self.due or dt.date.max,
            self.received,
            self.item.place,
        )

    def is_in(self, priority: Priority, domain: TaskDomain) -> bool:
        """Whether it stands in this cell."""
        return (self.priority, self.domain) == (priority, domain)

    def short(self, today: dt.date, open_tasks: Mapping[str, str]) -> Item:
        """The line for a narrow place: when it is due, how it stands, and what open task belongs before it.

        Args:
            today: The day.
            open_tasks: Their short titles.
        """
        first = [open_tasks[name] for name in self.after if name in open_tasks]
        after = f"perhaps after {' and '.join(first)}" if first else ""
        said = (_due(self.due, today), STATUSES.get(self.status, "yours"), after)
        return replace(self.item, title=self.brief, detail=", ".join(filter(None, said)))


@dataclass(frozen=True)
class Board:
    """Rows by priority; in each the domains side by side. `unread` counts notes that were not looked into yet."""

    rows: Mapping[Priority, Mapping[TaskDomain, OverviewSection]]
    unread: int = 0

    @property
    def count(self) -> int:
        """All open tasks."""
        return self.unread + sum(map(self.count_of, TaskDomain))

    def count_of(self, domain: TaskDomain) -> int:
        """Those of one domain that were looked into."""
        return sum(cells[domain].count or 0 for cells in self.rows.values())


def task_line(name: str, note: Note | None) -> TaskLine:
    """A note as a line, however wrong it is; one that cannot be read needs a person."""
    if note is None:
        place = f"{Folder.NEEDS_ACTION}/{name}"
        unreadable = Item(place, one_line(name), "cannot be read")
        return TaskLine(unreadable, one_line(name, BRIEF), TaskDomain.BOTH, Priority.HIGH, NEEDS_YOU)
    front = note.front
    domain, priority = TaskDomain.BOTH, Priority.NORMAL
    with suppress(ValueError):
        domain = TaskDomain(str(front.get("domain")))
    with suppress(ValueError):
        priority = Priority(str(front.get("priority")))
    return TaskLine(
        item=item(Folder.NEEDS_ACTION, name, note),
        brief=one_line(title_of(name, note), BRIEF) or one_line(name, BRIEF),
        domain=domain,
        priority=priority,
        status=str(front.get("status", "new")),
        due=_day(front),
        sender=str(front.get("from") or ""),
        received=str(front.get("received") or ""),
        is_fraud=front.get("kind") == MailKind.PHISHING.value,
        is_promised=PROMISED in front or DUE_BECAUSE in front,
        is_corrected=bool(differing(front)),
        after=perhaps_first(front.get(PERHAPS_AFTER)),
    )


def board(lines: Iterable[TaskLine], today: dt.date, *, unread: int = 0) -> Board:
    """The table of all open tasks."""
    ordered = sorted(lines, key=lambda line: line.order)
    titles = _titles(ordered)
    return Board(
        {
            priority: {
                domain: _cell([line for line in ordered if line.is_in(priority, domain)], today, titles)
                for domain in TaskDomain
            }
            for priority in Priority
        },
        unread,
    )


def personal(lines: Iterable[TaskLine], people: People, today: dt.date) -> list[Item]:
    """The personal priorities: what is the owner's own matter, wholly or partly, with its due date and its person."""
    every = list(lines)
    titles = _titles(every)
    own = [line for line in every if line.domain is not TaskDomain.BUSINESS and not line.is_fraud]
    own.sort(key=lambda line: line.order)
    return [_with_person(line.short(today, titles), line.sender, people) for line in own[:MOST_PERSONAL]]


def _titles(lines: Iterable[TaskLine]) -> dict[str, str]:
    return {line.item.task: line.brief for line in lines}


def _with_person(short: Item, sender: str, people: People) -> Item:
    known = people.who_wrote(sender)
    if known is None:
        return short
    name, person = known
    said = f"from {one_line(name, LONGEST_NAME)}"
    role = f" ({one_line(person.role, LONGEST_NAME)})" if person.role else ""
    return replace(short, detail=", ".join(filter(None, (f"{said}{role}", short.detail))))


def _cell(here: Sequence[TaskLine], today: dt.date, titles: Mapping[str, str]) -> OverviewSection:
    shown = [line.short(today, titles) for line in here[:MOST_IN_CELL]]
    return section(shown, unread=len(here) - len(shown))


def _due(day: dt.date | None, today: dt.date) -> str:
    if day is None:
        return ""
    return f"was due {day}" if day < today else "due today" if day == today else f"due {day}"


def _day(front: Mapping[str, Any]) -> dt.date | None:
    for said in _days(front):
        with suppress(ValueError):
            return dt.date.fromisoformat(str(said)[:10])
    return None


def _days(front: Mapping[str, Any]) -> Iterator[object]:
    yield front.get("due")
    rows = front.get("was_read")
    if isinstance(rows, list):
        yield from (
            row.get("value") for row in rows if isinstance(row, dict) and row.get("field") == "due_on"
        )
