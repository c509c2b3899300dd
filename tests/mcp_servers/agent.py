"""An agent as the vendors build it: the protocol's own client, over stdio or HTTP."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

from mcp_servers.health import STARTING
from tests.employee_fixture import Employee

SETTLE_SECONDS = 60
UNSETTLED = {"under_way", "waiting_for_service"}
FTE_MCP = ["-m", "deployments.command_line", "mcp"]


class Agent:
    """A connected client."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The answer of a tool that did not refuse; what is under way or waits is asked for until it does not."""
        first = await self.answer(tool, **arguments)
        found = await self._until_not(UNSETTLED, first)
        return found if found is first else found | {"is_repeat": first["is_repeat"]}

    async def health(self) -> dict[str, Any]:
        """What check_health finds; asked again, as it says, while the server still starts."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while STARTING in (found := await self.answer("check_health"))["problems"]:
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.5)
        return found

    async def decided(self, task_id: str) -> dict[str, Any]:
        """How a task stands once it was noticed that a person decided."""
        found = await self.answer("get_task_status", task_id=task_id)
        return await self._until_not({"waiting_for_approval"} | UNSETTLED, found)

    async def _until_not(self, statuses: set[str], found: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + SETTLE_SECONDS
        pause = 0.1
        while found.get("status") in statuses and time.monotonic() < deadline:
            await asyncio.sleep(pause)
            pause = min(1.0, 1.5 * pause)
            found = await self.answer("get_task_status", task_id=found["task_id"])
        return found

    async def answer(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The first answer of a tool that did not refuse."""
        answer = await self.session.call_tool(tool, arguments)
        assert not answer.is_error, answer.content
        found: dict[str, Any] = json.loads(answer.content[0].text)
        return found

    async def refused(self, tool: str, **arguments: Any) -> str:
        """The one sentence of a tool that refused."""
        answer = await self.session.call_tool(tool, arguments)
        assert answer.is_error, answer.content
        (content,) = answer.content
        return str(content.text)


@asynccontextmanager
async def agent_over_stdio(
    employee: Employee, server_name: str = "odoo", *, is_killed: bool = False, **changed: str
) -> AsyncIterator[Agent]:
    """A client that has started `fte mcp`; one `is_killed` is a child of the test. `changed` is of its environment."""
    words = [*FTE_MCP, server_name]
    command, *args = [sys.executable, *words] if is_killed else employee.python(*words, **changed)
    server = StdioServerParameters(command=command, args=args, env=employee.environment | changed)
    with open("/dev/null", "w") as nowhere:  # noqa: ASYNC230, PTH123 (a sink for its log)
        async with (
            stdio_client(server, errlog=nowhere) as (read, write),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            yield Agent(session)


@asynccontextmanager
async def agent_over_http(address: str, token: str) -> AsyncIterator[Agent]:
    """A client of a running `fte mcp serve`."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        create_mcp_http_client(headers=headers) as http,
        streamable_http_client(address, http_client=http) as (read, write, *_),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield Agent(session)
