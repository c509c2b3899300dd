"""A film that was cut off on its way: the next try sends what is missing, counted in the stand-in's journal."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from blocks.social import facebook_video, preparing, x_upload
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import (
    MediaNotReadyError,
    PlatformBusyError,
    PlatformUnavailableError,
    UploadCutError,
)
from domain.errors import DigitalFteError
from domain.social.post import Media
from tasks.social.publish import PublishedReceipt, publish
from tasks.social.uploads import KeptProgress, has_uploads
from tasks.vault.vault import current_vault
from tests.films import film_bytes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, World, X
from tests.warm_programs import WarmPrograms

PIECE = 1_000_000
"""Bytes that the stand-in of Facebook asks for at once; X's client is told to send as many."""
PIECES = 4
PATHS = {"x": "/append$", "facebook": f"^/v26.0/{FACEBOOK.speaker.id}/videos$"}
BEGINS = {"x": "/initialize$", "facebook": PATHS["facebook"]}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facebook_video, "LOOK_SECONDS", 0)
    monkeypatch.setattr(preparing, "PIECE_PAUSE_SECONDS", 0)
    monkeypatch.setattr(x_upload, "CHUNK_BYTES", PIECE)


@pytest.fixture(params=[X, FACEBOOK], ids=lambda world: world.name)
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.param
    return found


def film() -> Media:
    content = film_bytes(PIECES * PIECE)
    digest, document = hashlib.sha256(content).hexdigest(), current_vault().attach(content, "film.mp4")
    return Media(document=document, sha256=digest, kind="video/mp4", size_bytes=len(content))


async def tried(access: PlatformCredentials, world: World) -> PublishedReceipt | DigitalFteError:
    async with access.client() as client:
        try:
            return await publish(client, world.publication("We moved.", media=[film()]), key="e1")
        except DigitalFteError as error:
            return error


def sent(sandbox: SandboxClient, world: World) -> tuple[int, int]:
    """How many uploads were begun, and how many pieces were sent."""
    calls = sandbox.journal(service=world.name, method="POST")
    if world is X:
        ends = [one["path"].rpartition("/")[2] for one in calls]
        return ends.count("initialize"), ends.count("append")
    bodies = [str(one["body"]) for one in calls if one["path"].endswith("/videos")]
    return sum("file_size" in one for one in bodies), sum("video_file_chunk" in one for one in bodies)


def cut(sandbox: SandboxClient, world: World, *, after: int, times: int, **rule: Any) -> None:
    """The line is cut after so many pieces."""
    before = after + (0 if world is X else 1)  # Facebook begins an upload where its pieces go
    sandbox.fault("refuse_before", method="POST", path=PATHS[world.name], skip=before, times=times, **rule)


