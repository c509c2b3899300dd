"""LinkedIn's Posts, Images and Documents API, versioned by the month.

Source: learn.microsoft.com, LinkedIn marketing API: posts-api, images-api, documents-api, organization-access-control,
comments-api, organization-social-action-notifications, share-statistics, follower-statistics,
organization-lookup (network sizes); 2026-07.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Self

import httpx

from blocks.social.calls import AccountCalls, PlatformAnswer, named, pages, refuse_alike, understood
from blocks.social.errors import (
    ContentRefusedError,
    DuplicateRefusedError,
    MediaRefusedError,
    PermissionMissingError,
    PostMissingError,
    PostUnreadableError,
    PublicationUnknownError,
    ReadRefusedError,
    VersionEndedError,
    quoted,
)
from blocks.social.linkedin_account import LinkedInAccount, Speaker
from blocks.social.linkedin_urns import COMMENT, comment_path, in_path, post_of, whole_urn
from blocks.social.preparing import Preparation, prepared
from domain.social.little_text import little_text, shown_text
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric, kind_of
from domain.social.mention import Mention
from domain.social.post import Media, Platform
from domain.social.published import Piece, PublicAccount, Published

PAGE = 100
ALOUD = "COMMENT,SHARE_MENTION"
UPLOADS = ("/rest/images", "/rest/documents")


AT_ONCE = 50
"""Posts whose statistics are asked for in one address."""
FOLLOWED = "COMPANY_FOLLOWED_BY_MEMBER"
COUNTS = {
    Metric.IMPRESSIONS: "impressionCount",
    Metric.REACH: "uniqueImpressionsCount",
    Metric.CLICKS: "clickCount",
    Metric.LIKES: "likeCount",
    Metric.COMMENTS: "commentCount",
    Metric.SHARES: "shareCount",
}
"""LinkedIn's names in `totalShareStatistics`."""
GAINS = ("organicFollowerGain", "paidFollowerGain")


