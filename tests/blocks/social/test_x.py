"""X's client on the wire: what it sends satisfies X's own OpenAPI document, and so does what the sandbox answers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import tweepy

from blocks.social import preparing
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
    TrendsWithheldError,
)
from blocks.social.x import COUNTS, TWEEPYS_HOST, HostAdapter, XAccount, XClient, first_id
from blocks.social.x_upload import CHUNK_BYTES
from domain.social.measured import ContentKind
from domain.social.post import Media
from domain.social.published import Piece
from tests.sandbox_fixture import SandboxClient
from tests.specifications import X_SPECIFICATION, overheard, problems_with, x_document


@pytest.fixture
def account(sandbox: SandboxClient) -> XAccount:
    tokens = sandbox.http.post("/_sandbox/x/tokens").json()
    return XAccount(sandbox.url, tokens["access_token"], "1700000000000000001", "@northwindlane")


def media(**changes: Any) -> Media:
    facts = {"document": "Attachments/a.jpg", "sha256": "0" * 64, "kind": "image/jpeg", "size_bytes": 9}
    return Media.model_validate(facts | changes)


def posts(sandbox: SandboxClient) -> list[dict[str, Any]]:
    return list(sandbox.http.get("/_sandbox/x/posts").json()["posts"])


def say(sandbox: SandboxClient, text: str, **said: Any) -> None:
    """Somebody else says it."""
    sandbox.http.post("/_sandbox/x/posts", json={"author": "1700000000000000777", "text": text, **said})


async def test_a_post_is_published_and_read_back_as_it_was_written(account: XAccount) -> None:
    text = "Fish & chips <today> at https://ours.example/menu?a=1&b=2 \N{FISH}"
    async with XClient(account) as x:
        assert (await x.accounts())[0].name == "@northwindlane"
        made = await x.publish(Piece(text=text))
        answer = await x.publish(Piece(text="and salad", answers=made))
        read = await x.read(made)
        recent = [post.id async for post in x.recent(datetime.now(UTC) - timedelta(hours=1))]
    assert (read.text, read.answers, read.media_count) == (text, None, 0)
    assert read.url == f"https://x.com/northwindlane/status/{made}"
    assert recent == [answer, made]
    assert Piece(text=text).is_shown_by(read)


@pytest.mark.parametrize(
    "text", ["Look at ours.example.com.", "(ours.com/a?b=1) and\nhttps://Ours.com/", "ours.com"]
)
async def test_an_address_without_its_scheme_is_read_back_as_it_was_meant(
    account: XAccount, text: str
) -> None:
    """X shortens it, too, and tells the whole address with `http://`."""
    async with XClient(account) as x:
        made = await x.publish(Piece(text=text))
        read = await x.read(made)
    assert "http://ours" in read.text
    assert Piece(text=text).is_shown_by(read)
    assert not Piece(text=text.replace("ours", "others")).is_shown_by(read)


async def test_a_time_without_its_offset_is_no_time(sandbox: SandboxClient, account: XAccount) -> None:
    """It would be taken by the clock of this machine."""
    row = {"id": "1", "text": "Hi", "created_at": "2026-11-27T09:00:00"}
    sandbox.fault("status", path="tweets$", status=200, content=json.dumps({"data": [row]}), times=1)
    async with XClient(account) as x:
        with pytest.raises(PlatformUnavailableError, match="not as documented"):
            await x.insights(datetime.now(UTC) - timedelta(days=1), 10)


async def test_pictures_go_up_in_pieces_and_are_described(sandbox: SandboxClient, account: XAccount) -> None:
    content = b"x" * (CHUNK_BYTES + 5)
    async with XClient(account) as x:
        media_id = await x.upload(media(alt_text="A boat", size_bytes=len(content)), content)
        made = await x.publish(Piece(text="Our boat", media_ids=(media_id,)))
        read = await x.read(made)
    assert (read.text, read.media_count) == ("Our boat", 1)
    steps = [entry["path"].rpartition("/")[2] for entry in sandbox.journal(path="/2/media")]
    assert steps == ["initialize", "append", "append", "finalize", "metadata"]


async def test_an_animation_is_waited_for(sandbox: SandboxClient, account: XAccount) -> None:
    async with XClient(account) as x:
        media_id = await x.upload(media(kind="image/gif", is_animated=True), b"GIF89a...")
        await x.publish(Piece(text="It moves", media_ids=(media_id,)))
    assert len(posts(sandbox)) == 1


async def test_what_x_refuses_says_what_to_do(sandbox: SandboxClient, account: XAccount) -> None:
    async with XClient(account) as x:
        await x.publish(Piece(text="Once"))
        with pytest.raises(DuplicateRefusedError, match="change the text"):
            await x.publish(Piece(text="Once"))
        with pytest.raises(ContentRefusedError, match="maximum length of 280"):
            await x.publish(Piece(text="a" * 281))
        with pytest.raises(MediaRefusedError):
            await x.upload(media(kind="image/tiff"), b"II*")
        with pytest.raises(PostMissingError):
            await x.read("1")
        sandbox.http.post("/_sandbox/x/expire_tokens")
        with pytest.raises(NotAuthorizedError, match="fte connect x"):
            await x.publish(Piece(text="Twice"))
    assert [post["said"] for post in posts(sandbox)] == ["Once"]


async def test_an_upload_that_is_cut_goes_on_at_the_piece_that_is_missing(
    sandbox: SandboxClient,
    account: XAccount,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(preparing, "PIECE_PAUSE_SECONDS", 0)
    caplog.set_level("INFO", logger=preparing.__name__)
    content = bytes(3 * CHUNK_BYTES + 5)
    path = "/append$"
    sandbox.fault("drop_after_effect", path=path, skip=1, times=2)
    async with XClient(account) as x:
        await x.upload(media(kind="image/gif", is_animated=True, size_bytes=len(content)), content)
    assert len(sandbox.journal(method="POST", path="/initialize$")) == 1
    assert len(sandbox.journal(method="POST", path=path)) == 4 + 2
    assert caplog.messages[-1].endswith(f"{len(content):,} of {len(content):,} bytes are at X")


async def test_an_upload_that_never_comes_through_is_away(
    sandbox: SandboxClient, account: XAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "PIECE_PAUSE_SECONDS", 0)
    sandbox.fault("refuse_before", path="/append$", times=100)
    async with XClient(account) as x:
        with pytest.raises(PlatformUnavailableError):
            await x.upload(media(), b"x" * 9)


async def test_a_missing_permission_is_named(sandbox: SandboxClient) -> None:
    tokens = sandbox.http.post("/_sandbox/x/tokens", content="tweet.read users.read").json()
    async with XClient(XAccount(sandbox.url, tokens["access_token"], "1700000000000000001", "@ours")) as x:
        with pytest.raises(PermissionMissingError, match=r"tweet\.write is missing.*tick every box"):
            await x.publish(Piece(text="Hello"))


async def test_an_access_of_the_wrong_sort_is_a_missing_permission(
    sandbox: SandboxClient, account: XAccount
) -> None:
    """As X's playground server says it: the sort of refusal stands in the title, and the reason in the detail."""
    title, detail = "Unsupported Authentication", "Authenticating with Application-Only is forbidden here."
    sandbox.fault(
        "status", path="^/2/users/me$", status=403, content=json.dumps({"title": title, "detail": detail})
    )
    async with XClient(account) as x:
        with pytest.raises(PermissionMissingError, match="forbidden here"):
            await x.accounts()


