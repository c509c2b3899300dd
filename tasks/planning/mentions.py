"""Mentions become tasks: read once, stored as notes, and only then counted as read."""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from blocks.settings import Mode, settings
from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.planning.event import Event
from domain.reliability.look import LookResult
from domain.social.answers import AnswerByWords, BadAnswersError, answers_of, proposed
from domain.social.draft import BadDraftError, DraftStatus, read_draft
from domain.social.mention import SOURCE, Mention, event_of, left_out_event
from domain.social.post import Platform
from domain.vault.note import BrokenNoteError, Note
from tasks.intake import count_seen, is_seen, mark_seen, store_event
from tasks.mail.watermarks import move_watermark, read_watermark
from tasks.planning.answers import answer_of
from tasks.policy.handbook import read_handbook
from tasks.social.access import NotConnectedError, platform_access
from tasks.social.mention_notes import open_mentions
from tasks.vault.template import ANSWERS
from tasks.vault.vault import Folder, current_vault

if TYPE_CHECKING:
    from blocks.social.credentials import PlatformCredentials

log = logging.getLogger(__name__)
NO_PAUSE = timedelta()
LATE = timedelta(minutes=5)
"""Clocks differ, and a comment may be shown a little after one that is younger."""


@dataclass(frozen=True)
class Cursors:
    """How it is said to a platform from where on it shall be read; later ones are greater as text.

    Attributes:
        at: After it everything is newer than this moment.
        after: After it everything is newer than this mention, or was read and is known by its id.
    """

    at: Callable[[datetime], str]
    after: Callable[[Mention], str]


def _moment(moment: datetime) -> str:
    return (moment - LATE).astimezone(UTC).isoformat(timespec="seconds")


def _first_on_x(moment: datetime) -> str:
    from blocks.social.x import first_id

    return first_id(moment)


BY_TIME = Cursors(_moment, lambda mention: _moment(mention.post.created_at))
CURSORS = {
    Platform.X: Cursors(_first_on_x, lambda mention: mention.post.id),
    Platform.FACEBOOK: BY_TIME,
    Platform.LINKEDIN: BY_TIME,
    Platform.INSTAGRAM: BY_TIME,
}
"""The platforms whose mentions are read. X charges for each post, so there nothing is read again."""


class NoMentionError(RejectedError):
    """It is no open task of that kind."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no open mention; fte mentions list shows those there are")


class UnanswerableError(RejectedError):
    """The platform's API takes no answer to it."""

    def __init__(self, note: Note) -> None:
        super().__init__(
            f"this is not answered from here; answer where it stands, {note.front['address']}, and move its note to "
            "Done/"
        )


@dataclass
class TakenMentions:
    """What one look at the platforms came to.

    Attributes:
        connected: The platforms that were looked at.
        problems: What kept some of them from being read.
    """

    task_ids: list[str] = field(default_factory=list)
    connected: list[Platform] = field(default_factory=list)
    problems: list[DigitalFteError] = field(default_factory=list)


async def look_for_mentions(now: datetime) -> LookResult:
    """Take in what is new, as often as the handbook says, and tell whether there was anything.

    In the sandbox, where nothing is charged, each look reads. What a look has read it stores: a flow that read it
    again would have it charged again.

    Raises:
        TransientError: a platform is away; its mentions are read by a later look.
        RejectedError: a platform refuses our access.
    """
    is_free = settings().mode is Mode.SANDBOX
    pause = NO_PAUSE if is_free else timedelta(minutes=read_handbook().mention_minutes)
    taken = await take_mentions(now, pause=pause)
    if taken.task_ids:
        return LookResult.WORK
    if taken.problems:
        raise taken.problems[0]
    return LookResult.NOTHING if taken.connected else LookResult.CLOSED


async def take_mentions(now: datetime, *, pause: timedelta = NO_PAUSE) -> TakenMentions:
    """Store the new mentions of each connected platform as tasks; one that is away leaves the others as they are.

    Args:
        now: The present.
        pause: A platform that was read less than this ago is left for later.
    """
    taken = TakenMentions()
    for platform, cursors in CURSORS.items():
        try:
            access = await platform_access(platform)
            if not access.hears:
                continue
            taken.connected.append(platform)
            async for task_id in _take(access, cursors, now, pause):
                taken.task_ids.append(task_id)
        except NotConnectedError:
            continue
        except DigitalFteError as error:
            taken.problems.append(error)
    return taken


