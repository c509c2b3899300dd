"""Instagram's client and the media host on the wire: what it asks exists in Meta's own description of Graph."""

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from blocks.social import instagram
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import (
    AllowanceUsedError,
    ContentRefusedError,
    MediaNotReadyError,
    MediaRefusedError,
    PermissionMissingError,
    PlatformUnavailableError,
    PostMissingError,
    ReadRefusedError,
)
from blocks.social.graph import GraphAccount
from blocks.social.instagram import InstagramClient
from blocks.social.media_host import MediaHost
from blocks.social.platform import StageState
from domain.errors import DigitalFteError
from domain.social.measured import Metric
from domain.social.post import Media
from domain.social.published import Piece
from tests.films import film_bytes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import INSTAGRAM
from tests.specifications import GRAPH_SPECIFICATION, graph_problems, overheard

MADE = "^/v26.0/17841400000000001/media$"


@pytest.fixture
def account(sandbox: SandboxClient) -> PlatformCredentials:
    return INSTAGRAM.access(sandbox)


@pytest.fixture
def host(sandbox: SandboxClient) -> MediaHost:
    found = INSTAGRAM.hosted(sandbox.url, sandbox.media).host
    assert found is not None
    return found


def jpeg(color: str = "teal", size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, kind)
    return written.getvalue()


def media_of(content: bytes, kind: str = "image/jpeg", alt_text: str = "") -> Media:
    digest = hashlib.sha256(content).hexdigest()
    facts = {"document": "Attachments/boat", "sha256": digest, "size_bytes": len(content), "kind": kind}
    return Media.model_validate(facts | {"alt_text": alt_text})


def client_of(access: PlatformCredentials) -> InstagramClient:
    client = access.client()
    assert isinstance(client, InstagramClient)
    return client


async def staged(access: PlatformCredentials, host: MediaHost, text: str, *files: Media | bytes) -> str:
    """A container with these files at the media host; its id."""
    found = [(media_of(one), one) if isinstance(one, bytes) else (one, b"") for one in files]
    for media, content in found:
        if content:
            await host.place(media, content)
    return await contained(access, text, [media for media, _ in found], host)


async def contained(access: PlatformCredentials, text: str, files: Sequence[Media], host: MediaHost) -> str:
    urls = tuple(host.url_of(one) for one in files)
    async with client_of(access) as client:
        return await client.stage(Piece(text=text, media=tuple(files), media_ids=urls))


async def published(access: PlatformCredentials, stage: str) -> str:
    async with client_of(access) as client:
        await client.await_ready(stage)
        return await client.publish(Piece(text="", stage=stage))


async def state(access: PlatformCredentials, stage: str) -> StageState:
    async with client_of(access) as client:
        return await client.state(stage)


async def test_a_picture_is_fetched_from_the_media_host_and_read_back(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost
) -> None:
    content = jpeg()
    boat = media_of(content, alt_text="A boat")
    await host.place(boat, content)
    stage = await contained(account, "Our boat #sea", [boat], host)
    assert INSTAGRAM.posts(sandbox) == []
    made = await published(account, stage)
    async with client_of(account) as client:
        read = await client.read(made)
    assert (read.text, read.media_count) == ("Our boat #sea", 1)
    assert read.url == f"{sandbox.url}{INSTAGRAM.link}{made}/"
    (post,) = INSTAGRAM.posts(sandbox)
    assert post["files"] == [{"alt": "A boat", "url": host.url_of(boat)}]


async def test_a_carousel_keeps_its_order_and_a_reel_is_waited_for(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost
) -> None:
    pictures = [jpeg(color) for color in ("red", "green", "blue")]
    await published(account, await staged(account, host, "Three", *pictures))
    film = media_of(film_bytes(), "video/mp4")
    await host.place(film, film_bytes())
    reel = await contained(account, "A film", [film], host)
    made = await published(account, reel)
    carousel, reel_post = INSTAGRAM.posts(sandbox)
    assert [one["url"] for one in carousel["files"]] == [host.url_of(media_of(one)) for one in pictures]
    assert (reel_post["media_type"], reel_post["id"]) == ("VIDEO", made)
    async with client_of(account) as client:
        assert [post.media_count async for post in client.recent(datetime.now(UTC) - timedelta(hours=1))] == [
            1,
            3,
        ]


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (jpeg(kind="PNG"), "image/png", "JPEG"),
        (jpeg(size=(300, 900)), "image/jpeg", "aspect ratio"),
        (b"\xff\xd8\xff" + b"\0" * 8_000_001, "image/jpeg", "too large"),
        (b"", "image/jpeg", "could not be fetched"),
    ],
    ids=["png", "narrow", "large", "absent"],
)
async def test_a_file_that_instagram_does_not_take_is_said(
    account: PlatformCredentials,
    host: MediaHost,
    content: bytes,
    kind: str,
    said: str,
) -> None:
    file = media_of(content or b"never put there", kind)
    if content:
        await host.place(file, content)
    with pytest.raises(MediaRefusedError, match=said):
        await contained(account, "Look", [file], host)


