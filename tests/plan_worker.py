"""A process that works one task again and again, each time in a child that dies at the first boundary that is new.

Reads orders as JSON lines (`task`, `url`, `now`, `died`: the boundaries met so far, `forever`: never die) and answers
each with `boundary` (where the child died, or null), `state` and how it ended. It has no threads, so it can fork.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

import httpx
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from flows.work_task import work_once
from tasks.actions import compensate, connected, effects, odoo_reads
from tasks.planning import carry_out
from tests.odoo_world import CHANGES

ALSO_CHANGES = (
    *CHANGES,
    *("unlink", "button_draft", "button_cancel", "action_cancel", "write", "message_post", "get_portal_url"),
)
BOUNDARIES: tuple[tuple[Any, str, Callable[..., str]], ...] = (
    (carry_out, "begin_plan", lambda *_a, **_k: "plan"),
    (carry_out, "keep_step", lambda _task, step, *_a, **_k: step),
    (carry_out, "stop_plan", lambda _task, scope, *_a, **_k: scope),
    (effects.effect_ledger, "begin_effect", lambda effect, **_k: effect.step_id),
    (effects.effect_ledger, "finish_effect", lambda key, *_a: key[:8]),
    (compensate, "compensate_effect", lambda key, *_a: key[:8]),
)
"""What was just done when the process dies: where, by which function, and which of its calls."""


class Life:
    """Which boundaries this process lives through."""

    died: frozenset[str] = frozenset()
    forever = False
    pipe = -1

    @classmethod
    def cross(cls, boundary: str) -> None:
        """Die here, unless one died here before."""
        if not cls.forever and boundary not in cls.died:
            os.write(cls.pipe, json.dumps({"boundary": boundary}).encode())
            os.kill(os.getpid(), signal.SIGKILL)


class Dying(httpx.AsyncHTTPTransport):
    """Kills this process when Odoo has done a change, before its answer is read."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, unless it is the last thing that this process sees."""
        response = await super().handle_async_request(request)
        if request.url.path.rpartition("/")[2] in ALSO_CHANGES:
            Life.cross(f"odoo {request.url.path} {hash_of(request.content)}")
        return response


def hash_of(content: bytes) -> str:
    """Tells one change from another."""
    import hashlib

    return hashlib.sha256(content).hexdigest()[:8]


def wrap(owner: Any, name: str, what: Callable[..., str]) -> None:
    """Have this process die right after this."""
    before = getattr(owner, name)

    def dying(*args: Any, **named: Any) -> Any:
        result = before(*args, **named)
        Life.cross(f"{name} {what(*args, **named)}")
        return result

    setattr(owner, name, dying)


def prepare(orders: dict[str, Any]) -> None:
    """Boundaries, clock and books of this process."""
    now = datetime.fromisoformat(orders["now"])
    for owner, name, what in BOUNDARIES:
        wrap(owner, name, what)
    account = OdooAccount(url=orders["url"], database="demo", api_key=SecretStr("sandbox-odoo-key"))

    async def client() -> OdooClient:
        return OdooClient(account, transport=Dying())

    async def nothing(*_args: object, **_named: object) -> None:
        """What only Prefect shows, and turns at a service that is asked far more often than it would be."""

    connected.odoo_client = client
    for module, name in (
        ("flows.work_task", "show_late_results"),
        ("tasks.approvals.ask", "ensure_run"),
        ("tasks.actions.effects", "wait_turn"),
        ("tasks.actions.reader", "wait_turn"),
    ):
        setattr(import_module(module), name, nothing)
    for module, name in (
        ("flows.work_task", "present"),
        ("tasks.actions.step", "present"),
        ("tasks.actions.own", "present"),
    ):
        setattr(import_module(module), name, lambda: now)
    if orders.get("unclaimed"):
        import_module("flows.work_task").claim = lambda *_args, **_named: True  # type: ignore[attr-defined]
    odoo_reads.present = lambda: now  # type: ignore[attr-defined]


def work(orders: dict[str, Any], pipe: int) -> None:
    """One child's life."""
    Life.pipe, Life.died, Life.forever = pipe, frozenset(orders["died"]), orders["forever"]
    prepare(orders)
    state = asyncio.run(work_once(orders["task"], worker=str(os.getpid())))
    os.write(pipe, json.dumps({"state": state.name, "message": state.message}).encode())


def main() -> None:
    """Fork a child for each order."""
    for line in sys.stdin:
        orders = json.loads(line)
        children = []
        for _ in range(orders.get("together", 1)):
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reading)
                try:
                    work(orders, writing)
                finally:
                    os._exit(0)
            os.close(writing)
            children.append((child, reading))
        said = []
        for child, reading in children:
            with os.fdopen(reading, "rb") as told:
                answer = told.read()
            _, ended = os.waitpid(child, 0)
            answered = json.loads(answer) if answer else {"state": "nothing"}
            said.append(
                {"boundary": None, "state": None, **answered, "ended": os.waitstatus_to_exitcode(ended)}
            )
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
