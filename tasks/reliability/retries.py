"""What is tried again, and after which pauses: in Prefect's tasks and outside of them. Imports no Prefect.

Only a TransientError is, which provably had no effect; a step of a plan, which reconciles first, after an
UnknownOutcomeError, too. What is away for longer waits in the outbox (`tasks/reliability/outbox.py`).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from domain.errors import TransientError, UnknownOutcomeError
from domain.reliability.backoff import STANDARD, Backoff, named_delay, spread
from domain.reliability.rate_limits import DueLaterError, RateLimitedError
from tasks.reliability.breakers import ServiceUnavailableError

T = TypeVar("T")

STEP_PAUSES_SECONDS = [0.5, 1.0, 2.0, 4.0]
"""Between tries of one step of a plan in one run."""


async def is_worth_waiting(_task: Any, _task_run: Any, state: Any) -> bool:
    """Prefect's retry condition, for sync and async tasks (the Prefect server awaits coroutine functions)."""
    failure = await state.aresult(raise_on_failure=False)
    return isinstance(failure, TransientError) and is_soon_better(failure)


async def may_repeat(_task: Any, _task_run: Any, state: Any) -> bool:
    """The same for what reconciles before it repeats, as `perform` does: an unknown outcome is tried again, too."""
    return is_soon_better(await state.aresult(raise_on_failure=False))


def is_soon_better(failure: object) -> bool:
    """Whether it is worth some seconds: not for a service that is known to be away or limited."""
    if isinstance(failure, ServiceUnavailableError | RateLimitedError | DueLaterError):
        return False  # they name a time beyond these pauses
    return isinstance(failure, TransientError | UnknownOutcomeError)


TRANSIENT_RETRIES: dict[str, Any] = {
    "retries": STANDARD.retries,
    "retry_delay_seconds": STANDARD.delays(),
    "retry_jitter_factor": STANDARD.jitter,
    "retry_condition_fn": is_worth_waiting,
}
"""Keyword arguments of `prefect.task`. A wait that the service named goes through `limits.postpone`."""


async def retrying(
    fn: Callable[[], Awaitable[T]],
    *,
    policy: Backoff = STANDARD,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Await `fn()` until it works; again only after a TransientError, as often as the policy says.

    An error's `retry_after` (seconds) is honoured when it is longer than the policy's delay; one beyond
    the policy's longest is not waited for: the error goes to the caller, who queues the work.

    Raises:
        The last error of `fn`.
    """
    for delay in policy.delays():
        try:
            return await fn()
        except TransientError as error:
            named = named_delay(error) or 0.0
            if named > policy.longest_seconds:
                raise
            wait = max(named, spread(delay, policy.jitter, random.random()))  # noqa: S311 (spread)
        await sleep(wait)
    return await fn()
