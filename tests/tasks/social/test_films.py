"""A video on Facebook: uploaded once, prepared out of sight, published once, whatever is lost."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from blocks.social import credentials, facebook_video, preparing
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import (
    MediaNotReadyError,
    MediaRefusedError,
    PlatformBusyError,
    PlatformUnavailableError,
    PublicationUnknownError,
)
from domain.errors import DigitalFteError
from domain.social.dialect import handed_over, violations, warnings
from domain.social.post import Media, Platform
from mcp_servers import meta_social_connector
from tasks.social.publish import PublishedReceipt, publish
from tasks.vault.vault import current_vault, init_vault
from tests.films import film_bytes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, INSTAGRAM, X
from tests.tasks.actions.test_social import ordered
from tests.warm_programs import WarmPrograms
from tests.web_fixture import Web

VIDEOS, VIDEO = f"^/v26.0/{FACEBOOK.speaker.id}/videos$", "^/v26.0/333[0-9]+$"
TEXT = "We moved."


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facebook_video, "LOOK_SECONDS", 0)
    monkeypatch.setattr(preparing, "PIECE_PAUSE_SECONDS", 0)


@pytest.fixture
def access(sandbox: SandboxClient) -> PlatformCredentials:
    return FACEBOOK.access(sandbox)


def film(content: bytes = film_bytes(1_200_000), kind: str = "video/mp4") -> Media:
    digest, document = hashlib.sha256(content).hexdigest(), current_vault().attach(content, "film.mp4")
    return Media(document=document, sha256=digest, kind=kind, size_bytes=len(content))


async def tried(access: PlatformCredentials, *, minutes: float = 0) -> PublishedReceipt | DigitalFteError:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    async with access.client() as client:
        try:
            return await publish(client, FACEBOOK.publication(TEXT, media=[film()]), key="e1", now=lambda: at)
        except DigitalFteError as error:
            return error


def uploads(sandbox: SandboxClient) -> int:
    return len(
        [one for one in sandbox.journal(method="POST", path=VIDEOS) if "file_size" in str(one["body"])]
    )


async def test_it_is_published_once_and_read_back(
    sandbox: SandboxClient, access: PlatformCredentials
) -> None:
    done = await tried(access)
    assert isinstance(done, PublishedReceipt), str(done)
    assert await tried(access) == done
    async with access.client() as client:
        read = await client.read(done.posts[0])
    assert (read.text, read.media_count, FACEBOOK.public(sandbox)) == (TEXT, 1, [TEXT])


@pytest.mark.parametrize("kind", ["drop_after_effect", "truncate", "status_after_effect", "wrong_json"])
async def test_a_lost_answer_is_found_and_not_repeated(
    sandbox: SandboxClient, access: PlatformCredentials, kind: str
) -> None:
    sandbox.fault(kind, method="POST", path=VIDEO, times=1)
    assert isinstance(await tried(access), PublicationUnknownError)
    assert isinstance(await tried(access), PublishedReceipt)
    assert (FACEBOOK.public(sandbox), uploads(sandbox)) == ([TEXT], 1)


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        ({"kind": "status", "status": 503}, PublicationUnknownError),
        ({"kind": "refuse_before"}, PublicationUnknownError),
        ({"kind": "status", "status": 429}, PlatformBusyError),
    ],
)
async def test_what_was_not_published_goes_on_with_the_video_that_is_there(
    sandbox: SandboxClient, access: PlatformCredentials, fault: dict[str, Any], first: type[DigitalFteError]
) -> None:
    sandbox.fault(method="POST", path=VIDEO, times=1, **fault)
    assert type(await tried(access)) is first
    assert FACEBOOK.public(sandbox) == []
    assert isinstance(await tried(access, minutes=2), PublishedReceipt)
    assert (FACEBOOK.public(sandbox), uploads(sandbox)) == ([TEXT], 1)


async def test_an_upload_that_fails_publishes_nothing_and_is_made_at_the_next_try(
    sandbox: SandboxClient, access: PlatformCredentials
) -> None:
    sandbox.fault("refuse_before", method="POST", path=VIDEOS, skip=1, times=4)
    assert isinstance(await tried(access), PlatformUnavailableError)
    assert isinstance(await tried(access), PublishedReceipt)
    assert (FACEBOOK.public(sandbox), uploads(sandbox)) == ([TEXT], 2)


async def test_a_video_that_is_not_ready_yet_is_waited_for_and_one_that_failed_is_said(
    sandbox: SandboxClient, access: PlatformCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "PROCESSING_SECONDS", 0.0)
    assert isinstance(await tried(access), MediaNotReadyError)
    assert isinstance(await tried(access), PublishedReceipt)
    assert (FACEBOOK.public(sandbox), uploads(sandbox)) == ([TEXT], 1)
    failed = json.dumps({"id": "1", "status": {"video_status": "error"}, "published": False})
    sandbox.fault("wrong_json", method="GET", path=VIDEO, content=failed)
    async with access.client() as client:
        with pytest.raises(MediaRefusedError, match="could not prepare the video"):
            await publish(client, FACEBOOK.publication("Another.", media=[film()]), key="e2")


def test_what_facebook_would_not_take_is_said_before_anybody_is_asked() -> None:
    now = datetime.now(UTC)

    def problems(**changes: object) -> list[str]:
        return violations(FACEBOOK.publication(TEXT, media=[film().model_copy(update=changes)]), now)

    assert problems() == []
    assert "is video/webm; save it as MP4" in problems(kind="video/webm")[0]
    assert "more than 2000 MB; make it smaller" in problems(size_bytes=2_000_000_001)[0]
    for world, seconds, said in (
        (INSTAGRAM, 2, "lasts 2 s; it takes videos of 3 to 900 s"),
        (X, "0.25", "lasts 0.25 s"),
    ):
        short = film().model_copy(update={"seconds": Decimal(seconds)})
        assert (
            said
            in violations(world.publication(TEXT, media=[short], media_urls=["https://a.example/a"]), now)[0]
        )
    long = X.publication(TEXT, media=[film().model_copy(update={"seconds": Decimal(141)})])
    assert violations(long, now) == []
    assert "more than 140 s from accounts alone that pay" in warnings(long, now)[0]
    two = FACEBOOK.publication(TEXT, media=[film(), film()])
    assert "stands alone in a post" in violations(two, now)[0]


def test_a_video_waits_here_for_its_time() -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    assert handed_over(FACEBOOK.publication(TEXT, publish_at=later)) is not None
    assert handed_over(FACEBOOK.publication(TEXT, publish_at=later, media=[film()])) is None


async def test_an_agent_gives_a_video_s_web_address_and_a_person_decides_about_what_was_there(
    access: PlatformCredentials, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def saved(_platform: Platform) -> PlatformCredentials:
        return access

    monkeypatch.setattr(credentials, "saved_access", saved)
    init_vault(current_vault().root)
    content = film_bytes()
    Web.pages["/film.mp4"] = (200, {}, content)
    said: dict[str, Any] = {}

    async def ordered_post(_tool: str, _platform: Platform, _key: str | None, **words: Any) -> None:
        said.update(words)

    monkeypatch.setattr(meta_social_connector, "ordered_post", ordered_post)
    await meta_social_connector.post_to_facebook("Our film.", media_url=f"{web}/film.mp4")
    (media,) = (await ordered(FACEBOOK, text=said["text"], documents=said["documents"]))["media"]
    assert (media["kind"], media["sha256"]) == ("video/mp4", hashlib.sha256(content).hexdigest())
    assert [path for _, path in Web.asked] == ["/film.mp4"]


KILLED = """
import asyncio, os, sys
from blocks.social import facebook_video
from tasks.social import publish as module
from tests.social_worlds import FACEBOOK, INSTAGRAM, X
from tests.tasks.social.test_films import TEXT, film

