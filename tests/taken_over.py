"""A worker that is frozen for longer than its claim, at one place of its work, and what others do meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from datetime import UTC, datetime
from typing import Any

import pytest

from tasks.actions.effects import Evidence
from tasks.reliability.claims import Claim, claim, renewed, task_claim
from tasks.reliability.effect_ledger import effects_of
from tasks.reliability.serialised import change_row
from tasks.reliability.table import Effect

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def lapse(task: str) -> None:
    """Nothing was heard for long of the worker of this task, which is on another machine."""
    change_row(Claim, task_claim(task), until=LONG_AGO)
    for effect in effects_of(task):
        if effect.worker:
            change_row(Effect, effect.key, worker="there/aaaaaaaa/1:2:1.00", updated_at=LONG_AGO)


def take_over(task: str) -> None:
    """Another worker has it from now on."""
    lapse(task)
    assert claim(task_claim(task), owner="other", now=datetime.now(UTC), seconds=600)


async def as_first(task: str, work: Awaitable[Evidence]) -> Evidence:
    """The work of a worker that has the task."""
    claim(task_claim(task), owner="first", now=datetime.now(UTC), seconds=600)
    async with renewed(task_claim(task), owner="first", seconds=600):
        return await work


def frozen_at(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, meanwhile: Callable[[], Awaitable[object]]
) -> None:
    """The first worker that has come through this function is frozen there, until the others are done."""
    passed = getattr(owner, name)

    async def frozen(*args: Any, **named: Any) -> Any:
        monkeypatch.setattr(owner, name, passed)
        result = await passed(*args, **named)
        await asyncio.create_task(meanwhile(), context=Context())  # type: ignore[arg-type]  # which knows no claim
        return result

    monkeypatch.setattr(owner, name, frozen)
