"""Facebook: the posts of a page, and what others say there.

Source: developers.facebook.com, Pages API: posts, photos, comments; Page insights; Graph API v26.0; 2026-11.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from blocks.social import facebook_video
from blocks.social.calls import understood
from blocks.social.graph import GraphClient, moment
from blocks.social.graph_insights import Counted, graph_insights, known, values_of
from blocks.social.platform import UNCHOSEN, StageState
from blocks.social.preparing import Progress, resumed
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric, kind_of
from domain.social.mention import Mention
from domain.social.post import Media, Platform
from domain.social.published import NEVER, Piece, PublicAccount, Published

FILES = frozenset({"photo", "album", "video"})
COMMENT = "id,from,message,created_time,permalink_url,parent"
POST = "id,from,message,created_time,permalink_url"
AT_ONCE = 25
"""Posts in one page of what was said, and comments of each: more in one answer Graph may refuse."""
COMMENTED = timedelta(days=90)
"""Comments on posts older than this are not looked for."""
KEPT_FOR = "is_published,scheduled_publish_time"
FIELDS = "id,message,permalink_url,created_time,attachments{media_type,subattachments.limit(100){media_type}}"


SUMMED = "reactions.limit(0).summary(total_count),comments.filter(stream).limit(0).summary(total_count)"
POST_METRICS = {"post_media_view": Metric.VIEWS, "post_total_media_view_unique": Metric.REACH}
PAGE_METRICS = {"page_media_view": Metric.VIEWS, "page_daily_follows_unique": Metric.NEW_FOLLOWERS}
"""Of each day (Page insights, 2026-11: the impressions family became views on 2025-11-15)."""
ATTACHED = {
    "video": ContentKind.VIDEO,
    "photo": ContentKind.PICTURE,
    "album": ContentKind.PICTURE,
    "link": ContentKind.LINK,
    "share": ContentKind.LINK,
}


@understood
class FacebookClient(GraphClient):
    """One page; use it as an async context manager."""

    platform = Platform.FACEBOOK

    async def accounts(self) -> list[PublicAccount]:
        """The page; while none is chosen, those of the person who agreed."""
        if self.account_id != UNCHOSEN:
            return [_account(await self.node(f"/{self.account_id}", "id,name,link", "id", "name"))]
        pages = self.edge("/me/accounts", "id,name,link")
        return [_account(page) async for page in pages]

    async def upload(self, media: Media, content: bytes, url: str | None = None) -> str:
        """Hand a picture or video over, not public yet; its id."""
        del url  # Facebook is handed the bytes
        return await self.upload_on(media, content, Progress(self.platform, media))

    async def upload_on(self, media: Media, content: bytes, progress: Progress) -> str:
        """The same; a video from where an earlier try came to."""
        if not media.is_video:
            return await self._upload(media, content)
        return await resumed(progress, partial(facebook_video.uploaded, self, media, content, progress))

    async def upload_ahead(self, media: Media, content: bytes) -> str:
        """Hand a picture over for a post that goes out later; its id."""
        return await self._upload(media, content, temporary="true")

    async def _upload(self, media: Media, content: bytes, **more: str) -> str:
        form = {"published": "false"} | ({"alt_text_custom": media.alt_text} if media.alt_text else {}) | more
        name = media.document.rpartition("/")[2]
        files = {"source": (name, content, media.kind)}
        return await self.make(f"/{self.account_id}/photos", data=form, files=files)

    async def publish(self, piece: Piece) -> str:
        """Create a post, now or for its time, or a comment as an answer, or publish a video; its id."""
        if piece.stage:
            return await facebook_video.publish(self, piece.stage)
        if piece.answers:
            return await self.show(f"/{piece.answers}/comments", {"message": piece.text})
        form = {"message": piece.text} | ({"link": piece.link} if piece.link else {})
        if piece.media_ids:
            form["attached_media"] = json.dumps([{"media_fbid": one} for one in piece.media_ids])
        if piece.at:
            form |= {"published": "false", "unpublished_content_type": "SCHEDULED"}
            form |= {"scheduled_publish_time": str(_seconds(piece.at))}
        return await self.show(f"/{self.account_id}/feed", form)

    def prepares(self, piece: Piece) -> bool:
        """A video."""
        return any(one.is_video for one in piece.media)

    async def stage(self, piece: Piece) -> str:
        """Have a video prepared with its text; its id."""
        return await facebook_video.finished(self, piece)

    async def state(self, stage: str) -> StageState:
        """What became of a video that was handed over earlier."""
        return await facebook_video.state_of(self, stage)

    async def await_ready(self, stage: str) -> None:
        """Look until a video is prepared."""
        await facebook_video.await_ready(self, stage)

    async def kept(self) -> AsyncIterator[Published]:
        """The page's posts that Facebook publishes at their time."""
        async for row in self.edge(f"/{self.account_id}/scheduled_posts", f"{FIELDS},{KEPT_FOR}"):
            yield _published(row)

    async def recent(self, since: datetime, answers: str | None = None) -> AsyncIterator[Published]:
        """The page's own posts since then, newest first; or its comments on that post, or in that thread."""
        if answers:
            async for row in self.edge(f"/{answers}/comments", COMMENT, **_stream(since)):
                if self._is_own(row) and moment(row["created_time"]) >= since:
                    yield _said(row).model_copy(update={"answers": answers})
            return
        async for page in self.edge_pages(f"/{self.account_id}/posts", FIELDS):
            new = [row for row in page if moment(row["created_time"]) >= since]
            if page and not new:  # one post alone may be older: it was given to Facebook before its time
                return
            for row in new:
                yield _published(row)

    async def insights(self, since: datetime, most: int) -> AccountReading:
        """The page's posts since then with their counts, who follows, and what was counted of the page by day."""
        return await graph_insights(self, COUNTED, since, most)

    async def read(self, post_id: str) -> Published:
        """One post, comment or video as it is now."""
        if facebook_video.is_video(post_id):
            return await facebook_video.read(self, post_id)
        if not post_id.startswith(f"{self.account_id}_"):
            return _said(await self.node(f"/{post_id}", COMMENT, "id", "created_time"))
        return _published(await self.node(f"/{post_id}", f"{FIELDS},{KEPT_FOR}", "id", "created_time"))

    async def mentions(self, since: str) -> AsyncIterator[Mention]:
        """Comments and visitors' posts on the page since that moment, and posts elsewhere that name it."""
        start = datetime.fromisoformat(since)
        async for row in self._heard(start):
            if not self._is_own(row) and moment(row["created_time"]) >= start:
                yield self._mention(row)

    async def _heard(self, start: datetime) -> AsyncIterator[dict[str, Any]]:
        nested = f"comments.filter(stream).since({_seconds(start)}).limit({AT_ONCE}){{{COMMENT}}}"
        async for post in self.edge(f"/{self.account_id}/feed", f"{POST},{nested}", limit=AT_ONCE):
            if moment(post["created_time"]) < start - COMMENTED:
                break
            yield post
            async for comment in self.inside(post, "comments", COMMENT, **_stream(start)):
                yield comment
        async for post in self.edge(f"/{self.account_id}/tagged", POST):
            if moment(post["created_time"]) < start:
                return
            yield post

    def _is_own(self, row: dict[str, Any]) -> bool:
        return bool(row.get("from", {}).get("id") == self.account_id)

    def _mention(self, row: dict[str, Any]) -> Mention:
        thread = row.get("parent", row)["id"]
        author = row.get("from", {}).get("name", "somebody")
        return Mention(platform=self.platform, author=author, post=_said(row), reply_to=thread)


