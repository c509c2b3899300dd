"""Publishing once, whatever happens to the answer; counted on the platform's own side."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import (
    ContentRefusedError,
    CreditsUsedUpError,
    DuplicateRefusedError,
    NotAuthorizedError,
    PlatformBusyError,
    PlatformUnavailableError,
    PublicationUnknownError,
    PublicationUnseenError,
)
from blocks.social.linkedin_account import Speaker
from domain.errors import DigitalFteError
from domain.social.post import Publication
from domain.social.published import Piece, Published
from tasks.social.publish import PublishedReceipt, publish
from tasks.vault.attachments import NotAsApprovedError
from tasks.vault.vault import current_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import LINKEDIN, WORLDS, World, X, picture
from tests.warm_programs import WarmPrograms

PARTS = [(world, part) for world in WORLDS.values() for part in range(len(world.parts))]


@pytest.fixture(params=WORLDS.values(), ids=lambda world: world.name)
def world(request: pytest.FixtureRequest, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> World:
    found: World = request.param
    return found.with_host(sandbox, monkeypatch)


@pytest.fixture
def access(sandbox: SandboxClient, world: World) -> PlatformCredentials:
    return world.access(sandbox)


async def tried(
    access: PlatformCredentials, what: Publication, *, minutes: float = 0, key: str = "e1"
) -> PublishedReceipt | DigitalFteError:
    """One try, so many minutes from now."""
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    async with access.client() as client:
        try:
            return await publish(client, what, key=key, now=lambda: at)
        except DigitalFteError as error:
            return error


async def test_all_parts_are_published_once(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    what = world.publication(*world.parts, media=[picture()])
    first = await tried(access, what)
    again = await tried(access, what)
    assert isinstance(first, PublishedReceipt)
    assert again == first
    assert world.public(sandbox) == list(world.parts)
    async with access.client() as client:
        posts = [await client.read(post) for post in first.posts]
    assert [post.answers for post in posts] == [None, *first.posts[:-1]]
    assert [post.media_count for post in posts] == [1, *[0] * (len(posts) - 1)]


LOST = ["drop_after_effect", "truncate", "status_after_effect", "wrong_json"]


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize(("world", "part"), PARTS, indirect=["world"])
async def test_an_answer_that_was_lost_is_found_on_the_timeline(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, kind: str, part: int
) -> None:
    sandbox.fault(kind, service=world.name, method="POST", path=world.path, skip=part, times=1)
    what = world.publication(*world.parts, media=[picture()])
    first = await tried(access, what)
    is_whole = kind == "truncate" and world.answer_is_a_header
    assert isinstance(first, PublishedReceipt if is_whole else PublicationUnknownError)
    second = await tried(access, what)
    assert isinstance(second, PublishedReceipt)
    assert world.public(sandbox) == list(world.parts)


@pytest.mark.parametrize("part", range(len(X.parts)))
async def test_a_thread_goes_on_where_the_credits_were_used_up(sandbox: SandboxClient, part: int) -> None:
    sandbox.fault("status", service="x", method="POST", path=X.path, status=402, skip=part, times=1)
    access, what = X.access(sandbox), X.publication(*X.parts)
    assert isinstance(await tried(access, what), CreditsUsedUpError)
    assert X.public(sandbox) == list(X.parts[:part])
    assert isinstance(await tried(access, what), PublishedReceipt)
    assert X.public(sandbox) == list(X.parts)


@pytest.mark.parametrize("kind", ["refuse_before", "status"])
async def test_a_post_that_never_arrived_is_repeated_once_the_timeline_has_settled(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, kind: str
) -> None:
    sandbox.fault(kind, service=world.name, method="POST", path=world.path, status=503, times=1)
    assert isinstance(await tried(access, world.publication()), PublicationUnknownError)
    soon = await tried(access, world.publication(), minutes=0.5)
    assert isinstance(soon, PublicationUnknownError)
    assert "not on the timeline yet" in str(soon)
    assert world.public(sandbox) == []
    assert isinstance(await tried(access, world.publication(), minutes=2), PublishedReceipt)
    assert world.public(sandbox) == ["We moved."]


async def test_a_timeline_that_cannot_be_read_repeats_nothing(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.fault("drop_after_effect", service=world.name, method="POST", path=world.path, times=1)
    await tried(access, world.publication())
    sandbox.fault("status", service=world.name, method="GET", status=500, times=20)
    for minutes in (1, 5, 60):
        assert isinstance(await tried(access, world.publication(), minutes=minutes), PlatformUnavailableError)
    sandbox.clear_faults()
    assert isinstance(await tried(access, world.publication(), minutes=61), PublishedReceipt)
    assert world.public(sandbox) == ["We moved."]


@pytest.mark.parametrize("minutes", [10, 5 * 60])
async def test_a_machine_whose_clock_is_ahead_repeats_nothing_and_says_so(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, minutes: int
) -> None:
    sandbox.fault("drop_after_effect", service=world.name, method="POST", path=world.path, times=1)
    await tried(access, world.publication(), minutes=minutes)
    again = await tried(access, world.publication(), minutes=minutes + 2)
    assert isinstance(again, PublicationUnknownError)
    assert "this machine's clock" in str(again)
    assert len(sandbox.journal(service=world.name, method="POST", path=world.path)) == 1


@pytest.mark.parametrize("kind", ["drop_after_effect", "refuse_before"])
async def test_a_clock_that_is_set_back_meanwhile_repeats_nothing_too_early(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, kind: str
) -> None:
    sandbox.fault(kind, service=world.name, method="POST", path=world.path, times=1)
    assert isinstance(await tried(access, world.publication()), PublicationUnknownError)
    an_hour_back = await tried(access, world.publication(), minutes=-60)
    is_there = kind == "drop_after_effect"
    assert isinstance(an_hour_back, PublishedReceipt if is_there else PublicationUnknownError)
    assert isinstance(await tried(access, world.publication(), minutes=2), PublishedReceipt)
    assert world.public(sandbox) == ["We moved."]


async def test_a_machine_that_slept_while_the_post_was_on_its_way_gives_the_timeline_its_time(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.fault("drop_after_effect", method="POST", path=world.path, times=1)
    begun = datetime.now(UTC)
    asleep = [timedelta(0)]
    async with access.client() as client:
        published = client.publish

        async def publish_asleep(piece: Piece) -> str:
            asleep.append(timedelta(hours=12))
            return await published(piece)

        client.publish = publish_asleep  # type: ignore[method-assign]
        with pytest.raises(PublicationUnknownError):
            await publish(client, world.publication(), key="e1", now=lambda: begun + asleep[-1])

    async def nothing(*_: object) -> AsyncIterator[Published]:
        return
        yield

    soon = begun + timedelta(hours=12, seconds=10)
    async with access.client() as client:
        client.recent = nothing  # type: ignore[method-assign]
        with pytest.raises(PublicationUnknownError):
            await publish(client, world.publication(), key="e1", now=lambda: soon)
    assert len(sandbox.journal(method="POST", path=world.path)) == 1
    assert world.public(sandbox) == ["We moved."]


async def test_a_timeline_whose_pages_show_the_post_twice_shows_one_post(
    sandbox: SandboxClient, access: PlatformCredentials, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.fault("drop_after_effect", service=world.name, method="POST", path=world.path, times=1)
    await tried(access, world.publication())
    async with access.client() as client:
        shown = [post async for post in client.recent(datetime.now(UTC) - timedelta(hours=1))]

    async def moved(*_: object) -> AsyncIterator[Published]:
        for post in shown * 2:
            yield post

    monkeypatch.setattr(type(client), "recent", moved)
    assert isinstance(await tried(access, world.publication()), PublishedReceipt)
    assert world.public(sandbox) == ["We moved."]


async def test_a_rate_limit_an_ended_token_and_a_refusal_publish_nothing_and_leave_no_doubt(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.fault("status", service=world.name, method="POST", path=world.path, status=429, times=1)
    assert isinstance(await tried(access, world.publication()), PlatformBusyError)
    assert isinstance(await tried(access, world.publication(world.too_long)), ContentRefusedError)
    sandbox.http.post(f"/_sandbox/{world.name}/expire_tokens")
    assert isinstance(await tried(access, world.publication()), NotAuthorizedError)
    assert world.public(sandbox) == []
    assert sandbox.journal(service=world.name, method="GET", path=world.timeline) == []


async def test_what_the_account_said_before_is_no_find(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    sandbox.http.post(f"/_sandbox/{world.name}/posts", json={"text": "We moved."})
    found = await tried(access, world.publication())
    assert isinstance(found, DuplicateRefusedError if world.refuses_repeats else PublishedReceipt)
    assert len(world.public(sandbox)) == (1 if world.refuses_repeats else 2)


async def test_a_picture_that_was_changed_is_not_published(
    sandbox: SandboxClient, access: PlatformCredentials, world: World
) -> None:
    approved = picture()
    other = approved.model_copy(
        update={"document": current_vault().attach(b"\xff\xd8\xff another", "shop.jpg")}
    )
    assert isinstance(await tried(access, world.publication(media=[other])), NotAsApprovedError)
    (current_vault().root / approved.document).write_bytes(b"\xff\xd8\xff painted over")
    assert not isinstance(await tried(access, world.publication(media=[approved])), PublishedReceipt)
    assert sandbox.journal(service=world.name) == []


async def test_an_access_that_may_not_read_leaves_the_doubt_to_a_person(sandbox: SandboxClient) -> None:
    access = LINKEDIN.access(sandbox, "openid profile w_member_social")
    access = access.model_copy(update={"account_id": "urn:li:person:demo-1", "speaker": Speaker.PERSON})
    sandbox.fault("drop_after_effect", method="POST", path=LINKEDIN.path, times=1)
    found = await tried(access, LINKEDIN.publication())
    assert isinstance(found, PublicationUnknownError)
    for minutes in (0, 2, 600):
        found = await tried(access, LINKEDIN.publication(), minutes=minutes)
        assert isinstance(found, PublicationUnseenError)
    assert "nothing is repeated: look at the account's own page" in str(found)
    assert LINKEDIN.public(sandbox) == ["We moved."]


KILLED = """
import asyncio, os, sys
from tasks.social import publish as module
from blocks.social import media_host
from tests.social_worlds import WORLDS

name, url, media, token, where = sys.argv[1:6]
world = WORLDS[name].hosted(url, media)
media_host.saved_media_host = world.saved_host
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

async def main():
    async with world.with_token(url, token).client() as client:
        publish = client.publish

        async def dying(piece):
            made = await publish(piece)
            if where == f"answer {world.parts.index(piece.text)}":
                os.kill(os.getpid(), 9)
            return made

        client.publish = dying
        await module.publish(client, world.publication(*world.parts), key="e1")
        os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("world", "moment"),
    [
        (world, f"{moment} {part}")
        for moment in ("before _begin", "after _begin", "answer", "ids kept")
        for world, part in PARTS
    ],
    indirect=["world"],
)
async def test_a_killed_publication_goes_on_at_the_part_that_is_missing(
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
    done = await tried(access, world.publication(*world.parts), minutes=2)
    assert isinstance(done, PublishedReceipt), str(done)
    assert world.public(sandbox) == list(world.parts)
