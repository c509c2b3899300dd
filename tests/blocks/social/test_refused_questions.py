"""A question that a platform refuses: the words are of what was asked, on every platform."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from blocks.social.errors import (
    CreditsUsedUpError,
    PlatformBusyError,
    PublicationUnknownError,
    ReadRefusedError,
)
from blocks.social.x_answers import Asked, refuse
from domain.social.published import Piece
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, INSTAGRAM, WORLDS, World, X

Ask = Callable[[Any], Awaitable[object]]
SINCE = datetime.now(UTC) - timedelta(hours=1)
REFUSED = json.dumps(
    {"error": {"code": 100, "message": "Not so"}, "message": "Not so", "errors": [{"message": "Not so"}]}
)


async def timeline(client: Any) -> None:
    async for _post in client.recent(SINCE):
        pass


async def mentions(client: Any) -> None:
    async for _mention in client.mentions("1" if client.platform is X.platform else SINCE.isoformat()):
        pass


QUESTIONS: dict[str, Ask] = {
    "accounts": lambda client: client.accounts(),
    "a post": lambda client: client.read("1"),
    "the timeline": timeline,
    "mentions": mentions,
    "insights": lambda client: client.insights(SINCE, 10),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
async def test_a_question_that_is_refused_is_no_refused_post(
    sandbox: SandboxClient, world: World, ask: Ask
) -> None:
    access = world.access(sandbox)
    sandbox.fault("status", method="GET", status=400, content=REFUSED, times=50)
    async with access.client() as client:
        with pytest.raises(ReadRefusedError, match=r"does not answer that question \(Not so\)"):
            await ask(client)


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
async def test_a_question_at_a_busy_time_is_asked_again_and_no_refused_one(
    sandbox: SandboxClient, world: World, ask: Ask
) -> None:
    access = world.access(sandbox)
    sandbox.fault("status", method="GET", status=429, times=50)
    async with access.client() as client:
        with pytest.raises(PlatformBusyError):
            await ask(client)


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
async def test_a_platform_is_not_asked_before_it_said(
    sandbox: SandboxClient, world: World, form: str
) -> None:
    """A `Retry-After` is seconds or a date (RFC 9110)."""
    access = world.access(sandbox)
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    asked = "600" if form == "seconds" else until
    sandbox.fault("status", method="GET", status=429, retry_after=asked, times=1)
    async with access.client() as client:
        with pytest.raises(PlatformBusyError) as busy:
            await client.accounts()
    assert 480 < busy.value.retry_after <= 600


@pytest.mark.parametrize("world", [X, FACEBOOK, INSTAGRAM], ids=lambda world: world.name)
@pytest.mark.parametrize("named", [{"a": 1}, ["1"], True, None, ""], ids=str)
async def test_an_answer_that_names_no_id_leaves_it_open_whether_a_post_is_public(
    sandbox: SandboxClient, world: World, named: object
) -> None:
    answer = json.dumps({"id": named, "data": {"id": named}})
    access = world.access(sandbox)
    sandbox.fault("status", method="POST", status=201, content=answer, times=1)
    stage = "17900000000000001" if world is INSTAGRAM else ""
    async with access.client() as client:
        with pytest.raises(PublicationUnknownError, match="names no id"):
            await client.publish(Piece(text="Hello", stage=stage))


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_used_up_credits_are_said_and_nothing_is_public(sandbox: SandboxClient, method: str) -> None:
    """X charges for each call, and answers so once nothing is left of what was paid."""
    said = json.dumps({"title": "CreditsDepleted", "detail": "No credits are left.", "status": 402})
    access = X.access(sandbox)
    sandbox.fault("status", method=method, status=402, content=said, times=1)
    async with access.client() as client:
        with pytest.raises(
            CreditsUsedUpError, match=r"buys credits .*No credits are left.*it stays connected"
        ):
            await (client.publish(Piece(text="Hello")) if method == "POST" else client.accounts())


@pytest.mark.parametrize("reset", ["9" * 30, "-9999999999999999", "soon", ""])
def test_a_reset_that_is_no_time_is_not_known(reset: str) -> None:
    with pytest.raises(PlatformBusyError, match="tried again later"):
        refuse(Asked.POST, 429, {"x-rate-limit-reset": reset}, b"")


@pytest.mark.parametrize("ask", [lambda x: x.search("a"), lambda x: x.trends()], ids=["search", "trends"])
async def test_a_search_that_x_refuses_is_no_refused_post(sandbox: SandboxClient, ask: Ask) -> None:
    access = X.access(sandbox)
    sandbox.fault("status", method="GET", status=400, content=REFUSED, times=1)
    async with access.client() as client:
        with pytest.raises(ReadRefusedError, match="nothing was read"):
            await ask(client)
