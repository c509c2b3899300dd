"""The platforms' tools over the wire: an agent orders, a person approves, and then it is public, once."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mcp_servers.serve import SERVERS
from tests.employee_fixture import Employee
from tests.mcp_servers.agent import Agent, agent_over_stdio
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, INSTAGRAM, LINKEDIN, World, X

TEXT = "Our new door (teal!) is open. Come and see it on Pine Street."


@dataclass(frozen=True)
class Connector:
    """A platform's server, and its tool that posts."""

    world: World
    server: str
    tool: str
    media: Callable[[str], dict[str, Any]] = lambda kept: {"media_ids": [kept]}
    hashtags: tuple[str, ...] = ()


CONNECTORS = [
    Connector(X, "twitter", "post_tweet"),
    Connector(LINKEDIN, "linkedin", "post_to_linkedin", hashtags=("teal",)),
    Connector(FACEBOOK, "meta", "post_to_facebook", media=lambda kept: {"media_url": kept}),
    Connector(
        INSTAGRAM, "meta", "post_to_instagram", media=lambda kept: {"image_url": kept}, hashtags=("teal",)
    ),
]


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.tool)
async def test_an_agent_posts_only_through_a_person(
    employee: Employee, tmp_path: Path, connector: Connector
) -> None:
    world, tool = connector.world, connector.tool
    picture = tmp_path / "door.png"
    Image.new("RGB", (800, 600), "teal").save(picture)
    sandbox = SandboxClient(employee.sandbox)
    async with agent_over_stdio(employee.environment, connector.server) as agent:
        names = await tool_names(agent)
        kept = await agent.call("upload_media", file_path=str(picture))
        files = connector.media(kept["media_id"])
        tags = {"hashtags": list(connector.hashtags)} if connector.hashtags else {}
        order = {"content": TEXT, **files, **tags}
        asked = await agent.call(tool, **order)
        again = await agent.call(tool, **order)
        assert (asked["status"], again["task_id"]) == ("waiting_for_approval", asked["task_id"])
        assert world.public(sandbox) == []
        request = pending(employee, world)
        employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
        await asyncio.to_thread(employee.until, lambda: bool(world.public(sandbox)), 60)
        done = await agent.call("get_task_status", task_id=asked["task_id"])
        while done["status"] == "waiting_for_approval":
            done = await agent.call("get_task_status", task_id=asked["task_id"])
        assert done["status"] == "done", done
        refused = await agent.refused(tool, content=world.wordy, **files)
    assert names == sorted(tool.__name__ for tools in tools_of(connector.server) for tool in tools)
    assert world.public(sandbox) == [TEXT + "".join(f"\n\n#{tag}" for tag in connector.hashtags)]
    assert world.too_wordy in refused


async def test_an_agent_reads_what_is_said(employee: Employee) -> None:
    words = {"author": "1700000000000000779", "username": "rosafield", "text": "Whose is that teal door?"}
    for said in ({"text": "A teal door"}, words):
        SandboxClient(employee.sandbox).http.post("/_sandbox/x/posts", json=said)
    async with agent_over_stdio(employee.environment, "twitter") as agent:
        found = await agent.call("search_mentions", query="teal door")
    said_by = {(post["author"], post["text"]) for post in found["posts"]}
    assert {("@northwindlane", "A teal door"), ("@rosafield", words["text"])} <= said_by
    assert found["posts"][0]["url"].startswith(employee.sandbox)


async def tool_names(agent: Agent) -> list[str]:
    return sorted(tool.name for tool in (await agent.session.list_tools()).tools)


def tools_of(server: str) -> Sequence[Any]:
    return tuple(import_module(SERVERS[server]).TOOLS.values())


def pending(employee: Employee, world: World) -> dict[str, Any]:
    """The one request that waits for a post."""
    listed = json.loads(employee.fte("approvals", "list", "--json").stdout)
    found = [one["id"] for one in listed if one["action"] == world.action]
    requests = [json.loads(employee.fte("approvals", "show", one, "--json").stdout) for one in found]
    (shown,) = [request for request in requests if "Our new door" in str(request["shown"])]
    return dict(shown)


async def test_an_agent_reads_how_posts_did_and_how_old_that_is(employee: Employee) -> None:
    async with agent_over_stdio(employee.environment, "twitter") as agent:
        assert "fte run collect_insights" in await agent.refused("get_timeline_insights", days=30)
        state = json.loads(employee.fte("run", "collect_insights", "--json").stdout)
        assert state["state"] == "Completed", state
        found = await agent.call("get_timeline_insights", days=90)
        whole = await agent.call("generate_summary", period="2026", platform="all")
    assert (found["platform"], found["source"]) == ("x", "sandbox")
    assert "0 min old" in found["as_of"]
    assert found["posts"] > 20
    assert found["engagement"]["rate"] == round(
        found["engagement"]["engagements"] / found["engagement"]["seen"], 5
    )
    assert found["best_times"][0]["name"] in {"Tuesday 16-20", "Thursday 16-20"}
    assert "x" in [one["platform"] for one in whole["platforms"]]
    assert len(json.dumps(whole)) < 16_000
    shown = employee.fte("posts", "insights", "--on", "x").stdout
    assert "(sandbox figures)" in shown
    assert "(likes + replies + reposts + quotes + bookmarks) / impressions" in shown
