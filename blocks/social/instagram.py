"""Instagram: a picture, a carousel or a reel of a professional account, prepared as a container and published once.

What others say is read below the account's posts and where its account is tagged. Graph hands out no caption and no
comment elsewhere that only names the account: it tells them to a server of one's own, once, by webhook.

Source: developers.facebook.com, Instagram API: content publishing, IG Container, IG Media, IG Comment, tags; Graph API
v26.0; 2026-11.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from blocks.social.calls import understood
from blocks.social.errors import (
    AllowanceUsedError,
    MediaRefusedError,
    PlatformBusyError,
    PostMissingError,
    ReadRefusedError,
)
from blocks.social.graph import CLOSER, GraphClient, moment
from blocks.social.graph_insights import Counted, graph_insights, known, values_of
from blocks.social.platform import StageState
from blocks.social.preparing import Preparation, prepared
from domain.errors import DigitalFteError
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric, kind_of
from domain.social.mention import Mention
from domain.social.post import Media, Platform
from domain.social.published import Piece, PublicAccount, Published

FIELDS = "id,caption,permalink,timestamp,media_type,children{id}"
TAGGED = "id,username,caption,permalink,timestamp"
REPLY = "id,from,user,text,timestamp,parent_id"
AT_ONCE = 25
"""Posts in one page of what was said, comments of each and replies to each: more in one answer Graph may refuse."""
COMMENT = f"{REPLY},replies.limit({AT_ONCE}){{{REPLY}}}"
COMMENTED, TALKED = timedelta(days=90), timedelta(days=14)
"""Comments on posts older than this, and replies to comments older than this, are not looked for."""
LOOK_SECONDS = 3.0
POST_METRICS = {
    "views": Metric.VIEWS,
    "reach": Metric.REACH,
    "likes": Metric.LIKES,
    "comments": Metric.COMMENTS,
    "shares": Metric.SHARES,
    "saved": Metric.SAVES,
    "total_interactions": Metric.INTERACTIONS,
}
DAY_METRICS = {"reach": Metric.REACH, "follower_count": Metric.NEW_FOLLOWERS}
"""Of the account by day."""


class ContainerStatus(StrEnum):
    """How far a container is."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"
    PUBLISHED = "PUBLISHED"


