"""Handing a file over in pieces, and waiting until a platform has prepared it for a post."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from blocks.social.errors import MediaNotReadyError, MediaRefusedError, PlatformUnavailableError, Service

PROCESSING_SECONDS = 120.0
PIECE_TRIES, PIECE_PAUSE_SECONDS = 4, 0.5
"""A piece of an upload is tried so often, with a pause between."""
T = TypeVar("T")


@dataclass(frozen=True)
class Preparation:
    """How far it is: done, failed with a problem, or to be looked at again after some seconds."""

    is_done: bool
    problem: str = ""
    again_seconds: float = 1.0


async def prepared(platform: Service, look: Callable[[], Awaitable[Preparation]]) -> None:
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
