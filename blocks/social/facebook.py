"""Facebook: the posts of a page.

Source: developers.facebook.com, Pages API: posts, photos; Graph API v26.0; 2026-11.
"""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from blocks.social.graph import GraphClient, moment
from blocks.social.platform import UNCHOSEN
from domain.social.post import Media, Platform
from domain.social.published import Account, Piece, Published

PICTURES = frozenset({"photo", "album"})
FIELDS = "id,message,permalink_url,created_time,attachments{media_type,subattachments.limit(100){media_type}}"


class FacebookClient(GraphClient):
    """One page; use it as an async context manager."""

    platform = Platform.FACEBOOK

    async def accounts(self) -> list[Account]:
        """The page; while none is chosen, those of the person who agreed."""
        if self.account_id != UNCHOSEN:
            return [_account(await self.node(f"/{self.account_id}", "id,name,link", "id", "name"))]
        pages = self.edge("/me/accounts", "id,name,link")
        return [_account(page) async for page in pages]

    async def upload(self, media: Media, content: bytes, url: str | None = None) -> str:
        """Hand a picture over, not public yet; its id."""
        del url  # Facebook is handed the bytes
        form = {"published": "false"} | ({"alt_text_custom": media.alt_text} if media.alt_text else {})
        name = media.document.rpartition("/")[2]
        files = {"source": (name, content, media.kind)}
        return await self.make(f"/{self.account_id}/photos", data=form, files=files)

    async def publish(self, piece: Piece) -> str:
        """Create a post; its id."""
        form = {"message": piece.text} | ({"link": piece.link} if piece.link else {})
        if piece.media_ids:
            form["attached_media"] = json.dumps([{"media_fbid": one} for one in piece.media_ids])
        return await self.show(f"/{self.account_id}/feed", form)

    async def recent(self, since: datetime) -> AsyncIterator[Published]:
        """The page's own posts since then, newest first."""
        async for row in self.edge(f"/{self.account_id}/posts", FIELDS):
            if moment(row["created_time"]) < since:
                return
            yield _published(row)

    async def read(self, post_id: str) -> Published:
        """One post as it is now."""
        return _published(await self.node(f"/{post_id}", FIELDS, "id", "created_time"))


def _account(page: dict[str, Any]) -> Account:
    return Account(id=page["id"], name=page["name"], url=page.get("link", ""))


def _published(row: dict[str, Any]) -> Published:
    attached = row.get("attachments", {}).get("data", [])
    pictures = [one for one in attached if one.get("media_type") in PICTURES]
    inside = [one.get("subattachments", {}).get("data") or [one] for one in pictures]
    return Published(
        id=str(row["id"]),
        text=row.get("message", ""),
        created_at=moment(row["created_time"]),
        url=row.get("permalink_url", ""),
        media_count=sum(map(len, inside)),
    )
