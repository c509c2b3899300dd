"""One process that pays one invoice through the effects' door; it can die as Odoo's answer to a change comes in.

Reads its orders as one JSON line from standard input and prints the evidence.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from blocks.odoo.rpc import OdooRpcClient
from domain.planning.plan import Step
from domain.policy.handbook import Handbook
from tasks.actions import connected
from tasks.actions.effects import Request, perform
from tests.odoo_world import CHANGES


class Life:
    """How many changes are left before this process dies; None is never."""

    left: int | None = None

    @classmethod
    def spend(cls) -> None:
        """Die, if that was the last thing that this process should see."""
        if cls.left is not None:
            cls.left -= 1
            if cls.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Dying(httpx.AsyncHTTPTransport):
    """Kills this process when Odoo has done the n-th change."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, unless it is the last thing that this process sees."""
        response = await super().handle_async_request(request)
        if request.url.path.rpartition("/")[2] in CHANGES:
            Life.spend()
        return response


class DyingRpc(OdooRpcClient):
    """The same over JSON-RPC."""

    def _ask_now(self, service: str, method: str, request: Sequence[Any], *, is_read: bool) -> Any:
        answer = super()._ask_now(service, method, request, is_read=is_read)
        if service == "object" and request[4] in CHANGES:
            Life.spend()
        return answer


async def work(orders: dict[str, Any]) -> None:
    """Pay, and print what proves it."""
    Life.left = orders["dies_at"]
    key = SecretStr(os.environ["WORKER_ODOO_KEY"])
    account = OdooAccount(url=orders["url"], database=orders["database"], login=orders["login"], api_key=key)

    async def client() -> OdooClient:
        if account.login:
            return DyingRpc(account)
        return OdooClient(account, transport=Dying())

    connected.odoo_client = client
    step = Step(id="pay", action="odoo.record_payment", inputs=orders["inputs"])
    request = Request(task_id=orders["task"], step=step, doubts=[])
    evidence = await perform(request, Handbook(), lambda: datetime.now(UTC))
    sys.stdout.write(json.dumps(evidence.read_back))


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.stdin.readline())))
