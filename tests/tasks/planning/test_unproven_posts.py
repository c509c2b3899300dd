"""A post that is public and could not be read back: its note says so, nobody posts it again, and it is put right."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from deployments.command_line import app
from domain.reliability.look import LookResult
from domain.social.post import Platform
from domain.vault.note import Note
from flows.work_task import work_once
from tasks.approvals.notes import result_of
from tasks.approvals.record import get, of_task
from tasks.clock import present
from tasks.planning.post_read_back import proven_late
from tasks.planning.posts import follow_posts, look_for_posts
from tasks.planning.progress import give_up
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.approved_posts import say_yes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, LINKEDIN, World, X
from tests.tasks.actions.test_social import MISSING, READ

NOW = datetime.now(UTC)
TEXT = "We are open on Saturday."
LONG_AFTER = timedelta(minutes=5)
WORLDS = (X, LINKEDIN, FACEBOOK)


@pytest.fixture(autouse=True)
def connected(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    init_vault(current_vault().root)
    blocks = {world.platform: world.access(sandbox) for world in WORLDS}

    async def saved(platform: Platform) -> PlatformCredentials | None:
        return blocks.get(platform)

    monkeypatch.setattr(credentials, "saved_access", saved)
    monkeypatch.setattr("tasks.actions.step.STEP_PAUSES_SECONDS", [])


def front() -> dict[str, Any]:
    return dict(current_vault().read(Folder.POSTS, "garden").front)


def hide(sandbox: SandboxClient, world: World) -> None:
    """The platform has the post, and does not show it."""
    status = 400 if world.app == "meta" else 404
    content = json.dumps(MISSING)
    sandbox.fault("status", method="GET", path=READ[world.name], status=status, content=content, times=50)


async def approved(*platforms: str) -> str:
    """A post that was approved and is worked for the first time; its task."""
    facts = {"status": "ready", "platforms": list(platforms)}
    current_vault().save(Folder.POSTS, "garden", Note.new(facts, f"{TEXT}\n"))
    task = await say_yes(NOW)
    await work_once(task, worker="test")
    return task


async def published(monkeypatch: pytest.MonkeyPatch, *platforms: str) -> tuple[str, str]:
    """The same, read back long after it was handed over; its task and request."""
    task = await approved(*platforms)
    monkeypatch.setattr("tasks.actions.social.present", lambda: present() + LONG_AFTER)
    again = current_vault().read(Folder.NEEDS_ACTION, task).with_front(status="new")
    current_vault().save(Folder.NEEDS_ACTION, task, again)
    assert (await work_once(task, worker="test")).name == "Escalated"
    await follow_posts(NOW)
    return task, of_task(task)[0].id


def posts_made(sandbox: SandboxClient, world: World) -> int:
    return len(sandbox.journal(service=world.name, method="POST", path=world.path))


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
async def test_its_note_says_that_it_was_handed_over_and_is_put_right_once_it_is_read_back(
    sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(sandbox, world)
    task, request = await published(monkeypatch, world.name)
    assert front()["status"] == "unproven", front()["problem"]
    title = world.platform.title
    assert f"{title} was given the post (" in front()["problem"]
    assert "nobody publishes it again, and it is read again by itself" in front()["problem"]
    assert "0 of 1 posts are there" in front()["problem"]
    assert look_for_posts(NOW) is LookResult.WORK
    assert await proven_late(present()) == []
    assert result_of(get(request)) == (
        f"{title}: Handed over, and not read back yet; it is not published again."
    )
    assert look_for_posts(present()) is LookResult.NOTHING, "it was read just now"
    await follow_posts(NOW)
    assert front()["status"] == "unproven"

    sandbox.clear_faults()
    later = present() + timedelta(minutes=2)
    assert look_for_posts(later) is LookResult.WORK
    assert await proven_late(later) == [task]
    assert (await work_once(task, worker="test")).name == "Completed"
    await follow_posts(NOW)
    assert (front()["status"], front().get("problem")) == ("published", None)
    (address,) = front()["published"]
    url = address.removeprefix(f"{title}: ")
    assert world.link in url
    assert result_of(get(request)).startswith(f"{title}: Done: [")
    assert result_of(get(request)).endswith(f"](<{url}>)")
    assert "why" not in current_vault().read(Folder.DONE, task).front
    assert (world.public(sandbox), posts_made(sandbox, world)) == ([TEXT], 1)


async def test_what_one_platform_refused_is_said_beside_what_another_one_has_and_the_request_says_both(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.http.post("/_sandbox/linkedin/posts", json={"text": TEXT})  # which LinkedIn refuses twice
    hide(sandbox, X)
    task, request = await published(monkeypatch, "x", "linkedin")
    assert front()["status"] == "refused"
    assert "X was given the post (" in front()["problem"]
    assert "LinkedIn" in front()["problem"]
    sandbox.clear_faults()
    assert await proven_late(present()) == [task]
    assert (await work_once(task, worker="test")).name == "Escalated"
    await follow_posts(NOW)
    assert front()["status"] == "refused"
    assert "X was given the post" not in front()["problem"]
    (address,) = front()["published"]
    assert address.startswith("X: http")
    said = result_of(get(request))
    assert address.removeprefix("X: ") in said
    assert "LinkedIn: Refused, nothing was done" in said
    assert X.public(sandbox) == [TEXT]


async def test_one_that_was_given_up_after_many_tries_is_not_called_refused_and_may_be_cancelled(
    sandbox: SandboxClient,
) -> None:
    hide(sandbox, X)
    task = await approved("x")
    give_up(task, ["tried 15 times", "X published the post, and it cannot be read back yet"], NOW)
    await follow_posts(NOW)
    assert front()["status"] == "unproven"
    assert "tried 15 times" in front()["problem"]
    cancelled = await asyncio.to_thread(CliRunner().invoke, app, ["posts", "cancel", "garden"])
    assert "what is public on X stays there" in " ".join(cancelled.stdout.split())
    assert (front()["status"], X.public(sandbox)) == ("cancelled", [TEXT])
