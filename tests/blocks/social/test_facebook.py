"""Facebook's client on the wire: what it asks exists in Meta's own description of Graph."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.social import facebook, facebook_video, oauth, preparing
from blocks.social.credentials import MetaCredentials, PlatformCredentials
from blocks.social.errors import (
    ContentRefusedError,
    DuplicateRefusedError,
    MediaRefusedError,
    NotAuthorizedError,
    PermissionMissingError,
    PlatformBusyError,
    PlatformUnavailableError,
    PostMissingError,
    PublicationUnknownError,
    TemporarilyBlockedError,
)
from blocks.social.facebook import FacebookClient
from blocks.social.oauth import ask_consent
from blocks.social.platform import StageState
from domain.errors import DigitalFteError
from domain.social.measured import Metric
from domain.social.post import Media, Platform
from domain.social.published import NEVER, Piece
from tests.consent_browser import browse
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK
from tests.specifications import GRAPH_SPECIFICATION, graph_problems, overheard

PAGE = FACEBOOK.speaker.id
AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
LINK = "https://northwindlane.example/open?a=1&b=2"


@pytest.fixture
def page(sandbox: SandboxClient) -> PlatformCredentials:
    return FACEBOOK.access(sandbox)


def media(name: str = "boat.jpg", alt_text: str = "") -> Media:
    facts = {"document": f"Attachments/{name}", "sha256": "0" * 64, "size_bytes": 9, "kind": "image/jpeg"}
    return Media.model_validate(facts | {"alt_text": alt_text})


async def published(access: PlatformCredentials, text: str, *files: Media, link: str | None = None) -> str:
    """A post with these pictures; its id."""
    async with access.client() as client:
        ids = [await client.upload(one, b"bytes", None) for one in files]
        return await client.publish(Piece(text=text, media=files, media_ids=tuple(ids), link=link))


def talk(sandbox: SandboxClient, text: str, on: str, author: str = "Rosa Field") -> str:
    """Somebody's comment; its id."""
    body = {"author": author, "text": text, "on": on}
    return str(sandbox.http.post("/_sandbox/facebook/posts", json=body).json()["post"]["id"])


async def all_since(access: PlatformCredentials, since: timedelta) -> list[str]:
    async with access.client() as client:
        return [post.text async for post in client.recent(datetime.now(UTC) + since)]