async def test_what_became_of_a_container_is_known(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost
) -> None:
    stage = await staged(account, host, "Once", jpeg())
    assert await state(account, stage) is StageState.USABLE
    await published(account, stage)
    assert await state(account, stage) is StageState.PUBLIC
    with pytest.raises(ContentRefusedError):  # a container is published once
        await published(account, stage)
    assert INSTAGRAM.public(sandbox) == ["Once"]
    assert await state(account, "17889000000000999") is StageState.GONE


def told(sandbox: SandboxClient, status_code: str, status: str = "", times: int = 1) -> None:
    """What Instagram says of the next containers that are looked at."""
    body = json.dumps({"id": "17889000000000001", "status_code": status_code, "status": status})
    sandbox.fault("wrong_json", method="GET", path=r"/17889\d+$", content=body, times=times)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (("ERROR", "Error: Media upload has failed with error code 2207026"), MediaRefusedError),
        (("ERROR", "Error: 2207003"), PlatformUnavailableError),
        (("ERROR", "Error: 2207053"), PlatformUnavailableError),
        (("ERROR", ""), MediaRefusedError),
        (("EXPIRED", "Expired: 2207020"), PlatformUnavailableError),
    ],
)
async def test_a_container_that_failed_says_why_and_is_not_used_again(
    sandbox: SandboxClient,
    account: PlatformCredentials,
    host: MediaHost,
    said: tuple[str, str],
    kind: type[DigitalFteError],
) -> None:
    stage = await staged(account, host, "Film", jpeg())
    told(sandbox, *said, times=2)
    with pytest.raises(kind):
        await published(account, stage)
    assert await state(account, stage) is StageState.GONE
    assert INSTAGRAM.posts(sandbox) == []


