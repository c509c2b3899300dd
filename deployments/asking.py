"""Waiting for a service in a command: the person sees what is waited for, and no command waits without end."""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from deployments.printing import busy
from domain.errors import TransientError

T = TypeVar("T")

ANSWER_SECONDS = 60.0
"""The longest that a command waits for an answer; Odoo's own limit for one call is shorter."""

PREFECT_SECONDS = 20.0


class NoAnswerError(TransientError):
    """A service took the question and did not answer."""

    def __init__(self, service: str, seconds: float, remedy: str) -> None:
        super().__init__(f"{service} has not answered within {seconds:g} seconds; {remedy}")


def ask(
    service: str,
    work: Coroutine[Any, Any, T],
    *,
    remedy: str = "fte doctor looks at it; then run this again",
    seconds: float | None = None,
) -> T:
    """Run a command's question to a service.

    Args:
        service: Whom the person has to know to wait for.
        work: The question.
        remedy: What to do when no answer comes.
        seconds: How long it is waited for; none: ANSWER_SECONDS.

    Raises:
        NoAnswerError: no answer came in time.
    """
    return asyncio.run(answer_of(service, work, remedy=remedy, seconds=seconds))


async def answer_of(
    service: str,
    work: Awaitable[T],
    *,
    remedy: str = "fte doctor looks at it; then run this again",
    seconds: float | None = None,
) -> T:
    """`ask` inside a command that has an event loop already."""
    seconds = ANSWER_SECONDS if seconds is None else seconds
    with asking(service, f"; without an answer this ends after {seconds:g} seconds"):
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError as error:
            raise NoAnswerError(service, seconds, remedy) from error


@contextmanager
def asking(service: str, end: str = "") -> Iterator[None]:
    """Show inside whom the command asks; the caller has a limit of its own."""
    with busy(f"Asking {service} ...", when_long=f"Waiting for {service}{end}."):
        yield
