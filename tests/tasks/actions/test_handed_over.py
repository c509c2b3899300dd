"""A post with a time on Facebook: handed over once it is approved, taken back, proven when Facebook publishes it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import NotTakenBackError, PublicationUnknownError
from domain.errors import RejectedError
from domain.planning.plan import Plan, Step
from domain.reliability.rate_limits import NotDueError
from domain.social.post import Platform
from tasks.actions.compensate import compensate_plan, undo
from tasks.actions.effects import Evidence, TooLateError
from tasks.actions.performer import EvidenceMissingError
from tasks.actions.social import KeptThereError
from tasks.reliability import effect_ledger
from tasks.reliability.effect_ledger import EffectState
from tasks.social.publish import HandOverFailedError
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK
from tests.tasks.actions.test_social import STEP, TASK, approved, done, ordered, picture
from tests.warm_programs import WarmPrograms

AT = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=2)
EARLY, LATER = AT - timedelta(hours=2), AT - timedelta(hours=1)
SOON_AFTER, LONG_AFTER = AT + timedelta(minutes=2), AT + timedelta(hours=2)
LOST = ["drop_after_effect", "truncate", "status_after_effect", "wrong_json"]


@pytest.fixture(autouse=True)
def access(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> PlatformCredentials:
    init_vault(current_vault().root)
    block = FACEBOOK.access(sandbox)

    async def saved(_platform: Platform) -> PlatformCredentials:
        return block

    monkeypatch.setattr(credentials, "saved_access", saved)
    return block


def kept(sandbox: SandboxClient) -> list[dict[str, Any]]:
    """What waits at Facebook for its time."""
    return list(sandbox.http.get("/_sandbox/facebook/scheduled").json()["posts"])


def let_time_come(sandbox: SandboxClient) -> None:
    """Facebook publishes what waits there."""
    sandbox.http.post("/_sandbox/facebook/scheduled")


def made(sandbox: SandboxClient) -> int:
    """How often a post was made there."""
    return len(sandbox.journal(method="POST", path=FACEBOOK.path, effect=True))


async def approved_post(text: str = "Open at nine.", at: datetime = AT, **said: Any) -> dict[str, Any]:
    local = at.replace(tzinfo=None).isoformat()
    inputs = await ordered(FACEBOOK, text=text, at={"local": local, "zone": "UTC"}, **said)
    approved(FACEBOOK, inputs, now=EARLY)
    return inputs


async def handed_over(inputs: dict[str, Any], now: datetime = EARLY) -> None:
    with pytest.raises(KeptThereError, match="Facebook has the post and publishes it at its time") as found:
        await done(FACEBOOK, inputs, now=now)
    assert found.value.due == AT


def states() -> list[str]:
    return [one.state for one in effect_ledger.effects_of(TASK)]


async def test_it_is_handed_over_once_and_proven_when_it_is_public(sandbox: SandboxClient) -> None:
    inputs = await approved_post(documents=[picture(), picture("red")])
    await handed_over(inputs)
    await handed_over(inputs, now=LATER)
    (waiting,) = kept(sandbox)
    assert (waiting["message"], waiting["scheduled_publish_time"]) == ("Open at nine.", AT.timestamp())
    assert FACEBOOK.public(sandbox) == []
    assert all("temporary" in one["body"] for one in sandbox.journal(method="POST", path="/photos$"))
    let_time_come(sandbox)
    evidence = await done(FACEBOOK, inputs, now=SOON_AFTER)
    assert evidence.read_back["url"].startswith(f"{sandbox.url}{FACEBOOK.link}")
    assert evidence.receipt["name"] == f"handed over to Facebook for {AT:%Y-%m-%d %H:%M} UTC"
    assert FACEBOOK.public(sandbox) == ["Open at nine."]
    assert made(sandbox) == 1


async def test_a_machine_that_is_off_at_the_time_misses_nothing(sandbox: SandboxClient) -> None:
    inputs = await approved_post()
    await handed_over(inputs)
    let_time_come(sandbox)
    assert isinstance(await done(FACEBOOK, inputs, now=AT + timedelta(days=5)), Evidence)
    assert made(sandbox) == 1


@pytest.mark.parametrize("ahead", [timedelta(minutes=14), timedelta(days=40)])
async def test_outside_of_facebook_s_window_it_is_kept_here(sandbox: SandboxClient, ahead: timedelta) -> None:
    inputs = await approved_post()
    sandbox.clear_journal()
    with pytest.raises(NotDueError) as found:
        await done(FACEBOOK, inputs, now=AT - ahead)
    assert found.value.due == (AT if ahead < timedelta(days=1) else AT - timedelta(days=29))
    assert sandbox.journal(service="facebook") == []


@pytest.mark.parametrize("kind", LOST)
async def test_a_hand_over_whose_answer_is_lost_is_found_among_what_is_scheduled(
    sandbox: SandboxClient, kind: str
) -> None:
    inputs = await approved_post()
    sandbox.fault(kind, method="POST", path=FACEBOOK.path, times=1)
    with pytest.raises(PublicationUnknownError):
        await done(FACEBOOK, inputs, now=EARLY)
    await handed_over(inputs, now=LATER)
    assert (len(kept(sandbox)), made(sandbox), states()) == (1, 1, [EffectState.DONE])


async def test_a_hand_over_that_never_arrived_is_made_again_and_may_be_cancelled(
    sandbox: SandboxClient,
) -> None:
    inputs = await approved_post()
    sandbox.fault("status", method="POST", path=FACEBOOK.path, status=500, times=1)
    with pytest.raises(PublicationUnknownError):
        await done(FACEBOOK, inputs, now=EARLY)
    with pytest.raises(PublicationUnknownError, match="not on the timeline yet"):
        await done(FACEBOOK, inputs, now=EARLY + timedelta(seconds=30))
    with pytest.raises(HandOverFailedError):
        await done(FACEBOOK, inputs, now=LATER)
    assert states() == [EffectState.WITHDRAWN]
    await handed_over(inputs, now=LATER)
    assert (len(kept(sandbox)), made(sandbox)) == (1, 1)


@pytest.mark.parametrize(("now", "is_too_late"), [(SOON_AFTER, False), (LONG_AFTER, True)])
async def test_what_facebook_was_never_given_goes_out_from_here_in_time_or_not_at_all(
    sandbox: SandboxClient, now: datetime, *, is_too_late: bool
) -> None:
    inputs = await approved_post()
    sandbox.fault("status", method="POST", path=FACEBOOK.path, status=500, times=1)
    with pytest.raises(PublicationUnknownError):
        await done(FACEBOOK, inputs, now=EARLY)
    with pytest.raises(HandOverFailedError):
        await done(FACEBOOK, inputs, now=now)
    if is_too_late:
        with pytest.raises(TooLateError, match="ask for it again with a new time"):
            await done(FACEBOOK, inputs, now=now)
    else:
        await done(FACEBOOK, inputs, now=now)
    assert FACEBOOK.public(sandbox) == ([] if is_too_late else ["Open at nine."])
    assert kept(sandbox) == []


async def test_a_lost_hand_over_that_facebook_has_published_is_not_repeated(sandbox: SandboxClient) -> None:
    inputs = await approved_post()
    sandbox.fault("drop_after_effect", method="POST", path=FACEBOOK.path, times=1)
    with pytest.raises(PublicationUnknownError):
        await done(FACEBOOK, inputs, now=EARLY)
    let_time_come(sandbox)
    await done(FACEBOOK, inputs, now=LONG_AFTER)
    assert (FACEBOOK.public(sandbox), made(sandbox)) == (["Open at nine."], 1)


async def test_the_same_text_for_two_times_is_two_posts(sandbox: SandboxClient) -> None:
    next_week = AT + timedelta(days=7)
    await handed_over(await approved_post())
    second = await approved_post(at=next_week)
    sandbox.fault("drop_after_effect", method="POST", path=FACEBOOK.path, times=1)
    with pytest.raises(PublicationUnknownError):
        await done(FACEBOOK, second, now=EARLY)
    with pytest.raises(KeptThereError):
        await done(FACEBOOK, second, now=LATER)
    assert [one["scheduled_publish_time"] for one in kept(sandbox)] == [
        AT.timestamp(),
        next_week.timestamp(),
    ]


async def test_what_facebook_does_not_publish_is_said_and_taken_back(sandbox: SandboxClient) -> None:
    inputs = await approved_post()
    await handed_over(inputs)
    with pytest.raises(KeptThereError, match="has not published it yet") as found:
        await done(FACEBOOK, inputs, now=SOON_AFTER)
    assert found.value.due > SOON_AFTER
    with pytest.raises(EvidenceMissingError, match="Facebook has not published the post at its time"):
        await done(FACEBOOK, inputs, now=AT + timedelta(minutes=11))
    step = Step(id=STEP, action=FACEBOOK.action, inputs=inputs)
    plan = Plan(task_id=TASK, playbook="post", steps=[step])
    assert await compensate_plan(plan, [STEP], LONG_AFTER) == [STEP]
    assert (kept(sandbox), FACEBOOK.public(sandbox)) == ([], [])


async def test_what_was_deleted_or_changed_on_the_page_is_said(sandbox: SandboxClient) -> None:
    inputs = await approved_post()
    await handed_over(inputs)
    (post,) = kept(sandbox)
    place = f"/_sandbox/facebook/posts/{post['id']}"
    sandbox.http.put(place, json={"text": "Open at ten."})
    with pytest.raises(EvidenceMissingError, match="otherwise than approved"):
        await done(FACEBOOK, inputs, now=LATER)
    sandbox.http.delete(place)
    with pytest.raises(EvidenceMissingError, match="0 of 1 posts are there"):
        await done(FACEBOOK, inputs, now=LONG_AFTER)


async def test_what_is_taken_back_is_gone_there_and_what_is_public_stays(sandbox: SandboxClient) -> None:
    inputs = await approved_post()
    await handed_over(inputs)
    (effect,) = effect_ledger.effects_of(TASK)
    sandbox.fault("drop_after_effect", method="DELETE", times=1)
    with pytest.raises(NotTakenBackError, match="it is tried again each minute, and you may delete it there"):
        await undo(effect, LATER)
    with patch("tasks.actions.social.present", lambda: LATER):
        assert await undo(effect, LATER)
    assert (kept(sandbox), states()) == ([], [EffectState.COMPENSATED])
    with pytest.raises(RejectedError):
        await done(FACEBOOK, inputs, now=SOON_AFTER)
    assert made(sandbox) == 1


async def test_what_is_public_is_not_taken_back(sandbox: SandboxClient) -> None:
    inputs = await approved_post()
    await handed_over(inputs)
    let_time_come(sandbox)
    (effect,) = effect_ledger.effects_of(TASK)
    assert not await undo(effect, SOON_AFTER)
    assert FACEBOOK.public(sandbox) == ["Open at nine."]


async def test_another_page_s_access_takes_nothing_back(
    sandbox: SandboxClient, access: PlatformCredentials
) -> None:
    await handed_over(await approved_post())
    access.account_id = "99"
    (effect,) = effect_ledger.effects_of(TASK)
    with pytest.raises(NotTakenBackError, match="another account is connected now"):
        await undo(effect, LATER)
    assert len(kept(sandbox)) == 1


async def test_it_counts_as_done_when_it_goes_out_and_not_when_it_was_handed_over() -> None:
    await handed_over(await approved_post())
    assert effect_ledger.done_between(AT - timedelta(days=1), AT) == []
    assert len(effect_ledger.done_between(AT, AT + timedelta(days=1))) == 1


KILLED = """
import asyncio, os, sys
from datetime import datetime, timedelta
from tasks.social import publish as module
from tests.social_worlds import FACEBOOK

