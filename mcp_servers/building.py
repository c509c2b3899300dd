"""What every server of ours shares: clear refusals, hints to the client, and the tools that tell of earlier calls."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Annotated, Any

from fastmcp import FastMCP
from fastmcp.exceptions import ResourceError
from fastmcp.server.lifespan import ContextManagerLifespan as Lifespan
from pydantic import Field

from domain.planning.order import Order
from domain.text import OneLine
from mcp_servers.calls import ToolCalls, clear_errors
from mcp_servers.loading import loaded
from mcp_servers.reading import PageNumber, task_page
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
    page: PageNumber = 1,
) -> TaskReport:
    """What became of an earlier call: done with evidence, waiting for a person or a service, or refused and why."""
    await loaded("mcp_servers.ordering")
    from mcp_servers import ordering  # with SQLAlchemy and the tasks, which no greeting needs

    return task_page(await ordering.told_report(task_id), page)


async def ordered(
    tool: str,
    arguments: dict[str, Any],
    *,
    key: str | None,
    make: Callable[[], Order],
    connected: Callable[[], Awaitable[None]] | None = None,
) -> TaskReport:
    """Put the call into the Vault once, have it worked, and say in time how it stands."""
    await loaded("mcp_servers.ordering")
    from mcp_servers import ordering  # with SQLAlchemy and the tasks, which no greeting needs

    report = await ordering.ordered(tool, arguments, key=key, make=make, connected=connected)
    return task_page(report)


ONLY_READ = {"readOnlyHint": True, "idempotentHint": True}
OPEN_WORLD = frozenset({"read_page", "search_mentions", "get_trends"})
"""Tools that ask others than the employee's own services, whose words are theirs."""


def build(  # noqa: PLR0913 (all that a server has)
    name: str,
    instructions: str,
    tools: Mapping[str, Sequence[Tool]],
    *,
    resources: Mapping[str, Tool] | None = None,
    prompts: Sequence[Callable[..., str]] = (),
    lifespan: Any = None,
    **options: Any,
) -> Any:
    """A server with these tools by kind: `reads`, `makes` (what can be taken back whole) and `finals`.

    Resources are known by their address or its pattern, and only read; prompts are what a person may want to ask for.
    """
    calls = ToolCalls(
        name, (tool.__name__ for kind, those in tools.items() if kind != "reads" for tool in those)
    )
    at_work = Lifespan(calls.kept) if lifespan is None else Lifespan(calls.kept) | Lifespan(lifespan)
    server = FastMCP(
        f"digital-fte-{name}",
        version=version("digital-fte"),
        instructions=instructions,
        mask_error_details=True,
        lifespan=at_work,
        **options,
    )
    server.add_middleware(calls)
    for kind, those in tools.items():
        for tool in those:
            hints = {
                "readOnlyHint": kind == "reads",
                "destructiveHint": kind == "finals",
                "idempotentHint": True,
                "openWorldHint": tool.__name__ in OPEN_WORLD,
            }
            told = clear_errors(tool)
            told.__doc__ = None  # as for `_undocumented`
            server.tool(told, description=inspect.getdoc(tool), annotations=hints)
    for address, read in (resources or {}).items():
        kind = "text/markdown" if address.startswith("vault:") else "application/json"
        server.resource(address, mime_type=kind, annotations=ONLY_READ)(clear_errors(read, ResourceError))
    for prompt in prompts:
        server.prompt(_undocumented(prompt), description=inspect.getdoc(prompt))
    return server


def _undocumented(told: Callable[..., str]) -> Callable[..., str]:
    """The same; FastMCP would import a parser of documentation, and try it three times, to read one sentence."""

    @functools.wraps(told)
    def telling(*args: Any, **kwargs: Any) -> str:
        return told(*args, **kwargs)

    telling.__doc__ = None
    return telling
