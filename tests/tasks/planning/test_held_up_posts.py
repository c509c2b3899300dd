"""A post that one platform has and another one refused: what is missing goes out once, and what is public not twice."""

import asyncio
from typing import Any

import pytest
from typer.testing import CliRunner

from deployments.command_line import app
from domain.vault.note import Note
from flows.work_task import work_once
from tasks.approvals.record import of_task
from tasks.planning.posts import follow_posts, place_ready
from tasks.vault.vault import Folder, current_vault
from tests.approved_posts import say_yes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, X
from tests.tasks.planning.test_handed_over_posts import NOW, change, connected, front, write

__all__ = ["connected"]
TEXT = "We are open on Saturday."
LONG = " ".join(["We are open on Saturday from nine, with bread and roses."] * 9)


def no_credits(sandbox: SandboxClient, *, skip: int = 0) -> None:
    sandbox.fault("status", service="x", method="POST", path=X.path, status=402, skip=skip)


async def approved(**changes: Any) -> str:
    """A post that a person has said yes to; its task."""
    write(**{"at": None} | changes)
    return await say_yes(NOW)


async def worked(task: str) -> str | None:
    state = await work_once(task, worker="test")
    await follow_posts(NOW)
    return state.name


def public(sandbox: SandboxClient) -> tuple[list[str], list[str]]:
    return FACEBOOK.public(sandbox), X.public(sandbox)


@pytest.mark.parametrize("by", ["the post's note", "the task's note"])
async def test_after_credits_are_bought_the_missing_part_goes_out_once_as_it_was_approved(
    sandbox: SandboxClient, by: str
) -> None:
    no_credits(sandbox)
    task = await approved()
    assert await worked(task) == "Escalated"
    assert public(sandbox) == ([TEXT], [])
    problem = front()["problem"]
    assert (
        "buy some in its developer console; it stays connected; put that right, then set status: ready"
        in problem
    )
    assert [one.partition(": ")[0] for one in front()["published"]] == ["Facebook"]
    if by == "the post's note":
        change(status="ready")
        assert (await place_ready(NOW)).tasks == [task]
    else:
        current_vault().update(Folder.NEEDS_ACTION, task, lambda note: note.with_front(status="new"))
    assert await worked(task) == "Completed"
    assert public(sandbox) == ([TEXT], [TEXT])
    assert (front()["status"], front().get("problem"), len(of_task(task))) == ("published", None, 1)
    assert [one.partition(": ")[0] for one in front()["published"]] == ["Facebook", "X"]


async def test_a_task_that_is_refused_again_says_so_again(sandbox: SandboxClient) -> None:
    sandbox.fault("status", service="x", method="POST", path=X.path, status=402, times=2)
    task = await approved()
    await worked(task)
    change(status="ready")
    await place_ready(NOW)
    assert await worked(task) == "Escalated"
    assert (public(sandbox), front()["status"]) == (([TEXT], []), "refused")
    assert "buy some in its developer console" in front()["problem"]


async def test_a_changed_note_does_not_put_on_facebook_again_what_stands_there(
    sandbox: SandboxClient,
) -> None:
    no_credits(sandbox)
    await worked(await approved())
    current_vault().update(Folder.POSTS, "garden", lambda note: note.with_body(f"{TEXT} Come!\n"))
    change(status="ready")
    assert (await place_ready(NOW)).tasks == []
    assert front()["status"] == "draft"
    assert "public on Facebook already and would stand there twice: take facebook out" in front()["problem"]
    change(status="ready", platforms=["x"])
    assert await worked(await say_yes(NOW)) == "Completed"
    assert public(sandbox) == ([TEXT], [f"{TEXT} Come!"])


async def test_what_is_published_as_it_reads_is_not_asked_about_again(sandbox: SandboxClient) -> None:
    await worked(await approved(platforms=["facebook"]))
    change(status="ready")
    assert (await place_ready(NOW)).tasks == []
    assert "would stand there twice" in front()["problem"]
    current_vault().update(Folder.POSTS, "garden", lambda note: note.with_body("Another text.\n"))
    change(status="ready")
    assert await worked(await say_yes(NOW)) == "Completed"
    assert public(sandbox)[0] == [TEXT, "Another text."]


async def test_a_thread_that_was_cut_short_is_not_said_to_be_nowhere(sandbox: SandboxClient) -> None:
    no_credits(sandbox, skip=1)
    current_vault().save(
        Folder.POSTS, "garden", Note.new({"status": "ready", "platforms": ["x"]}, f"{LONG}\n")
    )
    await worked(await say_yes(NOW))
    assert len(X.public(sandbox)) == 1
    cancelled = await asyncio.to_thread(CliRunner().invoke, app, ["posts", "cancel", "garden"])
    assert "what is public on X stays there" in " ".join(cancelled.stdout.split())
    change(status="ready")
    assert (await place_ready(NOW)).tasks == []
    assert "its beginning, is public on X already" in front()["problem"]


async def test_a_post_that_may_be_public_is_not_called_refused_when_its_access_ends(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.actions.step.STEP_PAUSES_SECONDS", [])
    sandbox.fault("drop_after_effect", service="facebook", method="POST", path=FACEBOOK.path)
    task = await approved(platforms=["facebook"])
    assert await worked(task) == "Later"
    ended = '{"error": {"code": 190, "message": "Session has expired"}}'
    sandbox.fault("status", service="facebook", status=400, content=ended, times=50)
    assert await worked(task) == "Later"
    delays = str(current_vault().read(Folder.NEEDS_ACTION, task).front["delays"])
    assert "may or may not have done the post" in delays
    assert "connect it again: fte connect meta" in delays
    change(status="ready")
    assert (await place_ready(NOW)).tasks == []
    assert "nobody knows yet whether it is public" in front()["problem"]
    sandbox.clear_faults()
    assert await worked(task) == "Completed"
    assert FACEBOOK.public(sandbox) == [TEXT]
