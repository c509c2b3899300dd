"""A post that Facebook has for its time, by its note: changed, withdrawn and published there as here."""

import asyncio
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
from tasks.audit.search import Query, search_audit_log
from tasks.planning.look import look_for_waits
from tasks.planning.open_tasks import open_tasks
from tasks.planning.posts import cancel_post, follow_posts, look_for_posts, place_ready
from tasks.reliability import outbox
from tasks.reliability.breakers import close_circuit
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.approved_posts import say_yes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, X
from tests.tasks.actions.test_handed_over import kept, let_time_come

NOW = datetime.now(UTC)
AT, MOVED = f"{NOW + timedelta(days=1):%Y-%m-%d} 09:00", f"{NOW + timedelta(days=2):%Y-%m-%d} 10:00"


@pytest.fixture(autouse=True)
def connected(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    init_vault(current_vault().root)
    blocks = {world.platform: world.access(sandbox) for world in (X, FACEBOOK)}

    async def saved(platform: Platform) -> PlatformCredentials | None:
        return blocks.get(platform)

    monkeypatch.setattr(credentials, "saved_access", saved)


def write(**changes: Any) -> None:
    facts = {"status": "ready", "platforms": ["facebook", "x"], "at": AT}
    current_vault().save(Folder.POSTS, "garden", Note.new(facts | changes, "We are open on Saturday.\n"))


def change(**changes: Any) -> None:
    note = current_vault().read(Folder.POSTS, "garden")
    current_vault().save(Folder.POSTS, "garden", note.with_front(**changes))


def front() -> dict[str, Any]:
    return dict(current_vault().read(Folder.POSTS, "garden").front)


def times(sandbox: SandboxClient) -> list[str]:
    """When Facebook will publish what it has."""
    moments = (datetime.fromtimestamp(one["scheduled_publish_time"], UTC) for one in kept(sandbox))
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in moments]


async def approved() -> str:
    """The note is taken up, a person says yes, and the task is worked; its id."""
    task = await say_yes(NOW)
    assert (await work_once(task, worker="test")).name == "Later"
    await follow_posts(NOW)
    return task


async def test_facebook_s_part_is_handed_over_and_x_s_waits_here(sandbox: SandboxClient) -> None:
    write()
    task = await approved()
    assert times(sandbox) == [AT]
    assert (FACEBOOK.public(sandbox), X.public(sandbox)) == ([], [])
    assert front()["status"] == "scheduled"
    (item,) = outbox.waiting()
    assert (item.service, item.key, f"{item.not_before:%Y-%m-%d %H:%M}") == ("schedule", task, AT)
    delays = str(current_vault().read(Folder.NEEDS_ACTION, task).front["delays"])
    assert f"Facebook has the post and publishes it at its time, {AT} UTC" in delays
    assert f"Publish a post on X waits for its time, {AT} UTC" in delays


