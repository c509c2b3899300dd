"""Where the tasks stand that another one depends on, by their notes."""

import re
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from domain.errors import RejectedError
from domain.mail.excerpt import sanitized
from domain.planning.dependency import (
    DEPENDS_ON,
    About,
    DependencyStanding,
    Other,
    Waits,
    needs_of,
    perhaps_after,
    waits,
)
from domain.social.draft import DraftStatus
from domain.vault.broken import BrokenNoteError
from domain.vault.names import check_name
from domain.vault.note import Note
from tasks.vault.vault import Folder, current_vault

CLOSED_UNDONE = {
    DraftStatus.CANCELLED.value: "it was cancelled",
    DraftStatus.REFUSED.value: "it was refused",
}
"""How a task is closed in Done/ without having been done."""
_NUMBER_READ = re.compile(r"""field: number\s+value: ['"]?([^'"\n]+)""")
LONGEST_TITLE, MOST_LOOKED_AT = 80, 200


def waits_of(task_id: str, note: Note) -> Waits:
    """What the task waits for, by its note and the notes of all it depends on."""
    needs = needs_of(note.front.get(DEPENDS_ON))
    tasks = {task_id: Other(task_id, DependencyStanding.OPEN, needs=needs)}
    following = deque(needs)
    while following:
        name = following.popleft()
        if name not in tasks:
            tasks[name] = _other(name)
            following += tasks[name].needs
    return waits(task_id, tasks) if needs else Waits()


def is_known_to_wait(task_id: str, note: Note) -> bool:
    """Whether it waits for other tasks, and its note says for which: there is nothing to do about it now."""
    if DEPENDS_ON not in note.front or note.front.get("status") != "later":
        return False
    found = waits_of(task_id, note)
    return bool(found) and not found.asks and note.front.get("delays") == list(found.reasons)


def perhaps_after_of(task_id: str, note: Note, words: str, number: str) -> tuple[str, ...]:
    """The open tasks that evidently belong before this one, each with why; of many the newest are looked at.

    Args:
        task_id: The task.
        note: Its note.
        words: What its document says.
        number: Of the bill that it is; empty: it is none.
    """
    task = replace(_about(task_id, note), words=words, number=number)
    if not (task.thread or task.follows or (words and not number)):
        return ()
    where = current_vault()
    stamps = where.stamps(Folder.NEEDS_ACTION)
    newest = sorted(stamps, key=lambda name: (stamps[name], name), reverse=True)[:MOST_LOOKED_AT]
    names = [name for name in sorted({*newest, task.follows} & stamps.keys()) if _may_be_before(name, task)]
    return perhaps_after(task, (about for name in names if (about := _open(name))))


def _may_be_before(name: str, task: About) -> bool:
    """Whether it pays to read the other's note: a look at its text, since to parse hundreds takes a second."""
    if name == task.follows:
        return True
    with suppress(OSError, UnicodeDecodeError):
        text = current_vault().path(f"{Folder.NEEDS_ACTION}/{name}.md").read_text(encoding="utf-8")
        numbers = _NUMBER_READ.findall(text)
        return bool(task.thread and task.thread in text) or any(number in task.words for number in numbers)
    return False


def _open(name: str) -> About | None:
    try:
        return _about(name, current_vault().read(Folder.NEEDS_ACTION, check_name(name)))
    except (BrokenNoteError, FileNotFoundError, RejectedError):
        return None


def _about(name: str, note: Note) -> About:
    front = note.front
    rows = front.get("was_read") or ()
    numbers = (row.get("value") for row in rows if isinstance(row, Mapping) and row.get("field") == "number")
    return About(
        name,
        number=str(next(numbers, "") or ""),
        thread=str(front.get("thread") or ""),
        received=str(front.get("received") or ""),
        follows=str(front.get("follows") or ""),
        needs=needs_of(front.get(DEPENDS_ON)),
    )


def _other(name: str) -> Other:
    where = current_vault()
    try:
        folder = where.find(check_name(name))
        if folder is None:
            return Other(name, DependencyStanding.UNKNOWN)
        if folder is Folder.DEAD_LETTERS:
            return Other(name, DependencyStanding.FAILED, why="it was set aside in Dead_Letters/")
        return _seen(name, folder, where.read(folder, name))
    except BrokenNoteError as error:
        return Other(name, DependencyStanding.OPEN, why=f"its note cannot be read: {error}")
    except RejectedError:  # no name of a note, or moved this very moment
        return Other(name, DependencyStanding.UNKNOWN)


def _seen(name: str, folder: Folder, note: Note) -> Other:
    front = note.front
    title = " ".join(sanitized(str(front.get("subject") or "")).split())[:LONGEST_TITLE]
    standing, why = _standing(name, folder, note)
    needs = needs_of(front.get(DEPENDS_ON)) if standing is DependencyStanding.OPEN else ()
    return Other(name, standing, title, str(front.get("domain") or ""), needs, why)


def _standing(name: str, folder: Folder, note: Note) -> tuple[DependencyStanding, str]:
    status = str(note.front.get("status", ""))
    if folder is Folder.DONE:
        undone = CLOSED_UNDONE.get(status)
        return (DependencyStanding.FAILED, undone) if undone else (DependencyStanding.DONE, "")
    if status != "escalated":
        return DependencyStanding.OPEN, ""
    was_planned = current_vault().find(name, [Folder.PLANS]) is not None  # then it could not be done
    return DependencyStanding.FAILED if was_planned else DependencyStanding.OPEN, "; ".join(
        map(str, note.front.get("why") or ())
    )
