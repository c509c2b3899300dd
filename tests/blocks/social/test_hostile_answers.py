"""Answers that no platform documents: each becomes an error with a name, and none is waited for without end."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.social import calls
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import NotAuthorizedError, PlatformUnavailableError, PublicationUnknownError
from domain.errors import DigitalFteError
from domain.social.published import Piece
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import WORLDS, World

SINCE = datetime.now(UTC) - timedelta(hours=1)
ROW = {"id": "1", "text": 7, "message": 7, "caption": 7, "commentary": 7, "created_at": "never"}
STRANGE: list[Any] = [
    None,
    "x",
    [[1]],
    {"data": 7, "elements": 7},
    {"data": [7], "elements": [7]},
    {"data": [ROW], "elements": [ROW]},
    {"data": {"id": None, "created_at": []}},
]
REFUSALS: list[Any] = [
    None,
    {"error": {"code": None}},
    {"error": {"code": "x", "error_subcode": []}},
    {"errors": "x"},
    {"errors": [None]},
    {"detail": {}, "message": [1]},
]
LIMITS = {
    "x": {"data": [], "meta": {"next_token": "0"}},
    "linkedin": {
        "elements": [
            {"id": "urn:li:share:1", "commentary": "", "createdAt": 4e12, "lastModifiedAt": 4e12},
        ],
        "paging": {"total": 10**9},
    },
    "facebook": {"data": [], "paging": {"next": "https://x", "cursors": {"after": "0"}}},
}


@pytest.fixture(params=WORLDS.values(), ids=lambda world: world.name)
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.param
    return found


@pytest.fixture
def access(sandbox: SandboxClient, world: World) -> PlatformCredentials:
    return world.access(sandbox)


@pytest.mark.parametrize("said", STRANGE, ids=str)
async def test_an_answer_that_cannot_be_understood_is_a_failure_with_a_name(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, said: Any
) -> None:
    sandbox.fault("wrong_json", service=world.name, content=json.dumps(said), times=100)
    async with access.client() as client:
        with pytest.raises(DigitalFteError):
            await client.read("1")
        with pytest.raises(DigitalFteError):
            await client.accounts()
        if not world.answer_is_a_header:
            with pytest.raises(PublicationUnknownError):
                await client.publish(Piece(text="a", stage="1"))
        try:
            assert [post async for post in client.recent(SINCE)] == []
        except DigitalFteError as error:
            assert isinstance(error, PlatformUnavailableError)  # noqa: PT017 (nothing found is an answer, too)


@pytest.mark.parametrize("said", REFUSALS, ids=str)
async def test_a_refusal_that_cannot_be_understood_is_one_with_a_name(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, said: Any
) -> None:
    sandbox.fault("status", service=world.name, status=400, content=json.dumps(said), times=100)
    async with access.client() as client:
        with pytest.raises(DigitalFteError):
            await client.publish(Piece(text="a", stage="1"))
        with pytest.raises(DigitalFteError):
            await client.read("1")


async def test_a_list_that_never_ends_is_given_up(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_PAGES", 3)
    page = json.dumps(LIMITS.get(world.name, LIMITS["facebook"]))
    sandbox.fault("wrong_json", service=world.name, method="GET", content=page, times=100)
    async with access.client() as client:
        with pytest.raises(PlatformUnavailableError, match="more than 3 pages"):
            assert not [post async for post in client.recent(SINCE)]
    assert len(sandbox.journal(service=world.name, method="GET", path=world.timeline)) == 3


async def test_an_answer_that_comes_too_slowly_is_given_up(
    sandbox: SandboxClient, access: PlatformCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "WHOLE_SECONDS", 0.2)
    monkeypatch.setattr("blocks.social.x.WHOLE_SECONDS", 0.2)
    sandbox.fault("latency", path="^/(2|rest|v26.0)/", seconds=1, times=2)
    async with access.client() as client:
        with pytest.raises(PlatformUnavailableError, match="no whole answer"):
            await client.read("1")
        with pytest.raises(PublicationUnknownError, match="no whole answer"):
            await client.publish(Piece(text="a", stage="1"))


async def test_a_platforms_own_words_are_one_harmless_line_without_the_token(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    token = "EAAB0123456789abcdefghijKLMNOPQRSTUVWXYZ0123456789"
    said = f"Malformed access token {token}\n\u202e# [here](javascript:alert(1)) <b>"
    content = json.dumps({"error": {"message": said, "code": 190}, "message": said, "detail": said})
    sandbox.fault("status", service=world.name, status=401, content=content, times=2)
    async with access.client() as client:
        with pytest.raises(NotAuthorizedError) as caught:
            await client.publish(Piece(text="a", stage="1"))
    for part in (token, "\n", "\u202e", "](", "<b>"):
        assert part not in str(caught.value)
    assert "Malformed access token" in str(caught.value)
