"""Each tool of the platforms' MCP servers beside the calls that it wraps; `python -m benchmarks.social` runs it."""

import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from blocks.social.credentials import PlatformCredentials
from domain.accounting.date_range import parse_period
from domain.social.post import Platform
from domain.social.report import InsightsQuestion
from mcp_servers.measuring import FEW, MANY
from mcp_servers.serve import SERVERS
from tests.sandbox_fixture import SandboxClient

Work = Callable[[], Awaitable[Any]]
SLOWEST_SECONDS = 5.0
DAYS = 365


@dataclass(frozen=True)
class Tool:
    """One tool of one server.

    Attributes:
        bare: The calls that it wraps, without the server; None: it asks a person and calls nobody.
        arguments: Of its next call.
    """

    server: str
    name: str
    bare: Work | None
    arguments: Callable[[], dict[str, Any]]


@dataclass
class Orders:
    """What the tools that order posts are told, and the last task that they answered."""

    task_id: str = ""
    media: dict[str, Any] = field(default_factory=dict)

    def new(self, *media: str) -> Callable[[], dict[str, Any]]:
        """A text that was never said, with a picture under each of these names."""
        return lambda: {"content": f"Post {time.time_ns()}", **{name: self.media[name] for name in media}}


async def compare_tools(
    sandbox: SandboxClient, accesses: Mapping[Platform, PlatformCredentials], rounds: int, picture: Path
) -> None:
    """Each tool of each server, in turn with what it wraps.

    Raises:
        RuntimeError: a tool took longer than an agent waits.
    """
    from fastmcp import Client

    await _fill(sandbox)
    async with AsyncExitStack() as opened:
        x = await opened.enter_async_context(accesses[Platform.X].client())
        agents = {
            name: await opened.enter_async_context(Client(import_module(SERVERS[name].module).build_server()))
            for name in ("twitter", "meta", "linkedin")
        }
        orders = Orders()
        for tool in _tools(x, orders, picture):
            call = _called(agents[tool.server], tool, orders)
            by_hand, ours = await _in_turn(tool.bare, call, rounds)
            show(f"{tool.server} {tool.name}", statistics.median(by_hand) if by_hand else None, ours)
            if max(ours) > SLOWEST_SECONDS:
                raise RuntimeError(f"{tool.name} took {max(ours):.1f} s")


async def _fill(sandbox: SandboxClient) -> None:
    """Something to find, and a year of posts whose counts are kept."""
    from tasks.social.collect import WantedInsights, collect

    for number in range(100):
        said = {"author": "1700000000000000777", "text": f"Teal {number}"}
        sandbox.http.post("/_sandbox/x/posts", json=said)
    for platform in Platform:
        if platform.value in MEASURED:
            print(
                (await collect(platform, WantedInsights(days=None, most=1000, now=datetime.now(UTC)))).words
            )


MEASURED = {
    "x": ("twitter", "get_timeline_insights"),
    "facebook": ("meta", "get_facebook_insights"),
    "instagram": ("meta", "get_instagram_insights"),
    "linkedin": ("linkedin", "get_linkedin_statistics"),
}


def _tools(x: Any, orders: Orders, picture: Path) -> Iterator[Tool]:
    from tasks.planning.task_status import task_report
    from tasks.social.insights import summary, timeline_insights
    from tasks.social.media import keep_file

    now, zone = datetime.now(UTC), ZoneInfo("UTC")
    period = f"{now - timedelta(days=DAYS):%Y-%m-%d}..{now:%Y-%m-%d}"
    days = parse_period(period)
    kept = keep_file(picture).document
    orders.media = {"media_url": kept, "image_url": kept, "media_ids": [kept]}

    yield Tool("twitter", "search_mentions", lambda: x.search("teal"), lambda: {"query": "teal"})
    yield Tool("twitter", "get_trends", x.trends, dict)
    for name, (server, tool) in MEASURED.items():
        read = _reading(timeline_insights, Platform(name), DAYS, now, zone)
        yield Tool(server, tool, read, lambda: {"days": DAYS})
        asked = InsightsQuestion(days.first, days.last, zone, MANY)
        said = {"period": period, "platform": name}
        yield Tool(server, "generate_summary", _reading(summary, [Platform(name)], asked, now), said.copy)
    asked, said = InsightsQuestion(days.first, days.last, zone, FEW), {"period": period, "platform": "all"}
    yield Tool("meta", "generate_summary", _reading(summary, [], asked, now), said.copy)
    yield Tool("meta", "upload_media", _reading(keep_file, picture), lambda: {"file_path": str(picture)})
    yield Tool("twitter", "post_tweet", None, orders.new("media_ids"))
    yield Tool("linkedin", "post_to_linkedin", None, orders.new("media_ids"))
    yield Tool("meta", "post_to_facebook", None, orders.new("media_url"))
    yield Tool("meta", "post_to_instagram", None, orders.new("image_url"))
    status = _reading(lambda: task_report(orders.task_id))
    yield Tool("meta", "get_task_status", status, lambda: {"task_id": orders.task_id})


def _reading(read: Callable[..., Any], *asked: Any) -> Work:
    async def work() -> None:
        read(*asked)

    return work


def _called(agent: Any, tool: Tool, orders: Orders) -> Work:
    async def call() -> None:
        said = (await agent.call_tool(tool.name, tool.arguments())).structured_content
        orders.task_id = said.get("task_id", orders.task_id)

    return call


async def _in_turn(bare: Work | None, ours: Work, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of each round after the first, which warms up."""
    by_hand, seconds = [], []
    for number in range(rounds + 1):
        for work, taken in ((bare, by_hand), (ours, seconds)):
            if work is not None:
                begun = time.perf_counter()
                await work()
                if number:
                    taken.append(time.perf_counter() - begun)
    return by_hand, seconds


def show(name: str, by_hand: float | None, ours: list[float]) -> None:
    """One line."""
    floor = f"bare {by_hand:7.3f} s" if by_hand else "calls nobody  "
    median = statistics.median(ours)
    ratio = f"{median / by_hand:5.2f} x" if by_hand else " " * 7
    print(f"{name:<34} {floor}   ours {median:7.3f} s   {ratio}   slowest {max(ours):.3f} s")