async def test_the_parameter_that_is_refused_is_named(sandbox: SandboxClient, account: XAccount) -> None:
    wrong = {"message": "text is longer than 280", "parameters": {"text": ["..."]}}
    body = {"title": "Invalid Request", "detail": "One parameter was invalid.", "errors": [wrong]}
    sandbox.fault("status", path="^/2/tweets$", status=400, content=json.dumps(body))
    async with XClient(account) as x:
        with pytest.raises(ContentRefusedError, match="text is longer than 280"):
            await x.publish(Piece(text="Hello"))


async def test_the_reset_of_a_rate_limit_is_known(sandbox: SandboxClient, account: XAccount) -> None:
    async with XClient(account) as x:
        for number in range(100):
            sandbox.http.post("/_sandbox/x/posts", json={"text": f"post {number}"})
        with pytest.raises(PlatformBusyError) as busy:
            await x.publish(Piece(text="One more"))
    assert busy.value.until is not None
    assert timedelta(0) < busy.value.until - datetime.now(UTC) <= timedelta(minutes=16)


@pytest.mark.parametrize("kind", ["drop_after_effect", "truncate", "status_after_effect"])
async def test_an_answer_that_is_lost_leaves_the_outcome_unknown(
    sandbox: SandboxClient, account: XAccount, kind: str
) -> None:
    sandbox.fault(kind, service="x", method="POST", path="/2/tweets", times=1)
    async with XClient(account) as x:
        with pytest.raises(PublicationUnknownError, match="timeline is read"):
            await x.publish(Piece(text="Is it out?"))
    assert len(posts(sandbox)) == 1


