"""What a call needs and a greeting does not: imported beside the loop, so that a busy machine still answers in time."""

import asyncio
import time
from contextvars import ContextVar
from importlib import import_module
from typing import Any

_loaded: dict[str, Any] = {}
_begun: ContextVar[float | None] = ContextVar("begun", default=None)


async def imported(name: str) -> Any:
    """The module; the first time this takes seconds, in which the loop goes on."""
    if name not in _loaded:
        _loaded[name] = await asyncio.to_thread(import_module, name)
    return _loaded[name]


def call_begins() -> None:
    """From now on the agent waits."""
    _begun.set(time.monotonic())


def spent() -> float:
    """The seconds that the agent has waited; none outside a call."""
    begun = _begun.get()
    return time.monotonic() - begun if begun is not None else 0.0
