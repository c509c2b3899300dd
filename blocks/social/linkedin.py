"""LinkedIn's Posts, Images and Documents API, versioned by the month.

Source: learn.microsoft.com, LinkedIn marketing API: posts-api, images-api, documents-api, organization-access-control;
2026-07.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from blocks.social.calls import Answer, Calls, refuse_alike
from blocks.social.errors import (
    ContentRefusedError,
    DuplicateRefusedError,
    MediaRefusedError,
    PermissionMissingError,
    PostMissingError,
    PostUnreadableError,
    PublicationUnknownError,
    VersionEndedError,
)
from blocks.social.preparing import Preparation, prepared
from domain.social.little_text import little_text, shown_text
from domain.social.post import Media, Platform
from domain.social.published import Account, Piece, Published

LINKEDIN_API_URL = "https://api.linkedin.com"
LINKEDIN_TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"
LINKEDIN_CONSENT_URL = "https://www.linkedin.com/oauth/v2/authorization"
OLDEST_VERSION = "202607"
PAGE = 100
UPLOADS = ("/rest/images", "/rest/documents")


class Speaker(StrEnum):
    """Who speaks: LinkedIn has another product, and other permissions, for each."""

    PERSON = "person"
    ORGANIZATION = "organization"


SCOPES = {
    Speaker.PERSON: ("openid", "profile", "w_member_social"),
    Speaker.ORGANIZATION: ("r_organization_social", "w_organization_social", "rw_organization_admin"),
}
"""A person's own posts can be written and not read: LinkedIn gives r_member_social to no new app."""


@dataclass(frozen=True)
class LinkedInAccount:
    """Where LinkedIn is, the token for it, and the author, as a URN."""

    api_url: str
    access_token: str
    author: str
    speaker: Speaker
    version: str = OLDEST_VERSION


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
        self._calls = Calls(
            self.platform, account.api_url, headers, refuse=partial(_refuse, version=account.version)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._calls.aclose()

    async def accounts(self) -> list[Account]:
        """The person who agreed, or the organizations whose pages they administer."""
        if self._account.speaker is Speaker.PERSON:
            me = await self._calls.ask("GET", "/v2/userinfo")
            return [Account(id=f"urn:li:person:{me['sub']}", name=me["name"])]
        asked = {"q": "roleAssignee", "role": "ADMINISTRATOR", "state": "APPROVED"}
        roles = (await self._calls.ask("GET", "/rest/organizationAcls", params=asked))["elements"]
        return [await self._organization(role["organization"]) for role in roles]

    async def _organization(self, urn: str) -> Account:
        path = f"/rest/organizations/{urn.rpartition(':')[2]}"
        found = await self._calls.ask("GET", path)
        page = f"https://www.linkedin.com/company/{found.body.get('vanityName') or found['id']}"
        return Account(id=urn, name=found["localizedName"], url=page)

    async def upload(self, media: Media, content: bytes, url: str | None = None) -> str:
        """Hand a picture or PDF over and wait until LinkedIn has prepared it; its URN."""
        del url  # LinkedIn is handed the bytes
        path = "/rest/images" if media.is_image else "/rest/documents"
        begun = {"initializeUploadRequest": {"owner": self._account.author}}
        answer = await self._calls.ask("POST", path, params={"action": "initializeUpload"}, json=begun)
        place = answer["value"]
        await self._calls.ask("PUT", place["uploadUrl"], content=content)
        urn = str(place["image" if media.is_image else "document"])
        await prepared(self.platform, partial(self._preparation, f"{path}/{_in_path(urn)}"))
        return urn

    async def _preparation(self, path: str) -> Preparation:
        status = (await self._calls.ask("GET", path))["status"]
        problem = "it could not be prepared" if status == "PROCESSING_FAILED" else ""
        return Preparation(status == "AVAILABLE", problem, again_seconds=0.5)

    async def publish(self, piece: Piece) -> str:
        """Create a post; its URN."""
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

    async def recent(self, since: datetime) -> AsyncIterator[Published]:
        """The author's posts since then, those that were changed last first."""
        start = 0
        while True:
            asked = {"author": self._account.author, "q": "author", "count": PAGE, "start": start}
            page = await self._read("/rest/posts", params={**asked, "sortBy": "LAST_MODIFIED"})
            rows = page["elements"]
            for row in rows:
                if _moment(row["lastModifiedAt"]) < since:
                    return
                if _moment(row["createdAt"]) >= since:
                    yield _published(row)
            if len(rows) < PAGE:
                return
            start += PAGE

    async def read(self, post_id: str) -> Published:
        """One post as it is now."""
        path = f"/rest/posts/{_in_path(post_id)}"
        answer = await self._read(path, url=_address(post_id))
        return _published({**answer.body, "id": answer["id"], "createdAt": answer["createdAt"]})

    async def _read(self, path: str, *, url: str = "", **sent: Any) -> Answer:
        try:
            return await self._calls.ask("GET", path, **sent)
        except PermissionMissingError as error:
            raise PostUnreadableError(self.platform, error.said, url) from error

    async def delete(self, post_id: str) -> None:
        """Delete a post; one that is gone stays gone."""
        try:
            await self._calls.change("DELETE", f"/rest/posts/{_in_path(post_id)}")
        except PostMissingError:
            return


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


def _published(row: dict[str, Any]) -> Published:
    content = row.get("content", {})
    several = content.get("multiImage", {}).get("images", [])
    return Published(
        id=str(row["id"]),
        text=shown_text(row.get("commentary", "")),
        created_at=_moment(row["createdAt"]),
        url=_address(row["id"]),
        media_count=len(several) or int("media" in content),
    )


def _address(urn: str) -> str:
    return f"https://www.linkedin.com/feed/update/{urn}/"


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _in_path(urn: str) -> str:
    return quote(urn, safe="")


def _refuse(answer: httpx.Response, *, version: str) -> None:
    """Raise what an answer means; return where it says nothing certain (5xx and the like)."""
    try:
        body = json.loads(answer.content)
    except ValueError:
        body = {}
    said = str(body.get("message") or f"HTTP {answer.status_code}")[:300]
    refuse_alike(Platform.LINKEDIN, answer.status_code, said)
    match answer.status_code:
        case 403:
            raise PermissionMissingError(Platform.LINKEDIN, said)
        case 426:
            raise VersionEndedError(Platform.LINKEDIN, version, said)
        case 422 if "duplicate" in answer.text.casefold():
            raise DuplicateRefusedError(Platform.LINKEDIN, said)
        case 400 | 413 | 415 | 422:
            is_media = answer.request.url.path.startswith(UPLOADS) or answer.request.method == "PUT"
            raise (MediaRefusedError if is_media else ContentRefusedError)(Platform.LINKEDIN, said)
