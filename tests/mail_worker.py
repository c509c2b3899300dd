"""One process that sends one mail through the effects' door; it can die at one boundary on the way.

Reads its orders as one JSON line from standard input and prints the evidence.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from blocks.gmail.client import GmailClient
from blocks.odoo.client import OdooAccount, OdooClient
from domain.planning.plan import Step
from domain.policy.handbook import Handbook
from tasks.actions import connected
from tasks.actions.effects import Request, perform
from tasks.mail import mailbox, send_mail, send_once
from tasks.reliability import effect_ledger
from tests.gmail_world import account

if TYPE_CHECKING:
    from collections.abc import Callable

BOUNDARIES: dict[str, tuple[Any, str, int]] = {
    "intent": (effect_ledger, "begin_effect", 0),
    "try": (send_once, "_begin", 0),
    "answer": (send_once, "send_mail", 0),
    "id": (send_once, "_keep", 0),
    "receipt": (effect_ledger, "finish_effect", 0),
}
"""What was just done when the process dies: where, by which function, in which of its calls."""


def die_after(boundary: str) -> None:
    """Have this process killed as soon as that is done."""
    owner, name, number = BOUNDARIES[boundary]
    before: Callable[..., Any] = getattr(owner, name)
    calls = iter(range(10))

    def kill() -> None:
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(*args: Any, **named: Any) -> Any:
        result = before(*args, **named)
        if asyncio.iscoroutine(result):

            async def awaited() -> Any:
                answer = await result
                kill()
                return answer

            return awaited()
        kill()
        return result

    setattr(owner, name, dying)


async def work(orders: dict[str, Any]) -> None:
    """Send, and print what proves it."""
    send_mail.SETTLING = timedelta(0)
    if orders["dies_after"]:
        die_after(orders["dies_after"])

    async def gmail() -> GmailClient:
        return GmailClient(account(orders["url"]))

    async def odoo() -> OdooClient:
        return OdooClient(
            OdooAccount(url=orders["url"], database="demo", api_key=SecretStr("sandbox-odoo-key"))
        )

    mailbox.mailbox_client, connected.odoo_client = gmail, odoo
    step = Step(id="order", action="mail.send_email", inputs=orders["inputs"])
    request = Request(task_id=orders["task"], step=step, doubts=[])
    evidence = await perform(request, Handbook(), lambda: datetime.now(UTC))
    sys.stdout.write(json.dumps(evidence.read_back))


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.stdin.readline())))
