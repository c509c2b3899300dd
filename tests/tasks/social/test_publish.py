"""Publishing once, whatever happens to the answer; counted on the platform's own side."""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.social.errors import (
    ContentRefusedError,
    DuplicateRefusedError,
    NotAuthorizedError,
    PlatformBusyError,
    PlatformUnavailableError,
    PublicationUnknownError,
)
from blocks.social.x import XAccount, XClient
from domain.errors import DigitalFteError
from domain.social.post import Media, Platform, Publication
from tasks.social.publish import MediaChangedError, PublishedReceipt, publish
from tasks.vault.vault import current_vault
from tests.sandbox_fixture import SandboxClient

PATH = "^/2/tweets$"
THREAD = ("One of three.", "Two of three.", "Three of three.")


@pytest.fixture
def account(sandbox: SandboxClient) -> XAccount:
    tokens = sandbox.http.post("/_sandbox/x/tokens").json()
    return XAccount(sandbox.url, tokens["access_token"], "1700000000000000001", "@northwindlane")


def publication(*parts: str, **changes: Any) -> Publication:
    facts = {"platform": Platform.X, "account": "1700000000000000001", "parts": parts or ("We moved.",)}
    return Publication.model_validate(facts | changes)


def picture(content: bytes = b"\xff\xd8\xff picture") -> Media:
    document = current_vault().attach(content, "shop.jpg")
    digest = hashlib.sha256(content).hexdigest()
    return Media(document=document, sha256=digest, kind="image/jpeg", size_bytes=len(content))


def public(sandbox: SandboxClient) -> list[str]:
    """What the public reads, oldest first."""
    return [post["said"] for post in sandbox.http.get("/_sandbox/x/posts").json()["posts"]]


async def tried(
    account: XAccount, what: Publication, *, minutes: float = 0, key: str = "e1"
) -> PublishedReceipt | DigitalFteError:
    """One try, so many minutes from now."""
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    async with XClient(account) as client:
        try:
            return await publish(client, what, key=key, now=lambda: at)
        except DigitalFteError as error:
            return error


async def test_a_thread_hangs_together_and_is_published_once(
    sandbox: SandboxClient, account: XAccount
) -> None:
    what = publication(*THREAD, media=[picture()])
    first = await tried(account, what)
    again = await tried(account, what)
    assert isinstance(first, PublishedReceipt)
    assert again == first
    posts = sandbox.http.get("/_sandbox/x/posts").json()["posts"]
    assert [post["said"] for post in posts] == list(THREAD)
    assert [post["answers"] for post in posts] == [None, first.posts[0], first.posts[1]]
    assert [len(post["media"]) for post in posts] == [1, 0, 0]


LOST = ["drop_after_effect", "truncate", "status_after_effect", "wrong_json"]


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("part", range(3))
async def test_an_answer_that_was_lost_is_found_on_the_timeline(
    sandbox: SandboxClient, account: XAccount, kind: str, part: int
) -> None:
    sandbox.fault(kind, service="x", method="POST", path=PATH, skip=part, times=1)
    what = publication(*THREAD, media=[picture()])
    first = await tried(account, what)
    assert isinstance(first, PublicationUnknownError)
    second = await tried(account, what)
    assert isinstance(second, PublishedReceipt)
    assert public(sandbox) == list(THREAD)


@pytest.mark.parametrize("kind", ["refuse_before", "status"])
async def test_a_post_that_never_arrived_is_repeated_once_the_timeline_has_settled(
    sandbox: SandboxClient, account: XAccount, kind: str
) -> None:
    sandbox.fault(kind, service="x", method="POST", path=PATH, status=503, times=1)
    assert isinstance(await tried(account, publication()), PublicationUnknownError)
    soon = await tried(account, publication(), minutes=0.5)
    assert isinstance(soon, PublicationUnknownError)
    assert "not on the timeline yet" in str(soon)
    assert public(sandbox) == []
    assert isinstance(await tried(account, publication(), minutes=2), PublishedReceipt)
    assert public(sandbox) == ["We moved."]


