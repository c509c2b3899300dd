"""What was true a moment ago is taken for true while it is asked again; where it has changed, the work is done anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from contextlib import suppress
from typing import Any, TypeVar

from domain.errors import RejectedError

A = TypeVar("A")
R = TypeVar("R")
_known: dict[Hashable, tuple[float, Any]] = {}
"""When it was asked, and the answer."""


async def assuming(
    key: Hashable,
    ask: Callable[[], Awaitable[A]],
    work: Callable[[A], Coroutine[Any, Any, R]],
    *,
    believed_seconds: float = 0,
) -> R:
    """The work's result with what `ask` says now; it begins at once with what `ask` said the last time.

    So nothing waits for an answer that is nearly always the same, and no answer is older than `believed_seconds`: so
    long it is not even asked again, unless the work is refused with it.
    """
    if key in _known:
        at, assumed = _known[key]
        if time.monotonic() - at < believed_seconds:
            with suppress(RejectedError):
                return await work(assumed)
        begun = asyncio.create_task(work(assumed))
        try:
            await asyncio.sleep(0)  # the work's own questions go first
            now = await ask()
            if now == assumed:
                _known[key] = time.monotonic(), now
                return await begun
        finally:
            await _ended(begun)
    else:
        now = await ask()
    _known[key] = time.monotonic(), now
    return await work(now)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Whatever became of it: somebody else tells, or it was made of what is not true any more."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