facebook_video.LOOK_SECONDS = 0
url, token, where = sys.argv[1:4]

def die_after(name, moment):
    original = getattr(module, name)
    def dying(*args):
        original(*args)
        if where == moment:
            os.kill(os.getpid(), 9)
    setattr(module, name, dying)

die_after("keep_row", "uploaded")
die_after("_begin", "begun")

async def main():
    async with FACEBOOK.with_token(url, token).client() as client:
        publish = client.publish

        async def dying(piece):
            made = await publish(piece)
            if where == "answered":
                os.kill(os.getpid(), 9)
            return made

        client.publish = dying
        await module.publish(client, FACEBOOK.publication(TEXT, media=[film()]), key="e1")
        os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.mark.parametrize("moment", ["uploaded", "begun", "answered", "ids kept"])
async def test_a_killed_publication_goes_on_with_the_video_that_is_there(
    sandbox: SandboxClient, access: PlatformCredentials, warm_workers: WarmPrograms, moment: str
) -> None:
    token = access.access_token.get_secret_value()
    command = warm_workers.command("-c", KILLED, sandbox.url, token, moment)
    killed = await asyncio.create_subprocess_exec(*command)
    assert await killed.wait() == -9
    done = await tried(access, minutes=2)
    assert isinstance(done, PublishedReceipt), str(done)
    assert (FACEBOOK.public(sandbox), uploads(sandbox)) == ([TEXT], 1)
