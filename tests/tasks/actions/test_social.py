"""Speaking in public through the one door: only what a person approved, exactly so, at its time, once."""

import errno
import hashlib
import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from PIL import Image
from pydantic import SecretStr

from blocks.prefect_server import PrefectAwayError
from blocks.settings import settings
from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import PlatformBusyError, UnprovenError
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.planning.order import AS_SAID, Order, ToolCall, order_plan
from domain.planning.plan import Plan, Step
from domain.policy.handbook import Handbook
from domain.reliability.breaker import THRESHOLD, BreakerState
from domain.reliability.rate_limits import NotDueError, RateLimitedError
from domain.social.post import Platform, Publication
from domain.social.rules import RULES
from tasks.actions.compensate import compensate_plan
from tasks.actions.effects import ApprovalNeededError, Evidence, Request, TooLateError, perform
from tasks.actions.performer import EvidenceMissingError
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.clock import present
from tasks.planning.orders import find_order, take_order
from tasks.reliability import effect_ledger
from tasks.reliability.breakers import breaker_state
from tasks.reliability.outbox import next_try
from tasks.social.access import WrongClockError, platform_access
from tasks.social.media import fitted, media_of
from tasks.vault.vault import current_vault, init_vault
from tests.approval_requests import answer, new_request
from tests.films import box, film_bytes, track
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import INSTAGRAM, LINKEDIN, RENEWED, WORLDS, World, X, drawn

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TASK, STEP = "order-1", "order"