async def _take(
    access: "PlatformCredentials", cursors: Cursors, now: datetime, pause: timedelta
) -> AsyncIterator[str]:
    """The new tasks of one account. What was said before it was first looked at is nobody's task.

    Again after a crash at any point it stores what is missing and nothing twice: a note's name is its post's id, and
    the watermark moves last. However much there is, one mention at a time is held.
    """
    source = f"mentions:{access.platform.value}:{access.account_id}"
    watermark = read_watermark(source)
    if watermark is None:
        move_watermark(source, before=None, cursor=cursors.at(now), now=now)
        return
    if now - watermark.moved_at < pause:
        return
    cursor, answers = watermark.cursor, _answers()
    room = MentionRoom(access.platform, read_handbook().mention_tasks, now)
    async with access.client() as client:
        async for mention in client.mentions(watermark.cursor):
            cursor = max(cursor, cursors.after(mention))
            if task_id := room.store(event_of(mention, proposed(mention.post.text, answers)), mention):
                yield task_id
    if task_id := room.close():
        yield task_id
    move_watermark(source, before=watermark, cursor=cursor, now=now)


def _answers() -> list[AnswerByWords]:
    """The owner's template; while it cannot be read nothing is proposed, and mentions are stored all the same."""
    try:
        return answers_of(current_vault().read_root(ANSWERS).front)
    except FileNotFoundError:
        return []
    except (BrokenNoteError, BadAnswersError) as error:
        log.warning("%s: %s", ANSWERS, error)
        return []


def answer_mention(name: str, text: str | None, now: datetime) -> str:
    """Have a person asked about an answer, the proposed one unless another is given; the name of its post's note.

    The mention's note goes to Done/: from here on the post's note tells what becomes of the answer.

    Raises:
        NoMentionError: there is no such open mention.
        UnanswerableError: the platform's API takes no answer to it.
        NoProposalError: nothing is proposed, and nothing was given.
        BadDraftError: the platform would not take it; nothing was written.
    """
    where, note = current_vault(), open_mentions().get(name)
    if note is None:
        raise NoMentionError(name)
    if not note.front.get("reply_to"):
        raise UnanswerableError(note)
    body = answer_of(note, name, text or "")
    front = {
        "status": DraftStatus.READY.value,
        "platforms": [note.front["platform"]],
        "reply_to": note.front["reply_to"],
        "answers": note.front["address"],
    }
    read = read_draft(front, body, read_handbook().time_zone, now)
    if problems := [*read.problems, *read.refused]:
        raise BadDraftError(problems)
    post = f"answer-{name}"
    if where.find(post, [Folder.POSTS]) is None:
        where.save(Folder.POSTS, post, Note.new(front, f"\n{body.strip()}\n"))
    answered = {"status": "done", "answered_by": f"Posts/{post}"}
    where.move(name, Folder.NEEDS_ACTION, Folder.DONE, lambda found: found.with_front(**answered))
    return post


def refusals_of(taken: TakenMentions) -> list[DigitalFteError]:
    """Problems that do not pass by themselves."""
    return [problem for problem in taken.problems if not isinstance(problem, TransientError)]


A_DAY = timedelta(days=1)


class MentionRoom:
    """The tasks that one platform may still make in 24 hours, while one look reads it."""

    def __init__(self, platform: Platform, most: int, now: datetime) -> None:
        self._most, self._now = most, now
        self._left = most - count_seen(f"{SOURCE}-{platform.value}-", now - A_DAY)
        self._first: Mention | None = None
        self._left_out: dict[str, datetime] = {}

    def store(self, event: Event, mention: Mention) -> str | None:
        """The new task's id; None where the mention was seen before, or is only counted."""
        if self._left > 0:
            task_id = store_event(event, self._now)
            self._left -= task_id is not None
            return task_id
        if not is_seen(event.id):
            self._first = self._first or mention
            self._left_out[event.id] = event.received_at
        return None

    def close(self) -> str | None:
        """The task that counts what was left out, which is remembered only after it is stored."""
        if self._first is None:
            return None
        event = left_out_event(self._first, self._left_out, self._most)
        task_id = store_event(event, self._now)
        mark_seen(self._left_out, self._now)
        return task_id
