"""Call one tool of the books and print its answer as JSON; without a tool, list them."""

import argparse
import asyncio
import json
import sys
import time
from typing import Any

from fastmcp import Client
from fastmcp.exceptions import ToolError

from blocks.settings import settings
from deployments.environment import apply_environment
from mcp_servers.odoo_connector import build_server

WRONG_COMMAND, UNDER_WAY, REFUSED = 2, 3, 4
WAIT_SECONDS, LOOK_SECONDS = 60.0, 0.5
STATUSES = {"done": 0, "refused": REFUSED}


def main() -> int:
    """The exit status; see references/errors.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", nargs="?")
    parser.add_argument("inputs", nargs="?", default="{}", type=_object, help="one JSON object")
    asked = parser.parse_args()
    apply_environment(settings())
    return asyncio.run(_call(asked.tool, asked.inputs) if asked.tool else _list())


async def _list() -> int:
    async with Client(build_server()) as client:
        tools = await client.list_tools()
    _print([{"tool": one.name, "about": one.description, "inputs": one.input_schema} for one in tools])
    return 0


async def _call(tool: str, inputs: dict[str, Any]) -> int:
    async with Client(build_server()) as client:
        if tool not in {one.name for one in await client.list_tools()}:
            print(f"there is no tool {tool}; run.py without arguments lists them", file=sys.stderr)
            return WRONG_COMMAND
        try:
            answer = await _settled(client, (await client.call_tool(tool, inputs)).structured_content)
        except ToolError as error:
            _print({"status": "refused", "said": str(error)})
            return REFUSED
    _print(answer)
    return STATUSES.get(answer.get("status", "done"), UNDER_WAY)


async def _settled(client: Client[Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The answer once the work is no longer under way; the command says what it waits for."""
    deadline = time.monotonic() + WAIT_SECONDS
    first = answer
    while answer.get("status") == "under_way" and time.monotonic() < deadline:
        if answer is first:
            print(f"task {first['task_id']} is being worked on; waiting", file=sys.stderr)
        await asyncio.sleep(LOOK_SECONDS)
        found = await client.call_tool("get_task_status", {"task_id": first["task_id"]})
        answer = found.structured_content | {"is_repeat": first.get("is_repeat")}
    return answer


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("the inputs must be one JSON object")
    return found


def _print(answer: Any) -> None:
    print(json.dumps(answer, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
