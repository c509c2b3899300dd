"""Within one piece of work, what was read before any change is not asked a second time."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from domain.errors import ContractError

BELIEVED_SECONDS = 5.0
SELDOM_SECONDS = 60.0
SELDOM = frozenset({"res.users.context_get", "res.users.read"})
"""Who the key's user is, and their company."""
Question = tuple[str, str, str, str]
"""Whose connection, database, model with method, and the arguments as they are sent."""


@dataclass(frozen=True)
class _Answer:
    at: float
    value: Any
    error: ContractError | None = None


_answers: ContextVar[dict[Question, _Answer] | None] = ContextVar("answers", default=None)
_seldom: dict[Question, _Answer] = {}


@contextmanager
def each_read_once() -> Iterator[None]:
    """Inside, an equal read is answered from the one before, for some seconds and until the first change.

    The looks before a call is taken, before the policy decides and before the booking ask mostly the same, and each
    question costs Odoo 10 to 40 ms of a processor. What follows a change is always read anew. Only who the key's
    user is, this process believes for a minute.
    """
    if _answers.get() is not None:
        yield  # it is a part of a larger piece of work
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def forget_reads(model: str = "") -> None:
    """Believe nothing that was read so far, or nothing about one model: another process may have changed it."""
    answers = _answers.get() or {}
    for question in [asked for asked in answers if asked[2].startswith(model)]:
        del answers[question]


async def read_once(question: Question, ask: Callable[[], Awaitable[Any]]) -> Any:
    """The answer of a moment ago, else the one of now; so is the error that there is no such record."""
    answers = _answers.get()
    if answers is None:
        return await ask()
    if question[2] in SELDOM:
        return await ask_seldom(question, ask)
    return await _believed(answers, BELIEVED_SECONDS, question, ask)


async def ask_seldom(question: Question, ask: Callable[[], Awaitable[Any]]) -> Any:
    """The answer of the last minute, else the one of now."""
    return await _believed(_seldom, SELDOM_SECONDS, question, ask)


async def _believed(
    kept: dict[Question, _Answer], seconds: float, question: Question, ask: Callable[[], Awaitable[Any]]
) -> Any:
    known = kept.get(question)
    if known is None or known.at + seconds < time.monotonic():
        known = await _asked(ask)
        kept[question] = known
    if known.error is not None:
        raise known.error
    return known.value


async def _asked(ask: Callable[[], Awaitable[Any]]) -> _Answer:
    now = time.monotonic()
    try:
        return _Answer(now, await ask())
    except ContractError as error:
        return _Answer(now, None, error)
