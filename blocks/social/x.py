"""X through tweepy, moved to any base address."""

import asyncio
import html
from collections.abc import AsyncIterator, Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter

from blocks.broken_connection import problem_of
from blocks.certificates import is_public
from blocks.own_secrets import hide_own_token
from blocks.social import x_upload
from blocks.social.calls import (
    CONNECT_SECONDS,
    READ_SECONDS,
    WHOLE_SECONDS,
    WRITE_SECONDS,
    AccountCalls,
    named,
    pages,
    understood,
)
from blocks.social.errors import (
    PlatformUnavailableError,
    PostMissingError,
    PublicationUnknownError,
    TrendsWithheldError,
)
from blocks.social.preparing import Progress, resumed
from blocks.social.x_answers import Asked, refuse
from domain.errors import DigitalFteError
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric, kind_of
from domain.social.mention import Mention
from domain.social.post import Media, Platform, plain
from domain.social.published import Piece, PublicAccount, Published
from domain.social.trend import Trend

if TYPE_CHECKING:
    from collections.abc import Iterable

X_API_URL = "https://api.x.com"
X_SITE = "https://x.com"
X_TOKEN_URL = "https://api.x.com/2/oauth2/token"
X_CONSENT_URL = "https://x.com/i/oauth2/authorize"
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
TWEEPYS_HOST = "https://api.twitter.com"
LEAST_PAGE, PAGE = 5, 100
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
CLOCKS_DIFFER = timedelta(minutes=5)
FIELDS = ["created_at", "entities", "referenced_tweets", "attachments"]
SAID_BY = {"tweet_fields": [*FIELDS, "author_id"], "expansions": ["author_id"]}
COUNTS = {
    Metric.IMPRESSIONS: "impression_count",
    Metric.LIKES: "like_count",
    Metric.REPLIES: "reply_count",
    Metric.REPOSTS: "retweet_count",
    Metric.QUOTES: "quote_count",
    Metric.BOOKMARKS: "bookmark_count",
}
"""X's names in `public_metrics` (its OpenAPI document 2.166)."""
COUNTED = {
    "tweet_fields": [*FIELDS, "public_metrics"],
    "expansions": ["attachments.media_keys"],
    "media_fields": ["type"],
}
"""What is asked for of posts that are measured."""
TRENDS = "/2/users/personalized_trends"
TREND_FIELDS = {"personalized_trend.fields": "category,post_count,trend_name,trending_since"}
CREATE = "POST /2/tweets"
UNKNOWN = "Unknown"
"""What X says in each field of the one trend that an account without X Premium gets (docs.x.com, 2026-11-28)."""
NEVER_SENT = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


@dataclass(frozen=True)
class XAccount:
    """Where X is, whose access it is and the token for it.

    Attributes:
        site: Where people read it.
    """

    api_url: str
    access_token: str
    user_id: str
    user_name: str
    site: str = X_SITE


class HostAdapter(HTTPAdapter):
    """tweepy names its host in its code: this sends its requests to ours, with a bound on the time."""

    def __init__(self, api_url: str) -> None:
        super().__init__()
        self._host = api_url.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """One request; reads are given up earlier than writes."""
        request.url = self._host + (request.url or "").removeprefix(TWEEPYS_HOST)
        request.headers["Host"] = urlsplit(self._host).netloc
        patience = READ_SECONDS if request.method == "GET" else WRITE_SECONDS
        kwargs["timeout"] = (CONNECT_SECONDS, patience)
        return super().send(request, *args, **kwargs)


