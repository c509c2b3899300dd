"""Posts as notes in Posts/: what is ready becomes a task that asks a person, and each note says how its post stands."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.errors import RejectedError, TransientError
from domain.planning.catalogue import ALL_PLATFORMS
from domain.planning.order import AS_SAID, Call, Order
from domain.reliability.look import Found
from domain.social.draft import (
    FOLLOWED,
    STATUS_PROBLEM,
    BadDraftError,
    DraftStatus,
    read_draft,
    status_of,
    unknown_status,
)
from domain.vault.note import BrokenNoteError, Note
from tasks.approvals.ask import withdraw_requests
from tasks.planning.orders import take_order
from tasks.planning.prepare import read_handbook
from tasks.planning.task_status import TaskReport, TaskStatus, UnknownTaskError, task_report
from tasks.reliability import outbox
from tasks.social.media import NoMediaError, readable
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import Folder, NoteMissingError, current_vault

SOURCE, TOOL = "posts", "publish_post"
LOOK_UP_SECONDS = 30.0
"""Nobody waits for it but the flow."""

STATUSES = {
    TaskStatus.DONE: DraftStatus.PUBLISHED,
    TaskStatus.REFUSED: DraftStatus.REFUSED,
    TaskStatus.TAKEN: DraftStatus.CANCELLED,
    TaskStatus.WAITING_FOR_APPROVAL: DraftStatus.ASKED,
}


class NotCancellableError(RejectedError):
    """It is public, or was never asked for."""

    def __init__(self, name: str, status: str) -> None:
        super().__init__(f"{name} is {status}; there is nothing to cancel")


def post_notes() -> dict[str, Note]:
    """Every note of Posts/ that can be read, by name; one that cannot is set aside with the reason."""
    where, notes = current_vault(), {}
    where.set_aside_misnamed(Folder.POSTS)
    for name in sorted(where.names(Folder.POSTS)):
        try:
            notes[name] = where.read(Folder.POSTS, name)
        except BrokenNoteError as error:
            where.set_aside(where.path(f"{Folder.POSTS}/{name}.md"), str(error))
    return notes


def look_for_posts(_now: datetime) -> Found:
    """Whether a post is ready, or its note says less than can be said of it."""
    return Found.WORK if any(_has_news(note) for note in post_notes().values()) else Found.NOTHING


def _has_news(note: Note) -> bool:
    status = status_of(note.front)
    if status is DraftStatus.READY or unknown_status(note.front) != _said_of_status(note):
        return True
    return status in FOLLOWED and _news(note) is not None


@dataclass
class Placed:
    """What became of the posts that were ready.

    Attributes:
        tasks: The ids of the new ones.
        problems: Why a note stays ready: a platform's account could not be looked up now.
    """

    tasks: list[str] = field(default_factory=list)
    problems: list[TransientError] = field(default_factory=list)


async def place_ready(now: datetime) -> Placed:
    """Make a task of each post that is ready. What is wrong with one stands in its note, and the next goes on."""
    placed = Placed()
    for name, note in post_notes().items():
        if (problem := unknown_status(note.front)) != _said_of_status(note):
            _mark(name, None, problem=problem)
        if status_of(note.front) is not DraftStatus.READY:
            continue
        try:
            placed.tasks.append(await _place(name, note, now))
        except TransientError as error:
            placed.problems.append(error)
        except RejectedError as error:
            _mark(name, DraftStatus.DRAFT, problem=f"{error}. Then set status: ready")
        except Exception as error:  # noqa: BLE001 (whatever is wrong with one note, the others go on; it says so)
            said = f"it cannot be asked about ({type(error).__name__}: {error}); correct it and set status: ready"
            _mark(name, DraftStatus.DRAFT, problem=said)
    return placed


def follow_posts() -> None:
    """Write into each note how its post stands now."""
    for name, note in post_notes().items():
        if status_of(note.front) in FOLLOWED and (report := _news(note)) is not None:
            problem = report.said if report.status is TaskStatus.REFUSED else None
            _mark(name, _status(report), problem=problem, published=_addresses(report))


def cancel_post(name: str, now: datetime) -> None:
    """Withdraw a post that is not public yet: its request, its approval, its place in the schedule.

    Raises:
        NotCancellableError: there is nothing to withdraw.
        FileNotFoundError: there is no such note.
    """
    note = current_vault().read(Folder.POSTS, name)
    status, task = status_of(note.front), note.front.get("task")
    if status not in FOLLOWED | {DraftStatus.DRAFT, DraftStatus.READY}:
        raise NotCancellableError(name, status)
    if task:
        where = current_vault()
        if where.find(task, [Folder.NEEDS_ACTION]) is None:
            raise NotCancellableError(name, "done already")
        where.update(
            Folder.NEEDS_ACTION, task, lambda found: found.with_front(status="cancelled", waits_for=None)
        )
        withdraw_requests(task, now)
        outbox.done(task)
    _mark(name, DraftStatus.CANCELLED)


async def _place(name: str, note: Note, now: datetime) -> str:
    said = _said(note, now)
    call = Call(source=SOURCE, tool=TOOL, arguments={"note": name, **said})
    order = Order(source=SOURCE, action=ALL_PLATFORMS, inputs={AS_SAID: said})
    await take_order(call, order, now, look_seconds=LOOK_UP_SECONDS)
    _mark(name, DraftStatus.ASKED, task=call.task_id)
    return call.task_id


def _said(note: Note, now: datetime) -> dict[str, Any]:
    """What the note orders.

    Raises:
        BadDraftError: with everything that is wrong with it.
    """
    read = read_draft(note.front, note.body, read_handbook().time_zone, now)
    problems, documents = [*read.problems, *read.refused], []
    for file in read.media:
        try:
            documents.append(_kept(file))
        except (NoMediaError, OutsideVaultError) as error:
            problems.append(f"media: {error}")
    if problems:
        raise BadDraftError(problems)
    return read.said | ({"documents": documents} if documents else {})


def _kept(file: str) -> str:
    """A file beside the note, or in Attachments/, as it is now."""
    is_attached = file.startswith(f"{Folder.ATTACHMENTS}/")
    relative = file if is_attached else f"{Folder.POSTS}/{file}"
    readable(current_vault().path(relative))
    return current_vault().keep_as_it_is(relative)


def _news(note: Note) -> TaskReport | None:
    """How the task stands, if that is not what the note says."""
    try:
        report = task_report(str(note.front.get("task")))
    except UnknownTaskError:
        return None
    return report if _status(report) is not status_of(note.front) else None


def _status(report: TaskReport) -> DraftStatus:
    return STATUSES.get(report.status, DraftStatus.SCHEDULED)


def _addresses(report: TaskReport) -> list[str]:
    evidence = (report.evidence or {}).values()
    return [str(one["url"]) for one in evidence if isinstance(one, dict) and one.get("url")]


def _said_of_status(note: Note) -> str | None:
    """What the note says of a status that is none."""
    said = note.front.get("problem")
    return str(said) if str(said).startswith(STATUS_PROBLEM) else None


def _mark(name: str, status: DraftStatus | None, **facts: object) -> None:
    given = {key: value or None for key, value in ({"problem": None} | facts).items()}

    def change(note: Note) -> Note:
        kept = {key: value for key, value in given.items() if value is not None}
        gone = [key for key, value in given.items() if value is None and key in note.front]
        stands = {"status": status.value} if status else {}
        return note.with_front(**stands, **kept).without_front(*gone)

    with suppress(NoteMissingError):  # a person took it away meanwhile
        current_vault().update(Folder.POSTS, name, change)
