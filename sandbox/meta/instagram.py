"""Instagram: one professional account, its containers and its posts; files are fetched from their public address."""

import io
from datetime import timedelta
from typing import Any

import httpx
from PIL import Image, UnidentifiedImageError
from starlette.requests import Request

from sandbox.meta.graph import Graph, form_of, missing, page_of, problem, shown
from sandbox.meta.insights import FOLLOWERS, counted_media, page_insights
from sandbox.meta.replies import COMMENT, Replies
from sandbox.meta.seed import INSTAGRAM, INSTAGRAM_ID
from sandbox.past import PastPost, followers
from sandbox.store import Row, Store

LONGEST, MOST_TAGS, MOST_ITEMS = 2200, 30, 10
LARGEST = {"image_url": 8_000_000, "video_url": 300_000_000}
NARROWEST, WIDEST = 0.8, 1.91
A_DAY = timedelta(days=1)
ALLOWED = 100
"""Posts a day; the admin side's `allow` changes it."""
POST = "id,caption,media_type,timestamp"
HTTP_OK = 200
HEAR = "instagram_manage_comments"


class Instagram(Graph):
    """The account of the demo company."""

    text_fields = ("caption",)

    def __init__(self, store: Store) -> None:
        super().__init__(store, "instagram")
        self._containers = store.table("_instagram_containers")
        self._settings = store.table("_instagram_settings")
        self.replies = Replies(store)

    def say(self, asked: dict[str, Any]) -> Row:
        """A post made in the app; with `on` a comment, `elsewhere` a post that tags the account.

        `allow` sets how many posts a day the API publishes.
        """
        if "allow" in asked:
            self._settings.put("allow", {"allow": asked["allow"]})
            return Row()
        if "on" in asked:
            return self.replies.add(asked["author"], asked["text"], asked["on"] or self.said()[-1]["id"])
        if "elsewhere" in asked:
            return self.replies.visit(asked["author"], asked["text"])
        return self._add({"caption": asked["text"], "media_type": "IMAGE", "children": []})

    async def account(self, request: Request) -> Row:
        """The account itself."""
        row = {
            **INSTAGRAM,
            "name": "Northwind Lane",
            "followers_count": followers(FOLLOWERS, self.store.now()),
        }
        return shown(row, request, usual="id")

    async def insights(self, request: Request) -> Row:
        """What was counted of the account by day."""
        return page_insights(request, self.store.now())

    async def allowance(self, _: Request) -> Row:
        """What is used of the day's posts."""
        config = {"quota_total": self._allowed(), "quota_duration": int(A_DAY.total_seconds())}
        return {"data": [{"config": config, "quota_usage": self._used()}]}

    async def timeline(self, request: Request) -> Row:
        """The account's posts, newest first."""
        if "insights." in request.query_params.get("fields", ""):
            self.admit(request, "instagram_manage_insights")
        if "comments." in request.query_params.get("fields", ""):
            self.admit(request, HEAR)
        rows = counted_media(self.said()[::-1], request, self.store.now())
        return page_of(self.replies.below(rows, request), request, usual=POST)

    async def tagged(self, request: Request) -> Row:
        """Posts of others in which the account is tagged, newest first."""
        return page_of(self.replies.visits(), request, usual=POST)

    async def commented(self, request: Request) -> Row:
        """The comments on a post, or the replies to a comment."""
        node = self._known(request)
        return page_of(self.replies.threads(self.replies.of(node), request), request, usual=COMMENT)

    async def reply(self, request: Request) -> Row:
        """A reply of the account to a comment."""
        self.check_page(request)
        node, text = self._known(request), str((await form_of(request)).get("message", ""))
        if not text or len(text) > LONGEST:
            raise problem(100, "(#100) Param message is missing or too long")
        with self.store.transaction():
            return {"id": self.replies.add(INSTAGRAM_ID, text, node)["id"]}

    async def container(self, request: Request) -> Row:
        """Prepare a picture, a video, a part of a carousel or a carousel."""
        self.check_page(request)
        form = await form_of(request)
        caption = str(form.get("caption", ""))
        if len(caption) > LONGEST:
            raise problem(36004, "The caption was too long.", subcode=2207010)
        if caption.count("#") > MOST_TAGS:
            raise problem(100, "The caption has too many hashtags.", subcode=2207040)
        kind = str(form.get("media_type", "IMAGE"))
        children = str(form.get("children", "")).split(",") if form.get("children") else []
        status = "FINISHED"
        match kind:
            case "CAROUSEL":
                self._check_children(children)
            case "REELS":
                status = "IN_PROGRESS"
                await _fetched(form, "video_url")
            case _:
                _check_picture(await _fetched(form, "image_url"))
        made = f"178890{self.store.next_number('instagram_containers'):011}"
        row: Row = {
            "id": made,
            "status_code": status,
            "media_type": {"CAROUSEL": "CAROUSEL_ALBUM", "REELS": "VIDEO"}.get(kind, "IMAGE"),
            "is_item": str(form.get("is_carousel_item", "")).lower() == "true",
            "children": children,
            "made_at": self.store.now().isoformat(),
            **{
                name: form[name] for name in ("caption", "alt_text", "image_url", "video_url") if name in form
            },
        }
        self._containers.put(made, row)
        return {"id": made}

    async def publish(self, request: Request) -> Row:
        """Make a container public, once."""
        self.check_page(request)
        asked = str((await form_of(request)).get("creation_id", ""))
        with self.store.transaction():
            row = self._containers.get(asked)
            if row is None or row["is_item"] or row["status_code"] == "PUBLISHED":
                raise problem(24, "The media you are trying to publish is not there.", subcode=2207006)
            if row["status_code"] == "EXPIRED":
                raise problem(-2, "The media you are trying to access has expired.", subcode=2207020)
            if row["status_code"] != "FINISHED":
                raise problem(9007, "The media is not ready for publishing.", subcode=2207027)
            if self._used() >= self._allowed():
                raise problem(9, "You reached maximum number of posts.", subcode=2207042)
            self._containers.update(asked, status_code="PUBLISHED")
            return {"id": self._add(row, by_api=True)["id"]}

    async def node(self, request: Request) -> Row:
        """A post, a comment, or a container, which is further each time that it is looked at."""
        node = request.path_params["id"]
        if (comment := self.replies.rows.get(node)) is not None:
            self.admit(request, HEAR)
            return shown(self.replies.threads([comment], request)[0], request, usual=COMMENT)
        if (post := self.posts.get(node)) is not None:
            return shown(post, request, usual=POST)
        row = self._containers.get(node)
        if row is None:
            raise missing(node)
        if row["status_code"] == "IN_PROGRESS":
            self._containers.update(node, status_code="FINISHED")
        return shown({**row, "status": f"{row['status_code'].capitalize()}: ."}, request, usual="id")

    async def delete(self, request: Request) -> Row:
        """Take a post or a comment back."""
        self.check_page(request)
        node = self._known(request)
        self.posts.remove(node)
        self.replies.remove(node)
        return {"success": True}

    def _known(self, request: Request) -> str:
        node = str(request.path_params["id"])
        if node not in self.posts and node not in self.replies.rows:
            raise missing(node)
        return node

    def _check_children(self, children: list[str]) -> None:
        rows = [self._containers.get(child) for child in children]
        if not 1 < len(rows) <= MOST_ITEMS:
            raise problem(100, "A carousel has 2 to 10 items.", subcode=2207028)
        if not all(row and row["is_item"] and row["status_code"] == "FINISHED" for row in rows):
            raise problem(100, "A child is no finished carousel item.", subcode=2207089)

    def _used(self) -> int:
        since = (self.store.now() - A_DAY).strftime("%Y-%m-%dT%H:%M:%S+0000")
        return sum(row["by_api"] and row["timestamp"] > since for row in self.said())

    def _allowed(self) -> int:
        return int((self._settings.get("allow") or {"allow": ALLOWED})["allow"])

    def add_past(self, post: PastPost) -> Row:
        """What the account itself said a while ago: pictures and videos, as there is nothing else here."""
        kind = "VIDEO" if post.kind == "video" else "IMAGE"
        made = self._add({"caption": post.text, "media_type": kind, "children": []})
        return self.posts.update(
            made["id"], timestamp=post.made_at.strftime("%Y-%m-%dT%H:%M:%S+0000"), is_past=True
        )

    def _add(self, container: Row, *, by_api: bool = False) -> Row:
        number = f"178950{self.store.next_number('instagram_posts'):011}"
        items = [self._containers.get(child) or {} for child in container["children"]] or [container]
        row: Row = {
            "id": number,
            "caption": container.get("caption", ""),
            "media_type": container["media_type"],
            "timestamp": self.store.now().strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "permalink": f"/p/{number}/",
            "children": {"data": [{"id": one["id"]} for one in items]} if len(items) > 1 else None,
            "files": [
                {"alt": one.get("alt_text"), "url": one.get("image_url") or one.get("video_url")}
                for one in items
            ],
            "by_api": by_api,
        }
        self.posts.put(number, row)
        return row


async def _fetched(form: Row, name: str) -> bytes:
    """The file at the address that the form names."""
    url = str(form.get(name, ""))
    unreachable = problem(9004, "The media could not be fetched from this URI.", subcode=2207052)
    if not url:
        raise problem(100, f"The parameter {name} is required")
    try:
        async with httpx.AsyncClient(verify=url.startswith("https:"), timeout=10, trust_env=False) as client:
            answer = await client.get(url)
    except httpx.HTTPError as error:
        raise unreachable from error
    if answer.status_code != HTTP_OK or not answer.headers["content-type"].startswith(name.partition("_")[0]):
        raise unreachable
    if len(answer.content) > LARGEST[name]:
        raise problem(36000, "The file is too large to download.", subcode=2207004)
    return answer.content


def _check_picture(content: bytes) -> None:
    refused = problem(36001, "The image format is not supported. Use JPEG.", subcode=2207005)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            is_jpeg, ratio = picture.format == "JPEG", picture.width / picture.height
    except (UnidentifiedImageError, OSError) as error:
        raise refused from error
    if not is_jpeg:
        raise refused
    if not NARROWEST <= ratio <= WIDEST:
        raise problem(36003, "The aspect ratio is not supported.", subcode=2207009)
