"""Work begins with what was true the last time, and never ends with it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from blocks.assumed import assuming
from domain.errors import RejectedError


def asker(*answers: int, after: asyncio.Event | None = None) -> Callable[[], Awaitable[int]]:
    left = list(answers)

    async def ask() -> int:
        if after:
            await after.wait()
        return left.pop(0)

    return ask


async def test_work_begins_before_the_answer_that_is_the_same() -> None:
    begun, made_of = asyncio.Event(), []

    async def work(value: int) -> int:
        made_of.append(value)
        begun.set()
        return value * 2

    assert await assuming("same", asker(3), work) == 6
    begun.clear()
    assert await assuming("same", asker(3, after=begun), work) == 6
    assert made_of == [3, 3]


async def test_what_fails_with_the_old_answer_is_done_with_the_new_one() -> None:
    async def work(value: int) -> int:
        if value == 1:
            raise ValueError("made of 1")
        return value

    with pytest.raises(ValueError, match="made of 1"):
        await assuming("failing", asker(1), work)
    assert await assuming("failing", asker(2), work) == 2


@pytest.mark.parametrize("answers", [(2,), ()])
async def test_work_with_the_old_answer_is_stopped_where_there_is_a_new_one_or_none(
    answers: tuple[int, ...],
) -> None:
    begun, stopped = asyncio.Event(), []

    async def work(value: int) -> int:
        if value == 2:
            return value
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.append(value)
        return value

    async def quick(value: int) -> int:
        return value

    await assuming(answers, asker(1), quick)
    again = assuming(answers, asker(*answers, after=begun), work)
    if answers:
        assert await again == 2
    else:
        with pytest.raises(IndexError):
            await again
    assert stopped == [1]


async def test_an_answer_of_a_moment_ago_is_believed_unless_the_work_is_refused_with_it() -> None:
    refused: list[int] = []

    async def work(value: int) -> int:
        if value in refused:
            raise RejectedError(f"made of {value}")
        return value

    ask = asker(1, 2, 3)
    assert await assuming("believed", ask, work, believed_seconds=3600) == 1
    assert await assuming("believed", ask, work, believed_seconds=3600) == 1
    refused.append(1)
    assert await assuming("believed", ask, work, believed_seconds=3600) == 2
    assert await assuming("believed", ask, work, believed_seconds=3600) == 2
    assert await assuming("believed", ask, work) == 3