@understood
class XClient:
    """One X account; use it as an async context manager."""

    platform = Platform.X

    def __init__(self, account: XAccount) -> None:
        self._account, self.account_id = account, account.user_id
        self._tweepy = tweepy.Client(bearer_token=account.access_token, return_type=dict)
        self._tweepy.session.mount(TWEEPYS_HOST, HostAdapter(account.api_url))
        self._tweepy.session.hooks["response"] = [hide_own_token]
        self._tweepy.session.trust_env = is_public(account.api_url)
        self._uploads = AccountCalls(
            self.platform,
            account.api_url,
            {"Authorization": f"Bearer {account.access_token}"},
            refuse=lambda answer: refuse(Asked.MEDIA, answer.status_code, answer.headers, answer.content),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._tweepy.session.close()
        await self._uploads.aclose()

    async def accounts(self) -> list[PublicAccount]:
        """Whose access it is."""
        me = (await self._read("GET /2/users/me", lambda x: x.get_me(user_auth=False)))["data"]
        return [
            PublicAccount(
                id=me["id"], name=f"@{me['username']}", url=f"{self._account.site}/{me['username']}"
            )
        ]

    async def publish(self, piece: Piece) -> str:
        """Create a post; its id."""
        arguments: dict[str, Any] = {"text": piece.text or None, "in_reply_to_tweet_id": piece.answers}
        if piece.media_ids:
            arguments["media_ids"] = list(piece.media_ids)
        answer = await self._write(CREATE, lambda x: x.create_tweet(user_auth=False, **arguments))
        try:
            if post_id := named(answer["data"]["id"]):
                return post_id
        except (KeyError, TypeError):
            pass
        raise PublicationUnknownError(self.platform, CREATE, "the answer names no id")

    async def recent(self, since: datetime, answers: str | None = None) -> AsyncIterator[Published]:
        """Own posts since then, answers among them, newest first."""
        del answers  # on X an answer is a post
        async for row in self._timeline(since):
            yield self._published(row)

    async def insights(self, since: datetime, most: int) -> AccountReading:
        """Own posts since then with their counts, and who follows; X charges for each post.

        It stops at the page that has the `most`th.
        """
        found = AccountReading(followers=await self._followers())
        async for page in self._pages(since, min(max(most, LEAST_PAGE), PAGE), **COUNTED):
            media = page.get("includes", {}).get("media", [])
            videos = {one["media_key"] for one in media if one["type"] == "video"}
            found.posts += [self._measured(row, videos) for row in page.get("data", [])]
            if len(found.posts) >= most:
                found.is_cut = "next_token" in page.get("meta", {})
                break
        return found

    def _measured(self, row: Mapping[str, Any], videos: Container[str]) -> MeasuredPost:
        post = self._published(row)
        is_video = any(key in videos for key in row.get("attachments", {}).get("media_keys", []))
        kind = kind_of(post, ContentKind.VIDEO if is_video else None)
        return MeasuredPost(post=post, kind=kind, counts=_counts(row.get("public_metrics", {})))

    async def _followers(self) -> int | None:
        """How many follow the account now; None where X does not say."""
        me = await self._read(
            "GET /2/users/me", lambda x: x.get_me(user_fields=["public_metrics"], user_auth=False)
        )
        count = me["data"].get("public_metrics", {}).get("followers_count")
        return None if count is None else int(count)

    async def _timeline(self, since: datetime) -> AsyncIterator[dict[str, Any]]:
        async for page in self._pages(since, PAGE, tweet_fields=FIELDS):
            for row in page.get("data", []):
                yield row

    async def _pages(self, since: datetime, size: int, **wanted: list[str]) -> AsyncIterator[dict[str, Any]]:
        token: str | None = None
        for _ in pages(self.platform):
            asked = {
                "start_time": since.astimezone(UTC).replace(microsecond=0),
                "max_results": size,
                "pagination_token": token,
                "user_auth": False,
                **wanted,
            }
            page = await self._read("the timeline", partial(self._own_posts, asked))
            yield page
            token = page.get("meta", {}).get("next_token")
            if token is None:
                return

    def _own_posts(self, asked: dict[str, Any], x: Any) -> Any:
        return x.get_users_tweets(self._account.user_id, **asked)

    async def read(self, post_id: str) -> Published:
        """One post as it is now."""
        answer = await self._read(
            f"post {post_id}", lambda x: x.get_tweet(post_id, tweet_fields=FIELDS, user_auth=False)
        )
        if "data" not in answer:  # X answers 200 with `errors` where there is none
            raise PostMissingError(self.platform, post_id)
        return self._published(answer["data"])

    async def search(self, query: str) -> list[Mention]:
        """The newest posts of anybody with these words, of the last seven days."""
        asked = {"max_results": PAGE, **SAID_BY, "user_auth": False}
        return self._said(await self._read("the search", lambda x: x.search_recent_tweets(query, **asked)))

    async def mentions(self, since: str) -> AsyncIterator[Mention]:
        """Posts of others after the one with that id which name the account; X charges for each, and its author."""
        token: str | None = None
        for _ in pages(self.platform):
            asked = {
                "since_id": since,
                "max_results": PAGE,
                "pagination_token": token,
                **SAID_BY,
                "user_auth": False,
            }
            page = await self._read("the mentions", partial(self._named_in, asked))
            for mention in self._said(page, but=self._account.user_id):
                yield mention
            token = page.get("meta", {}).get("next_token")
            if token is None:
                return

    async def trends(self) -> list[Trend]:
        """What is trending for the account; X charges for each.

        Raises:
            TrendsWithheldError: X tells them to subscribers of X Premium alone.
        """
        answer = await self._read(
            "the trends", lambda x: x.request("GET", TRENDS, params=TREND_FIELDS).json()
        )
        found = [_trend(row) for row in answer.get("data", []) if row.get("trend_name", UNKNOWN) != UNKNOWN]
        if answer.get("data") and not found:
            raise TrendsWithheldError(self.platform)
        return found

    def _said(self, page: Mapping[str, Any], but: str = "") -> list[Mention]:
        names = {user["id"]: user["username"] for user in page.get("includes", {}).get("users", [])}
        return [
            Mention(
                platform=self.platform,
                author=f"@{names.get(row['author_id'], row['author_id'])}",
                post=self._published(row),
                reply_to=str(row["id"]),
            )
            for row in page.get("data", [])
            if row["author_id"] != but
        ]

    def _named_in(self, asked: dict[str, Any], x: Any) -> Any:
        return x.get_users_mentions(self._account.user_id, **asked)

    async def delete(self, post_id: str) -> None:
        """Delete a post; one that is gone stays gone."""
        try:
            await self._write(
                f"DELETE /2/tweets/{post_id}", lambda x: x.delete_tweet(post_id, user_auth=False)
            )
        except PostMissingError:
            return

    async def upload(self, media: Media, content: bytes, url: str | None = None) -> str:
        """Upload a file in pieces, wait until X has prepared it, and describe it; its media id."""
        del url  # X is handed the bytes
        return await self.upload_on(media, content, Progress(self.platform, media))

    async def upload_on(self, media: Media, content: bytes, progress: Progress) -> str:
        """The same, from where an earlier try came to."""
        return await resumed(progress, partial(x_upload.uploaded, self._send, media, content, progress))

    async def _send(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """A call of the upload; repeating one publishes nothing."""
        return (await self._uploads.ask(method, path, **sent)).body

    async def _read(self, call: str, ask: Callable[[Any], Any]) -> dict[str, Any]:
        return await self._call(
            ask, lambda problem: PlatformUnavailableError(self.platform, f"{call}: {problem}")
        )

    async def _write(self, call: str, ask: Callable[[Any], Any]) -> dict[str, Any]:
        return await self._call(ask, lambda problem: PublicationUnknownError(self.platform, call, problem))

    async def _call(
        self, ask: Callable[[Any], Any], lost: Callable[[str], DigitalFteError]
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return dict(await asyncio.to_thread(ask, self._tweepy))
        except TimeoutError as error:
            raise lost(f"no whole answer in {WHOLE_SECONDS:.0f} s") from error
        except tweepy.HTTPException as error:
            asked = Asked.READ if error.response.request.method == "GET" else Asked.POST
            refuse(asked, error.response.status_code, error.response.headers, error.response.content)
            raise lost(f"HTTP {error.response.status_code}") from error
        except requests.exceptions.JSONDecodeError as error:
            raise lost("the answer is not whole") from error
        except requests.RequestException as error:
            if any(name in repr(error) for name in NEVER_SENT):
                raise PlatformUnavailableError(self.platform, "no connection") from error
            raise lost(problem_of(error)) from error

    def _name_of(self, row: Mapping[str, Any]) -> str:
        """The author in an address; X leads from `i` to whoever it is."""
        is_own = row.get("author_id", self._account.user_id) == self._account.user_id
        return self._account.user_name.lstrip("@") if is_own else "i"

    def _published(self, row: Mapping[str, Any]) -> Published:
        # X sends `tweet.*` names and, to newer clients, `post.*` names
        others: Iterable[Mapping[str, Any]] = (
            row.get("referenced_tweets") or row.get("referenced_posts") or []
        )
        keys = row.get("attachments", {}).get("media_keys", [])
        return Published(
            id=str(row["id"]),
            text=shown_text(row),
            created_at=datetime.fromisoformat(row["created_at"]),
            url=f"{self._account.site}/{self._name_of(row)}/status/{row['id']}",
            answers=next((str(one["id"]) for one in others if one["type"] == "replied_to"), None),
            media_count=len(keys),
        )


def _counts(given: Mapping[str, Any]) -> dict[Metric, int]:
    """What X counted; what it did not say is not there."""
    return {metric: int(given[name]) for metric, name in COUNTS.items() if given.get(name) is not None}


def _trend(row: Mapping[str, Any]) -> Trend:
    """X's document says that `post_count` is a number, and its page shows words."""
    names = {"name": "trend_name", "category": "category", "posts": "post_count", "since": "trending_since"}
    given = {field: " ".join(plain(str(row.get(name) or "")).split()) for field, name in names.items()}
    return Trend(**{field: said for field, said in given.items() if said != UNKNOWN})


def first_id(moment: datetime) -> str:
    """The least id of a post since then, with room for clocks that differ; X's ids count time (snowflakes)."""
    since = moment.astimezone(UTC) - CLOCKS_DIFFER
    return str((int(since.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22)


def shown_text(row: Mapping[str, Any]) -> str:
    """The text as it was handed over: X shortens links, adds one to the media, and escapes `&`, `<` and `>`."""
    text = str(row["text"])
    for link in row.get("entities", {}).get("urls", []):
        is_media = (
            "media_key" in link
            or "/photo/" in link.get("expanded_url", "")
            or "/video/" in link.get("expanded_url", "")
        )
        text = text.replace(link["url"], "" if is_media else link.get("expanded_url", link["url"]))
    return html.unescape(text).strip()
