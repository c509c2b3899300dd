"""Mentions become tasks: read once, stored as notes, and only then counted as read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from domain.errors import DigitalFteError, TransientError
from domain.reliability.look import Found
from domain.social.mention import Mention, event_of
from domain.social.post import Platform
from tasks.intake import store_event
from tasks.mail.watermarks import move_watermark, read_watermark
from tasks.planning.prepare import read_handbook
from tasks.social.access import NotConnectedError, platform_access

if TYPE_CHECKING:
    from blocks.social.credentials import PlatformCredentials
    from blocks.social.x import XClient

NO_PAUSE = timedelta()


@dataclass(frozen=True)
class Reader:
    """How a platform's mentions are read.

    Attributes:
        begin: The cursor after which everything is newer than this moment.
        read: The mentions after a cursor, oldest first; a mention's id is the cursor after it.
    """

    begin: Callable[[datetime], str]
    read: Callable[["PlatformCredentials", str], Awaitable[list[Mention]]]


def _begin_on_x(now: datetime) -> str:
    from blocks.social.x import first_id

    return first_id(now)


async def _read_on_x(access: "PlatformCredentials", cursor: str) -> list[Mention]:
    async with access.client() as client:
        return await cast("XClient", client).mentions(since_id=cursor)


READERS = {Platform.X: Reader(_begin_on_x, _read_on_x)}
"""The platforms whose mentions are read."""


@dataclass
class Taken:
    """What one look at the platforms came to.

    Attributes:
        connected: The platforms that were looked at.
        problems: What kept some of them from being read.
    """

    task_ids: list[str] = field(default_factory=list)
    connected: list[Platform] = field(default_factory=list)
    problems: list[DigitalFteError] = field(default_factory=list)


async def look_for_mentions(now: datetime) -> Found:
    """Take in what is new, as often as the handbook says, and tell whether there was anything.

    What a look has read it stores: a flow that read it again would have it charged again.

    Raises:
        TransientError: a platform is away; its mentions are read by a later look.
        RejectedError: a platform refuses our access.
    """
    taken = await take_mentions(now, pause=timedelta(minutes=read_handbook().mention_minutes))
    if taken.task_ids:
        return Found.WORK
    if taken.problems:
        raise taken.problems[0]
    return Found.NOTHING if taken.connected else Found.CLOSED


async def take_mentions(now: datetime, *, pause: timedelta = NO_PAUSE) -> Taken:
    """Store the new mentions of each connected platform as tasks; one that is away leaves the others as they are.

    Args:
        now: The present.
        pause: A platform that was read less than this ago is left for later.
    """
    taken = Taken()
    for platform, reader in READERS.items():
        try:
            access = await platform_access(platform)
            taken.connected.append(platform)
            taken.task_ids += await _take(access, reader, now, pause)
        except NotConnectedError:
            continue
        except DigitalFteError as error:
            taken.problems.append(error)
    return taken


async def _take(access: "PlatformCredentials", reader: Reader, now: datetime, pause: timedelta) -> list[str]:
    """The new tasks of one account. What was said before it was first looked at is nobody's task.

    Again after a crash at any point it stores what is missing and nothing twice: a note's name is its post's id, and
    the watermark moves last.
    """
    source = f"mentions:{access.platform.value}:{access.account_id}"
    watermark = read_watermark(source)
    if watermark is None:
        move_watermark(source, before=None, cursor=reader.begin(now), now=now)
        return []
    if now - watermark.moved_at < pause:
        return []
    mentions = await reader.read(access, watermark.cursor)
    stored = [store_event(event_of(mention), now) for mention in mentions]
    cursor = mentions[-1].post.id if mentions else watermark.cursor
    move_watermark(source, before=watermark, cursor=cursor, now=now)
    return [task_id for task_id in stored if task_id]


def refusals_of(taken: Taken) -> list[DigitalFteError]:
    """Problems that do not pass by themselves."""
    return [problem for problem in taken.problems if not isinstance(problem, TransientError)]
