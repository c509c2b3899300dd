"""Posts as notes in Posts/: what is ready becomes a task that asks a person, and each note says how its post stands."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from blocks.social.errors import NotTakenBackError
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.planning.catalogue import ALL_PLATFORMS
from domain.planning.order import AS_SAID, Order, ToolCall
from domain.reliability.look import LookResult
from domain.social.draft import (
    FOLLOWED,
    STATUS_PROBLEM,
    BadDraftError,
    DraftStatus,
    files_refused,
    passed_over,
    read_draft,
    status_of,
    unknown_status,
)
from domain.social.post import EMPTY, Media, Platform
from domain.vault.note import Note
from tasks.audit.log import audit_log
from tasks.planning.open_tasks import NEW, work_again
from tasks.planning.orders import take_order
from tasks.planning.post_corrections import correct_note, correction_of
from tasks.planning.post_read_back import is_read_again
from tasks.planning.post_tasks import EARLIEST, close_refused, end_post, standing, was_begun
from tasks.policy.handbook import read_handbook
from tasks.social.media import (
    is_address,
    keep_addresses,
    media_in,
    named_in_note,
    readable,
)
from tasks.social.media_kind import NoMediaError
from tasks.social.post_notes import (
    agents_note,
    look_up_post,
    mark_post,
    post_notes,
    read_post,
    set_unreadable_aside,
)
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import Folder, current_vault

_log = logging.getLogger(__name__)

WRITTEN_IN = "written_in"
"""In a task's note: the note in Posts/ that it was made of."""

SOURCE, TOOL = "posts", "publish_post"
LOOK_UP_SECONDS = 30.0
"""Nobody waits for it but the flow."""

ENDABLE = FOLLOWED | {DraftStatus.DRAFT, DraftStatus.READY}
TAKEN_BACK = frozenset({DraftStatus.DRAFT, DraftStatus.CANCELLED})
FOLLOWS_TASK = FOLLOWED | {DraftStatus.PUBLISHED}
"""Of these the note is compared with what was decided on."""

_tried: dict[str, str] = {}
"""The minute in which each note that is ready, or was taken back, was last looked at."""
_settled: dict[str, int] = {}
"""When each note that needs nothing was last changed: it is not read again until it is changed."""