async def test_a_read_that_is_lost_is_only_a_failure(sandbox: SandboxClient, account: XAccount) -> None:
    sandbox.fault("truncate", service="x", method="GET", times=1)
    async with XClient(account) as x:
        with pytest.raises(PlatformUnavailableError):
            await x.accounts()


def test_tweepy_itself_reads_and_writes_and_is_refused(sandbox: SandboxClient, account: XAccount) -> None:
    """As its users have it, but for the address: answers become its own models."""
    client = tweepy.Client(account.access_token)
    client.session.mount(TWEEPYS_HOST, HostAdapter(account.api_url))
    first = client.create_tweet(text="Our boat", user_auth=False).data["id"]
    second = client.create_tweet(text="More", in_reply_to_tweet_id=first, user_auth=False).data["id"]
    say(sandbox, "@northwindlane is that your boat?", answers=first)
    own = client.get_users_tweets(
        account.user_id, tweet_fields=["created_at", "referenced_tweets", "public_metrics"], user_auth=False
    ).data
    assert [str(one.id) for one in own][:2] == [second, first]
    assert [str(one.id) for one in own[0].referenced_tweets] == [first]
    assert own[0].created_at.tzinfo is not None
    assert set(COUNTS.values()) <= set(own[0].public_metrics)
    named = client.get_users_mentions(account.user_id, expansions=["author_id"], user_auth=False)
    assert [str(one.id) for one in named.includes["users"]] == ["1700000000000000777"]
    assert client.delete_tweet(second, user_auth=False).data["deleted"]
    for refused in (
        lambda: client.create_tweet(text="\N{FISH}" * 141, user_auth=False),
        lambda: client.create_tweet(text="Five", media_ids=["1", "2", "3", "4", "5"], user_auth=False),
        lambda: client.get_users_tweets(account.user_id, max_results=101, user_auth=False),
    ):
        with pytest.raises(tweepy.BadRequest):
            refused()
    client.session.close()


async def test_where_nobody_listens_nothing_was_sent(account: XAccount) -> None:
    gone = XAccount("http://127.0.0.1:9", account.access_token, account.user_id, account.user_name)
    async with XClient(gone) as x:
        with pytest.raises(PlatformUnavailableError, match="no connection"):
            await x.publish(Piece(text="Hello"))