@pytest.fixture(params=WORLDS.values(), ids=lambda world: world.name)
def world(request: pytest.FixtureRequest, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> World:
    found: World = request.param
    return found.with_host(sandbox, monkeypatch)


@pytest.fixture(autouse=True)
def access(sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch) -> PlatformCredentials:
    """The platform connected, without a Prefect server's block behind it."""
    init_vault(current_vault().root)
    block = world.access(sandbox)

    async def saved(_platform: Platform) -> PlatformCredentials:
        return block

    monkeypatch.setattr(credentials, "saved_access", saved)
    return block


def picture(color: str = "navy", size: tuple[int, int] = (640, 480), kind: str = "PNG") -> str:
    """A picture in the Vault; its document."""
    return current_vault().attach(drawn(color, size, kind), f"shop.{kind.lower()}")


async def ordered(world: World, **said: Any) -> dict[str, Any]:
    """The inputs that an agent's order comes to."""
    said = illustrated(world, said)
    call = ToolCall(source="mcp", tool=f"post_to_{world.name}", arguments=said)
    order = Order(source="mcp", action=world.action, inputs={AS_SAID: {"platform": world.name, **said}})
    await take_order(call, order, datetime.now(UTC), look_seconds=20)
    kept = find_order(call.task_id)
    assert kept is not None
    return kept.inputs


def illustrated(world: World, said: dict[str, Any]) -> dict[str, Any]:
    """With a picture where nothing is published without one."""
    if "reply_to" in said or not (RULES[world.platform].needs_media and said["text"]):
        return said
    return {"documents": [picture()], **said}


async def done(world: World, inputs: dict[str, Any], now: datetime = NOW) -> Evidence:
    request = Request(TASK, Step(id=STEP, action=world.action, inputs=inputs), doubts=[])
    with patch("tasks.actions.social.present", lambda: now):
        return await perform(request, Handbook(), lambda: now)


def approved(world: World, inputs: dict[str, Any], now: datetime = NOW) -> None:
    """A person says yes to exactly this."""
    asked = new_request(task_id=TASK, step_id=STEP, action=world.action, inputs=inputs)
    request = open_request(asked, now, Handbook())
    record_answer(request.id, answer(), now, Handbook)


async def test_a_post_waits_for_a_person_and_is_proven_by_what_readers_see(
    sandbox: SandboxClient, world: World
) -> None:
    inputs = await ordered(
        world, text="We moved to Pine Street.", documents=[picture()], alt_texts=["Our new door"]
    )
    assert (inputs["account_name"], inputs["cost"], inputs["media"][0]["kind"]) == (
        world.speaker.name,
        world.cost,
        "image/jpeg" if world.host else "image/png",
    )
    with pytest.raises(ApprovalNeededError, match="the public can read the result"):
        await done(world, inputs)
    assert world.public(sandbox) == []
    approved(world, inputs)
    evidence = await done(world, inputs)
    again = await done(world, inputs)
    assert world.public(sandbox) == ["We moved to Pine Street."]
    assert evidence.read_back["url"].startswith(f"{sandbox.url}{world.link}")
    assert again.receipt == evidence.receipt


async def test_what_the_platform_would_refuse_is_said_before_anybody_is_asked(
    sandbox: SandboxClient, world: World
) -> None:
    text_file = current_vault().attach(b"just a text", "photo.jpg")
    for said, why in [
        ({"text": ""}, "it is empty"),
        ({"text": "Look", "documents": [text_file]}, "its content is no picture"),
        ({"text": "Look", "documents": [picture()] * world.one_too_many}, world.too_many),
        ({"text": world.wordy}, world.too_wordy),
        ({"text": "Later", "at": {"local": "2020-01-01T09:00", "zone": "Europe/Vienna"}}, "has passed"),
    ]:
        with pytest.raises(RejectedError, match=why):
            await ordered(world, **said)
    assert sandbox.journal(service=world.name) == []


async def test_a_picture_that_is_too_large_is_made_to_fit_and_the_original_stays(
    world: World,
) -> None:
    large = picture(size=(6000, 3200), kind="BMP")
    inputs = await ordered(world, text="Wide", documents=[large])
    made = inputs["media"][0]
    assert (made["kind"], made["width"], made["height"]) == ("image/jpeg", *world.fitted)
    assert made["document"] != large
    assert Image.open(io.BytesIO(current_vault().document(large))).size == (6000, 3200)


@pytest.mark.parametrize("turned", [1, 6])
async def test_where_a_photograph_was_taken_and_what_else_nobody_sees_in_it_stays_here(
    world: World, turned: int
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = turned, "SECRET"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0)})
    written = io.BytesIO()
    seen = Image.effect_noise((640, 560), 90).convert("RGB")
    seen.save(written, "JPEG", exif=exif, comment=b"SECRET")
    photograph = current_vault().attach(written.getvalue() + b"PK SECRET", "photo.jpg")
    made = (await ordered(world, text="Our shop", documents=[photograph]))["media"][0]
    published = current_vault().document(made["document"])
    assert b"SECRET" not in published
    with Image.open(io.BytesIO(published)) as found:
        assert (dict(found.getexif()), found.size) == ({}, (640, 560) if turned == 1 else (560, 640))
    assert b"SECRET" in current_vault().document(photograph), "the original stays as it is"


async def test_where_a_film_was_taken_stays_here(world: World) -> None:
    if not RULES[world.platform].video:
        return
    content = film_bytes() + box(b"uuid", b"SECRET place".ljust(40))
    original = current_vault().attach(content, "film.mp4")
    inputs = await ordered(world, text="Our shop", documents=[original])
    (made,) = inputs["media"]
    shown = current_vault().document(made["document"])
    assert (b"SECRET" in shown, len(shown), made["sha256"]) == (
        False,
        len(content),
        hashlib.sha256(shown).hexdigest(),
    )
    assert current_vault().document(original) == content, "the original stays as it is"
    assert (await ordered(world, text="Again", documents=[made["document"]]))["media"] == [made]
    unclear = current_vault().attach(film_bytes(tracks=track() + track(b"meta", b"gpmd")), "unclear.mp4")
    with pytest.raises(
        RejectedError, match=r"unclear\.mp4 cannot be published: where it was taken, and what else"
    ):
        await ordered(world, text="Unclear", documents=[unclear])