class TwiceError(RejectedError):
    """It stands there already, and would stand there twice."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        where = ", ".join(platform.title for platform in platforms)
        names = ", ".join(platform.value for platform in platforms)
        super().__init__(
            f"it, or its beginning, is public on {where} already and would stand there twice: take {names} out of "
            "platforms, or write another note"
        )


class NotCancellableError(RejectedError):
    """It is public, or was never asked for."""

    def __init__(self, name: str, status: str) -> None:
        super().__init__(f"{name} is {status}; there is nothing to cancel")


def look_for_posts(now: datetime) -> LookResult:
    """Whether a post is ready, or its note says other things than can be said of it."""
    current_vault().set_aside_misnamed(Folder.POSTS)
    is_any = [_has_news(name, now) for name in current_vault().names(Folder.POSTS)]
    return LookResult.WORK if any(is_any) else LookResult.NOTHING


def _has_news(name: str, now: datetime) -> bool:
    try:
        changed = current_vault().path(f"{Folder.POSTS}/{name}.md").stat().st_mtime_ns
    except FileNotFoundError:
        return False
    if _settled.get(name) == changed:
        return False
    if (note := read_post(name)) is None:
        set_unreadable_aside(name, now)
        return False
    status = status_of(note.front)
    if _is_withdrawn(name, note):
        return _is_tried_now(name, note, now)
    is_wrong = _wrong_status(note, now) != _said_of_status(note)
    if (
        (status is DraftStatus.READY and _is_tried_now(name, note, now))
        or is_wrong
        or _news(note)
        or correction_of(note)
        or is_read_again(note, now)
    ):
        return True
    if status not in FOLLOWED | {DraftStatus.READY}:
        _settled[name] = changed
    return False


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
        if (problem := _wrong_status(note, now)) != _said_of_status(note):
            mark_post(name, problem=problem)
        if status_of(note.front) is not DraftStatus.READY:
            continue
        try:
            placed.tasks.append(await _place(name, note, now))
        except TransientError as error:
            placed.problems.append(error)
            mark_post(name, problem=str(error))
        except RejectedError as error:
            mark_post(name, DraftStatus.DRAFT, problem=f"{error}. Then set status: ready")
        except Exception as error:  # noqa: BLE001 (whatever is wrong with one note, the others go on; it says so)
            _log.exception("Posts/%s.md could not be asked about", name)
            said = f"it cannot be asked about ({type(error).__name__}: {error}); correct it and set status: ready"
            mark_post(name, DraftStatus.DRAFT, problem=said)
    return placed


async def follow_posts(now: datetime) -> None:
    """Write into each note how its post stands now, and where it is not what was decided on."""
    for name, note in post_notes().items():
        if _is_withdrawn(name, note):
            await _withdraw(name, note, now)
            continue
        if correction_of(note):
            correct_note(name)
        if news := _news(read_post(name) or note):
            if news["status"] == DraftStatus.REFUSED:
                close_refused(str(note.front["task"]), now)
            mark_post(name, **news)


async def cancel_post(name: str, now: datetime) -> list[str]:
    """Withdraw a post that is not public yet: its request, its approval, its place in the schedule, its task.

    Returns:
        The platforms on which a part of it is public already.

    Raises:
        NotCancellableError: there is nothing to withdraw.
        UnderWayError: it is being published.
        DigitalFteError: a platform that has it for its time does not give it back now.
        FileNotFoundError: there is no such note.
    """
    note = look_up_post(name)
    status, task = status_of(note.front), note.front.get("task")
    if status not in ENDABLE:
        raise NotCancellableError(name, status)
    try:
        public = await _end(name, task and str(task), status, now)
    except NotTakenBackError as error:  # it is tried again
        mark_post(name, DraftStatus.CANCELLED, problem=str(error))
        raise
    mark_post(name, DraftStatus.CANCELLED, problem=_already(public))
    return public


def _is_tried_now(name: str, note: Note, now: datetime) -> bool:
    """Whether to try it now: what could not be asked about or ended is tried again once a minute."""
    minute = f"{now:%Y-%m-%d %H:%M}"
    if note.front.get("problem") and _tried.get(name) == minute:
        return False
    _tried[name] = minute
    return True


def _is_withdrawn(name: str, note: Note) -> bool:
    """Whether a person took a post back that is asked about or scheduled: by its status, or by closing its task."""
    status = status_of(note.front)
    if status not in TAKEN_BACK | FOLLOWED or (stands := standing(note)) is None:
        return False
    taken = FOLLOWED if status in TAKEN_BACK else {DraftStatus.CANCELLED}
    return stands["status"] in taken and _is_own(name, str(note.front["task"]))


async def _withdraw(name: str, note: Note, now: datetime) -> None:
    """End what was asked or scheduled; the note keeps what the person wrote."""
    stands = standing(note) or {"status": DraftStatus.ASKED}
    try:
        public = await _end(name, str(note.front["task"]), stands["status"], now)
    except DigitalFteError as error:  # it is tried again
        mark_post(name, problem=str(error))
    else:
        ended = DraftStatus.CANCELLED if status_of(note.front) in FOLLOWED else None
        mark_post(name, ended, problem=_already(public))


async def _end(name: str, task: str | None, was: DraftStatus, now: datetime) -> list[str]:
    """End a post's task, on record; the platforms on which a part is public already."""
    public = await end_post(task, now) if task and _is_own(name, task) else []
    event = AuditEvent(
        action="post.cancelled",
        status=AuditStatus.SUCCESS,
        actor="person",
        resource=task or name,
        details={"note": f"{Folder.POSTS}/{name}", "was": was.value, "public": public},
    )
    audit_log().append(event, now)
    return public


def _already(public: list[str]) -> str | None:
    return f"public already on {', '.join(public)}" if public else None


async def _place(name: str, note: Note, now: datetime) -> str:
    """Ask about the note as it is; what was asked or scheduled for it before is ended."""
    note, earlier = await _fetched(name, note, now), str(note.front.get("task") or "")
    is_same = bool(earlier) and was_begun(earlier) and _is_same(name, note, earlier)
    if is_same and work_again(earlier, NEW):
        mark_post(name, DraftStatus.SCHEDULED, problem=None)
        return earlier
    said, times = _said(note, now), _times_asked(note) + 1
    call = _call(name, note, said, times)
    order = Order(source=SOURCE, action=ALL_PLATFORMS, inputs={AS_SAID: said})
    if earlier not in ("", call.task_id) and _is_own(name, earlier):
        stood = standing(note) or {}
        public = await end_post(earlier, now)
        if is_same or stood.get("status") is not DraftStatus.PUBLISHED:
            _refuse_twice(said, public)
    await take_order(call, order, now, look_seconds=LOOK_UP_SECONDS)
    facts: dict[str, Any] = dict.fromkeys(("problem", "warnings", "published", "published_at", "corrected"))
    facts |= {"task": call.task_id, "asked": times}
    facts |= {"zone": said["at"]["zone"]} if "at" in said else {}
    mark_post(name, DraftStatus.ASKED, **facts)
    return call.task_id


