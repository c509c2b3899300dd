"""X's tools over the wire: an agent orders, a person approves, and then it is public, once."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from mcp_servers.twitter_connector import TOOLS
from tests.employee_fixture import Employee
from tests.mcp_servers.agent import agent_over_stdio


def public(employee: Employee) -> list[str]:
    return [
        post["said"]
        for post in httpx.get(f"{employee.sandbox}/_sandbox/x/posts", trust_env=False).json()["posts"]
    ]


async def test_an_agent_posts_only_through_a_person(employee: Employee, tmp_path: Path) -> None:
    picture = tmp_path / "door.png"
    Image.new("RGB", (800, 600), "teal").save(picture)
    text = "Our new door is teal. Come and see it on Pine Street."
    async with agent_over_stdio(employee.environment, "twitter") as agent:
        names = [tool.name for tool in (await agent.session.list_tools()).tools]
        kept = await agent.call("upload_media", file_path=str(picture))
        order = {"content": text, "media_ids": [kept["media_id"]]}
        asked = await agent.call("post_tweet", **order)
        again = await agent.call("post_tweet", **order)
        assert (asked["status"], again["task_id"]) == ("waiting_for_approval", asked["task_id"])
        assert public(employee) == []
        request = pending(employee)
        assert text in request["shown"]
        employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
        await asyncio.to_thread(employee.until, lambda: bool(public(employee)), 60)
        done = await agent.call("get_task_status", task_id=asked["task_id"])
        while done["status"] == "waiting_for_approval":
            done = await agent.call("get_task_status", task_id=asked["task_id"])
        assert done["status"] == "done", done
        found = await agent.call("search_mentions", query="teal door")
        refused = await agent.refused("post_tweet", content="x " * 8000)
    assert sorted(names) == sorted(tool.__name__ for tools in TOOLS.values() for tool in tools)
    assert public(employee) == [text]
    assert [post["text"] for post in found["posts"]] == [text]
    assert "a thread of" in refused


def pending(employee: Employee) -> dict[str, Any]:
    """The one request that waits for a post."""
    listed = json.loads(employee.fte("approvals", "list", "--json").stdout)
    (found,) = [one for one in listed if one["action"] == "x.publish"]
    shown: dict[str, Any] = json.loads(employee.fte("approvals", "show", found["id"], "--json").stdout)
    return shown
