"""Waiting until a platform has prepared a file for a post."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from blocks.social.errors import MediaNotReadyError, MediaRefusedError
from domain.social.post import Platform

PROCESSING_SECONDS = 120.0


@dataclass(frozen=True)
class Preparation:
    """How far it is: done, failed with a problem, or to be looked at again after some seconds."""

    is_done: bool
    problem: str = ""
    again_seconds: float = 1.0


async def prepared(platform: Platform, look: Callable[[], Awaitable[Preparation]]) -> None:
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