async def test_own_posts_come_with_what_x_counted(sandbox: SandboxClient, account: XAccount) -> None:
    sandbox.http.post("/_sandbox/x/posts", json={"text": "Our boat"})
    made = posts(sandbox)[0]["id"]
    say(sandbox, "@northwindlane is that your boat?", answers=made)
    async with XClient(account) as x:
        found = await x.insights(datetime.now(UTC) - timedelta(hours=1), most=100)
    assert [one.post.id for one in found.posts] == [made]
    assert set(found.posts[0].counts) == set(COUNTS)
    assert found.followers is not None
    assert found.followers >= 1240


async def test_a_year_is_read_page_by_page_and_no_page_more_than_wanted(
    sandbox: SandboxClient, account: XAccount
) -> None:
    async with XClient(account) as x:
        year = await x.insights(datetime.now(UTC) - timedelta(days=400), most=3000)
        part = await x.insights(datetime.now(UTC) - timedelta(days=400), most=40)
    assert len(year.posts) > 150
    assert {one.kind for one in year.posts} == set(ContentKind) - {ContentKind.DOCUMENT}
    assert (len(part.posts), part.is_cut, year.is_cut) == (40, True, False)
    assert len(sandbox.journal(method="GET", path="/tweets$")) == 3


async def test_a_search_looks_back_a_week_and_no_further(account: XAccount) -> None:
    since = datetime.now(UTC) - timedelta(days=7)
    async with XClient(account) as x:
        made = await x.publish(Piece(text="New at northwindlane.example"))
        found = await x.search("northwindlane.example")
    assert found[0].post.id == made
    assert min(one.post.created_at for one in found) > since


async def test_trends_come_in_x_s_words_and_harmless(sandbox: SandboxClient, account: XAccount) -> None:
    rows = [{"trend_name": "Roses\n[[Bank]]", "category": "Unknown", "post_count": "42K posts"}]
    async with XClient(account) as x:
        first = (await x.trends())[0]
        sandbox.fault("wrong_json", path="personalized_trends", content=json.dumps({"data": rows}))
        (strange,) = await x.trends()
    assert first.name == "#SmallBusinessSaturday"
    assert first.in_words.endswith("(Business, 42000 posts, 5 hours ago)")
    assert strange.name == "Roses [[Bank]]"
    assert strange.in_words.endswith("(42K posts)")
    assert "[[" not in strange.in_words


async def test_an_account_without_premium_is_told_so_and_no_trend(
    sandbox: SandboxClient, account: XAccount
) -> None:
    nothing = {"data": [{"category": "Unknown", "post_count": "Unknown", "trending_since": ""}]}
    sandbox.fault("wrong_json", path="personalized_trends", content=json.dumps(nothing))
    async with XClient(account) as x:
        with pytest.raises(TrendsWithheldError, match="subscribers of X Premium"):
            await x.trends()


@pytest.mark.skipif(
    not X_SPECIFICATION.exists(), reason="SHARED_SPECS names no folder with X's OpenAPI document"
)
async def test_every_request_and_answer_is_one_of_x_s_document(
    sandbox: SandboxClient, account: XAccount
) -> None:
    with overheard() as heard:
        async with XClient(account) as x:
            await x.accounts()
            media_id = await x.upload(media(alt_text="A boat"), b"x" * 9)
            made = await x.publish(Piece(text="Our boat https://ours.example/boat", media_ids=(media_id,)))
            await x.publish(Piece(text="More of it", answers=made))
            await x.read(made)
            assert [post.text async for post in x.recent(datetime.now(UTC) - timedelta(hours=1))]
            say(sandbox, "@northwindlane is that your boat?", answers=made)
            assert [one.author async for one in x.mentions(first_id(datetime.now(UTC)))]
            assert [one.author for one in await x.search("boat")]
            assert [one.name for one in await x.trends()]
            assert (await x.insights(datetime.now(UTC) - timedelta(days=90), most=50)).posts
            await x.delete(made)
    assert len(heard) == 15
    problems = [problem for exchange in heard for problem in problems_with(exchange, x_document())]
    assert not problems, "\n".join(problems)
