"""Which tasks can be worked, by what their notes say; a note that is no task of its name is set aside."""

from contextlib import suppress

from domain.times import written_moment
from domain.vault.names import UnsafeNameError, check_name
from domain.vault.note import BrokenNoteError, Note
from tasks.approvals.record import of_task, pending
from tasks.planning.dependencies import is_known_to_wait
from tasks.reliability import outbox
from tasks.vault.vault import Folder, NoteExistsError, NoteMissingError, current_vault

NEW, ESCALATED, STOP, WORKING = "new", "escalated", "stop", "working"
OPEN = frozenset({NEW, STOP, WORKING, "later", "waiting"})
"""Statuses that the loop works on; a person sets `status: new` to have a task worked again, `status: stop` to have what
was done of it undone."""
ENDING = "is_ending"
"""In a task's note: it is held, and taken up again by a person alone."""
HANDED_OVER = "handed_over"
"""In a task's note: when it was handed to a person."""
COPY_REMEDY = (
    "delete it; to have the task worked again, move the task's own note back, or set status: new in it"
)


def open_tasks() -> list[str]:
    """Ids of the tasks that can be worked now, so not those that wait for a person, another task or in an outbox.

    A task that a person set to `new` is worked at once, wherever it waits. Broken notes are set aside with a
    reason, never lost.
    """
    current_vault().set_aside_misnamed(Folder.NEEDS_ACTION)
    asked = {request.task_id for request in pending()}
    queued = {item.key for item in outbox.waiting()}
    statuses = {name: _open_status(name) for name in sorted(current_vault().names(Folder.NEEDS_ACTION))}
    return [
        name
        for name, status in statuses.items()
        if status == STOP
        or (status is not None and name not in asked and (status == NEW or name not in queued))
    ]


def status_of(note: Note) -> str:
    """A task's status, in whatever case a person wrote it; without one it is new."""
    return str(note.front.get("status") or NEW).strip().casefold() or NEW


def is_stop_wanted(task_id: str) -> bool:
    """Whether a person wrote `status: stop` into the task's note."""
    return _status_now(task_id) == STOP


def is_new(task_id: str) -> bool:
    """Whether nobody has worked on it yet, or a person wants it worked again."""
    return _status_now(task_id) == NEW


def _status_now(task_id: str) -> str | None:
    try:
        return status_of(current_vault().read(Folder.NEEDS_ACTION, task_id))
    except (NoteMissingError, BrokenNoteError):
        return None


def work_again(task_id: str, status: str) -> bool:
    """Have a task worked that was handed to a person, `NEW` as if they had written that; whether it still is theirs."""
    with suppress(NoteMissingError):
        note = current_vault().read(Folder.NEEDS_ACTION, task_id)
        if status_of(note) == ESCALATED and not is_held(note):
            current_vault().update(
                Folder.NEEDS_ACTION,
                task_id,
                lambda note: note.with_front(status=status).without_front(
                    "why", "tried", "would_help", HANDED_OVER
                ),
            )
            return True
    return False


def is_held(note: Note) -> bool:
    """Whether it is being ended; a person who sets it to `new` wants it after all."""
    return status_of(note) == ESCALATED and bool(note.front.get(ENDING))


def is_handed_over(task_id: str, note: Note) -> bool:
    """Whether it was handed to a person, who has decided nothing about it since.

    A worker may have been called before another one handed it over: it would do what was told as not done.
    """
    since = written_moment(note.front.get(HANDED_OVER))
    if status_of(note) != ESCALATED or since is None:
        return False
    return not any(asked.decided_at and asked.decided_at >= since for asked in of_task(task_id))


def is_open(task_id: str) -> bool:
    """Whether the employee still has to work it; a person may have taken it."""
    return _open_status(task_id) is not None


def _open_status(task_id: str) -> str | None:
    note = read_open_task(task_id)
    if note is None or is_known_to_wait(task_id, note):
        return None
    status = status_of(note)
    # `done` with our own date: a crash came before the move. A person who closes a task writes no such date.
    return status if status in OPEN or (status == "done" and "done" in note.front) else None


def read_open_task(task_id: str) -> Note | None:
    """The task's note; None when it has left Needs_Action/ or cannot be read (then it was set aside)."""
    where = current_vault()
    try:
        note = where.read(Folder.NEEDS_ACTION, task_id)
    except FileNotFoundError:
        return None
    except BrokenNoteError as error:
        where.set_aside(where.root / Folder.NEEDS_ACTION / f"{task_id}.md", error)
        return None
    if "document" not in note.front:
        where.set_aside(where.root / Folder.NEEDS_ACTION / f"{task_id}.md", "the note names no document")
        return None
    return note if _is_its_own(task_id, note) else None


def _is_its_own(name: str, note: Note) -> bool:
    """Whether the note is the task of its name; a copy is set aside, and one that was renamed gets its name back.

    Else what was done under the one name would be done again under the other.
    """
    where = current_vault()
    try:
        task_id = check_name(str(note.front.get("id") or name))
    except UnsafeNameError:
        return True
    of_task = where.find(task_id) if task_id != name else None
    done = where.find(name, [Folder.DONE])
    if of_task is None and done is None:
        if task_id != name:
            with suppress(NoteMissingError, NoteExistsError):
                where.rename(Folder.NEEDS_ACTION, name, task_id)
        return task_id == name
    with suppress(NoteMissingError):
        reason = f"it is a copy of the task {task_id}, whose own note is in {of_task or done}/"
        where.set_aside(where.root / Folder.NEEDS_ACTION / f"{name}.md", reason, COPY_REMEDY)
    return False
