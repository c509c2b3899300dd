"""Tasks that wait for other tasks, of whatever domain: what a note's `depends_on` names, and what follows from it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DEPENDS_ON, PERHAPS_AFTER = "depends_on", "perhaps_after"
"""In a task's note: the tasks that have to be done first, as a person says; those that evidently belong before it."""
TO_DO = "take it out of depends_on in this note and set status: new to go on without it, or move this note to Done/"
MOST_PERHAPS, LEAST_SIGNS, LEAST_DIGITS = 5, 4, 3
_LINK = re.compile(r"^\[\[([^]|#]*)[^]]*\]\]$")


class DependencyStanding(StrEnum):
    """Where a task stands on which another depends."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Other:
    """A task as seen by one that depends on it.

    Attributes:
        title: What a person knows it by; foreign text.
        domain: Whose matter it is, as far as that was decided.
        needs: The tasks that it depends on itself.
        why: Why it is not done, in words; may be empty.
    """

    name: str
    standing: DependencyStanding
    title: str = ""
    domain: str = ""
    needs: tuple[str, ...] = ()
    why: str = ""

    def __str__(self) -> str:
        """Such as `gmail-18c2f (personal: The new lease)`."""
        about = ": ".join(filter(None, (self.domain, self.title)))
        return f"{self.name} ({about})" if about else self.name


@dataclass(frozen=True)
class Waits:
    """What a task's dependencies come to.

    Attributes:
        reasons: One sentence each; empty: it may go on.
        asks: Whether waiting is of no use: a person has to say how to go on.
    """

    reasons: tuple[str, ...] = ()
    asks: bool = False

    def __bool__(self) -> bool:
        """Whether it must not go on now."""
        return bool(self.reasons)


@dataclass(frozen=True)
class About:
    """What a task may have in common with another one.

    Attributes:
        words: All that it says.
        number: Of the bill that it is; empty: it is none.
        thread: Where its mail is kept.
        received: When it came, ISO 8601.
        follows: The task that its mail answers.
        needs: The tasks that it depends on already.
    """

    name: str
    words: str = ""
    number: str = ""
    thread: str = ""
    received: str = ""
    follows: str = ""
    needs: tuple[str, ...] = ()


def perhaps_after(task: About, others: Iterable[About]) -> tuple[str, ...]:
    """The open tasks that evidently belong before this one, each as a link with its reason.

    Nothing waits by that alone: what a mail says of numbers and threads is its sender's claim.
    """
    found = (
        (other.name, _common(task, other)) for other in others if other.name not in {task.name, *task.needs}
    )
    return tuple(f"[[{name}]]: {why}" for name, why in found if why)[:MOST_PERHAPS]


def _common(task: About, other: About) -> str:
    if task.name in other.needs:
        return ""
    if other.name == task.follows:
        return "its mail answers one of that task"
    if (
        task.thread
        and task.thread == other.thread
        and (other.received, other.name) < (task.received, task.name)
    ):
        return "its mail came later in the same conversation"
    if not task.number and is_telling(other.number) and _names(other.number, task.words):
        return f"it speaks of {other.number}, the number of that bill"
    return ""


def is_telling(number: str) -> bool:
    """Whether a number says enough to find something by: 4 signs, of which 3 are digits."""
    return len(number) >= LEAST_SIGNS and sum(map(str.isdigit, number)) >= LEAST_DIGITS


def _names(number: str, words: str) -> bool:
    return re.search(rf"(?<![\w/-]){re.escape(number)}(?![\w/-])", words, re.IGNORECASE) is not None


def perhaps_first(written: Any) -> tuple[str, ...]:
    """The tasks that a note names under `perhaps_after`."""
    said = written if isinstance(written, list) else []
    return tuple(str(one).partition("]]")[0].removeprefix("[[") for one in said)


def needs_of(written: Any) -> tuple[str, ...]:
    """The tasks that a note's `depends_on` names: one or a list, as names or as links."""
    names = written if isinstance(written, list | tuple) else str(written or "").split(",")
    return tuple(dict.fromkeys(filter(None, map(_name, names))))


def _name(written: Any) -> str:
    text = _flat(written)
    link = _LINK.match(text)
    return (link[1] if link else text).rpartition("/")[2].removesuffix(".md").strip()


def _flat(written: Any) -> str:
    """YAML reads an unquoted [[x]] as a list in a list."""
    while isinstance(written, list | tuple) and len(written) == 1:
        written = written[0]
    return str(written).strip()


def waits(name: str, tasks: Mapping[str, Other]) -> Waits:
    """What the task waits for.

    Args:
        name: The task.
        tasks: It, and all that it depends on, directly or through others.
    """
    circle = circle_of(name, tasks)
    if circle:
        said = f"tasks wait for each other in a circle: {' -> '.join(circle)}; take one of them out of depends_on"
        return Waits((f"{said} and set status: new",), asks=True)
    needed = [tasks[need] for need in tasks[name].needs]
    stuck = [one for one in needed if one.standing in {DependencyStanding.FAILED, DependencyStanding.UNKNOWN}]
    if stuck:
        return Waits(tuple(map(_question, stuck)), asks=True)
    return Waits(tuple(map(_waiting, (one for one in needed if one.standing is DependencyStanding.OPEN))))


def circle_of(name: str, tasks: Mapping[str, Other]) -> list[str]:
    """The way from the task back to itself, shortest first; empty where there is none. What is done closes none."""
    ways = [[name]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for need in _open_needs(way[-1], tasks):
            if need == name:
                return [*way, name]
            if need not in seen:
                seen.add(need)
                ways.append([*way, need])
    return []


def _open_needs(name: str, tasks: Mapping[str, Other]) -> Iterator[str]:
    task = tasks.get(name)
    if task is not None and task.standing is DependencyStanding.OPEN:
        yield from task.needs


def _waiting(other: Other) -> str:
    return f"it waits for {other}" + (f", which needs you: {other.why}" if other.why else "")


def _question(other: Other) -> str:
    if other.standing is DependencyStanding.UNKNOWN:
        return f"it depends on {other}, and there is no such task: correct depends_on in this note and set status: new"
    why = f": {other.why}" if other.why else ""
    return f"it waits for {other}, which will not be done{why}; {TO_DO}"
