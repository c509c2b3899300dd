"""What a call needs and a greeting does not: loaded beside the loop, so that a busy machine still answers in time.

Who needs a module waits for it here and imports it then, in a function, as any other.
"""

import asyncio
import gc
import time
from contextvars import ContextVar
from importlib import import_module

_loaded: set[str] = set()
_begun: ContextVar[float | None] = ContextVar("begun", default=None)


async def loaded(*names: str) -> None:
    """Wait until the modules are loaded; the first time this takes seconds, in which the loop goes on.

    What is imported is never garbage: looked through for circles again, it cost each long answer 20 ms.
    """
    for name in names:
        if name not in _loaded:
            await asyncio.to_thread(import_module, name)
            _loaded.add(name)
            gc.freeze()


def call_begins() -> None:
    """From now on the agent waits."""
    _begun.set(time.monotonic())


def spent() -> float:
    """The seconds that the agent has waited; none outside a call."""
    begun = _begun.get()
    return time.monotonic() - begun if begun is not None else 0.0
