"""Publishing a post once, part by part: what was begun and has no known end is looked for before it is repeated."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from blocks.social.errors import (
    DuplicateRefusedError,
    PostUnreadableError,
    PublicationUnknownError,
    PublicationUnseenError,
)
from blocks.social.platform import PlatformClient
from domain.errors import RejectedError, TransientError
from domain.social.post import Media, Platform, Publication
from domain.social.published import Piece, Published
from tasks.reliability.limits import present
from tasks.reliability.serialised import serialised
from tasks.vault.attachments import DocumentChangedError
from tasks.vault.vault import current_vault

SETTLING = timedelta(seconds=60)
"""A timeline that does not show a post by then does not have it: platforms show their own posts within seconds."""
CLOCKS_DIFFER = timedelta(minutes=2)


class MediaChangedError(RejectedError):
    """The file is not the one that was approved."""

    def __init__(self, document: str) -> None:
        super().__init__(
            f"{document} is not as it was when the post was approved; nothing was published: ask again"
        )


class PostPart(Base):
    """One post of a publication: when it was handed over, and its id once that is known."""

    __tablename__ = "post_parts"

    effect: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    post_id: Mapped[str | None]


class PublishedReceipt(BaseModel):
    """What was published: the ids of its parts in order."""

    platform: Platform
    account: str
    posts: list[str]


async def publish(
    client: PlatformClient, publication: Publication, *, key: str, now: Callable[[], datetime] = present
) -> PublishedReceipt:
    """Publish what is not published yet under this key.

    Raises:
        MediaChangedError: a file is not the approved one.
        PublicationUnknownError: a part may be public, and the timeline does not tell yet.
        TransientError, RejectedError: as the platform says; no part was published by this call.
    """
    uploads = [
        Upload(media, media_content(media), url)
        for media, url in zip_longest(publication.media, publication.media_urls)
    ]
    posts: list[str] = []
    for number, text in enumerate(publication.parts):
        answers = posts[-1] if posts else publication.reply_to
        is_first = number == 0
        piece = Piece(
            text=text,
            answers=answers,
            media=publication.media if is_first else (),
            link=publication.link,
            publish_at=publication.publish_at,
        )
        part = _Part(client, key, number, piece, uploads if is_first else [])
        posts.append(await part.published(now))
    return PublishedReceipt(platform=publication.platform, account=publication.account, posts=posts)


def media_content(media: Media) -> bytes:
    """The file's bytes, as they were approved.

    Raises:
        MediaChangedError: they are others.
    """
    try:
        content = current_vault().document(media.document)
    except DocumentChangedError as error:
        raise MediaChangedError(media.document) from error
    if hashlib.sha256(content).hexdigest() != media.sha256:
        raise MediaChangedError(media.document)
    return content


@dataclass(frozen=True)
class Upload:
    """A file to hand over, or the public address that it is fetched from."""

    media: Media
    content: bytes
    url: str | None


@dataclass(frozen=True)
class _Part:
    client: PlatformClient
    key: str
    number: int
    piece: Piece
    uploads: list[Upload]

    async def published(self, now: Callable[[], datetime]) -> str:
        """The part's id, after it was published now or before."""
        row = _find(self.key, self.number)
        if row is not None and row.post_id:
            return row.post_id
        if row is not None and (found := await self._found(row, now())):
            return self._known(found.id)
        ids = [await self.client.upload(one.media, one.content, one.url) for one in self.uploads]
        piece = self.piece.model_copy(update={"media_ids": tuple(ids)})
        _begin(self.key, self.number, now())
        try:
            return self._known(await self.client.publish(piece))
        except DuplicateRefusedError as error:
            if row is None:
                _forget(self.key, self.number)
                raise
            # an earlier try did get through, and the timeline was late
            raise PublicationUnknownError(self.client.platform, "the post", str(error)) from error
        except (TransientError, RejectedError):
            if row is None:
                _forget(self.key, self.number)
            raise

    async def _found(self, row: PostPart, now: datetime) -> Published | None:
        """What an earlier try published.

        Raises:
            PublicationUnknownError: it cannot be told: not there yet, or there more than once.
        """
        since = row.begun_at - CLOCKS_DIFFER
        try:
            posts = [post async for post in self.client.recent(since, self.piece.answers)]
        except PostUnreadableError as error:
            raise PublicationUnseenError(self.client.platform, error.said) from error
        same = [post for post in posts if self.piece.is_shown_by(post) and not _is_known(post.id)]
        if len(same) > 1:
            raise PublicationUnknownError(
                self.client.platform, "the post", f"it stands there {len(same)} times"
            )
        if not same and now - row.tried_at < SETTLING:
            raise PublicationUnknownError(self.client.platform, "the post", "it is not on the timeline yet")
        return same[0] if same else None

    def _known(self, post_id: str) -> str:
        def keep(session: Session) -> None:
            row = session.get(PostPart, (self.key, self.number))
            if row is None:
                row = PostPart(effect=self.key, number=self.number, begun_at=present(), tried_at=present())
                session.add(row)
            row.post_id = post_id

        serialised(keep)
        return post_id


def _find(key: str, number: int) -> PostPart | None:
    def find(session: Session) -> PostPart | None:
        row = session.get(PostPart, (key, number))
        if row is not None:
            session.expunge(row)
        return row

    return serialised(find)


def _is_known(post_id: str) -> bool:
    """Whether it is another effect's: two people may be answered with the same words."""
    return serialised(
        lambda session: session.scalar(select(PostPart.effect).where(PostPart.post_id == post_id)) is not None
    )


def _begin(key: str, number: int, now: datetime) -> None:
    def begin(session: Session) -> None:
        row = session.get(PostPart, (key, number))
        if row is None:
            session.add(PostPart(effect=key, number=number, begun_at=now, tried_at=now, post_id=None))
        else:
            row.tried_at = now

    serialised(begin)


def _forget(key: str, number: int) -> None:
    def forget(session: Session) -> None:
        row: Any = session.get(PostPart, (key, number))
        if row is not None:
            session.delete(row)

    serialised(forget)
