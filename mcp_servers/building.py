"""What every server of ours shares: clear refusals, hints to the client, and the tools that tell of earlier calls."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from fastmcp import FastMCP
from pydantic import Field

from domain.text import OneLine
from mcp_servers.ordering import ClearRefusals, clear_errors, told_report
from tasks.planning.task_status import TaskReport

Tool = Callable[..., Awaitable[Any]]

Key = Annotated[
    OneLine | None,
    Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Your own name for this call. The same key never acts twice. None: the arguments are the key.",
    ),
]


async def get_task_status(
    task_id: Annotated[
        str, Field(pattern=r"^order-[0-9a-f]{16}$", description="The `task_id` a tool answered.")
    ],
) -> TaskReport:
    """What became of an earlier call: done with evidence, waiting for a person or a service, or refused and why."""
    return await told_report(task_id)


def build(name: str, instructions: str, tools: Mapping[str, Sequence[Tool]], **options: Any) -> Any:
    """A server with these tools by kind: `reads`, `makes` (what can be taken back whole) and `finals`."""
    server = FastMCP(f"digital-fte-{name}", instructions=instructions, mask_error_details=True, **options)
    server.add_middleware(ClearRefusals())
    for kind, those in tools.items():
        hints = {
            "readOnlyHint": kind == "reads",
            "destructiveHint": kind == "finals",
            "idempotentHint": True,
            "openWorldHint": False,
        }
        for tool in those:
            server.tool(clear_errors(tool), annotations=hints)
    return server
