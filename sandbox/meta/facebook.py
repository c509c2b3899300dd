"""Facebook: one page, its posts and their pictures."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.admin import answer
from sandbox.meta.comments import MetaComments, found
from sandbox.meta.graph import AS_PAGE, Graph, form_of, missing, page_of, problem, shown
from sandbox.meta.insights import FOLLOWERS, counted, page_insights
from sandbox.meta.seed import INSTAGRAM, PAGE, PAGE_ID
from sandbox.meta.videos import Videos
from sandbox.past import PastPost, followers
from sandbox.pictures import keep_picture
from sandbox.store import Row, Store

LONGEST = 63_206
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=75)
TIME = "%Y-%m-%dT%H:%M:%S+0000"
POST = "id,created_time,message"


class Facebook(Graph):
    """The page of the demo company."""

    text_fields = ("message",)

    def __init__(self, store: Store) -> None:
        super().__init__(store, "facebook")
        self._photos = store.table("facebook_photos")
        self.comments, self.videos = MetaComments(store), Videos(store)

    def said(self) -> list[Row]:
        """Every post that is public, oldest first."""
        rows = [self._as_it_is(row) for row in self.posts.rows().values()]
        return sorted((row for row in rows if row["is_published"]), key=lambda row: str(row["created_time"]))

    def _as_it_is(self, row: Row) -> Row:
        """A post, public from its time on."""
        at = row["scheduled_publish_time"]
        if at is None or at > self.store.now().timestamp():
            return {**row, "is_published": at is None}
        made = datetime.fromtimestamp(at, UTC).strftime(TIME)
        return {**row, "created_time": made, "scheduled_publish_time": None, "is_published": True}

    def admin_routes(self) -> list[Route]:
        """The admin side's paths, and one that lets the time of what is scheduled come."""
        return [
            *super().admin_routes(),
            Route("/_sandbox/facebook/scheduled", self._list_scheduled, methods=["GET"]),
            Route("/_sandbox/facebook/scheduled", self._let_time_come, methods=["POST"]),
        ]

    def _waiting(self) -> list[Row]:
        rows = map(self._as_it_is, self.posts.rows().values())
        return [row for row in rows if not row["is_published"]]

    async def _list_scheduled(self, _: Request) -> JSONResponse:
        return answer(posts=self._waiting())

    async def _let_time_come(self, _: Request) -> JSONResponse:
        for row in self._waiting():
            self.posts.update(row["id"], scheduled_publish_time=int(self.store.now().timestamp()))
        return answer(status="published")

    def say(self, asked: dict[str, Any]) -> Row:
        """A post made on the page itself; with an `author` it is somebody else's, with `on` a comment."""
        if "on" in asked:
            return self.comments.add(asked["author"], asked["text"], asked["on"] or self.said()[-1]["id"])
        if "author" in asked:
            return self.comments.visit(asked)
        return self._add(asked["text"], asked.get("link"), asked.get("photos", []))

    async def pages(self, request: Request) -> Row:
        """The pages of the person who agreed, with a token for each."""
        if AS_PAGE in (self.oauth.scopes(self.authorization(request)) or set()):
            raise problem(100, "(#100) Tried accessing nonexisting field (accounts) on node type (Page)")
        return page_of([self._page(request)], request, usual="id,name,access_token")

    def _page(self, request: Request) -> Row:
        asked = request.query_params.get("fields", "access_token")
        token = self.oauth.issue(self.rules.scope)["access_token"] if "access_token" in asked else None
        count = followers(FOLLOWERS, self.store.now())
        return {
            **PAGE,
            "access_token": token,
            "instagram_business_account": INSTAGRAM,
            "followers_count": count,
        }

    async def photo(self, request: Request) -> Row:
        """A picture, public at once or waiting for a post."""
        form = await form_of(request)
        self._check_speaker(request)
        kind, content = form.get("source") or ("", b"")
        if not content or not kind.startswith("image/"):
            raise problem(324, "(#324) Missing or invalid image file")
        photo = f"122{self.store.next_number('facebook_photos'):012}"
        is_public = str(form.get("published", "true")).lower() == "true"
        self._photos.put(photo, {"id": photo, "published": is_public, "alt": form.get("alt_text_custom")})
        keep_picture(self.store, photo, content)
        return {"id": photo}

    async def video(self, request: Request) -> Row:
        """One phase of a video's upload."""
        form = await form_of(request)
        self._check_speaker(request)
        with self.store.transaction():
            return self.videos.phase(form)

    async def update(self, request: Request) -> Row:
        """Publish a video that is ready; once more changes nothing."""
        form = await form_of(request)
        self.check_page(request)
        node = request.path_params["id"]
        found(node, self.videos.rows)
        with self.store.transaction():
            if str(form.get("published")).lower() == "true" and (film := self.videos.publish(node)):
                inside = {"data": [{"media_type": "video", "target": {"id": node}}]}
                facts = {"message": film["description"], "link": None, "attachments": inside, "photos": []}
                self._put(self.store.now(), facts | {"kind": "video"})
        return {"success": True}

    async def create(self, request: Request) -> Row:
        """A post with a link, or with pictures that are there."""
        form = await form_of(request)
        self._check_speaker(request)
        text, link = str(form.get("message", "")), form.get("link")
        photos = [one["media_fbid"] for one in json.loads(form.get("attached_media", "[]"))]
        with self.store.transaction():
            self._check_new(text, link, photos)
            return {"id": self._add(text, link, photos, self._time_of(form))["id"]}

    def _time_of(self, form: Row) -> int | None:
        """When a post is to be published; None: now."""
        if str(form.get("published", "true")).lower() == "true":
            return None
        at = int(form.get("scheduled_publish_time", 0))
        ahead = timedelta(seconds=at - self.store.now().timestamp())
        if not SOONEST <= ahead <= LATEST:
            raise problem(100, "(#100) The specified scheduled publish time is invalid.", subcode=1363195)
        return at

    async def scheduled(self, request: Request) -> Row:
        """The page's posts that wait for their time."""
        self._check_speaker(request)
        return page_of(self._waiting(), request, usual=POST)

    async def timeline(self, request: Request) -> Row:
        """The page's posts, newest first."""
        self._check_speaker(request)
        if "insights." in request.query_params.get("fields", ""):
            self.admit(request, "read_insights")
        return page_of(counted(self.said()[::-1], request, self.store.now()), request, usual=POST)

    async def insights(self, request: Request) -> Row:
        """What was counted of the page by day."""
        self._check_speaker(request)
        return page_insights(request, self.store.now())

    async def feed(self, request: Request) -> Row:
        """The page's posts and its visitors', newest first, with their comments where those are asked for."""
        self._check_speaker(request)
        visits = [row for row in self.comments.visits.rows().values() if row["id"].startswith(PAGE_ID)]
        rows = sorted([*self.said(), *visits], key=lambda row: str(row["created_time"]), reverse=True)
        return page_of(self.comments.with_comments(rows, request), request, usual=POST)

    async def tagged(self, request: Request) -> Row:
        """Posts elsewhere that name the page, newest first."""
        self._check_speaker(request)
        visits = self.comments.visits.rows().values()
        rows = [row for row in visits if not row["id"].startswith(PAGE_ID)]
        return page_of(rows[::-1], request, usual=POST)

    async def comment(self, request: Request) -> Row:
        """A comment of the page on a post, or in a thread."""
        self.check_page(request)
        found(request.path_params["id"], self.posts, self.comments.visits, self.comments.rows)
        return await self.comments.create(request)

    async def commented(self, request: Request) -> Row:
        """The comments on a post, or in a thread."""
        found(request.path_params["id"], self.posts, self.comments.visits, self.comments.rows)
        return await self.comments.read(request)

    async def node(self, request: Request) -> Row:
        """The page, a post or a picture."""
        node = request.path_params["id"]
        if node == PAGE_ID:
            return shown(self._page(request), request, usual="id,name")
        if node in self.videos.rows:
            return shown(self.videos.look(node), request, usual="id,description")
        row = found(node, self.posts, self._photos, self.comments.visits, self.comments.rows)
        row = self._as_it_is(row) if node in self.posts else row
        return shown(row, request, usual=POST)

    async def delete(self, request: Request) -> Row:
        """Take a post back."""
        self.check_page(request)
        node = request.path_params["id"]
        found(node, self.posts, self.comments.rows, self.videos.rows)
        self.videos.rows.remove(node)
        self.posts.remove(node)
        self.comments.rows.remove(node)
        return {"success": True}

    def _check_speaker(self, request: Request) -> None:
        if request.path_params["id"] != PAGE_ID:
            raise missing(request.path_params["id"])
        self.check_page(request)

    def _check_new(self, text: str, link: Any, photos: list[str]) -> None:
        if not (text or link or photos):
            raise problem(100, "(#100) The parameter message is required")
        if len(text) > LONGEST:
            raise problem(100, f"(#100) Param message must be at most {LONGEST} characters long")
        for photo in photos:
            if (self._photos.get(photo) or {}).get("published") is not False:
                raise problem(100, f"(#100) attached_media: {photo} is no unpublished photo")
        if any(row["message"] == text and row["link"] == link for row in self.said() if text):
            raise problem(506, "(#506) Duplicate status message")

    def add_past(self, post: PastPost) -> Row:
        """What the page itself said a while ago."""
        text, _, address = post.text.partition(" https://")
        link, _, tag = address.partition(" ")
        files = {"picture": ["photo"], "video": ["video"]}.get(post.kind, [])
        attachments = _attachments(
            f"https://{link}" if link else None, [f"9{post.number:011}" for _ in files]
        )
        if post.kind == "video":
            attachments = {"data": [{"media_type": "video", "target": {"id": f"9{post.number:011}"}}]}
        facts = {"message": f"{text} {tag}".strip(), "link": link or None, "attachments": attachments}
        return self._put(post.made_at, facts | {"photos": [], "kind": post.kind, "is_past": True})

    def _add(self, text: str, link: Any, photos: list[str], at: int | None = None) -> Row:
        alts = [{"alt": (self._photos.get(one) or {}).get("alt")} for one in photos]
        facts = {"message": text, "link": link, "attachments": _attachments(link, photos), "photos": alts}
        facts |= {"photo_ids": photos, "scheduled_publish_time": at}
        return self._put(self.store.now(), facts)

    def _put(self, at: datetime, facts: Row) -> Row:
        number = f"122{self.store.next_number('facebook_posts'):012}"
        row: Row = {
            "id": f"{PAGE_ID}_{number}",
            "from": {"id": PAGE_ID, "name": PAGE["name"]},
            "created_time": at.strftime(TIME),
            "scheduled_publish_time": None,
            "permalink_url": f"{PAGE['link']}/posts/{PAGE_ID}_{number}",
            **facts,
        }
        self.posts.put(row["id"], row)
        return row


def _attachments(link: Any, photos: list[str]) -> Row | None:
    inside = [{"media_type": "photo", "target": {"id": photo}} for photo in photos]
    if len(inside) > 1:
        return {"data": [{"media_type": "album", "subattachments": {"data": inside}}]}
    if link and not inside:
        return {"data": [{"media_type": "link", "url": link}]}
    return {"data": inside} if inside else None