async def test_a_container_that_is_never_ready_is_left_for_later(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blocks.social.preparing.PROCESSING_SECONDS", 0.2)
    monkeypatch.setattr("blocks.social.instagram.LOOK_SECONDS", 0.1)
    stage = await staged(account, host, "Film", jpeg())
    told(sandbox, "IN_PROGRESS", times=20)
    with pytest.raises(MediaNotReadyError, match="goes on from there"):
        await published(account, stage)
    assert await state(account, stage) is StageState.USABLE


async def test_the_day_s_allowance_is_read_before_anything_is_made_and_says_until_when(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost
) -> None:
    await published(account, await staged(account, host, "First", jpeg()))
    sandbox.http.post("/_sandbox/instagram/posts", json={"allow": 1})
    sandbox.clear_journal()
    with pytest.raises(AllowanceUsedError, match="1 posts in 24 hours") as found:
        await staged(account, host, "Second", jpeg("red"))
    (post,) = INSTAGRAM.posts(sandbox)
    assert found.value.due == datetime.fromisoformat(post["timestamp"]) + timedelta(days=1)
    assert sandbox.journal(method="POST") == []


async def test_a_post_is_taken_back_and_is_gone(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost
) -> None:
    made = await published(account, await staged(account, host, "Oops", jpeg()))
    async with client_of(account) as client:
        await client.delete(made)
        await client.delete(made)
        with pytest.raises(PostMissingError):
            await client.read(made)
    assert INSTAGRAM.posts(sandbox) == []


async def test_a_call_without_the_app_s_proof_or_the_permission_is_refused(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost
) -> None:
    with pytest.raises(PermissionMissingError, match="fte connect meta"):
        await staged(INSTAGRAM.access(sandbox, "as_page instagram_basic"), host, "No", jpeg())
    token = account.access_token.get_secret_value()
    async with InstagramClient(GraphAccount(account.api_url, token, account.account_id)) as client:
        with pytest.raises(ReadRefusedError, match="appsecret_proof"):
            await client.accounts()
    async with client_of(account) as client:
        (found,) = await client.accounts()
    assert (found.id, found.name) == (INSTAGRAM.speaker.id, "@northwindlane")


def kind_of(node: str) -> str:
    if node == INSTAGRAM.speaker.id:
        return "IGUser"
    kinds = {"178950": "IGMedia", "178580": "IGComment"}
    return kinds.get(node[:6], "ShadowIGMediaBuilder")


def commented(sandbox: SandboxClient, text: str, on: str | None = None) -> str:
    said = {"author": "rosafield", "text": text, "on": on}
    return str(sandbox.http.post("/_sandbox/instagram/posts", json=said).json()["post"]["id"])


@pytest.mark.skipif(
    not GRAPH_SPECIFICATION.exists(), reason="SHARED_SPECS names no folder with Graph's description"
)
async def test_every_request_about_what_others_say_is_one_that_graph_describes(
    sandbox: SandboxClient, account: PlatformCredentials
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    comments = [commented(sandbox, f"Comment {number}") for number in range(30)]
    replies = [commented(sandbox, f"Reply {number}", comments[0]) for number in range(30)]
    with overheard() as heard:
        async with client_of(account) as client:
            found = [one async for one in client.mentions(since.isoformat())]
            answer = await client.publish(Piece(text="On Saturday.", answers=comments[0]))
            assert [one.id async for one in client.recent(since, comments[0])] == [answer]
            await client.delete(answer)
    assert {one.post.id for one in found} == {*comments, *replies}
    assert {one.reply_to for one in found if one.post.answers} == {comments[0]}
    problems = [problem for exchange in heard for problem in graph_problems(exchange, kind_of)]
    assert not problems, "\n".join(problems)


async def test_a_reply_to_a_reply_stands_in_the_thread_and_is_found_there(
    sandbox: SandboxClient, account: PlatformCredentials
) -> None:
    first = commented(sandbox, "Lovely")
    second = commented(sandbox, "Is it?", first)
    async with client_of(account) as client:
        made = await client.publish(Piece(text="It is.", answers=second))
        found = [one async for one in client.recent(datetime.now(UTC) - timedelta(minutes=1), second)]
        shown = await client.read(made)
    assert [(one.id, one.answers) for one in found] == [(made, second)]
    assert (shown.text, shown.answers, shown.url.startswith(sandbox.url)) == ("It is.", first, True)


@pytest.mark.skipif(
    not GRAPH_SPECIFICATION.exists(), reason="SHARED_SPECS names no folder with Graph's description"
)
async def test_every_request_is_one_that_graph_describes(
    account: PlatformCredentials, host: MediaHost
) -> None:
    for color in ("red", "green"):
        await host.place(media_of(jpeg(color)), jpeg(color))
    film = media_of(film_bytes(), "video/mp4")
    await host.place(film, film_bytes())
    carousel = [media_of(jpeg(color), alt_text=color) for color in ("red", "green")]
    with overheard() as heard:
        for files in (carousel, carousel[:1], [film]):
            made = await published(account, await contained(account, "Look", files, host))
        async with client_of(account) as client:
            assert len([post async for post in client.recent(datetime.now(UTC) - timedelta(hours=1))]) == 3
            await client.accounts()
            await client.read(made)
            await client.delete(made)
    ours = [one for one in heard if "/v26.0/" in one.path]
    problems = [problem for exchange in ours for problem in graph_problems(exchange, kind_of)]
    assert not problems, "\n".join(problems)
    assert len(ours) > 15


async def test_meta_s_own_library_publishes_and_reads_the_same(
    sandbox: SandboxClient, account: PlatformCredentials, host: MediaHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facebook_business.adobjects.iguser import IGUser
    from facebook_business.api import FacebookAdsApi
    from facebook_business.session import FacebookSession

    monkeypatch.setattr(FacebookSession, "GRAPH", sandbox.url)
    session = FacebookSession(
        app_secret=account.client_secret.get_secret_value(),
        access_token=account.access_token.get_secret_value(),
    )
    session.requests.trust_env = False
    theirs: Any = IGUser(INSTAGRAM.speaker.id, api=FacebookAdsApi(session))
    boat = media_of(jpeg())
    await host.place(boat, jpeg())
    made = theirs.create_media(params={"image_url": host.url_of(boat), "caption": "By their library"})
    theirs.create_media_publish(params={"creation_id": made["id"]})
    ours = await published(account, await staged(account, host, "By ours", jpeg("red")))
    rows = list(theirs.get_media(fields=["caption", "permalink"]))
    assert [row["caption"] for row in rows[:2]] == ["By ours", "By their library"]
    assert rows[0]["id"] == ours


@pytest.mark.parametrize("retired", [None, "impressions"])
async def test_own_posts_come_with_what_instagram_counted(
    account: PlatformCredentials, monkeypatch: pytest.MonkeyPatch, retired: str | None
) -> None:
    if retired:
        monkeypatch.setitem(instagram.POST_METRICS, retired, Metric.IMPRESSIONS)
    with overheard() as heard:
        async with client_of(account) as client:
            year = await client.insights(datetime.now(UTC) - timedelta(days=365), most=3000)
    assert len(year.posts) > 150
    assert {one.kind for one in year.posts} == {"picture", "video"}
    assert set(year.posts[0].counts) == set(instagram.POST_METRICS.values()) - {Metric.IMPRESSIONS}
    assert list(year.ended) == ([retired] if retired else [])
    assert {metric for counts in year.days.values() for metric in counts} == {
        Metric.REACH,
        Metric.NEW_FOLLOWERS,
    }
    assert len(heard) == 7 + (9 if retired else 0)


async def test_without_its_permission_instagram_s_posts_are_read_and_the_reason_said(
    sandbox: SandboxClient,
) -> None:
    async with client_of(INSTAGRAM.access(sandbox, "as_page instagram_basic")) as client:
        found = await client.insights(datetime.now(UTC) - timedelta(days=30), most=100)
    assert "fte connect meta" in found.unread[0]
    assert found.posts[0].counts == {}
