"""X on the wire: `/2/...`, its consent page and token endpoint, and the admin side's paths about it."""

import base64
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.social.x_text import weighted_length
from sandbox.oauth import ServerRules
from sandbox.past import SeenPost, followers
from sandbox.stand_in import RefusalError, StandIn, body_of
from sandbox.store import Row, Store
from sandbox.x.media import PROBLEMS, Uploads
from sandbox.x.timeline import OWN_ID, Timeline, media_key, shown

RULES = ServerRules(
    "x",
    "sandbox-x-client",
    "sandbox-x-secret",
    access_seconds=7200,
    scope="tweet.read tweet.write users.read media.write offline.access",
    needs_pkce=True,
    standing="sandbox-x-refresh",
)
POSTS_IN_WINDOW, WINDOW = 100, timedelta(minutes=15)
LONGEST, MOST_MEDIA = 280, 4
PAGE_SIZES = range(5, 101)
SEARCHED = timedelta(days=7)
"""How far back a search looks (docs.x.com, recent search, 2026-11)."""


def routes(store: Store) -> list[Route]:
    """X's paths, and the admin side's about X."""
    x = _X(store)
    upload = "/2/media/upload"
    return [
        Route("/i/oauth2/authorize", x.oauth.consent, methods=["GET"]),
        Route("/2/oauth2/token", x.oauth.token, methods=["POST"]),
        x.call("/2/users/me", x.me, "users.read"),
        x.call("/2/users/personalized_trends", x.trends, "tweet.read"),
        x.call("/2/users/{id}/tweets", x.timeline, "tweet.read"),
        x.call("/2/users/{id}/mentions", x.mentions, "tweet.read"),
        x.call("/2/tweets", x.create, "tweet.write", verb="POST"),
        x.call("/2/tweets/search/recent", x.search, "tweet.read"),
        x.call("/2/tweets/{id}", x.read, "tweet.read"),
        x.call("/2/tweets/{id}", x.delete, "tweet.write", verb="DELETE"),
        x.call(f"{upload}/initialize", x.begin, "media.write", verb="POST"),
        x.call(f"{upload}/{{id}}/append", x.append, "media.write", verb="POST"),
        x.call(f"{upload}/{{id}}/finalize", x.finalize, "media.write", verb="POST"),
        x.call(upload, x.status, "media.write"),
        x.call("/2/media/metadata", x.describe, "media.write", verb="POST"),
        *x.admin_routes(),
    ]


