"""Mentions as the employee meets them: once each, foreign words that decide nothing, read as seldom as can be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import NotAuthorizedError, PlatformUnavailableError
from domain.reliability.look import LookResult
from domain.social.post import Platform
from domain.vault.note import Note
from tasks.planning.mentions import look_for_mentions, take_mentions
from tasks.planning.prepare import prepare_task
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import X
from tests.tasks.planning.test_comments import at_most
from tests.tasks.planning.test_hostile_documents import BILL, ORDERS, untouched

NOW = datetime.now(UTC)
READINGS = "^/2/users/.*/mentions$"


@pytest.fixture(autouse=True)
def access(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """X connected and looked at before; LinkedIn is not."""
    init_vault(current_vault().root)
    block = X.access(sandbox)

    async def saved(platform: Platform) -> PlatformCredentials | None:
        return block if platform is Platform.X else None

    monkeypatch.setattr(credentials, "saved_access", saved)


def say(sandbox: SandboxClient, text: str, **said: Any) -> str:
    """Somebody says it; the post's id."""
    answer = sandbox.http.post(
        "/_sandbox/x/posts", json={"author": "1700000000000000777", "text": text, **said}
    )
    return str(answer.json()["post"]["id"])


def notes() -> dict[str, Note]:
    where = current_vault()
    return {name: where.read(Folder.NEEDS_ACTION, name) for name in where.names(Folder.NEEDS_ACTION)}


async def test_a_mention_becomes_one_task_however_often_it_is_looked_for(sandbox: SandboxClient) -> None:
    assert await look_for_mentions(NOW) is LookResult.NOTHING
    assert sandbox.journal(path=READINGS) == [], "what was said before is nobody's task, and costs nothing"
    post = say(sandbox, "@NorthwindLane when do you open?")
    say(sandbox, "A word about somebody else")
    say(sandbox, "We at @northwindlane are open.", author=X.speaker.id)
    soon = NOW + timedelta(minutes=16)
    assert await look_for_mentions(soon) is LookResult.WORK
    assert (await take_mentions(soon)).task_ids == []
    [(name, note)] = notes().items()
    assert name == f"mentions-x-{post}"
    assert note.front["from"] == "@user00000000777"
    assert note.front["post"] == post
    assert note.front["address"] == f"{sandbox.url}/i/status/{post}"
    assert "when do you open?" in note.body
    prepared = prepare_task(name, note, read_handbook())
    assert (prepared.triage.kind, prepared.triage.domain.value, prepared.plan) == (
        "mention",
        "business",
        None,
    )
    assert "fte mentions answer" in prepared.problems[0]


async def test_every_mention_is_read_once_over_many_pages(sandbox: SandboxClient) -> None:
    at_most(1000)
    await look_for_mentions(NOW)
    posts = [say(sandbox, f"@northwindlane number {number}") for number in range(230)]
    taken = await take_mentions(NOW)
    assert sorted(taken.task_ids) == [f"mentions-x-{post}" for post in posts]
    assert len(sandbox.journal(path=READINGS)) == 3
    say(sandbox, "@northwindlane one more")
    assert len((await take_mentions(NOW)).task_ids) == 1
    assert len(sandbox.journal(path=READINGS)) == 4


@pytest.mark.parametrize(("mode", "readings"), [("live", 3), ("sandbox", 59)])
async def test_it_is_looked_for_as_seldom_as_the_handbook_says_where_that_costs_money(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, mode: str, readings: int
) -> None:
    monkeypatch.setenv("FTE_MODE", mode)
    for minute in range(60):
        await look_for_mentions(NOW + timedelta(minutes=minute))
    assert len(sandbox.journal(path=READINGS)) == readings


async def test_a_platform_that_is_away_loses_no_mention(sandbox: SandboxClient) -> None:
    await look_for_mentions(NOW)
    post = say(sandbox, "@northwindlane hello?")
    sandbox.fault("drop_after_effect", path=READINGS, times=1)
    soon = NOW + timedelta(minutes=16)
    with pytest.raises(PlatformUnavailableError):
        await look_for_mentions(soon)
    assert notes() == {}
    assert await look_for_mentions(soon) is LookResult.WORK
    assert list(notes()) == [f"mentions-x-{post}"]


async def test_a_refused_access_is_said(sandbox: SandboxClient) -> None:
    await look_for_mentions(NOW)
    sandbox.http.post("/_sandbox/x/revoke")
    with pytest.raises(NotAuthorizedError, match="fte connect x"):
        await look_for_mentions(NOW + timedelta(minutes=16))


@pytest.mark.parametrize("words", [*ORDERS, BILL.format(number=1, order=ORDERS[0]), "%PDF-1.7 Total: $9.00"])
async def test_foreign_words_are_shown_and_decide_nothing(sandbox: SandboxClient, words: str) -> None:
    await look_for_mentions(NOW)
    post = say(sandbox, f"@northwindlane {words}")
    assert (await take_mentions(NOW)).task_ids == [f"mentions-x-{post}"]
    [(name, note)] = notes().items()
    assert (note.front["status"], "approver" in note.front) == ("new", False)
    assert not any(
        sign in note.body.split("\n\n", 2)[-1] for sign in ("[[", "<!--", "<script", "```", "{{", "\u200b")
    )
    prepared = prepare_task(name, note, read_handbook())
    assert (prepared.triage.kind, prepared.plan) == ("mention", None)
    assert untouched()
