"""Handing a file over in pieces, and waiting until a platform has prepared it for a post."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from blocks.social.errors import (
    ContentRefusedError,
    MediaNotReadyError,
    MediaRefusedError,
    NamedService,
    PlatformUnavailableError,
    PostMissingError,
    UploadCutError,
)
from domain.social.post import Media

PROCESSING_SECONDS = 120.0
PIECE_TRIES, PIECE_PAUSE_SECONDS = 4, 0.5
"""A piece of an upload is tried so often, with a pause between."""
FORGOTTEN = (MediaRefusedError, ContentRefusedError, PostMissingError)
"""What a platform says of an upload that it no longer goes on with."""
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Progress:
    """How far a file is with a platform; where this is kept, another process goes on with it.

    Attributes:
        session: What the platform needs to go on, in its client's own form; empty: nothing has begun.
        sent_bytes: How much of the file is there.
    """

    def __init__(self, platform: NamedService, media: Media) -> None:
        self.platform, self.media = platform, media
        self.session, self.sent_bytes = "", 0

    def keep(self, session: str, sent_bytes: int) -> None:
        """It came this far."""
        if sent_bytes > self.sent_bytes:
            there = f"{sent_bytes:,} of {self.media.size_bytes:,} bytes"
            _log.info("%s: %s are at %s", self.media.document, there, self.platform.title)
        self.session, self.sent_bytes = session, sent_bytes


async def resumed(progress: Progress, hand_over: Callable[[], Awaitable[T]]) -> T:
    """Hand a file over from where an earlier try came to; what the platform has forgotten begins anew, once.

    Raises:
        UploadCutError: a piece did not arrive in several tries; the next try goes on with it.
    """
    try:
        if progress.session:
            try:
                return await hand_over()
            except FORGOTTEN:
                progress.keep("", 0)
        return await hand_over()
    except PlatformUnavailableError as error:
        if progress.sent_bytes:
            raise UploadCutError(progress.platform, error, progress.media, progress.sent_bytes) from error
        raise


@dataclass(frozen=True)
class Preparation:
    """How far it is: done, failed with a problem, or to be looked at again after some seconds."""

    is_done: bool
    problem: str = ""
    again_seconds: float = 1.0


async def prepared(platform: NamedService, look: Callable[[], Awaitable[Preparation]]) -> None:
    """Look until it is done.

    Raises:
        MediaRefusedError: the platform cannot prepare it.
        MediaNotReadyError: it takes longer than two minutes.
    """
    waited = 0.0
    while not (found := await look()).is_done:
        if found.problem:
            raise MediaRefusedError(platform, found.problem)
        if waited >= PROCESSING_SECONDS:
            raise MediaNotReadyError(platform, waited)
        pause = max(found.again_seconds, 0.1)
        await asyncio.sleep(pause)
        waited += pause


async def persistently(send: Callable[[], Awaitable[T]]) -> T:
    """Send a piece of an upload; one that was lost on the way is sent again.

    Raises:
        PlatformUnavailableError: it was lost each time.
    """
    for _ in range(PIECE_TRIES - 1):
        try:
            return await send()
        except PlatformUnavailableError:
            await asyncio.sleep(PIECE_PAUSE_SECONDS)
    return await send()