class _X(StandIn):
    text_fields = ("said", "text")

    def __init__(self, store: Store) -> None:
        super().__init__(store, RULES)
        self._posts = Timeline(store)
        self._uploads = Uploads(store)
        self._users = store.table("x_users")

    def refused_token(self) -> RefusalError:
        return _problem(401, "Unauthorized", "Unauthorized")

    def refused_scope(self, scope: str) -> RefusalError:
        said = f"You are not permitted to perform this action: {scope} is missing"
        return _problem(403, "Forbidden", said, f"{PROBLEMS}client-forbidden")

    def headers(self) -> dict[str, str]:
        """What is left of the rate limit."""
        window = self.store.now() - WINDOW
        used = sum(datetime.fromisoformat(row["created_at"]) > window for row in self._posts.of(OWN_ID))
        reset = int((self.store.now() + WINDOW).timestamp())
        return {
            "x-rate-limit-limit": str(POSTS_IN_WINDOW),
            "x-rate-limit-remaining": str(max(POSTS_IN_WINDOW - used, 0)),
            "x-rate-limit-reset": str(reset),
        }

    def said(self) -> list[Row]:
        return self._posts.all()

    def say(self, asked: dict[str, Any]) -> Row:
        """A post of the account, or of somebody else, who may mention it."""
        author = str(asked.get("author", OWN_ID))
        if name := asked.get("username"):
            self._users.put(author, {"id": author, "name": name, "username": name})
        return self._posts.add(author=author, text=asked["text"], answers=asked.get("answers"))

    async def me(self, request: Request) -> dict[str, Any]:
        user = self._users[OWN_ID]
        data: dict[str, Any] = {name: user[name] for name in ("id", "name", "username")}
        if "public_metrics" in request.query_params.get("user.fields", ""):
            data["public_metrics"] = user_counts(user, len(self._posts.of(OWN_ID)), self.store.now())
        return {"data": data}

    async def create(self, request: Request) -> Response:
        asked = await _body(request)
        text = str(asked.get("text") or "")
        media = list((asked.get("media") or {}).get("media_ids", []))
        answers = (asked.get("reply") or {}).get("in_reply_to_tweet_id")
        with self.store.transaction():
            self._check_new(text, media, answers)
            row = self._posts.add(author=OWN_ID, text=text, answers=answers, media=media)
        data = {"id": row["id"], "text": row["text"], "edit_history_tweet_ids": [row["id"]]}
        return JSONResponse({"data": data}, 201)

    async def read(self, request: Request) -> dict[str, Any]:
        post_id = request.path_params["id"]
        row = self._posts.get(post_id)
        if row is None:
            return {"errors": [_not_found(post_id)]}
        return {"data": self._shown(row, request)}

    def _shown(self, row: Row, request: Request) -> dict[str, Any]:
        fields = _fields(request)
        counted = {"public_metrics": post_counts(row, self.store.now())} if "public_metrics" in fields else {}
        return shown(row, fields) | counted

    async def delete(self, request: Request) -> dict[str, Any]:
        row = self._posts.get(request.path_params["id"])
        if row is not None and row["author_id"] != OWN_ID:
            raise _problem(403, "Forbidden", "You are not authorized to delete this Tweet.")
        self._posts.remove(request.path_params["id"])
        return {"data": {"deleted": True}}

    async def timeline(self, request: Request) -> dict[str, Any]:
        return self._page(request, self._posts.of(request.path_params["id"], start=_start(request)))

    async def mentions(self, request: Request) -> dict[str, Any]:
        user = self._users.get(request.path_params["id"])
        since = int(request.query_params.get("since_id", "0"))
        return self._page(request, self._posts.mentioning(user["username"], since_id=since) if user else [])

    def _page(self, request: Request, rows: list[Row]) -> dict[str, Any]:
        size = int(request.query_params.get("max_results", "10"))
        if size not in PAGE_SIZES:
            raise _invalid("max_results", f"max_results is not between {PAGE_SIZES[0]} and {PAGE_SIZES[-1]}")
        first = int(request.query_params.get("pagination_token") or "0")
        page = rows[first : first + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if not page:
            return {"meta": meta}
        meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if first + size < len(rows):
            meta["next_token"] = str(first + size)
        answer = {"data": [self._shown(row, request) for row in page], "meta": meta, **_media(page, request)}
        if "author_id" in request.query_params.get("expansions", ""):
            authors = dict.fromkeys(row["author_id"] for row in page)
            answer["includes"] = answer.get("includes", {}) | {"users": [self._user(one) for one in authors]}
        return answer

    def _user(self, user_id: str) -> dict[str, Any]:
        """Somebody without an account of their own here is called by their number."""
        user = self._users.get(user_id) or {
            "id": user_id,
            "name": "Somebody",
            "username": f"user{user_id[-11:]}",
        }
        return {name: user[name] for name in ("id", "name", "username")}

    async def search(self, request: Request) -> dict[str, Any]:
        words = request.query_params.get("query", "").casefold().split()
        if not words:
            raise _invalid("query", "The `query` query parameter can not be empty")
        plain, since = [word for word in words if ":" not in word], self.store.now() - SEARCHED
        lately = [row for row in self._posts.all() if datetime.fromisoformat(row["created_at"]) > since]
        rows = [row for row in lately if all(word in row["said"].casefold() for word in plain)]
        return self._page(request, rows[::-1])

    async def trends(self, request: Request) -> dict[str, Any]:
        fields = _fields(request, "personalized_trend.fields")
        return {"data": [{key: row[key] for key in row.keys() & fields} for row in TRENDS]}

    async def begin(self, request: Request) -> dict[str, Any]:
        return {"data": self._uploads.begin(await _body(request)), "meta": {}}

    async def append(self, request: Request) -> dict[str, Any]:
        if request.headers.get("content-type") == "application/json":
            asked = await _body(request)
            number, content = asked["segment_index"], base64.b64decode(asked["media"])
        else:
            async with request.form(max_part_size=8_000_000) as form:
                media, number = form["media"], form["segment_index"]
                content = media.encode() if isinstance(media, str) else await media.read()
        self._uploads.append(request.path_params["id"], int(str(number)), content)
        return {"data": {"expires_at": int((self.store.now() + timedelta(days=1)).timestamp())}, "meta": {}}

    async def finalize(self, request: Request) -> dict[str, Any]:
        return {"data": self._uploads.finalize(request.path_params["id"]), "meta": {}}

    async def status(self, request: Request) -> dict[str, Any]:
        return {"data": self._uploads.status(request.query_params.get("media_id", "")), "meta": {}}

    async def describe(self, request: Request) -> dict[str, Any]:
        asked = await _body(request)
        text = str(asked.get("metadata", {}).get("alt_text", {}).get("text", ""))
        self._uploads.describe(str(asked.get("id")), text)
        return {"data": {"id": str(asked.get("id")), "associated_metadata": {"alt_text": {"text": text}}}}

    def _check_new(self, text: str, media: list[str], answers: str | None) -> None:
        if not text and not media:
            raise _invalid("text", "text field is required")
        own = self._posts.of(OWN_ID)
        window = self.store.now() - WINDOW
        if sum(datetime.fromisoformat(row["created_at"]) > window for row in own) >= POSTS_IN_WINDOW:
            raise _problem(429, "Too Many Requests", "Too Many Requests")
        if weighted_length(text) > LONGEST:
            raise _invalid("text", f"text field exceeds maximum length of {LONGEST} characters")
        if any(row["said"] == text and row["answers"] == answers for row in own):
            raise _problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        if answers is not None:
            self._check_answer(answers)
        if len(media) > MOST_MEDIA:
            raise _invalid("requestBody.media.media_ids", f"array must have at most {MOST_MEDIA} items")
        if any(not self._uploads.is_ready(one) for one in media):
            raise _invalid("media.media_ids", "Your media IDs are invalid.")

    def _check_answer(self, answers: str) -> None:
        """Since 2026-02-23: only to own posts and to posts that name the account."""
        row = self._posts.get(answers)
        if row is None:
            raise _problem(
                403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you."
            )
        username = self._users[OWN_ID]["username"]
        if row["author_id"] != OWN_ID and f"@{username}".casefold() not in row["said"].casefold():
            raise _problem(
                403, "Forbidden", "Reply to this conversation is not allowed: you were not mentioned."
            )


async def _body(request: Request) -> dict[str, Any]:
    body = await body_of(request)
    if body is None:
        raise _invalid("requestBody", "The body is no JSON.")
    return body


def _invalid(parameter: str, said: str) -> RefusalError:
    """In the shape of X's playground server: which parameter, and why, stands in `errors`."""
    problem = {"title": "Invalid Request", "type": f"{PROBLEMS}invalid-request"}
    whole = "One or more parameters to your request was invalid."
    return RefusalError(
        400, {**problem, "detail": whole, "errors": [{"message": said, "parameters": {parameter: []}}]}
    )


def _problem(status: int, title: str, detail: str, kind: str = "about:blank") -> RefusalError:
    return RefusalError(status, {"title": title, "detail": detail, "type": kind, "status": status})


def _media(rows: list[Row], request: Request) -> dict[str, Any]:
    """The files of these posts, where they are asked for."""
    if "attachments.media_keys" not in request.query_params.get("expansions", ""):
        return {}
    files = [
        {"media_key": media_key(media, row["kind"]), "type": "video" if row["kind"] == "video" else "photo"}
        for row in rows
        for media in row["media"]
    ]
    return {"includes": {"media": files}} if files else {}


def _fields(request: Request, *parameters: str) -> set[str]:
    """What is asked for in parameters, by default those of posts."""
    names = [request.query_params.get(one, "") for one in parameters or ("tweet.fields", "post.fields")]
    return set(",".join(names).split(","))


def _start(request: Request) -> datetime | None:
    given = request.query_params.get("start_time")
    return datetime.fromisoformat(given) if given else None


def _not_found(post_id: str) -> dict[str, Any]:
    return {
        "value": post_id,
        "detail": f"Could not find tweet with id: [{post_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "id",
        "resource_id": post_id,
        "type": f"{PROBLEMS}resource-not-found",
    }


SHARES = {
    "like_count": 0.021,
    "reply_count": 0.003,
    "retweet_count": 0.005,
    "quote_count": 0.001,
    "bookmark_count": 0.002,
}
"""Of those who see a post, how many usually do what."""


def post_counts(row: Row, now: datetime) -> dict[str, int]:
    """A later count is never smaller."""
    post = SeenPost(row["id"], datetime.fromisoformat(row["created_at"]), row["kind"], row["said"])
    counts = {name: post.answered(share, name, now) for name, share in SHARES.items()}
    return {"impression_count": int(post.reached(now)), **counts}


def user_counts(user: Row, posts: int, now: datetime) -> dict[str, int]:
    """The account's."""
    return {
        "followers_count": followers(user["followers"], now),
        "following_count": 180,
        "tweet_count": posts,
        "listed_count": 12,
    }


TRENDS: list[dict[str, Any]] = [
    {"trend_name": name, "category": category, "post_count": posts, "trending_since": since}
    for name, category, posts, since in (
        ("#SmallBusinessSaturday", "Business", 42_000, "5 hours ago"),
        ("First snow on the coast", "Weather", 12_400, "Trending now"),
        ("Cup final", "Sports", 9_800, "2 hours ago"),
        ("Open workshops weekend", "Crafts", 3_100, "1 day ago"),
    )
]
"""What is trending, for an account with X Premium: the same every day."""