def _call(name: str, note: Note, said: Mapping[str, Any], times: int) -> ToolCall:
    return ToolCall(
        source=SOURCE,
        tool=TOOL,
        arguments={"note": name, "asked": times, **said},
        sender=str(note.front.get("by") or f"a person, in {Folder.POSTS}/{name}"),
        facts={WRITTEN_IN: f"{Folder.POSTS}/{name}"},
    )


def _is_same(name: str, note: Note, task_id: str) -> bool:
    """Whether the note, with its files, says what it said when it was asked about."""
    return _call(name, note, _said(note, EARLIEST), _times_asked(note)).task_id == task_id


def _refuse_twice(said: Mapping[str, Any], public: Sequence[str]) -> None:
    if again := [one for one in map(Platform, said["platforms"]) if one.title in public]:
        raise TwiceError(again)


def _times_asked(note: Note) -> int:
    asked = note.front.get("asked")
    return asked if isinstance(asked, int) else 0


def _is_own(name: str, task_id: str) -> bool:
    """Whether the task was made of this note, and not of another that this one is a copy of."""
    where = current_vault()
    folder = where.find(task_id)
    written_in = str(where.read(folder, task_id).front.get(WRITTEN_IN, "")) if folder else ""
    other = written_in.rpartition("/")[2] or agents_note(task_id)
    return other == name or where.find(other, [Folder.POSTS]) is None


async def _fetched(name: str, note: Note, now: datetime) -> Note:
    """The note with what its web addresses show now as files of the Vault; from then on the addresses play no part.

    Raises:
        BadDraftError: one cannot be fetched; with everything else that is wrong.
    """
    media = read_draft(note.front, note.body, read_handbook().time_zone, now).media
    if not (addresses := [file for file in media if is_address(file)]):
        return note
    kept, wrong = await keep_addresses(media)
    if wrong:
        raise BadDraftError([*_read(note, now)[2], *(f"media: {problem}" for problem in wrong)])
    mark_post(name, media=kept, media_from=addresses)
    return note.with_front(media=kept)


def _said(note: Note, now: datetime) -> dict[str, Any]:
    """What the note orders.

    Raises:
        BadDraftError: with everything that is wrong with it.
    """
    said, files, problems = _read(note, now)
    if problems:
        raise BadDraftError(problems)
    documents = [current_vault().keep_as_it_is(file) for file in files]
    return said | ({"documents": documents} if documents else {})


def _read(note: Note, now: datetime) -> tuple[dict[str, Any], list[str], list[str]]:
    """What the note orders, its files by where they lie in the Vault, and everything that is wrong with it.

    What stands at a web address is not looked at: it is fetched when the note is taken up.
    """
    read = read_draft(note.front, note.body, read_handbook().time_zone, now)
    media, wrong = [], []
    alts = [*read.said.get("alt_texts", ()), *[""] * len(read.media)]
    is_fetched = not any(map(is_address, read.media))
    for file, alt in zip(read.media, alts, strict=False):
        if is_address(file):
            continue
        try:
            media.append(_media(file, alt))
        except (NoMediaError, OutsideVaultError) as error:
            wrong.append(f"media: {error}")
    problems = [*read.problems, *read.refused, *wrong]
    if wrong and is_fetched and not media and not read.said["text"]:
        problems.append(EMPTY)
    if is_fetched and (media or not wrong):
        problems += files_refused(read.said, media)
    files = [one.document for one in media]
    return read.said, files, [*problems, *passed_over(note.front)] if problems else []


def _media(file: str, alt_text: str) -> Media:
    path = named_in_note(file)
    lies_at = path.relative_to(current_vault().root).as_posix()
    return media_in(readable(path), lies_at, alt_text)


def _news(note: Note) -> dict[str, Any]:
    """What the note has to say and does not."""
    if status_of(note.front) not in FOLLOWS_TASK or (stands := standing(note)) is None:
        return {}
    now = {key: note.front.get(key) or None for key in stands}
    return {} if now == {key: value or None for key, value in stands.items()} else stands


def _wrong_status(note: Note, now: datetime) -> str | None:
    """That the status is none, with everything else that would be wrong if it were ready; a draft is left in peace."""
    unknown = unknown_status(note.front)
    return unknown and "; ".join([unknown, *_read(note, now)[2]])


def _said_of_status(note: Note) -> str | None:
    """What the note says of a status that is none."""
    said = note.front.get("problem")
    return str(said) if str(said).startswith(STATUS_PROBLEM) else None