async def test_a_post_with_a_link_is_read_back_as_it_was_written(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    text = "Fish & chips <today> #fish \N{FISH}\n\nand more"
    made = await published(page, text, link=LINK)
    async with page.client() as client:
        read = await client.read(made)
    assert (read.text, read.media_count) == (text, 0)
    assert read.url.startswith(f"{sandbox.url}{FACEBOOK.link}")
    assert await all_since(page, timedelta(hours=-1)) == [text]
    assert await all_since(page, timedelta(hours=1)) == []


@pytest.mark.parametrize("count", [1, 3])
async def test_pictures_are_described_and_public_with_their_post_alone(
    sandbox: SandboxClient, page: PlatformCredentials, count: int
) -> None:
    files = [media(f"{number}.jpg", alt_text=f"Boat {number}") for number in range(count)]
    made = await published(page, "Look", *files)
    (post,) = FACEBOOK.posts(sandbox)
    assert post["photos"] == [{"alt": one.alt_text} for one in files]
    async with page.client() as client:
        assert (await client.read(made)).media_count == count
    sent = sandbox.journal(method="POST", path="/photos$")
    assert all('name="published"\r\n\r\nfalse' in one["body"] for one in sent)


async def test_the_timeline_is_read_to_its_end(sandbox: SandboxClient, page: PlatformCredentials) -> None:
    for number in range(120):
        sandbox.http.post("/_sandbox/facebook/posts", json={"text": f"post {number}"})
    assert await all_since(page, timedelta(hours=-1)) == [f"post {number}" for number in reversed(range(120))]
    assert len(sandbox.journal(method="GET", path="/posts$")) == 3, "the third holds older ones alone"


async def test_an_older_post_among_newer_ones_does_not_end_the_timeline(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    now = datetime.now(UTC)
    ages = {"new": 0, "given before its time": 9, "looked for": 1}
    rows = [
        {
            "id": f"{PAGE}_{hours}",
            "message": text,
            "created_time": f"{now - timedelta(hours=hours):%FT%T}+0000",
        }
        for text, hours in ages.items()
    ]
    sandbox.fault("wrong_json", path="/posts$", content=json.dumps({"data": rows}))
    assert await all_since(page, timedelta(hours=-2)) == ["new", "looked for"]


FILM = b"\0\0\0\x18ftypmp42" + bytes(2_500_000)
VIDEOS = f"^/v26.0/{PAGE}/videos$"


async def film_staged(client: FacebookClient, content: bytes) -> str:
    film = media("film.mp4").model_copy(update={"kind": "video/mp4", "size_bytes": len(content)})
    handed = await client.upload(film, content)
    stage = await client.stage(Piece(text="A film", media=(film,), media_ids=(handed,)))
    await client.await_ready(stage)
    return stage


async def film_published(access: PlatformCredentials, content: bytes) -> str:
    async with access.client() as client:
        assert isinstance(client, FacebookClient)
        return await client.publish(Piece(text="A film", stage=await film_staged(client, content)))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facebook_video, "LOOK_SECONDS", 0)
    monkeypatch.setattr(preparing, "PIECE_PAUSE_SECONDS", 0)


async def test_a_video_goes_there_in_pieces_and_is_public_once_it_is_published(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    async with page.client() as client:
        assert isinstance(client, FacebookClient)
        stage = await film_staged(client, FILM)
        assert await client.state(stage) is StageState.USABLE
        assert (FACEBOOK.posts(sandbox), (await client.read(stage)).public_from) == ([], NEVER)
        for _ in range(2):
            made = await client.publish(Piece(text="A film", stage=stage))
        assert await client.state(stage) is StageState.PUBLIC
        read = await client.read(made)
        (shown,) = [post async for post in client.recent(AN_HOUR_AGO)]
        assert (read.text, read.media_count, read.public_from) == ("A film", 1, None)
        assert read.url == f"{sandbox.url}/northwindlane/videos/{made}/"
        assert (shown.text, shown.media_count) == ("A film", 1)
        await client.delete(made)
        assert await client.state(stage) is StageState.GONE
    assert len(sandbox.journal(method="POST", path=VIDEOS)) == 5


@pytest.mark.parametrize("kind", ["refuse_before", "drop_after_effect", "truncate", "status_after_effect"])
async def test_a_piece_that_is_lost_is_sent_again_and_one_that_had_arrived_is_not_wanted_twice(
    sandbox: SandboxClient, page: PlatformCredentials, kind: str
) -> None:
    sandbox.fault(kind, method="POST", path=VIDEOS, skip=2, times=1)
    made = await film_published(page, FILM)
    async with page.client() as client:
        assert (await client.read(made)).text == "A film"
    assert FACEBOOK.public(sandbox) == ["A film"]


async def test_a_video_that_does_not_arrive_or_cannot_be_prepared_is_said(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    with pytest.raises(MediaRefusedError, match="could not prepare the video: error"):
        await film_published(page, b"no film at all")
    sandbox.fault("refuse_before", method="POST", path=VIDEOS, skip=1, times=100)
    with pytest.raises(PlatformUnavailableError):
        await film_published(page, FILM)
    assert FACEBOOK.public(sandbox) == []


async def test_a_lost_answer_to_the_publishing_of_a_video_leaves_it_open(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    async with page.client() as client:
        assert isinstance(client, FacebookClient)
        stage = await film_staged(client, FILM)
        sandbox.fault("drop_after_effect", method="POST", path="/333[0-9]+$", times=1)
        with pytest.raises(PublicationUnknownError):
            await client.publish(Piece(text="A film", stage=stage))
        assert await client.state(stage) is StageState.PUBLIC


@pytest.mark.parametrize("ahead", [timedelta(minutes=9), timedelta(days=76)])
async def test_facebook_keeps_nothing_outside_of_its_window(
    sandbox: SandboxClient, page: PlatformCredentials, ahead: timedelta
) -> None:
    async with page.client() as client:
        with pytest.raises(ContentRefusedError, match="scheduled publish time is invalid"):
            await client.publish(Piece(text="When?", at=datetime.now(UTC) + ahead))
    assert sandbox.http.get("/_sandbox/facebook/scheduled").json()["posts"] == []


async def test_what_facebook_refuses_says_what_to_do(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    made = await published(page, "Once")
    with pytest.raises(DuplicateRefusedError, match="change the text"):
        await published(page, "Once")
    with pytest.raises(ContentRefusedError, match="at most 63206"):
        await published(page, FACEBOOK.too_long)
    async with page.client() as client:
        with pytest.raises(MediaRefusedError, match="another file or format"):
            await client.upload(media(), b"", None)
        await client.delete(made)
        await client.delete(made)
        with pytest.raises(PostMissingError):
            await client.read(made)
    assert FACEBOOK.posts(sandbox) == []


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (190, 463, NotAuthorizedError),
        (102, 0, NotAuthorizedError),
        (4, 0, PlatformBusyError),
        (17, 0, PlatformBusyError),
        (32, 0, PlatformBusyError),
        (613, 0, PlatformBusyError),
        (80001, 0, PlatformBusyError),
        (9, 2207042, PlatformBusyError),
        (368, 0, TemporarilyBlockedError),
        (1, 1390008, PublicationUnknownError),
        (100, 1390008, TemporarilyBlockedError),
        (10, 0, PermissionMissingError),
        (200, 0, PermissionMissingError),
        (36003, 2207009, MediaRefusedError),
        (-2, 2207020, PlatformUnavailableError),
        (-1, 0, PublicationUnknownError),
        (100, 0, ContentRefusedError),
        (4711, 0, ContentRefusedError),
        (1, 0, PublicationUnknownError),
        (2, 0, PublicationUnknownError),
    ],
)
async def test_each_code_means_one_thing(
    sandbox: SandboxClient, page: PlatformCredentials, code: int, subcode: int, kind: type[DigitalFteError]
) -> None:
    error = {"message": "No.", "code": code, "error_subcode": subcode, "error_user_msg": "Said to people."}
    body = json.dumps({"error": error})
    sandbox.fault("status", method="POST", path=FACEBOOK.path, status=400, content=body, times=1)
    with pytest.raises(kind) as found:
        await published(page, "Hello")
    assert type(found.value) is kind
    if kind is not PublicationUnknownError:
        assert "Said to people." in str(found.value)


async def test_a_person_s_token_and_a_missing_permission_do_not_speak_for_the_page(
    sandbox: SandboxClient,
) -> None:
    for scope in ("pages_manage_posts", "as_page pages_read_engagement"):
        with pytest.raises(PermissionMissingError, match="tick every box: fte connect meta"):
            await published(FACEBOOK.access(sandbox, scope), "Hello")
    assert FACEBOOK.posts(sandbox) == []


@pytest.mark.parametrize("kind", ["drop_after_effect", "truncate", "status_after_effect", "wrong_json"])
async def test_a_lost_answer_leaves_a_post_open_and_a_picture_only_failed(
    sandbox: SandboxClient, page: PlatformCredentials, kind: str
) -> None:
    sandbox.fault(kind, method="POST", path="/photos$", times=1)
    with pytest.raises(PlatformUnavailableError):
        await published(page, "With a picture", media())
    sandbox.fault(kind, method="POST", path=FACEBOOK.path, times=1)
    with pytest.raises(PublicationUnknownError, match="timeline is read"):
        await published(page, "Is it out?")
    assert FACEBOOK.public(sandbox) == ["Is it out?"]


async def test_where_nobody_listens_nothing_was_sent(page: PlatformCredentials) -> None:
    gone = page.model_copy(update={"api_url": "http://127.0.0.1:9"})
    with pytest.raises(PlatformUnavailableError, match="no connection"):
        await published(gone, "Hello")


async def test_a_consent_becomes_the_lasting_token_of_the_page_that_was_chosen(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(monkeypatch, pkce=False)
    app = ("sandbox-meta-client", "sandbox-meta-secret")
    block = MetaCredentials.unconnected(*app, **MetaCredentials.addresses_at(sandbox.url))
    block = block.with_tokens(await ask_consent(block.app))
    async with block.client() as client:
        (account,) = await client.accounts()
    kept = await block.made_for(account)
    async with kept.client() as client:
        assert await client.accounts() == [account]
    assert (kept.account_id, kept.account_name) == (PAGE, "Northwind Lane Studio")
    assert kept.access_token != block.access_token
    assert kept.expires_at.year == 9999
    instagram = kept.speaking_on(Platform.INSTAGRAM)
    assert instagram is not None
    assert (instagram.account_id, instagram.account_name) == ("17841400000000001", "@northwindlane")
    assert kept.model_copy(update={"instagram_id": ""}).speaking_on(Platform.INSTAGRAM) is None
    await published(kept, "It speaks")
    assert FACEBOOK.public(sandbox) == ["It speaks"]


async def test_a_wrong_secret_is_said_in_meta_s_words(sandbox: SandboxClient) -> None:
    app = ("sandbox-meta-client", "wrong")
    block = MetaCredentials.unconnected(*app, **MetaCredentials.addresses_at(sandbox.url))
    with pytest.raises(NotAuthorizedError, match=r"validating client secret.*fte connect meta"):
        await oauth.exchanged(block.app, "token")


def kind_of(node: str) -> str:
    if node == PAGE:
        return "Page"
    if node.startswith("333"):
        return "AdVideo"
    return "PagePost" if node.startswith(f"{PAGE}_") else "Comment"


@pytest.mark.skipif(
    not GRAPH_SPECIFICATION.exists(), reason="SHARED_SPECS names no folder with Graph's description"
)
async def test_every_request_is_one_that_graph_describes(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    with overheard() as heard:
        made = await published(page, "Our boats", media(alt_text="A boat"), media("b.jpg"))
        await published(page, "With a link", link=LINK)
        await all_since(page, timedelta(hours=-1))
        async with page.client() as client:
            await client.read(made)
            asked = talk(sandbox, "When?", made)
            answer = await client.publish(Piece(text="On Saturday.", answers=asked))
            assert (await client.read(answer)).text == "On Saturday."
            assert [one.id async for one in client.recent(AN_HOUR_AGO, asked)] == [answer]
            assert [one.post.id async for one in client.mentions(AN_HOUR_AGO.isoformat())] == [asked]
            assert (await client.insights(datetime.now(UTC) - timedelta(days=90), most=100)).posts
            await client.delete(answer)
            await client.delete(made)
            tomorrow = datetime.now(UTC) + timedelta(days=1)
            assert isinstance(client, FacebookClient)
            photo = await client.upload_ahead(media(), b"bytes")
            later = await client.publish(Piece(text="Soon", media_ids=(photo,), at=tomorrow))
            assert [one.id async for one in client.kept()] == [later]
            await client.delete(later)
        filmed = await film_published(page, FILM)
        async with page.client() as client:
            assert (await client.read(filmed)).text == "A film"
            await client.delete(filmed)
    assert len(heard) == 33
    problems = [problem for exchange in heard for problem in graph_problems(exchange, kind_of)]
    assert not problems, "\n".join(problems)


async def test_meta_s_own_library_posts_and_reads_the_same(
    sandbox: SandboxClient, page: PlatformCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facebook_business.adobjects.page import Page
    from facebook_business.api import FacebookAdsApi
    from facebook_business.session import FacebookSession

    monkeypatch.setattr(FacebookSession, "GRAPH", sandbox.url)
    session = FacebookSession(
        app_secret=page.client_secret.get_secret_value(), access_token=page.access_token.get_secret_value()
    )
    session.requests.trust_env = False
    theirs: Any = Page(PAGE, api=FacebookAdsApi(session))
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    async with page.client() as client:
        kept = await client.publish(Piece(text="Tomorrow", at=tomorrow))
        assert (await client.read(kept)).public_from == tomorrow
    planned = theirs.get_scheduled_posts(fields=["message", "is_published", "scheduled_publish_time"])
    assert [(one["id"], one["is_published"], one["scheduled_publish_time"]) for one in planned] == [
        (kept, False, int(tomorrow.timestamp()))
    ]
    handed = theirs.create_video(params={"upload_phase": "start", "file_size": 20})
    assert (handed["video_id"][:3], handed["start_offset"], handed["end_offset"]) == ("333", "0", "20")
    made = theirs.create_feed(params={"message": "By their library"})
    ours = await published(page, "By ours")
    rows = list(theirs.get_posts(fields=["message", "permalink_url"]))
    assert [(row["id"], row["message"]) for row in rows[:2]] == [
        (ours, "By ours"),
        (made["id"], "By their library"),
    ]
    assert await all_since(page, timedelta(hours=-1)) == ["By ours", "By their library"]


async def test_own_posts_come_with_what_facebook_counted(page: PlatformCredentials) -> None:
    async with page.client() as client:
        year = await client.insights(datetime.now(UTC) - timedelta(days=365), most=3000)
        part = await client.insights(datetime.now(UTC) - timedelta(days=365), most=20)
    assert len(year.posts) > 150
    assert {one.kind for one in year.posts} == {"text", "link", "picture", "video"}
    counted = {Metric.VIEWS, Metric.REACH, Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES}
    assert {frozenset(one.counts) for one in year.posts} == {frozenset(counted)}
    assert year.followers is not None
    newest = max(year.days)
    assert datetime.now(UTC).date() - newest >= timedelta(days=2), "what is not counted yet is missing"
    assert set(year.days[newest]) == {Metric.VIEWS, Metric.NEW_FOLLOWERS}
    assert (len(part.posts), part.is_cut, year.is_cut) == (20, True, False)


async def test_a_retired_metric_costs_only_itself_and_is_named(
    page: PlatformCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(facebook.POST_METRICS, "post_impressions", Metric.IMPRESSIONS)
    monkeypatch.setitem(facebook.PAGE_METRICS, "page_fans", Metric.FOLLOWERS)
    async with page.client() as client:
        found = await client.insights(datetime.now(UTC) - timedelta(days=30), most=100)
    assert found.ended == {"post_impressions": Metric.IMPRESSIONS, "page_fans": Metric.FOLLOWERS}
    assert {Metric.VIEWS, Metric.REACTIONS} <= set(found.posts[0].counts)
    assert found.days


async def test_without_read_insights_the_rest_is_read_and_the_reason_said(sandbox: SandboxClient) -> None:
    blind = FACEBOOK.access(sandbox, "as_page pages_read_engagement")
    async with blind.client() as client:
        found = await client.insights(datetime.now(UTC) - timedelta(days=30), most=100)
    assert "fte connect meta" in found.unread[0]
    assert set(found.posts[0].counts) == {Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES}
