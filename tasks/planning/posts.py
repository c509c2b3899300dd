"""Posts as notes in Posts/: what is ready becomes a task that asks a person, and each note says how its post stands."""

from datetime import datetime
from pathlib import Path

from domain.errors import RejectedError
from domain.planning.catalogue import ALL_PLATFORMS
from domain.planning.order import AS_SAID, Call, Order
from domain.reliability.look import Found
from domain.social.draft import FOLLOWED, DraftStatus, draft_of, order_of
from domain.vault.note import BrokenNoteError, Note
from tasks.approvals.ask import withdraw_requests
from tasks.planning.orders import take_order
from tasks.planning.prepare import read_handbook
from tasks.planning.task_status import TaskReport, TaskStatus, UnknownTaskError, task_report
from tasks.reliability import outbox
from tasks.social.media import keep_file
from tasks.vault.vault import Folder, current_vault

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
    for name in sorted(where.names(Folder.POSTS)):
        try:
            notes[name] = where.read(Folder.POSTS, name)
        except BrokenNoteError as error:
            where.set_aside(where.path(f"{Folder.POSTS}/{name}.md"), str(error))
    return notes


def status_of(note: Note) -> DraftStatus:
    """Where a post stands; a word that is none is a draft's."""
    written = str(note.front.get("status", DraftStatus.DRAFT))
    return DraftStatus(written) if written in set(DraftStatus) else DraftStatus.DRAFT


def look_for_posts(_now: datetime) -> Found:
    """Whether a post is ready, or the task of one has come further than its note says."""
    for note in post_notes().values():
        if status_of(note) is DraftStatus.READY or (status_of(note) in FOLLOWED and _news(note) is not None):
            return Found.WORK
    return Found.NOTHING


async def place_ready(now: datetime) -> list[str]:
    """Make a task of each post that is ready; the ids of the new ones. What is wrong with one stands in its note.

    Raises:
        TransientError: a platform's account could not be looked up now; the note stays ready.
    """
    placed = []
    for name, note in post_notes().items():
        if status_of(note) is not DraftStatus.READY:
            continue
        try:
            placed.append(await _place(name, note, now))
        except (RejectedError, BrokenNoteError) as error:
            _mark(name, DraftStatus.DRAFT, problem=str(error))
    return placed


def follow_posts() -> None:
    """Write into each note how its post stands now."""
    for name, note in post_notes().items():
        if status_of(note) in FOLLOWED and (report := _news(note)) is not None:
            problem = report.said if report.status is TaskStatus.REFUSED else None
            _mark(name, _status(report), problem=problem, published=_addresses(report))


def cancel_post(name: str, now: datetime) -> None:
    """Withdraw a post that is not public yet: its request, its approval, its place in the schedule.

    Raises:
        NotCancellableError: there is nothing to withdraw.
        FileNotFoundError: there is no such note.
    """
    note = current_vault().read(Folder.POSTS, name)
    status, task = status_of(note), note.front.get("task")
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
    documents = [_kept(file) for file in draft_of(note.front).media]
    said = order_of(note.front, note.body, read_handbook().time_zone, documents)
    call = Call(source=SOURCE, tool=TOOL, arguments={"note": name, **said})
    order = Order(source=SOURCE, action=ALL_PLATFORMS, inputs={AS_SAID: said})
    await take_order(call, order, now, look_seconds=LOOK_UP_SECONDS)
    _mark(name, DraftStatus.ASKED, task=call.task_id)
    return call.task_id


def _kept(file: str) -> str:
    """A file beside the note, or one that is kept already."""
    if file.startswith(f"{Folder.ATTACHMENTS}/"):
        return file
    return keep_file(Path(current_vault().path(f"{Folder.POSTS}/{file}"))).document


def _news(note: Note) -> TaskReport | None:
    """How the task stands, if that is not what the note says."""
    try:
        report = task_report(str(note.front.get("task")))
    except UnknownTaskError:
        return None
    return report if _status(report) is not status_of(note) else None


def _status(report: TaskReport) -> DraftStatus:
    return STATUSES.get(report.status, DraftStatus.SCHEDULED)


def _addresses(report: TaskReport) -> list[str]:
    evidence = (report.evidence or {}).values()
    return [str(one["url"]) for one in evidence if isinstance(one, dict) and one.get("url")]


def _mark(name: str, status: DraftStatus, **facts: object) -> None:
    given = {key: value or None for key, value in ({"problem": None} | facts).items()}

    def change(note: Note) -> Note:
        kept = {key: value for key, value in given.items() if value is not None}
        gone = [key for key, value in given.items() if value is None and key in note.front]
        return note.with_front(status=status.value, **kept).without_front(*gone)

    current_vault().update(Folder.POSTS, name, change)
