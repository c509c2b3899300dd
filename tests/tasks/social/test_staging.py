"""What a platform prepares beforehand is published once, and is what was approved; counted on the platform's side."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blocks.social import media_host
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import (
    MediaNotReadyError,
    MediaSwappedError,
    PlatformUnavailableError,
    PublicationUnknownError,
)
from blocks.social.instagram import InstagramClient
from blocks.social.media_host import MediaHost, MediaHostAwayError
from domain.errors import DigitalFteError
from domain.social.post import Publication
from domain.social.published import Piece
from tasks.actions.social import PERFORMERS
from tasks.social.hosting import MovedHostError
from tasks.social.publish import PublishedReceipt, publish
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import INSTAGRAM, World, picture
from tests.tasks.social.test_publish import KILLED
from tests.warm_programs import WarmPrograms

CONTAINERS = "^/v26.0/17841400000000001/media$"


@pytest.fixture
def world(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> World:
    return INSTAGRAM.with_host(sandbox, monkeypatch)


@pytest.fixture
def access(sandbox: SandboxClient, world: World) -> PlatformCredentials:
    return world.access(sandbox)


async def tried(
    access: PlatformCredentials, what: Publication, *, minutes: float = 0, key: str = "e1"
) -> PublishedReceipt | DigitalFteError:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    async with access.client() as client:
        try:
            return await publish(client, what, key=key, now=lambda: at)
        except DigitalFteError as error:
            return error


def containers(sandbox: SandboxClient) -> int:
    return len(sandbox.journal(method="POST", path=CONTAINERS))


def shown_file(host: MediaHost | None, what: Publication) -> Path:
    assert host is not None
    return Path(host.directory) / what.media_urls[0].rpartition("/")[2]


@pytest.mark.parametrize("moment", ["before _begin 0", "after _begin 0"])
async def test_a_publication_that_was_cut_off_goes_on_with_its_container(
    sandbox: SandboxClient,
    access: PlatformCredentials,
    world: World,
    warm_workers: WarmPrograms,
    moment: str,
) -> None:
    token = access.access_token.get_secret_value()
    command = ["-c", KILLED, world.name, sandbox.url, str(sandbox.media), token, moment]
    killed = await asyncio.create_subprocess_exec(*warm_workers.command(*command))
    assert await killed.wait() == -9
    assert world.public(sandbox) == []
    done = await tried(access, world.publication(*world.parts), minutes=2)
    assert isinstance(done, PublishedReceipt), str(done)
    assert world.public(sandbox) == list(world.parts)
    assert containers(sandbox) == 1


@pytest.mark.parametrize("kind", ["drop_after_effect", "truncate", "status_after_effect", "status"])
async def test_a_container_whose_answer_was_lost_is_made_again_and_nothing_is_public_before(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, kind: str
) -> None:
    sandbox.fault(kind, method="POST", path=CONTAINERS, times=1)
    assert isinstance(await tried(access, world.publication()), PlatformUnavailableError)
    assert world.public(sandbox) == []
    assert isinstance(await tried(access, world.publication()), PublishedReceipt)
    assert world.public(sandbox) == ["We moved."]


async def test_a_container_that_has_ended_is_made_anew(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.fault("status", method="POST", path=world.path, status=503, times=1)
    assert isinstance(await tried(access, world.publication()), PublicationUnknownError)
    ended = json.dumps({"id": "1", "status_code": "EXPIRED", "status": "Expired"})
    sandbox.fault("wrong_json", method="GET", path=r"/17889\d+$", content=ended, times=2)
    assert isinstance(await tried(access, world.publication(), minutes=24 * 60), PublishedReceipt)
    assert world.public(sandbox) == ["We moved."]
    assert containers(sandbox) == 2


async def test_a_public_container_that_is_not_on_the_timeline_is_never_published_again(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.fault("drop_after_effect", method="POST", path=world.path, times=1)
    assert isinstance(await tried(access, world.publication()), PublicationUnknownError)
    empty = json.dumps({"data": []})
    sandbox.fault("wrong_json", method="GET", path=CONTAINERS, content=empty, times=3)
    for minutes in (0, 2, 600):
        found = await tried(access, world.publication(), minutes=minutes)
        assert isinstance(found, PublicationUnknownError)
    assert isinstance(await tried(access, world.publication(), minutes=601), PublishedReceipt)
    assert world.public(sandbox) == ["We moved."]
    assert len(sandbox.journal(method="POST", path=world.path)) == 1


async def test_a_post_that_reads_alike_is_not_taken_for_ours(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.fault("status", method="POST", path=world.path, status=503, times=1)
    assert isinstance(await tried(access, world.publication()), PublicationUnknownError)
    sandbox.http.post("/_sandbox/instagram/posts", json={"text": "We moved."})
    other = await tried(access, world.publication(), key="e2")
    ours = await tried(access, world.publication(), minutes=2)
    assert isinstance(ours, PublishedReceipt)
    assert isinstance(other, PublishedReceipt)
    assert ours.posts != other.posts
    assert world.public(sandbox) == ["We moved."] * 3


async def test_a_container_that_is_not_ready_yet_is_waited_for_the_next_time(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blocks.social.preparing.PROCESSING_SECONDS", 0.0)
    waits = json.dumps({"id": "1", "status_code": "IN_PROGRESS", "status": "In progress"})
    sandbox.fault("wrong_json", method="GET", path=r"/17889\d+$", content=waits, times=1)
    assert isinstance(await tried(access, world.publication()), MediaNotReadyError)
    assert isinstance(await tried(access, world.publication()), PublishedReceipt)
    assert containers(sandbox) == 1


async def test_another_text_under_the_same_name_has_a_container_of_its_own(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.fault("status", method="POST", path=world.path, status=429, times=1)
    await tried(access, world.publication("As it was."))
    assert isinstance(await tried(access, world.publication("As corrected.")), PublishedReceipt)
    assert world.public(sandbox) == ["As corrected."]


async def test_a_file_that_was_swapped_at_the_media_host_does_not_go_out(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    what = world.publication()
    path = shown_file(world.host, what)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\xff\xd8\xff something else")
    assert isinstance(await tried(access, what), MediaSwappedError)
    assert sandbox.journal(service="instagram") == []
    path.unlink()
    assert isinstance(await tried(access, what), PublishedReceipt)  # what was taken away is put back
    assert world.public(sandbox) == ["We moved."]


async def test_a_file_that_was_swapped_while_instagram_fetched_it_does_not_go_out(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = world.publication()
    path = shown_file(world.host, what)
    stage = InstagramClient.stage

    async def swapping(client: InstagramClient, piece: Piece) -> str:
        made = await stage(client, piece)
        path.write_bytes(b"\xff\xd8\xff something else")
        return made

    with monkeypatch.context() as patched:
        patched.setattr(InstagramClient, "stage", swapping)
        assert isinstance(await tried(access, what), MediaSwappedError)
    assert world.public(sandbox) == []
    path.unlink()
    assert isinstance(await tried(access, what), PublishedReceipt)
    assert (world.public(sandbox), containers(sandbox)) == (["We moved."], 2)


async def test_a_media_host_that_is_gone_after_instagram_fetched_the_file_holds_nothing_back(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    what = world.publication()
    sandbox.fault("status", service="media", status=503, skip=2, times=5)
    assert isinstance(await tried(access, what), PublishedReceipt)


async def test_a_media_host_that_is_away_or_another_one_publishes_nothing(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.fault("status", service="media", status=503, times=1)
    assert isinstance(await tried(access, world.publication()), MediaHostAwayError)
    elsewhere = INSTAGRAM.hosted("http://127.0.0.1:9", sandbox.media)
    with monkeypatch.context() as patched:
        patched.setattr(media_host, "saved_media_host", elsewhere.saved_host)
        assert isinstance(await tried(access, world.publication()), MovedHostError)
    assert sandbox.journal(service="instagram") == []


async def test_files_are_taken_away_once_published_where_that_is_wanted(
    access: PlatformCredentials, world: World
) -> None:
    what = world.publication(media=[picture("red"), picture("green")])
    path, performer = shown_file(world.host, what), PERFORMERS["instagram.publish"]
    async with access.client() as client:
        await performer.do(client, what, "kept")
        assert path.exists()
        assert world.host is not None
        world.host.is_cleared = True
        await performer.do(client, what, "cleared")
    assert not path.exists()
