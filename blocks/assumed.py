"""What was true a moment ago is taken for true while it is asked again; where it has changed, the work is done anew."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, TypeVar

A = TypeVar("A")
R = TypeVar("R")
_known: dict[Hashable, Any] = {}


async def assuming(
    key: Hashable, ask: Callable[[], Awaitable[A]], work: Callable[[A], Coroutine[Any, Any, R]]
) -> R:
    """The work's result with what `ask` says now; it begins at once with what `ask` said the last time.

    So nothing waits for an answer that is nearly always the same, and no answer is ever an old one's.
    """
    if key in _known:
        assumed = _known[key]
        begun = asyncio.create_task(work(assumed))
        try:
            await asyncio.sleep(0)  # the work's own questions go first
            now = await ask()
            if now == assumed:
                return await begun
        finally:
            await _ended(begun)
    else:
        now = await ask()
    _known[key] = now
    return await work(now)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Whatever became of it: somebody else tells, or it was made of what is not true any more."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