async def test_a_timeline_that_cannot_be_read_repeats_nothing(
    sandbox: SandboxClient, account: XAccount
) -> None:
    sandbox.fault("drop_after_effect", service="x", method="POST", path=PATH, times=1)
    await tried(account, publication())
    sandbox.fault("status", service="x", method="GET", status=500, times=20)
    for minutes in (1, 5, 60):
        assert isinstance(await tried(account, publication(), minutes=minutes), PlatformUnavailableError)
    sandbox.clear_faults()
    assert isinstance(await tried(account, publication(), minutes=61), PublishedReceipt)
    assert public(sandbox) == ["We moved."]


async def test_a_rate_limit_an_ended_token_and_a_refusal_publish_nothing_and_leave_no_doubt(
    sandbox: SandboxClient, account: XAccount
) -> None:
    sandbox.fault("status", service="x", method="POST", path=PATH, status=429, times=1)
    assert isinstance(await tried(account, publication()), PlatformBusyError)
    assert isinstance(await tried(account, publication("x" * 300)), ContentRefusedError)
    sandbox.http.post("/_sandbox/x/expire_tokens")
    assert isinstance(await tried(account, publication()), NotAuthorizedError)
    assert public(sandbox) == []
    assert sandbox.journal(service="x", method="GET") == []


async def test_what_the_account_said_before_is_a_refusal_not_a_find(
    sandbox: SandboxClient, account: XAccount
) -> None:
    sandbox.http.post("/_sandbox/x/posts", json={"text": "We moved."})
    assert isinstance(await tried(account, publication()), DuplicateRefusedError)
    assert public(sandbox) == ["We moved."]


async def test_a_picture_that_was_changed_is_not_published(sandbox: SandboxClient, account: XAccount) -> None:
    approved = picture()
    other = approved.model_copy(
        update={"document": current_vault().attach(b"\xff\xd8\xff another", "shop.jpg")}
    )
    assert isinstance(await tried(account, publication(media=[other])), MediaChangedError)
    (current_vault().root / approved.document).write_bytes(b"\xff\xd8\xff painted over")
    assert not isinstance(await tried(account, publication(media=[approved])), PublishedReceipt)
    assert sandbox.journal(service="x") == []


KILLED = """
import asyncio, os, sys
from blocks.social.x import XAccount, XClient
from domain.social.post import Publication
from tasks.social import publish as module

url, token, where = sys.argv[1:4]
calls = 0

def die_at(name):
    original = getattr(module, name)
    def dying(*args, **kwargs):
        global calls
        if where == f"before {name} {calls}":
            os.kill(os.getpid(), 9)
        result = original(*args, **kwargs)
        if where == f"after {name} {calls}":
            os.kill(os.getpid(), 9)
        calls += 1
        return result
    setattr(module, name, dying)

die_at("_begin")

class Dying(XClient):
    async def publish(self, piece):
        made = await super().publish(piece)
        if where == f"answer {piece.text}":
            os.kill(os.getpid(), 9)
        return made

async def main():
    async with Dying(XAccount(url, token, "1700000000000000001", "@northwindlane")) as client:
        parts = ("One of three.", "Two of three.", "Three of three.")
        what = Publication(platform="x", account="1700000000000000001", parts=parts)
        await module.publish(client, what, key="e1")

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "where",
    [
        *(f"{side} _begin {number}" for side in ("before", "after") for number in range(3)),
        *(f"answer {text}" for text in THREAD),
    ],
)
async def test_a_killed_thread_goes_on_at_the_part_that_is_missing(
    sandbox: SandboxClient, account: XAccount, where: str
) -> None:
    command = [sys.executable, "-c", KILLED, account.api_url, account.access_token, where]
    killed = await asyncio.create_subprocess_exec(*command)
    assert await killed.wait() == -9
    done = await tried(account, publication(*THREAD), minutes=2)
    assert isinstance(done, PublishedReceipt), str(done)
    assert public(sandbox) == list(THREAD)