def _stream(since: datetime) -> dict[str, str]:
    """How comments are asked for together with what stands in their threads."""
    return {"filter": "stream", "since": str(_seconds(since))}


def _seconds(when: datetime) -> int:
    return int(when.timestamp())


def _said(row: dict[str, Any]) -> Published:
    return Published(
        id=str(row["id"]),
        text=row.get("message", ""),
        created_at=moment(row["created_time"]),
        url=row.get("permalink_url", ""),
        answers=row.get("parent", {}).get("id"),
    )


def _account(page: dict[str, Any]) -> PublicAccount:
    return PublicAccount(id=page["id"], name=page["name"], url=page.get("link", ""))


def _measured(row: dict[str, Any]) -> MeasuredPost:
    post = _published(row)
    attached = [one.get("media_type") for one in row.get("attachments", {}).get("data", [])]
    counts = {
        **values_of(row, POST_METRICS),
        Metric.REACTIONS: row.get("reactions", {}).get("summary", {}).get("total_count"),
        Metric.COMMENTS: row.get("comments", {}).get("summary", {}).get("total_count"),
        Metric.SHARES: row.get("shares", {"count": 0}).get("count"),  # Graph leaves out what nobody shared
    }
    kind = kind_of(post, ATTACHED.get(next(iter(attached), "")))
    return MeasuredPost(post=post, kind=kind, counts=known(counts))


COUNTED = Counted(
    edge="posts",
    fields=f"{FIELDS},shares,{SUMMED}",
    time="created_time",
    metrics=POST_METRICS,
    day_metrics=PAGE_METRICS,
    longest=timedelta(days=90),
    measured=_measured,
)


def _published(row: dict[str, Any]) -> Published:
    attached = row.get("attachments", {}).get("data", [])
    files = [one for one in attached if one.get("media_type") in FILES]
    inside = [one.get("subattachments", {}).get("data") or [one] for one in files]
    return Published(
        id=str(row["id"]),
        text=row.get("message", ""),
        created_at=moment(row["created_time"]),
        url=row.get("permalink_url", ""),
        media_count=sum(map(len, inside)),
        public_from=None if row.get("is_published", True) else _planned(row),
    )


def _planned(row: dict[str, Any]) -> datetime:
    """When Facebook will publish a post that it keeps."""
    seconds = row.get("scheduled_publish_time")
    return datetime.fromtimestamp(seconds, UTC) if seconds else NEVER