@pytest.mark.parametrize("world", [X, INSTAGRAM], ids=lambda world: world.name, indirect=True)
async def test_a_picture_that_cannot_be_converted_now_or_ever_says_so_and_leaves_nothing(
    sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = current_vault().document(picture(size=(6000, 3200), kind="JPEG"))
    half = current_vault().attach(whole[: len(whole) // 2], "half.jpg")
    with pytest.raises(RejectedError, match=r"half\.jpg cannot be published: its content is damaged"):
        await ordered(world, text="Half", documents=[half])
    large = picture("teal", size=(6000, 3200), kind="JPEG")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("blocks.files.write_synced", full)
        with pytest.raises(TransientError, match="free some space"):
            fitted(media_of(large), world.platform)
    assert sandbox.journal(service=world.name) == []
    assert (await ordered(world, text="Whole", documents=[large]))["media"][0]["width"] == world.fitted[0]


async def test_a_pdf_goes_where_documents_are_taken_and_is_refused_elsewhere(
    sandbox: SandboxClient, world: World
) -> None:
    document = current_vault().attach(b"%PDF-1.7 prices\n%%EOF\n", "prices.pdf")
    if not RULES[world.platform].documents:
        with pytest.raises(RejectedError, match=r"takes no PDF documents, and .*prices\.pdf is one"):
            await ordered(world, text="Our prices.", documents=[document])
        return
    inputs = await ordered(world, text="Our prices.", documents=[document])
    approved(world, inputs)
    evidence = await done(world, inputs)
    assert [post["media_count"] for post in evidence.read_back["posts"]] == [1]
    assert world.public(sandbox) == ["Our prices."]


def changed(inputs: dict[str, Any], number: int) -> dict[str, Any]:
    """What somebody would rather publish: one of many ways to differ from what was approved."""
    other = picture("red")
    ways: list[dict[str, Any]] = [
        {"parts": [f"Another text {number}"]},
        {"parts": [*inputs["parts"], f"and one more {number}"]},
        {"parts": [f"{inputs['parts'][0]}\u200b{number}"]},
        {"media": [{**inputs["media"][0], "document": other}]},
        {"media": [{**inputs["media"][0], "sha256": f"{number:064x}"}]},
        {"media": []},
        {"account": f"{number}"},
        {"reply_to": f"{number}"},
        {"publish_at": f"2026-12-{number % 28 + 1:02}T09:00:00Z"},
        {"cost": f"0.{number:03}"},
    ]
    return {**inputs, **ways[number % len(ways)]}


@pytest.mark.parametrize("count", [40, pytest.param(1000 // len(WORLDS), marks=pytest.mark.long)])
async def test_a_thousand_posts_over_all_platforms_that_nobody_approved_do_not_go_out(
    sandbox: SandboxClient, world: World, count: int
) -> None:
    inputs = await ordered(world, text="Approved words.", documents=[picture()])
    approved(world, inputs)
    for number in range(count):
        with pytest.raises(RejectedError):
            await done(world, changed(inputs, number))
    assert sandbox.journal(service=world.name, effect=True) == []
    await done(world, inputs)
    assert world.public(sandbox) == ["Approved words."]


async def asked_whole(world: World, text: str) -> tuple[str, Request, Request]:
    inputs, deciding, publishing = await whole_post(world, text)
    asked = new_request(task_id=TASK, step_id=STEP, action="social.publish", inputs=inputs)
    return open_request(asked, NOW, Handbook()).id, deciding, publishing


async def test_a_text_that_the_approver_corrected_is_published_as_corrected(
    sandbox: SandboxClient, world: World
) -> None:
    request_id, deciding, publishing = await asked_whole(world, "Opne on Saturday.")
    corrected = answer("edit", changes={"text": "Open on Saturday: come! #garden"})
    outcome = record_answer(request_id, corrected, NOW, Handbook)
    assert (outcome.request.is_edited, outcome.request.approver) == (True, "Ann")
    await perform(deciding, Handbook(), lambda: NOW)
    await perform(publishing, Handbook(), lambda: NOW)
    assert world.public(sandbox) == ["Open on Saturday: come! #garden"]


async def test_a_correction_that_the_platform_would_refuse_is_refused_and_the_request_stays_open(
    sandbox: SandboxClient, world: World
) -> None:
    request_id, deciding, publishing = await asked_whole(world, "Open on Saturday.")
    for changes, why in (
        ({"text": world.wordy}, world.too_wordy),
        *([] if world.host else [({"text": "  "}, "is empty; write something")]),
        ({"at": "2020-01-01 09:00"}, "has passed; choose a later one"),
        ({"account": "99"}, "'account' cannot be changed here"),
        ({"cost": "0"}, "'cost' cannot be changed here"),
    ):
        outcome = record_answer(request_id, answer("edit", changes=changes), NOW, Handbook)
        assert why in (outcome.reason or "")
        assert outcome.request.is_open
    with pytest.raises(ApprovalNeededError):
        await perform(deciding, Handbook(), lambda: NOW)
    with pytest.raises(ApprovalNeededError):
        await perform(publishing, Handbook(), lambda: NOW)
    assert world.public(sandbox) == []


async def test_a_picture_that_was_painted_over_after_the_approval_does_not_go_out(
    sandbox: SandboxClient,
    world: World,
) -> None:
    inputs = await ordered(world, text="Approved picture.", documents=[picture()])
    approved(world, inputs)
    (current_vault().root / inputs["media"][0]["document"]).write_bytes(b"\x89PNG something else")
    with pytest.raises(RejectedError, match="not as it was when it was approved"):
        await done(world, inputs)
    assert world.public(sandbox) == []


async def test_an_approval_is_used_once(sandbox: SandboxClient, world: World) -> None:
    inputs = await ordered(world, text="Once only.")
    approved(world, inputs)
    await done(world, inputs)
    other_task = Request("order-2", Step(id=STEP, action=world.action, inputs=inputs), doubts=[])
    with pytest.raises(ApprovalNeededError):
        await perform(other_task, Handbook(), lambda: NOW)
    assert world.public(sandbox) == ["Once only."]


async def test_another_account_than_the_approved_one_does_not_speak(
    sandbox: SandboxClient, world: World, access: PlatformCredentials
) -> None:
    inputs = await ordered(world, text="From us.")
    approved(world, inputs)
    access.account_id, access.account_name = "99", "Somebody"
    with pytest.raises(
        RejectedError,
        match=f"was made for {world.speaker.name}, and {world.platform.title} is connected to Somebody now",
    ):
        await done(world, inputs)
    assert world.public(sandbox) == []


async def test_a_post_goes_out_at_its_time_and_not_long_after(sandbox: SandboxClient, world: World) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    local = soon.replace(tzinfo=None).isoformat()
    on_time = await ordered(world, text="At nine.", at={"local": local, "zone": "UTC"})
    late = await ordered(world, text="Too late.", at={"local": local, "zone": "UTC"})
    approved(world, on_time, now=soon - timedelta(hours=2))
    with pytest.raises(NotDueError):
        await done(world, on_time, now=soon - timedelta(minutes=1))
    await done(world, on_time, now=soon + timedelta(minutes=5))
    approved(world, late, now=soon - timedelta(hours=2))
    with pytest.raises(TooLateError, match="ask for it again with a new time"):
        await done(world, late, now=soon + timedelta(minutes=61))
    assert world.public(sandbox) == ["At nine."]


@pytest.mark.parametrize("hours", [-24, 24])
async def test_a_post_for_a_time_waits_while_this_machine_s_clock_is_not_the_platform_s(
    sandbox: SandboxClient, world: World, hours: int
) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    at = {"local": soon.replace(tzinfo=None).isoformat(), "zone": "UTC"}
    inputs = await ordered(world, text="At nine.", at=at)
    approved(world, inputs, now=soon - timedelta(hours=2))
    sandbox.fault("latency", method="HEAD", clock_ahead_seconds=hours * 3600, times=1)
    with pytest.raises(WrongClockError, match="set the clock, and the post goes on by itself"):
        await done(world, inputs, now=soon)
    assert (world.public(sandbox), effect_ledger.effects_of(TASK)) == ([], [])
    await done(world, inputs, now=soon + timedelta(minutes=1))
    assert world.public(sandbox) == ["At nine."]


async def test_a_post_that_was_held_up_and_never_handed_over_does_not_go_out_days_late(
    sandbox: SandboxClient, world: World
) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    at = {"local": soon.replace(tzinfo=None).isoformat(), "zone": "UTC"}
    inputs = await ordered(world, text="Today only.", at=at)
    approved(world, inputs, now=soon - timedelta(hours=2))
    sandbox.fault("status", path=world.path, status=429, times=1)
    with pytest.raises(TransientError):
        await done(world, inputs, now=soon)
    assert [one.state for one in effect_ledger.effects_of(TASK)] == [effect_ledger.EffectState.WITHDRAWN]
    with pytest.raises(TooLateError):
        await done(world, inputs, now=soon + timedelta(days=2))
    assert world.public(sandbox) == []


async def test_one_that_may_have_been_handed_over_is_looked_for_however_late(
    sandbox: SandboxClient, world: World
) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    at = {"local": soon.replace(tzinfo=None).isoformat(), "zone": "UTC"}
    inputs = await ordered(world, text="Today only.", at=at)
    approved(world, inputs, now=soon - timedelta(hours=2))
    sandbox.fault("drop_after_effect", path=world.path, times=1)
    with pytest.raises(UnknownOutcomeError):
        await done(world, inputs, now=soon)
    assert [one.state for one in effect_ledger.effects_of(TASK)] == [effect_ledger.EffectState.UNKNOWN]


@pytest.mark.parametrize("world", [X], ids=["x"], indirect=True)
async def test_what_is_looked_up_in_our_own_records_is_no_answer_of_a_platform_that_is_away(
    sandbox: SandboxClient, world: World
) -> None:
    inputs = await ordered(world, text="One more.")
    approved(world, inputs, present())
    sandbox.fault("refuse_before", service="x", times=100)
    request = Request(TASK, Step(id=STEP, action=world.action, inputs=inputs), doubts=[])
    for _ in range(THRESHOLD):
        with pytest.raises((TransientError, UnknownOutcomeError)):
            await perform(request, Handbook(), present)
    assert breaker_state("x").state is BreakerState.OPEN


@pytest.mark.parametrize("world", [X], ids=["x"], indirect=True)
async def test_the_reset_of_a_rate_limit_is_waited_for_and_counts_as_no_outage(
    sandbox: SandboxClient, world: World
) -> None:
    inputs = await ordered(world, text="One more.")
    approved(world, inputs, present())
    for number in range(100):
        sandbox.http.post("/_sandbox/x/posts", json={"text": f"post {number}"})
    request = Request(TASK, Step(id=STEP, action=world.action, inputs=inputs), doubts=[])
    with pytest.raises(PlatformBusyError) as busy:
        await perform(request, Handbook(), present)
    assert busy.value.until is not None
    assert breaker_state("x").score == 0
    again = next_try("x", 1, present())
    assert again is not None
    assert again > busy.value.until - timedelta(seconds=1)
    with pytest.raises(RateLimitedError):
        await perform(request, Handbook(), present)
    assert len(sandbox.journal(service="x", method="POST", path=world.path)) == 1


@pytest.mark.parametrize("world", RENEWED, ids=lambda world: world.name, indirect=True)
async def test_an_access_that_ends_is_renewed_and_the_new_one_kept(
    sandbox: SandboxClient, world: World, access: PlatformCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [access]

    async def save(block: PlatformCredentials, _name: str, *, overwrite: bool) -> None:
        assert overwrite
        kept.append(block)

    async def saved(_platform: Platform) -> PlatformCredentials:
        return kept[-1]

    monkeypatch.setattr(PlatformCredentials, "save", save)
    monkeypatch.setattr(credentials, "saved_access", saved)
    access.expires_at = datetime.now(UTC) + timedelta(minutes=5)
    sandbox.http.post("/_sandbox/x/expire_tokens")
    inputs = await ordered(world, text="Renewed.")
    approved(world, inputs)
    await done(world, inputs)
    assert world.public(sandbox) == ["Renewed."]
    assert len(kept) == 2
    assert len(sandbox.journal(path=world.token_path)) == 1


@pytest.mark.parametrize("world", RENEWED, ids=lambda world: world.name, indirect=True)
async def test_a_new_token_that_could_not_be_stored_is_not_lost(
    sandbox: SandboxClient, world: World, access: PlatformCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_block: PlatformCredentials, _name: str, *, overwrite: bool) -> None:
        raise RuntimeError("no server", overwrite)

    access.expires_at = datetime.now(UTC)
    with monkeypatch.context() as patched:
        patched.setattr(PlatformCredentials, "save", full)
        with pytest.raises(PrefectAwayError):
            await platform_access(world.platform)

    async def save(_block: PlatformCredentials, _name: str, *, overwrite: bool) -> None:
        assert overwrite

    monkeypatch.setattr(PlatformCredentials, "save", save)
    renewed = await platform_access(world.platform)
    assert renewed.refresh_token != access.refresh_token
    assert len(sandbox.journal(path=world.token_path)) == 1
    assert list(settings().keys.glob("renewed-*")) == []


async def whole_post(world: World, text: str) -> tuple[dict[str, Any], Request, Request]:
    """An order through the one decision for all platforms: its inputs, the deciding step and the platform's own."""
    said = illustrated(world, {"platforms": [world.name], "text": text})
    call = ToolCall(source="posts", tool="publish_post", arguments=said)
    await take_order(
        call, Order(source="posts", action="social.publish", inputs={AS_SAID: said}), NOW, look_seconds=20
    )
    order = find_order(call.task_id)
    assert order is not None
    deciding, publishing = order_plan(TASK, order).steps
    assert publishing.needs == [deciding.id]
    return order.inputs, Request(TASK, deciding, doubts=[]), Request(TASK, publishing, doubts=[])


async def test_one_decision_counts_for_each_platform_and_for_nothing_else(
    sandbox: SandboxClient, world: World
) -> None:
    inputs, deciding, publishing = await whole_post(world, "For everybody.")
    with pytest.raises(ApprovalNeededError):
        await perform(publishing, Handbook(), lambda: NOW)
    asked = new_request(task_id=TASK, step_id=STEP, action="social.publish", inputs=inputs)
    record_answer(open_request(asked, NOW, Handbook()).id, answer(), NOW, Handbook)
    with pytest.raises(ApprovalNeededError):  # the decision is not carried out yet
        await perform(publishing, Handbook(), lambda: NOW)
    await perform(deciding, Handbook(), lambda: NOW)
    other = {**publishing.step.inputs, "parts": ["Something else."]}
    forged = Request(TASK, publishing.step.model_copy(update={"inputs": other}), doubts=[])
    await perform(forged, Handbook(), lambda: NOW)
    await perform(publishing, Handbook(), lambda: NOW)
    assert world.public(sandbox) == ["For everybody."]


async def test_a_decision_that_has_expired_publishes_nothing_more(
    sandbox: SandboxClient, world: World
) -> None:
    inputs, deciding, publishing = await whole_post(world, "Too old by now.")
    asked = new_request(task_id=TASK, step_id=STEP, action="social.publish", inputs=inputs)
    record_answer(open_request(asked, NOW, Handbook()).id, answer(), NOW, Handbook)
    await perform(deciding, Handbook(), lambda: NOW)
    with pytest.raises(ApprovalNeededError):
        await perform(publishing, Handbook(), lambda: NOW + timedelta(days=30))
    assert world.public(sandbox) == []


READ = {
    "x": r"^/2/tweets/\d+$",
    "linkedin": "^/rest/posts/",
    "facebook": r"_\d+$",
    "instagram": r"^/v26.0/(?!17841|17889)\d+$",
}
"""Where each platform's post is read."""
MISSING = {"error": {"code": 100, "error_subcode": 33, "message": "no object"}}
ENDED = {"error": {"code": 190, "message": "ended"}}


@pytest.mark.parametrize(("at_meta", "elsewhere", "said"), [(400, 404, MISSING), (401, 401, ENDED)])
async def test_a_published_post_that_cannot_be_read_back_yet_stays_public_and_is_read_again(
    sandbox: SandboxClient, world: World, at_meta: int, elsewhere: int, said: dict[str, Any]
) -> None:
    inputs = await ordered(world, text="Slow to show.")
    approved(world, inputs)
    status = at_meta if world.app == "meta" else elsewhere
    sandbox.fault("status", method="GET", path=READ[world.name], status=status, content=json.dumps(said))
    with pytest.raises(UnprovenError, match="not published again"):
        await done(world, inputs)
    await done(world, inputs)
    assert world.public(sandbox) == ["Slow to show."]


async def test_a_published_post_whose_proof_fails_is_not_deleted(
    sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = await ordered(world, text="As approved.")
    approved(world, inputs)
    step = Step(id=STEP, action=world.action, inputs=inputs)
    monkeypatch.setattr("tasks.actions.social.reads_alike", lambda *_: False)
    with pytest.raises(EvidenceMissingError, match="otherwise than approved"):
        await done(world, inputs)
    assert await compensate_plan(Plan(task_id=TASK, playbook="post", steps=[step]), [STEP], NOW) == []
    assert world.public(sandbox) == ["As approved."]


@pytest.mark.parametrize("world", [INSTAGRAM], ids=["instagram"], indirect=True)
async def test_files_that_cannot_be_cleared_away_keep_no_post_from_being_done(
    sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert world.host is not None
    inputs = await ordered(world, text="Read only.")
    approved(world, inputs)
    world.host.is_cleared = True

    def refuse(path: Path, **_: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    evidence = await done(world, inputs)
    assert world.public(sandbox) == ["Read only."]
    assert evidence.read_back["url"]
    assert "stays at its public address" in caplog.text


@pytest.mark.parametrize("world", [LINKEDIN], ids=["linkedin"])
async def test_a_post_that_cannot_be_read_back_is_proven_by_the_answer_and_says_so(
    sandbox: SandboxClient, world: World, access: PlatformCredentials
) -> None:
    tokens = sandbox.http.post("/_sandbox/linkedin/tokens", content="openid profile w_member_social").json()
    access.access_token = SecretStr(tokens["access_token"])
    access.account_id = "urn:li:person:demo-1"
    inputs = await ordered(world, text="From me.")
    approved(world, inputs)
    evidence = await done(world, inputs)
    assert world.public(sandbox) == ["From me."]
    assert evidence.read_back["url"].startswith(f"{sandbox.url}{world.link}")
    assert "publish and not read" in evidence.read_back["unread"]


def test_a_publication_shows_a_person_everything_that_is_bound() -> None:
    fields = set(Publication.model_fields)
    assert fields == {
        "platform",
        "account",
        "account_name",
        "parts",
        "media",
        "media_urls",
        "link",
        "reply_to",
        "publish_at",
        "zone",
        "cost",
    }
