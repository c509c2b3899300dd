"""What every platform's client offers; publishing, proving and measuring a post need no more."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from blocks.social.preparing import Progress
from domain.social.measured import AccountReading
from domain.social.mention import Mention
from domain.social.post import Media, Platform
from domain.social.published import Piece, PublicAccount, Published

UNCHOSEN = "unknown"
"""The account of an access whose owner has not said yet who speaks."""
Opened = AbstractAsyncContextManager["PlatformClient"]


class StageState(StrEnum):
    """What became of a post that a platform has prepared."""

    USABLE = "usable"
    GONE = "gone"
    PUBLIC = "public"


class PlatformClient(Protocol):
    """One account on one platform. Every method raises the errors of `blocks.social.errors`."""

    platform: Platform

    @property
    def account_id(self) -> str:
        """The account that speaks."""
        ...

    async def accounts(self) -> list[PublicAccount]:
        """Everybody that the access may speak for, of whom its owner chooses one."""
        ...

    async def upload(self, media: Media, content: bytes, url: str | None) -> str:
        """Hand a file over, or its public address where the platform fetches it; its id there, ready for a post."""
        ...

    async def publish(self, piece: Piece) -> str:
        """Make it public; the id it has from now on."""
        ...

    def recent(self, since: datetime, answers: str | None = None) -> AsyncIterator[Published]:
        """The account's own posts since then, newest first.

        Args:
            since: The moment.
            answers: Where an answer is a comment: the own comments on this instead, in any order.
        """
        ...

    def mentions(self, since: str) -> AsyncIterator[Mention]:
        """What others said to the account after a cursor: a moment, or an id where ids count time. In any order."""
        ...

    async def read(self, post_id: str) -> Published:
        """One post as it is now.

        Raises:
            PostMissingError: there is none.
        """
        ...

    async def delete(self, post_id: str) -> None:
        """Take a post back; one that is gone already is no error."""
        ...

    async def insights(self, since: datetime, most: int) -> AccountReading:
        """Own posts since then with their counts, about the newest `most`, and what is counted of the account.

        Raises:
            DigitalFteError: it is away, or refuses all of it; what it refuses of a part is in the reading.
        """
        ...


@runtime_checkable
class ResumingClient(PlatformClient, Protocol):
    """A platform that takes a file in pieces, and goes on with one that was cut off."""

    async def upload_on(self, media: Media, content: bytes, progress: Progress) -> str:
        """Hand over what is missing of a file; its id there, ready for a post.

        Raises:
            UploadCutError: a piece did not arrive in several tries.
        """
        ...


@runtime_checkable
class KeepingClient(PlatformClient, Protocol):
    """A platform that is given a post before its time (`Piece.at`), and publishes it then by itself."""

    async def upload_ahead(self, media: Media, content: bytes) -> str:
        """Hand a picture over for a post that goes out later; its id there."""
        ...

    def kept(self) -> AsyncIterator[Published]:
        """The account's posts that wait there for their time, in any order."""
        ...


@runtime_checkable
class StagingClient(PlatformClient, Protocol):
    """A platform that prepares whole posts beforehand, and publishes what it has prepared once."""

    def prepares(self, piece: Piece) -> bool:
        """Whether this one is prepared beforehand."""
        ...

    async def stage(self, piece: Piece) -> str:
        """Have it prepared, out of sight; the id of what will be published."""
        ...

    async def state(self, stage: str) -> StageState:
        """What became of what was prepared earlier."""
        ...

    async def await_ready(self, stage: str) -> None:
        """Wait until it can be published.

        Raises:
            MediaNotReadyError: it takes longer than two minutes.
            MediaRefusedError: it cannot be prepared.
        """
        ...