@understood
class LinkedInClient:
    """One author on LinkedIn; use it as an async context manager."""

    platform = Platform.LINKEDIN

    def __init__(self, account: LinkedInAccount) -> None:
        self._account, self.account_id = account, account.author
        headers = {
            "Authorization": f"Bearer {account.access_token}",
            "LinkedIn-Version": account.version,
            "X-Restli-Protocol-Version": "2.0.0",
        }
        self._calls = AccountCalls(
            self.platform, account.api_url, headers, refuse=partial(_refuse, version=account.version)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._calls.aclose()

    async def accounts(self) -> list[PublicAccount]:
        """The person who agreed, or the organizations whose pages they administer."""
        if self._account.speaker is Speaker.PERSON:
            me = await self._calls.ask("GET", "/v2/userinfo")
            return [PublicAccount(id=f"urn:li:person:{me['sub']}", name=me["name"])]
        asked = {"q": "roleAssignee", "role": "ADMINISTRATOR", "state": "APPROVED"}
        roles = (await self._calls.ask("GET", "/rest/organizationAcls", params=asked))["elements"]
        return [await self._organization(role["organization"]) for role in roles]

    async def _organization(self, urn: str) -> PublicAccount:
        path = f"/rest/organizations/{urn.rpartition(':')[2]}"
        found = await self._calls.ask("GET", path)
        page = f"{self._account.site}/company/{found.body.get('vanityName') or found['id']}"
        return PublicAccount(id=urn, name=found["localizedName"], url=page)

    async def upload(self, media: Media, content: bytes, url: str | None = None) -> str:
        """Hand a picture or PDF over and wait until LinkedIn has prepared it; its URN."""
        del url  # LinkedIn is handed the bytes
        path = "/rest/images" if media.is_image else "/rest/documents"
        begun = {"initializeUploadRequest": {"owner": self._account.author}}
        answer = await self._calls.ask("POST", path, params={"action": "initializeUpload"}, json=begun)
        place = answer["value"]
        await self._calls.ask("PUT", place["uploadUrl"], content=content)
        urn = str(place["image" if media.is_image else "document"])
        await prepared(self.platform, partial(self._preparation, f"{path}/{in_path(urn)}"))
        return urn

    async def _preparation(self, path: str) -> Preparation:
        status = (await self._calls.ask("GET", path))["status"]
        problem = "it could not be prepared" if status == "PROCESSING_FAILED" else ""
        return Preparation(status == "AVAILABLE", problem, again_seconds=0.5)

    async def publish(self, piece: Piece) -> str:
        """Create a post, or a comment as an answer; its URN."""
        if piece.answers:
            return await self._answer(piece.answers, piece.text)
        post: dict[str, Any] = {
            "author": self._account.author,
            "commentary": little_text(piece.text),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        if piece.media_ids:
            post["content"] = _content(piece)
        answer = await self._calls.change("POST", "/rest/posts", json=post)
        if urn := answer.headers.get("x-restli-id"):
            return urn
        raise PublicationUnknownError(self.platform, "POST /rest/posts", "the answer names no id")

    async def recent(self, since: datetime, answers: str | None = None) -> AsyncIterator[Published]:
        """The author's posts since then, those that were changed last first; or its comments on that."""
        if answers:
            path = f"/rest/socialActions/{in_path(await self._thread(answers))}/comments?"
            async for row in self._rows(path):
                if row["actor"] == self._account.author and _moment(row["created"]["time"]) >= since:
                    yield self._said(row).model_copy(update={"answers": answers})
            return
        async for row in self._own(since):
            yield self._published(row)

    async def _own(self, since: datetime) -> AsyncIterator[dict[str, Any]]:
        async for row in self._rows(
            f"/rest/posts?q=author&author={in_path(self._account.author)}&sortBy=LAST_MODIFIED&"
        ):
            if _moment(row["lastModifiedAt"]) < since:
                return
            if _moment(row["createdAt"]) >= since:
                yield row

    async def insights(self, since: datetime, most: int) -> AccountReading:
        """The page's posts since then with their counts, who follows, and who began to on each day."""
        found = AccountReading()
        rows: list[dict[str, Any]] = []
        async for row in self._own(since):
            if len(rows) == most:
                found.is_cut = True
                break
            rows.append(row)
        counts: dict[str, dict[Metric, int]] = {}
        for first in range(0, len(rows), AT_ONCE):
            counts |= await self._counts([row["id"] for row in rows[first : first + AT_ONCE]])
        for row in rows:
            kind = kind_of(self._published(row), _attached(row.get("content", {})))
            found.posts.append(
                MeasuredPost(post=self._published(row), kind=kind, counts=counts.get(row["id"], {}))
            )
        size = await self._read(f"/rest/networkSizes/{in_path(self._account.author)}?edgeType={FOLLOWED}")
        found.followers = int(size["firstDegreeSize"])
        await self._add_gains(found, since)
        return found

    async def _counts(self, urns: list[str]) -> dict[str, dict[Metric, int]]:
        """What was counted of posts; of one that nobody has seen LinkedIn says nothing."""
        found: dict[str, dict[Metric, int]] = {}
        for parameter, kind in (("shares", "share"), ("ugcPosts", "ugcPost")):
            wanted = [in_path(urn) for urn in urns if urn.startswith(f"urn:li:{kind}:")]
            if wanted:
                answer = await self._read(
                    f"{self._about('ShareStatistics')}&{parameter}=List({','.join(wanted)})"
                )
                for row in answer["elements"]:
                    given = row.get("totalShareStatistics", {})
                    found[row[kind]] = {
                        metric: int(given[name])
                        for metric, name in COUNTS.items()
                        if given.get(name) is not None
                    }
        return found

    async def _add_gains(self, found: AccountReading, since: datetime) -> None:
        times = f"(timeRange:(start:{_milliseconds(since)},end:{_milliseconds(datetime.now(UTC))})"
        answer = await self._read(
            f"{self._about('FollowerStatistics')}&timeIntervals={times},timeGranularityType:DAY)"
        )
        for row in answer["elements"]:
            gains = row.get("followerGains", {})
            known = [gains[name] for name in GAINS if name in gains]
            if known:
                found.add_day(_moment(row["timeRange"]["start"]).date(), Metric.NEW_FOLLOWERS, sum(known))

    def _about(self, what: str) -> str:
        urn = in_path(self._account.author)
        return f"/rest/organizationalEntity{what}?q=organizationalEntity&organizationalEntity={urn}"

    async def _rows(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """What a finder finds, page by page."""
        start = 0
        for _ in pages(self.platform):
            page = await self._read(f"{path}start={start}&count={PAGE}")
            rows = page["elements"]
            for row in rows:
                yield row
            start += len(rows)
            total = page.body.get("paging", {}).get("total")
            if not rows or (len(rows) < PAGE if total is None else start >= total):
                return

    async def read(self, post_id: str) -> Published:
        """One post or comment as it is now."""
        if COMMENT.fullmatch(post_id):
            return self._said(await self._comment(post_id))
        path = f"/rest/posts/{in_path(post_id)}"
        answer = await self._read(path, url=self._address(post_id))
        return self._published({**answer.body, "id": answer["id"], "createdAt": answer["createdAt"]})

    async def _read(self, path: str, *, url: str = "", **sent: Any) -> PlatformAnswer:
        try:
            return await self._calls.ask("GET", path, **sent)
        except PermissionMissingError as error:
            raise PostUnreadableError(self.platform, error.said, url) from error

    async def delete(self, post_id: str) -> None:
        """Delete a post; one that is gone stays gone."""
        path = f"/rest/posts/{in_path(post_id)}"
        if COMMENT.fullmatch(post_id):
            path = f"{comment_path(post_id)}?actor={in_path(self._account.author)}"
        try:
            await self._calls.change("DELETE", path)
        except PostMissingError:
            return

    async def mentions(self, since: str) -> AsyncIterator[Mention]:
        """Comments on the page's public posts since that moment, and posts that name the page; kept for 60 days."""
        start, end = datetime.fromisoformat(since), datetime.now(UTC) + timedelta(minutes=5)
        path = (
            f"/rest/organizationalEntityNotifications?q=criteria&actions=List({ALOUD})"
            f"&organizationalEntity={in_path(self._account.author)}"
            f"&timeRange=(start:{_milliseconds(start)},end:{_milliseconds(end)})&"
        )
        async for row in self._rows(path):
            if (mention := await self._mention(row)) and mention.author != self._account.author:
                yield mention

    async def _mention(self, row: dict[str, Any]) -> Mention | None:
        """What a notification tells; None where the comment is gone. It names people by their URN alone."""
        told: dict[str, Any] = row.get("decoratedGeneratedActivity", {})
        urn = whole_urn(str(row["generatedActivity"]))
        said = told.get("comment") or told.get("share") or row.get("decoratedSourcePost", {})
        if COMMENT.fullmatch(urn) and "comment" not in told:
            try:
                comment = await self._comment(urn)
            except PostMissingError:
                return None
            said = {"owner": comment["actor"], "text": comment["message"]["text"]}
        post = Published(
            id=urn,
            text=str(said.get("text", "")),
            created_at=_moment(row["lastModifiedAt"]),
            url=self._address(urn),
            answers=row.get("sourcePost"),
        )
        author = str(said.get("owner", "somebody"))
        return Mention(platform=self.platform, author=author, post=post, reply_to=urn)

    async def _comment(self, urn: str) -> dict[str, Any]:
        answer = await self._read(comment_path(urn), url=self._address(urn))
        return {**answer.body, "created": answer["created"], "message": answer["message"]}

    async def _thread(self, answered: str) -> str:
        """What an answer goes under: LinkedIn takes none to a comment within a thread, only to the thread's first."""
        if not COMMENT.fullmatch(answered):
            return answered
        try:
            return str((await self._comment(answered)).get("parentComment", answered))
        except PostUnreadableError:
            return answered

    async def _answer(self, answered: str, text: str) -> str:
        thread = await self._thread(answered)
        parent = {"parentComment": thread} if COMMENT.fullmatch(thread) else {}
        comment = {
            "actor": self._account.author,
            "object": post_of(thread),
            "message": {"text": text},
            **parent,
        }
        path = f"/rest/socialActions/{in_path(thread)}/comments"
        answer = await self._calls.change("POST", path, json=comment)
        if urn := named(answer.body.get("commentUrn")):
            return urn
        raise PublicationUnknownError(self.platform, f"POST {path}", "the answer names no comment")

    def _said(self, row: dict[str, Any]) -> Published:
        urn = str(row["commentUrn"])
        return Published(
            id=urn,
            text=row["message"]["text"],
            created_at=_moment(row["created"]["time"]),
            url=self._address(urn),
            answers=row.get("parentComment") or row.get("object"),
        )

    def _address(self, urn: str) -> str:
        where = f"{self._account.site}/feed/update/{post_of(urn)}/"
        return f"{where}?commentUrn={in_path(urn)}" if COMMENT.fullmatch(urn) else where

    def _published(self, row: dict[str, Any]) -> Published:
        content = row.get("content", {})
        several = content.get("multiImage", {}).get("images", [])
        return Published(
            id=str(row["id"]),
            text=shown_text(row.get("commentary", "")),
            created_at=_moment(row["createdAt"]),
            url=self._address(row["id"]),
            media_count=len(several) or int("media" in content),
        )


def _content(piece: Piece) -> dict[str, Any]:
    """One picture or PDF, or several pictures, each with what somebody who cannot see it is told."""
    if not all(media.is_image for media in piece.media):
        name = piece.media[0].document.rpartition("/")[2]
        return {"media": {"id": piece.media_ids[0], "title": name}}
    images = [
        {"id": urn} | ({"altText": media.alt_text} if media.alt_text else {})
        for urn, media in zip(piece.media_ids, piece.media, strict=True)
    ]
    return {"multiImage": {"images": images}} if len(images) > 1 else {"media": images[0]}


def _attached(content: dict[str, Any]) -> ContentKind | None:
    """What kind of file or preview belongs to a post."""
    if "article" in content:
        return ContentKind.LINK
    urn = str(content.get("media", {}).get("id", ""))
    kinds = {"urn:li:video:": ContentKind.VIDEO, "urn:li:document:": ContentKind.DOCUMENT}
    return next((kind for start, kind in kinds.items() if urn.startswith(start)), None)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _milliseconds(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def _refuse(answer: httpx.Response, *, version: str) -> None:
    """Raise what an answer means; return where it says nothing certain (5xx and the like)."""
    try:
        body = json.loads(answer.content)
    except ValueError:
        body = {}
    said = quoted(body.get("message") or f"HTTP {answer.status_code}")
    refuse_alike(Platform.LINKEDIN, answer.status_code, said, answer.headers)
    match answer.status_code:
        case 403:
            raise PermissionMissingError(Platform.LINKEDIN, said)
        case 426:
            raise VersionEndedError(Platform.LINKEDIN, version, said)
        case 422 if "duplicate" in answer.text.casefold():
            raise DuplicateRefusedError(Platform.LINKEDIN, said)
        case 400 | 413 | 415 | 422 if answer.request.method == "GET":
            raise ReadRefusedError(Platform.LINKEDIN, said)
        case 400 | 413 | 415 | 422:
            is_media = answer.request.url.path.startswith(UPLOADS) or answer.request.method == "PUT"
            raise (MediaRefusedError if is_media else ContentRefusedError)(Platform.LINKEDIN, said)
