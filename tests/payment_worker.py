"""One process that pays one invoice through the effects' door; it can die as Odoo's answer to a change comes in.

Reads its orders as one JSON line from standard input and prints the evidence.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from domain.planning.plan import Step
from domain.policy.handbook import Handbook
from tasks.planning import bookkeeping
from tasks.reliability.effects import Request, perform
from tests.odoo_world import CHANGES


class Dying(httpx.AsyncHTTPTransport):
    """Kills this process when Odoo has done the n-th change; None never."""

    left: int | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, unless it is the last thing that this process sees."""
        response = await super().handle_async_request(request)
        if Dying.left is not None and request.url.path.rpartition("/")[2] in CHANGES:
            Dying.left -= 1
            if Dying.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return response


async def work(orders: dict[str, Any]) -> None:
    """Pay, and print what proves it."""
    Dying.left = orders["dies_at"]
    account = OdooAccount(
        url=orders["url"], database=orders["database"], api_key=SecretStr(os.environ["WORKER_ODOO_KEY"])
    )

    async def client() -> OdooClient:
        return OdooClient(account, transport=Dying())

    bookkeeping.odoo_client = client
    step = Step(id="pay", action="odoo.record_payment", inputs=orders["inputs"])
    request = Request(task_id=orders["task"], step=step, doubts=[])
    evidence = await perform(request, Handbook(), lambda: datetime.now(UTC))
    sys.stdout.write(json.dumps(evidence.read_back))


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.stdin.readline())))
