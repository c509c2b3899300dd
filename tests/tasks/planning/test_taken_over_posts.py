"""A post whose worker is frozen for longer than its claim: what others decide and do meanwhile holds afterwards."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import DigitalFteError
from flows import work_task
from flows.work_task import work_once
from tasks.actions import effects
from tasks.planning.post_tasks import UnderWayError, end_post
from tasks.planning.posts import follow_posts
from tasks.social import publish
from tasks.vault.vault import Folder, current_vault
from tests.approved_posts import say_yes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, X
from tests.taken_over import frozen_at, lapse
from tests.tasks.planning.test_handed_over_posts import NOW, connected, front, write
from tests.tasks.planning.test_held_up_posts import no_credits

__all__ = ["connected"]
DONE = (work_task, "carry_out")
PLACES = {"looked": (effects, "_look"), "prepared": (publish._Part, "_ready"), "done": DONE}
TEXT = "We are open on Saturday."


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> tuple[Any, str]:
    """What the first worker has done by then."""
    return PLACES[request.param]


@pytest.fixture
async def task() -> str:
    write(at=None, platforms=["x"])
    return await say_yes(NOW)


def note(task: str) -> dict[str, Any]:
    folder = current_vault().find(task)
    assert folder
    return dict(current_vault().read(folder, task).front)


async def test_what_another_worker_takes_over_is_published_once_and_done(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, task: str, place: tuple[Any, str]
) -> None:
    async def meanwhile() -> None:
        lapse(task)
        assert (await work_once(task, worker="other")).name == "Completed"

    frozen_at(monkeypatch, *place, meanwhile)
    assert (await work_once(task, worker="first")).name == "Elsewhere"
    await follow_posts(datetime.now(UTC))
    assert (X.public(sandbox), note(task)["status"], front()["status"]) == ([TEXT], "done", "published")
    assert len(sandbox.journal(service="x", method="POST", path=X.path)) == 1


async def test_what_a_person_cancels_meanwhile_does_not_go_out(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, task: str, place: tuple[Any, str]
) -> None:
    said: list[object] = []

    async def meanwhile() -> None:
        lapse(task)
        try:
            said.append(await end_post(task, datetime.now(UTC)))
        except UnderWayError as error:
            said.append(error)

    frozen_at(monkeypatch, *place, meanwhile)
    await work_once(task, worker="first")
    if isinstance(said[0], DigitalFteError):
        await work_once(task, worker="later")
        assert (X.public(sandbox), note(task)["status"]) == ([TEXT], "done")
    else:
        assert note(task)["status"] == "cancelled"
        assert said == [["X"] if X.public(sandbox) else []]


async def test_what_a_person_stops_meanwhile_stays_stopped(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, task: str, place: tuple[Any, str]
) -> None:
    before: list[str] = []

    async def meanwhile() -> None:
        lapse(task)
        current_vault().update(Folder.NEEDS_ACTION, task, lambda note: note.with_front(status="stop"))
        assert (await work_once(task, worker="other")).name == "Escalated"
        before.extend(X.public(sandbox))

    frozen_at(monkeypatch, *place, meanwhile)
    assert (await work_once(task, worker="first")).name == "Elsewhere"
    assert X.public(sandbox) == before, "after a person said stop nothing goes out"
    found = note(task)
    assert (found["status"], found["why"][0]) == ("escalated", "you wrote status: stop")
    told = "x (Publish a post on X" in str(found["why"]) and "may have happened" not in str(found["why"])
    assert told is bool(before)


async def test_a_stop_that_is_written_while_the_last_of_it_is_done_is_no_done(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    async def meanwhile() -> None:
        current_vault().update(Folder.NEEDS_ACTION, task, lambda note: note.with_front(status="stop"))

    frozen_at(monkeypatch, *DONE, meanwhile)
    assert (await work_once(task, worker="first")).name == "Escalated"
    assert X.public(sandbox) == [TEXT]
    why = note(task)["why"]
    assert why[0] == "you wrote status: stop"
    assert "could not be undone and stays as it is: x (Publish a post on X" in why[1]


async def test_a_stop_that_is_written_while_a_part_is_refused_is_not_lost(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_credits(sandbox)
    write(at=None)
    task = await say_yes(NOW)

    async def meanwhile() -> None:
        current_vault().update(Folder.NEEDS_ACTION, task, lambda note: note.with_front(status="stop"))

    frozen_at(monkeypatch, *DONE, meanwhile)
    assert (await work_once(task, worker="first")).name == "Escalated"
    assert (FACEBOOK.public(sandbox), X.public(sandbox)) == ([TEXT], [])
    why = note(task)["why"]
    assert why[0] == "you wrote status: stop"
    assert "could not be undone and stays as it is: facebook (Publish a post on Facebook" in why[1]
