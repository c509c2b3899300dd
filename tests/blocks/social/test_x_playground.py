"""X as its makers' own playground server answers (github.com/xdevplatform/playground; `X_PLAYGROUND` is its address).

It takes less than X's published document allows, and what it lacks is put in its words here: a piece of a file as JSON
only, `media_id` beside `id` of a description, no `expansions` of a timeline. It keeps neither what a post answers nor
that it has files, takes the same text twice, and has one account alone.
"""

import base64
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import tweepy

from blocks.social.errors import ContentRefusedError, MediaRefusedError, PostMissingError
from blocks.social.x import COUNTS, TWEEPYS_HOST, HostAdapter, XAccount, XClient
from domain.social.post import Media
from domain.social.published import Piece

URL = os.environ.get("X_PLAYGROUND", "")
pytestmark = pytest.mark.skipif(not URL, reason="X_PLAYGROUND names no running playground server of X")
PERSON = {"X-Auth-Method": "OAuth2User"}
"""The playground does not know a person's token by itself."""


class PlaygroundAdapter(HostAdapter):
    """Without what it does not expand."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        path, _, asked = str(request.url).partition("?")
        if "/users/" in path:
            kept = [
                part for part in asked.split("&") if not part.startswith(("expansions=", "media.fields="))
            ]
            request.url = f"{path}?{'&'.join(kept)}"
        return super().send(request, *args, **kwargs)


class PlaygroundX(XClient):
    """The product's client, with a person's access to the playground."""

    def __init__(self, account: XAccount) -> None:
        super().__init__(account)
        self._tweepy.session.headers.update(PERSON)
        self._tweepy.session.mount(TWEEPYS_HOST, PlaygroundAdapter(URL))
        self._uploads._http.headers.update(PERSON)

    async def _send(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        if files := sent.get("files"):
            piece = base64.b64encode(files["media"][1]).decode()
            sent = {"json": {"segment_index": int(sent["data"]["segment_index"]), "media": piece}}
        if path == "/2/media/metadata":
            sent["json"]["media_id"] = sent["json"]["id"]
        return await super()._send(method, path, **sent)


async def own_account() -> XAccount:
    async with PlaygroundX(XAccount(URL, "token", "0", "@unknown")) as x:
        (me,) = await x.accounts()
    return XAccount(URL, "token", me.id, me.name)


@pytest.fixture
def said() -> str:
    return f"Open & free <today> {time.time_ns()}."


async def test_a_thread_is_published_read_found_and_deleted(said: str) -> None:
    account = await own_account()
    async with PlaygroundX(account) as x:
        first = await x.publish(Piece(text=said))
        second = await x.publish(Piece(text="And tomorrow.", answers=first))
        found = await x.read(first)
        assert (found.text, found.url) == (said, f"https://x.com/{account.user_name[1:]}/status/{first}")
        recent = [post.id async for post in x.recent(datetime.now(UTC) - timedelta(minutes=1))]
        assert recent[:2] == [second, first]
        assert first in [one.post.id for one in await x.search("free")]
        await x.delete(second)
        await x.delete(second)
        with pytest.raises(PostMissingError):
            await x.read(second)


async def test_a_file_goes_up_in_pieces_and_is_waited_for(said: str) -> None:
    content = b"\xff\xd8\xff" + bytes(4_500_000)
    boat = Media(
        document="a.jpg", sha256="0" * 64, kind="image/jpeg", size_bytes=len(content), alt_text="A boat"
    )
    async with PlaygroundX(await own_account()) as x:
        media_id = await x.upload(boat, content)
        made = await x.publish(Piece(text=said, media_ids=(media_id,)))
        assert (await x.read(made)).text == said
        with pytest.raises(MediaRefusedError, match="media IDs are invalid"):
            await x.publish(Piece(text=f"Again: {said}", media_ids=("1234567890123456789",)))


async def test_own_posts_are_counted_and_what_names_the_account_is_found(said: str) -> None:
    account = await own_account()
    since = datetime.now(UTC) - timedelta(minutes=1)
    async with PlaygroundX(account) as x:
        made = await x.publish(Piece(text=f"{said} {account.user_name}"))
        found = await x.insights(since, most=100)
        assert found.posts[0].post.id == made
        assert set(found.posts[0].counts) == set(COUNTS)
        assert found.followers is not None
        assert [one async for one in x.mentions("1")] == [], "its own posts are no mentions"
        assert await x.trends()


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (Piece(text="a" * 281), "maximum length of 280"),
        (Piece(text=""), "text field is required"),
        (Piece(text="Hm", answers="1234567890123456789"), "reply tweet ID is invalid"),
    ],
)
async def test_what_is_refused_says_why(piece: Piece, why: str) -> None:
    async with PlaygroundX(await own_account()) as x:
        with pytest.raises(ContentRefusedError, match=why):
            await x.publish(piece)


@pytest.fixture
def bare() -> Iterator[tweepy.Client]:
    """tweepy as its users have it, but for the address."""
    client = tweepy.Client("token")
    client.session.headers.update(PERSON)
    client.session.mount(TWEEPYS_HOST, PlaygroundAdapter(URL))
    yield client
    client.session.close()


def test_tweepy_itself_says_the_same(bare: tweepy.Client, said: str) -> None:
    me = bare.get_me(user_auth=False).data
    first = bare.create_tweet(text=said, user_auth=False).data["id"]
    second = bare.create_tweet(text="And tomorrow.", in_reply_to_tweet_id=first, user_auth=False).data["id"]
    own = bare.get_users_tweets(me.id, tweet_fields=["created_at", "public_metrics"], user_auth=False).data
    assert [str(one.id) for one in own][:2] == [second, first]
    assert set(COUNTS.values()) <= set(own[0].public_metrics)
    assert bare.delete_tweet(second, user_auth=False).data["deleted"]
