"""X as its makers' own playground server answers (github.com/xdevplatform/playground; `X_PLAYGROUND` is its address).

Left out, as it takes less than the published document allows: the multipart upload, and `expansions` of mentions.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest

from blocks.social.errors import PostMissingError
from blocks.social.x import XAccount, XClient
from domain.social.published import Piece

URL = os.environ.get("X_PLAYGROUND", "")
pytestmark = pytest.mark.skipif(not URL, reason="X_PLAYGROUND names no running playground server of X")


def client(user_id: str, name: str) -> XClient:
    """The playground does not know a person's token by itself; its own header says so."""
    x = XClient(XAccount(URL, "token", user_id, name))
    x._tweepy.session.headers["X-Auth-Method"] = "OAuth2User"
    return x


async def test_a_thread_is_published_read_found_and_deleted() -> None:
    async with client("0", "@unknown") as x:
        (me,) = await x.accounts()
    async with client(me.id, me.name) as x:
        text = f"Open & free <today> at {datetime.now(UTC):%H:%M:%S}."
        first = await x.publish(Piece(text=text))
        second = await x.publish(Piece(text="And tomorrow.", answers=first))
        found = await x.read(first)
        assert (found.text, found.url) == (text, f"https://x.com/{me.name.lstrip('@')}/status/{first}")
        recent = [post.id async for post in x.recent(datetime.now(UTC) - timedelta(minutes=1))]
        assert recent[:2] == [second, first]
        assert first in [post.id for post in await x.search("free")]
        await x.delete(second)
        await x.delete(second)
        with pytest.raises(PostMissingError):
            await x.read(second)