url, token, at, where = sys.argv[1:5]
at = datetime.fromisoformat(at)
begin = module._begin

def dying_begin(*args):
    if where == "before the intent":
        os.kill(os.getpid(), 9)
    begin(*args)
    if where == "after the intent":
        os.kill(os.getpid(), 9)

module._begin = dying_begin

async def main():
    async with FACEBOOK.with_token(url, token).client() as client:
        publish = client.publish

        async def dying(piece):
            made = await publish(piece)
            if where == "at the answer":
                os.kill(os.getpid(), 9)
            return made

        client.publish = dying
        what = FACEBOOK.publication(publish_at=at)
        await module.publish(client, what, key="e1", now=lambda: at - timedelta(hours=2))
        os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "moment", ["before the intent", "after the intent", "at the answer", "after the answer"]
)
async def test_a_hand_over_that_was_killed_is_made_once(
    sandbox: SandboxClient, access: PlatformCredentials, warm_workers: WarmPrograms, moment: str
) -> None:
    from tasks.social.publish import publish

    token = access.access_token.get_secret_value()
    command = warm_workers.command("-c", KILLED, sandbox.url, token, AT.isoformat(), moment)
    killed = await asyncio.create_subprocess_exec(*command)
    assert await killed.wait() == -9
    what = FACEBOOK.publication(publish_at=AT)
    async with access.client() as client:
        if moment == "after the intent":
            with pytest.raises(HandOverFailedError):
                await publish(client, what, key="e1", now=lambda: LATER)
        await publish(client, what, key="e1", now=lambda: LATER)
    assert [one["message"] for one in kept(sandbox)] == ["We moved."]
    assert FACEBOOK.public(sandbox) == []