@understood
class InstagramClient(GraphClient):
    """One professional account; use it as an async context manager."""

    platform = Platform.INSTAGRAM

    async def accounts(self) -> list[PublicAccount]:
        """The account; it was chosen with its page."""
        found = await self.node(f"/{self.account_id}", "id,username", "id", "username")
        name = found["username"]
        return [PublicAccount(id=found["id"], name=f"@{name}", url=f"https://www.instagram.com/{name}")]

    async def upload(self, media: Media, content: bytes, url: str | None) -> str:
        """Nothing is handed over: Instagram fetches the address, which is returned."""
        del content
        if url is None:
            raise MediaRefusedError(self.platform, f"{media.document} has no public address")
        return url

    def prepares(self, piece: Piece) -> bool:
        """Everything but an answer."""
        return not piece.answers

    async def stage(self, piece: Piece) -> str:
        """Make the post's container; its id.

        Raises:
            AllowanceUsedError: the account has published as much as Instagram allows in a day.
        """
        await self._check_allowance()
        items = [_item(media, url) for media, url in zip(piece.media, piece.media_ids, strict=True)]
        if len(items) == 1:
            return await self._container(caption=piece.text, **items[0])
        children = [await self._container(is_carousel_item="true", **item) for item in items]
        for child in children:
            await self.await_ready(child)
        return await self._container(caption=piece.text, media_type="CAROUSEL", children=",".join(children))

    async def state(self, stage: str) -> StageState:
        """What became of a container; Instagram forgets those that were not published within a day."""
        try:
            found = await self._look(stage)
        except PostMissingError:
            return StageState.GONE
        match ContainerStatus(found["status_code"]):
            case ContainerStatus.PUBLISHED:
                return StageState.PUBLIC
            case ContainerStatus.ERROR | ContainerStatus.EXPIRED:
                return StageState.GONE
            case _:
                return StageState.USABLE

    async def await_ready(self, stage: str) -> None:
        """Look until a container is finished."""

        async def look() -> Preparation:
            found = await self._look(stage)
            match ContainerStatus(found["status_code"]):
                case ContainerStatus.ERROR | ContainerStatus.EXPIRED:
                    raise self._failed(str(found.get("status", "")))
                case ContainerStatus.IN_PROGRESS:
                    return Preparation(is_done=False, again_seconds=LOOK_SECONDS)
                case _:
                    return Preparation(is_done=True)

        await prepared(self.platform, look)

    async def publish(self, piece: Piece) -> str:
        """Publish the container, or a reply to a comment; its id."""
        if piece.answers:
            return await self.show(f"/{await self._thread(piece.answers)}/replies", {"message": piece.text})
        return await self.show(f"/{self.account_id}/media_publish", {"creation_id": piece.stage})

    async def mentions(self, since: str) -> AsyncIterator[Mention]:
        """Comments on the account's posts since that moment, and posts of others in which it is tagged."""
        start = datetime.fromisoformat(since)
        async for row, address in self._heard(start):
            if not self._is_own(row) and moment(row["timestamp"]) >= start:
                author, thread = row.get("from", {}).get("username"), row.get("parent_id", row["id"])
                post = _said(row, address)
                yield Mention(platform=self.platform, author=_name(author), post=post, reply_to=thread)
        async for row in self.edge(f"/{self.account_id}/tags", TAGGED):
            if moment(row["timestamp"]) < start:
                return
            author = _name(row.get("username"))
            yield Mention(platform=self.platform, author=author, post=_published(row), reply_to=None)

    async def _heard(self, start: datetime) -> AsyncIterator[tuple[dict[str, Any], str]]:
        """Comments and replies, each with its post's address; Graph gives the newest posts and comments first."""
        nested = f"comments.limit({AT_ONCE}){{{COMMENT}}}"
        fields = f"id,permalink,timestamp,{nested}"
        async for post in self.edge(f"/{self.account_id}/media", fields, limit=AT_ONCE):
            if moment(post["timestamp"]) < start - COMMENTED:
                return
            address = post.get("permalink", "")
            async for comment in self.inside(post, "comments", COMMENT):
                if moment(comment["timestamp"]) < start - TALKED:
                    break
                yield comment, address
                async for reply in self.inside(comment, "replies", REPLY):
                    yield reply, address

    async def recent(self, since: datetime, answers: str | None = None) -> AsyncIterator[Published]:
        """The account's own posts since then, newest first; or its replies in the thread of that comment."""
        if answers:
            async for row in self.edge(
                f"/{await self._thread(answers)}/replies", f"{REPLY},media{{permalink}}"
            ):
                if self._is_own(row) and moment(row["timestamp"]) >= since:
                    yield _said(row).model_copy(update={"answers": answers})
            return
        async for row in self.edge(f"/{self.account_id}/media", FIELDS):
            if moment(row["timestamp"]) < since:
                return
            yield _published(row)

    async def insights(self, since: datetime, most: int) -> AccountReading:
        """The account's posts since then with their counts, who follows, and what was counted of it by day."""
        return await graph_insights(self, COUNTED, since, most)

    async def read(self, post_id: str) -> Published:
        """One post or comment as it is now."""
        try:
            return _published(await self.node(f"/{post_id}", FIELDS, "id", "timestamp"))
        except ReadRefusedError:  # its id does not say what it is, and a comment has no caption
            return _said(await self.node(f"/{post_id}", f"{REPLY},media{{permalink}}", "id", "timestamp"))

    async def _thread(self, comment: str) -> str:
        """The first comment of the thread: a reply to a reply stands below it, too, and is looked for there."""
        return str((await self.node(f"/{comment}", "id,parent_id", "id")).get("parent_id", comment))

    def _is_own(self, row: dict[str, Any]) -> bool:
        """Graph names the `user` of the account's own comments alone."""
        return self.account_id in (row.get(name, {}).get("id") for name in ("user", "from"))

    async def _container(self, **form: str) -> str:
        return await self.make(f"/{self.account_id}/media", data=form)

    async def _look(self, stage: str) -> dict[str, Any]:
        return await self.node(f"/{stage}", "status_code,status", "status_code")

    async def _check_allowance(self) -> None:
        """Refuse what media_publish would refuse, and say until when."""
        answer = await self.node(f"/{self.account_id}/content_publishing_limit", "config,quota_usage", "data")
        for limit in answer["data"]:
            total, seconds = limit["config"]["quota_total"], limit["config"]["quota_duration"]
            if limit["quota_usage"] >= total:
                said = f"{total} posts in {seconds // 3600} hours"
                if until := await self._free_again(seconds):
                    raise AllowanceUsedError(self.platform, said, until)
                raise PlatformBusyError(self.platform, said)

    async def _free_again(self, seconds: int) -> datetime | None:
        """When the oldest post that counts no longer does."""
        counted = timedelta(seconds=seconds)
        posts = [post.created_at async for post in self.recent(datetime.now(UTC) - counted)]
        return min(posts) + counted if posts else None

    def _failed(self, status: str) -> DigitalFteError:
        """What a container that failed means: its status names the error's subcode."""
        code = re.search(r"22\d{5}", status)
        kind = CLOSER.get(int(code[0]) if code else 0, MediaRefusedError)
        return kind(self.platform, status or "the container failed")


def _name(username: str | None) -> str:
    return f"@{username}" if username else "somebody"


def _said(row: dict[str, Any], address: str = "") -> Published:
    """A comment; it has no address of its own, so its post's is given."""
    return Published(
        id=str(row["id"]),
        text=row.get("text", ""),
        created_at=moment(row["timestamp"]),
        url=address or row.get("media", {}).get("permalink", ""),
        answers=row.get("parent_id"),
    )


def _item(media: Media, url: str) -> dict[str, str]:
    if media.is_video:
        return {"media_type": "REELS", "video_url": url}
    return {"image_url": url} | ({"alt_text": media.alt_text} if media.alt_text else {})


def _measured(row: dict[str, Any]) -> MeasuredPost:
    post = _published(row)
    kind = ContentKind.VIDEO if row.get("media_type") == "VIDEO" else ContentKind.PICTURE
    return MeasuredPost(post=post, kind=kind_of(post, kind), counts=known(values_of(row, POST_METRICS)))


COUNTED = Counted(
    edge="media",
    fields=FIELDS,
    time="timestamp",
    metrics=POST_METRICS,
    day_metrics=DAY_METRICS,
    longest=timedelta(days=30),
    measured=_measured,
)


def _published(row: dict[str, Any]) -> Published:
    inside = row.get("children", {}).get("data", [])
    return Published(
        id=str(row["id"]),
        text=row.get("caption", ""),
        created_at=moment(row["timestamp"]),
        url=row.get("permalink", ""),
        media_count=len(inside) or 1,
    )
