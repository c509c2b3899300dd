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


@pytest.mark.parametrize(
    "connector",
    [CONNECTORS[0], *(pytest.param(connector, marks=pytest.mark.long) for connector in CONNECTORS[1:])],
    ids=lambda connector: connector.tool,
)
async def test_an_agent_posts_only_through_a_person(
    employee: Employee, tmp_path: Path, connector: Connector
) -> None:
    world, tool = connector.world, connector.tool
    picture = tmp_path / "door.png"
    Image.new("RGB", (800, 600), "teal").save(picture)
    sandbox = SandboxClient(employee.sandbox)
    before = world.public(sandbox)
    async with agent_over_stdio(employee, connector.server) as agent:
        names = await tool_names(agent)
        kept = await agent.call("upload_media", file_path=str(picture))
        assert await agent.call("upload_media", file_path=kept["media_id"]) == kept, "its place in the Vault"
        files = connector.media(kept["media_id"])
        tags = {"hashtags": list(connector.hashtags)} if connector.hashtags else {}
        order = {"content": TEXT, **files, **tags}
        asked = await agent.call(tool, **order)
        again = await agent.call(tool, **order)
        assert (asked["status"], again["task_id"]) == ("waiting_for_approval", asked["task_id"])
        assert world.public(sandbox) == before
        request = pending(employee, world)
        listed = json.loads(employee.fte("posts", "list", "--json").stdout)
        here = [
            one for one in listed if one["platforms"] == world.platform.title and TEXT[:40] in one["text"]
        ]
        assert [one["status"] for one in here] == ["asked"]
        employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
        await asyncio.to_thread(employee.until, lambda: world.public(sandbox) != before, 60)
        done = await agent.decided(asked["task_id"])
        assert done["status"] == "done", done
        refused = await agent.refused(tool, content=world.wordy, **files)
    assert names == sorted(tool.__name__ for tools in tools_of(connector.server) for tool in tools)
    (posted,) = [text for text in world.public(sandbox) if text not in before]
    assert posted == TEXT + "".join(f"\n\n#{tag}" for tag in connector.hashtags)
    assert world.too_wordy in refused


async def test_a_web_address_of_a_private_network_is_not_fetched_for_an_agent(employee: Employee) -> None:
    inside = f"http://127.0.0.1:{employee.port}/api/health"  # of the sandbox's own address a practice web is served
    async with agent_over_stdio(employee, "meta") as agent:
        for tool, name in (("post_to_facebook", "media_url"), ("post_to_instagram", "image_url")):
            refused = await agent.refused(tool, content="Look", **{name: inside})
            assert "an address of a private network; give the file instead" in refused


async def test_an_agent_reads_what_is_said(employee: Employee) -> None:
    words = {"author": "1700000000000000779", "username": "rosafield", "text": "Whose is that teal door?"}
    for said in ({"text": "A teal door"}, words):
        SandboxClient(employee.sandbox).http.post("/_sandbox/x/posts", json=said)
    async with agent_over_stdio(employee, "twitter") as agent:
        found = await agent.call("search_mentions", query="teal door")
    said_by = {(post["author"], post["text"]) for post in found["posts"]}
    assert {("@northwindlane", "A teal door"), ("@rosafield", words["text"])} <= said_by
    assert found["posts"][0]["url"].startswith(employee.sandbox)


async def test_an_agent_is_told_trends_with_what_they_cost(employee: Employee) -> None:
    async with agent_over_stdio(employee, "twitter") as agent:
        found = await agent.call("get_trends")
    assert [trend["name"] for trend in found["trends"]][:1] == ["#SmallBusinessSaturday"]
    assert found["cost_usd"] == "0.040"


async def tool_names(agent: Agent) -> list[str]:
    return sorted(tool.name for tool in (await agent.session.list_tools()).tools)


def tools_of(server: str) -> Sequence[Any]:
    return tuple(import_module(SERVERS[server].module).TOOLS.values())


def pending(employee: Employee, world: World) -> dict[str, Any]:
    """The one request that waits for a post."""
    listed = json.loads(employee.fte("approvals", "list", "--json").stdout)
    found = [one["id"] for one in listed if one["action"] == world.action]
    requests = [json.loads(employee.fte("approvals", "show", one, "--json").stdout) for one in found]
    (shown,) = [request for request in requests if "Our new door" in str(request["shown"])]
    return dict(shown)


READERS = {
    "twitter": (
        "get_timeline_insights",
        "x",
        "(likes + replies + reposts + quotes + bookmarks) / impressions",
    ),
    "linkedin": ("get_linkedin_statistics", "linkedin", "(clicks + likes + comments + shares) / impressions"),
    "meta": ("get_facebook_insights", "facebook", "(reactions + comments + shares) / views"),
}


@pytest.mark.long
async def test_agents_and_people_read_how_posts_did_and_how_old_that_is(employee: Employee) -> None:
    async with agent_over_stdio(employee, "twitter") as agent:
        assert "fte run collect_insights" in await agent.refused("get_timeline_insights", days=30)
    ended = json.loads(employee.fte("run", "collect_insights", "--json").stdout)
    assert ended["state"] == "Completed", ended
    for server, (tool, platform, definition) in READERS.items():
        async with agent_over_stdio(employee, server) as agent:
            found = await agent.call(tool, days=90)
            whole = await agent.call("generate_summary", period="2026", platform="all")
        rate = found["engagement"]
        assert (found["platform"], found["source"], found["definition"]) == (platform, "sandbox", definition)
        assert " min old" in found["as_of"]
        assert found["posts"] > 20
        assert rate["rate"] == round(rate["engagements"] / rate["seen"], 5)
        assert found["best_times"][0]["name"] in {"Tuesday 16-20", "Thursday 16-20", "Saturday 08-12"}
        assert {one["platform"] for one in whole["platforms"]} == {"x", "linkedin", "facebook", "instagram"}
        assert len(json.dumps(whole)) < 16_000
    shown = employee.fte("posts", "insights", "--on", "facebook").stdout
    assert "(sandbox figures)" in shown
    assert "(reactions + comments + shares) / views" in shown