async def test_an_upload_that_was_cut_goes_on_at_the_missing_piece(
    sandbox: SandboxClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    access = world.access(sandbox)
    caplog.set_level("INFO", logger=preparing.__name__)
    cut(sandbox, world, after=2, times=preparing.PIECE_TRIES)
    stopped = await tried(access, world)
    assert isinstance(stopped, UploadCutError)
    assert f"{2 * PIECE:,} of the {PIECES * PIECE:,} bytes" in str(stopped)
    sandbox.clear_journal()
    assert isinstance(await tried(access, world), PublishedReceipt)
    assert sent(sandbox, world) == (0, PIECES - 2)
    assert world.public(sandbox) == ["We moved."]
    shown = [line.partition(": ")[2].partition(" of")[0] for line in caplog.messages]
    assert shown == [f"{number * PIECE:,}" for number in range(1, PIECES + 1)]
    assert not has_uploads("e1")


KILLED = """
import asyncio, os, sys
from blocks.social import x_upload
from tasks.social import publish as module, uploads
from tests.social_worlds import WORLDS
from tests.tasks.social.test_uploads import PIECE, film

x_upload.CHUNK_BYTES = PIECE
name, url, token = sys.argv[1:4]
keep = uploads.KeptProgress.keep

def dying(self, session, sent_bytes):
    keep(self, session, sent_bytes)
    if sent_bytes == 3 * PIECE:
        os.kill(os.getpid(), 9)

uploads.KeptProgress.keep = dying
world = WORLDS[name]

async def main():
    async with world.with_token(url, token).client() as client:
        await module.publish(client, world.publication("We moved.", media=[film()]), key="e1")

asyncio.run(main())
"""


async def test_an_upload_whose_process_was_killed_goes_on_at_the_missing_piece(
    sandbox: SandboxClient, world: World, warm_workers: WarmPrograms
) -> None:
    access = world.access(sandbox)
    token = access.access_token.get_secret_value()
    command = warm_workers.command("-c", KILLED, world.name, sandbox.url, token)
    killed = await asyncio.create_subprocess_exec(*command)
    assert await killed.wait() == -9
    assert sent(sandbox, world) == (1, 3)
    assert isinstance(await tried(access, world), PublishedReceipt)
    assert sent(sandbox, world) == (1, PIECES)
    assert world.public(sandbox) == ["We moved."]


async def test_an_upload_that_the_platform_has_forgotten_begins_anew(
    sandbox: SandboxClient, world: World
) -> None:
    access = world.access(sandbox)
    cut(sandbox, world, after=2, times=preparing.PIECE_TRIES)
    assert isinstance(await tried(access, world), UploadCutError)
    said = {"error": {"code": 100, "error_subcode": 33, "message": "Object does not exist."}}
    sandbox.fault(
        "status", method="POST", path=PATHS[world.name], status=400, times=1, content=json.dumps(said)
    )
    sandbox.clear_journal()
    assert isinstance(await tried(access, world), PublishedReceipt)
    assert sent(sandbox, world) == (1, PIECES + 1)
    assert world.public(sandbox) == ["We moved."]


async def test_an_upload_that_x_keeps_no_longer_is_not_gone_on_with(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = X.access(sandbox)
    cut(sandbox, X, after=2, times=preparing.PIECE_TRIES)
    assert isinstance(await tried(access, X), UploadCutError)
    monkeypatch.setattr(x_upload, "SOON_OVER", x_upload.SOON_OVER * 1000)
    sandbox.clear_journal()
    assert isinstance(await tried(access, X), PublishedReceipt)
    assert sent(sandbox, X) == (1, PIECES)


async def test_a_film_that_x_still_prepares_is_not_sent_again(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = X.access(sandbox)
    waiting = {"data": {"id": "1", "processing_info": {"state": "in_progress", "check_after_secs": 0}}}
    sandbox.fault("wrong_json", method="GET", path="/2/media/upload", times=1, content=json.dumps(waiting))
    with monkeypatch.context() as impatient:
        impatient.setattr(preparing, "PROCESSING_SECONDS", 0.0)
        assert isinstance(await tried(access, X), MediaNotReadyError)
    assert isinstance(await tried(access, X), PublishedReceipt)
    assert sent(sandbox, X)[0] == 1
    assert len(sandbox.journal(path="/finalize$")) == 1


async def test_a_film_whose_post_waits_for_a_rate_limit_is_not_sent_again(sandbox: SandboxClient) -> None:
    access = X.access(sandbox)
    sandbox.fault("status", method="POST", path=X.path, status=429, times=1)
    assert isinstance(await tried(access, X), PlatformBusyError)
    assert isinstance(await tried(access, X), PublishedReceipt)
    assert (sent(sandbox, X)[0], X.public(sandbox)) == (1, ["We moved."])


async def test_another_film_under_the_same_name_is_sent_whole(sandbox: SandboxClient, world: World) -> None:
    access = world.access(sandbox)
    cut(sandbox, world, after=2, times=preparing.PIECE_TRIES)
    first = world.publication("We moved.", media=[film()])
    other = film().model_copy(update={"sha256": hashlib.sha256(b"").hexdigest()})
    async with access.client() as client:
        with pytest.raises(PlatformUnavailableError):
            await publish(client, first, key="e1", now=lambda: datetime.now(UTC))
        assert KeptProgress(client, "e1", first.media[0]).session
        assert not KeptProgress(client, "e1", other).session