async def test_at_its_time_the_note_has_both_addresses(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    task = await approved()
    let_time_come(sandbox)
    then = datetime.fromisoformat(f"{AT}+00:00") + timedelta(minutes=1)
    monkeypatch.setattr("tasks.actions.step.present", lambda: then)
    monkeypatch.setattr("tasks.actions.social.present", lambda: then)
    await work_once(task, worker="test")
    await follow_posts(NOW)
    assert (FACEBOOK.public(sandbox), X.public(sandbox)) == (["We are open on Saturday."],) * 2
    assert front()["status"] == "published"
    assert [one.partition(": ")[0] for one in front()["published"]] == ["Facebook", "X"]
    assert outbox.waiting() == []


async def test_a_hand_over_that_waited_for_facebook_does_not_wait_for_it_any_more(
    sandbox: SandboxClient,
) -> None:
    write()
    sandbox.fault("status", method="POST", path=FACEBOOK.path, status=429, times=5)
    task = await approved()
    assert {item.service for item in outbox.waiting()} == {"facebook", "schedule"}
    sandbox.clear_faults()
    close_circuit("facebook")
    assert (await work_once(task, worker="test")).name == "Later"
    assert {item.service for item in outbox.waiting()} == {"schedule"}
    assert times(sandbox) == [AT]


async def test_a_changed_time_is_changed_there_once_it_is_approved(sandbox: SandboxClient) -> None:
    write()
    first = await approved()
    change(at=MOVED)
    await follow_posts(NOW)
    assert times(sandbox) == [AT], "the note alone changes nothing"
    change(status="ready")
    second = await approved()
    assert times(sandbox) == [MOVED]
    assert first != second
    assert current_vault().read(Folder.DONE, first).front["status"] == "cancelled"


async def test_a_changed_time_waits_while_facebook_does_not_give_the_post_back(
    sandbox: SandboxClient,
) -> None:
    write()
    await approved()
    change(at=MOVED, status="ready")
    sandbox.fault("status", service="facebook", method="DELETE", status=503)
    assert (await place_ready(NOW)).tasks == []
    assert (times(sandbox), front()["status"]) == ([AT], "ready")
    assert "it is not certain that it gave it back" in front()["problem"]
    sandbox.clear_faults()
    await approved()
    assert (times(sandbox), front().get("problem")) == ([MOVED], None)


async def test_a_cancelled_post_is_taken_back_there(sandbox: SandboxClient) -> None:
    write()
    task = await approved()
    cancelled = await asyncio.to_thread(CliRunner().invoke, app, ["posts", "cancel", "garden"])
    assert "garden is cancelled; nothing of it will be published." in " ".join(cancelled.stdout.split())
    assert times(sandbox) == []
    assert current_vault().read(Folder.DONE, task).front["status"] == "cancelled"
    records = [record["action"] for record in search_audit_log(current_vault().root, Query())]
    assert {"facebook.publish.undone", "post.cancelled"} <= set(records)


async def test_of_two_that_end_a_post_at_once_one_does_and_the_other_says_so(sandbox: SandboxClient) -> None:
    write()
    task = await approved()
    first, second = await asyncio.gather(
        cancel_post("garden", NOW), cancel_post("garden", NOW), return_exceptions=True
    )
    assert (first, str(second)[:39]) == ([], "it is being published or ended just now")
    assert (times(sandbox), front()["status"], current_vault().find(task)) == ([], "cancelled", Folder.DONE)


async def test_a_post_that_is_changed_while_it_is_cancelled_is_asked_about_or_ended_and_never_both(
    sandbox: SandboxClient,
) -> None:
    write()
    await approved()
    change(at=MOVED, status="ready")
    _, placed = await asyncio.gather(cancel_post("garden", NOW), place_ready(NOW))
    assert ([str(one)[:39] for one in placed.problems], times(sandbox)) == (
        ["it is being published or ended just now"],
        [],
    )
    assert "moved, renamed or deleted" not in str(front().get("problem"))


async def test_a_task_that_a_person_closes_is_taken_back_there(sandbox: SandboxClient) -> None:
    write()
    task = await approved()
    closed = current_vault().read(Folder.NEEDS_ACTION, task).with_front(status="done")
    current_vault().save(Folder.NEEDS_ACTION, task, closed)
    assert look_for_posts(NOW) is LookResult.WORK
    await follow_posts(NOW)
    assert (times(sandbox), front()["status"], outbox.waiting()) == ([], "cancelled", [])
    assert look_for_posts(NOW) is LookResult.NOTHING


async def test_what_facebook_has_published_meanwhile_is_not_cancelled(sandbox: SandboxClient) -> None:
    write()
    await approved()
    let_time_come(sandbox)
    cancelled = await asyncio.to_thread(CliRunner().invoke, app, ["posts", "cancel", "garden"])
    assert "what is public on Facebook stays there" in " ".join(cancelled.stdout.split())
    assert FACEBOOK.public(sandbox) == ["We are open on Saturday."]


@pytest.mark.parametrize("word", ["draft", "cancelled"])
async def test_a_note_that_is_taken_back_while_facebook_is_away_is_tried_again(
    sandbox: SandboxClient, word: str
) -> None:
    write()
    task = await approved()
    change(status=word)
    sandbox.fault("status", service="facebook", status=503)
    assert look_for_posts(NOW) is LookResult.WORK
    await follow_posts(NOW)
    assert "it is not certain that it gave it back" in front()["problem"]
    assert (times(sandbox), current_vault().find(task)) == ([AT], Folder.NEEDS_ACTION)
    assert look_for_posts(NOW) is LookResult.NOTHING
    sandbox.clear_faults()
    assert look_for_posts(NOW + timedelta(minutes=1)) is LookResult.WORK
    await follow_posts(NOW)
    assert (times(sandbox), front().get("problem"), front()["status"]) == ([], None, word)
    assert current_vault().find(task) == Folder.DONE


@pytest.mark.parametrize("door", ["note", "command"])
async def test_what_was_cancelled_does_not_go_out_elsewhere_because_facebook_is_away(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    write()
    task = await approved()
    sandbox.fault("status", service="facebook", status=503, times=50)
    if door == "note":
        change(status="cancelled")
    else:
        cancelled = await asyncio.to_thread(CliRunner().invoke, app, ["posts", "cancel", "garden"])
        assert "it is not certain that it gave it back" in str(cancelled.exception)
    await follow_posts(NOW)
    assert "it is not certain that it gave it back" in front()["problem"]
    then = datetime.fromisoformat(f"{AT}+00:00") + timedelta(minutes=1)
    monkeypatch.setattr("tasks.actions.step.present", lambda: then)
    monkeypatch.setattr("tasks.actions.social.present", lambda: then)
    assert (open_tasks(), outbox.waiting()) == ([], [])
    await work_once(task, worker="test")  # as a run does that was started before
    assert X.public(sandbox) == []
    sandbox.clear_faults()
    let_time_come(sandbox)
    await follow_posts(then)
    assert (FACEBOOK.public(sandbox), X.public(sandbox)) == (["We are open on Saturday."], [])
    assert (front()["status"], front()["problem"]) == ("cancelled", "public already on Facebook")


@pytest.mark.parametrize("days", [1.5, -1])
async def test_a_clock_that_was_wrong_by_a_day_fires_nothing_twice(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, days: float
) -> None:
    def clock_says(moment: datetime) -> None:
        for module in ("tasks.actions.step", "tasks.actions.social", "flows.work_task"):
            monkeypatch.setattr(f"{module}.present", lambda: moment)

    write(platforms=["x"])
    task = await approved()
    clock_says(NOW + timedelta(days=days))
    await work_once(task, worker="test")
    await follow_posts(NOW)
    assert (X.public(sandbox), front()["status"]) == ([], "refused" if days > 0 else "scheduled")
    assert ("passed while the employee could not do it" in str(front().get("problem"))) is (days > 0)
    clock_says(NOW)
    if days > 0:  # a person reads that its time passed, and sets the clock right
        change(status="ready")
        assert await approved() != task
    clock_says(datetime.fromisoformat(f"{AT}+00:00") + timedelta(minutes=1))
    for _ in range(2):
        await work_once(front()["task"], worker="test")
        await follow_posts(NOW)
    assert (X.public(sandbox), front()["status"]) == (["We are open on Saturday."], "published")


async def test_a_post_that_a_wrong_clock_held_goes_on_once_the_clock_is_right(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(platforms=["x"])
    task = await approved()
    ahead = datetime.fromisoformat(f"{AT}+00:00") + timedelta(minutes=1)
    for module in ("tasks.actions.step", "tasks.actions.social", "flows.work_task"):
        monkeypatch.setattr(f"{module}.present", lambda: ahead)
    sandbox.fault("latency", method="HEAD", clock_ahead_seconds=-24 * 3600, times=1)
    assert "set the clock" in str((await work_once(task, worker="test")).message)
    assert (X.public(sandbox), front()["status"]) == ([], "scheduled")
    await look_for_waits(ahead)
    assert outbox.due_services(NOW) == []
    await look_for_waits(NOW)
    assert outbox.due_services(NOW) == [outbox.SCHEDULE]
