"""Publishing a post once, part by part: what was begun and has no known end is looked for before it is repeated."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from blocks.social.errors import (
    DuplicateRefusedError,
    MediaRefusedError,
    MediaSwappedError,
    PostUnreadableError,
    PublicationUnknownError,
    PublicationUnseenError,
)
from blocks.social.platform import KeepingClient, PlatformClient, ResumingClient, StageState, StagingClient
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.reliability.rate_limits import DueLaterError
from domain.social.post import Media, Platform, Publication
from domain.social.published import Piece, Published
from tasks.clock import Clock, present
from tasks.reliability.claims import refuse_lost
from tasks.reliability.serialised import delete_row, find_row, finds_any, keep_row, serialised
from tasks.social.hosting import see_media_offered, see_none_swapped
from tasks.social.media import media_content
from tasks.social.uploads import KeptProgress, forget_uploads, has_uploads

SETTLING = timedelta(seconds=60)
"""A timeline that does not show a post by then does not have it: platforms show their own posts within seconds."""
CLOCKS_DIFFER = timedelta(minutes=2)
LOOKED_BACK = timedelta(days=1)
"""A machine's clock may be wrong by hours, and a post seem older than its first try."""


class PostPart(Base):
    """One post of a publication: when it was handed over, and its id once that is known."""

    __tablename__ = "post_parts"

    effect: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    post_id: Mapped[str | None]


class PostStage(Base):
    """What a platform has prepared of a part, out of sight: its id is kept before it is published."""

    __tablename__ = "post_stages"

    effect: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    piece: Mapped[str] = mapped_column(comment="digest of what it was made of")
    stage: Mapped[str]


class PublishedReceipt(BaseModel):
    """What was published: the ids of its parts in order.

    Attributes:
        goes_out: When its platform publishes it by itself; None: it was published at once.
        name: That in words.
    """

    platform: Platform
    account: str
    posts: list[str]
    goes_out: datetime | None = None
    name: str = ""


class HandOverFailedError(DueLaterError):
    """It was to be handed over before its time, and the platform does not have it: its time alone counts again."""

    def __init__(self, platform: Platform, now: datetime) -> None:
        super().__init__(f"{platform.title} was not given the post yet", now)


async def publish(
    client: PlatformClient, publication: Publication, *, key: str, now: Clock = present
) -> PublishedReceipt:
    """Publish what is not published yet under this key; before its time, hand it over to a platform that keeps posts.

    Raises:
        NotAsApprovedError, MediaSwappedError: a file is not the approved one, here or at its public address.
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
        )
        part = _Part(client, key, number, piece, uploads if is_first else [], publication.publish_at)
        posts.append(await part.published(now))
    receipt = PublishedReceipt(platform=publication.platform, account=publication.account, posts=posts)
    if publication.publish_at is None or publication.publish_at <= now():
        return receipt
    said = f"handed over to {publication.platform.title} for {publication.when}"
    return receipt.model_copy(update={"goes_out": publication.publish_at, "name": said})


def is_untouched(key: str) -> bool:
    """Whether no part of a publication was ever handed over."""
    return find_row(PostPart, (key, 0)) is None


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
    due: datetime | None

    async def published(self, now: Clock) -> str:
        """The part's id, after it was published now or before."""
        row = find_row(PostPart, (self.key, self.number))
        if row is not None and row.post_id:
            return row.post_id
        if row is not None and (found := await self._found(row, now())):
            return self._known(found.id)
        if row is not None and self.due and row.begun_at < self.due:
            delete_row(PostPart, (self.key, self.number))
            raise HandOverFailedError(self.client.platform, now())
        piece = await self._ready(self.due if self.due and now() < self.due else None)
        _begin(self.key, self.number, now())
        try:
            return await self._handed_over(piece, is_first_try=row is None)
        except (
            UnknownOutcomeError
        ):  # it may have arrived only now: it was long on the way, or the machine slept
            tried_at = now()
            serialised(lambda session: _tried(session, self.key, self.number, tried_at))
            raise

    async def _handed_over(self, piece: Piece, *, is_first_try: bool) -> str:
        try:
            return self._known(await self.client.publish(piece))
        except DuplicateRefusedError as error:
            if is_first_try:
                delete_row(PostPart, (self.key, self.number))
                raise
            # an earlier try did get through, and the timeline was late
            raise PublicationUnknownError(self.client.platform, "the post", str(error)) from error
        except (TransientError, RejectedError) as error:
            if is_first_try:
                delete_row(PostPart, (self.key, self.number))
            if isinstance(error, MediaRefusedError):
                self._forget_files()
            raise

    async def _ready(self, at: datetime | None) -> Piece:
        """The part with its files handed over, and prepared where the platform does that."""
        if not (isinstance(self.client, StagingClient) and self.client.prepares(self.piece)):
            return await self._with_files(at)
        stage, state = await self._staged()
        if state is StageState.PUBLIC:
            raise PublicationUnknownError(self.client.platform, "the post", "it says that it is public")
        offered = [(one.media, one.url) for one in self.uploads if one.url]
        if state is StageState.GONE:
            if offered:
                await see_media_offered(offered)
            stage = await self._stage(self.client, at)
            keep_row(self._stage_row(stage))
            self._forget_files()
        await self.client.await_ready(stage)
        try:
            await see_none_swapped([media for media, _ in offered])
        except MediaSwappedError:  # nobody knows which file it was shown
            delete_row(PostStage, (self.key, self.number))
            raise
        return self.piece.model_copy(update={"stage": stage})

    async def _stage(self, client: StagingClient, at: datetime | None) -> str:
        """Have it prepared; files of an earlier try that the platform no longer takes are handed over anew."""
        is_resumed = bool(self._in_pieces) and has_uploads(self.key)
        try:
            return await client.stage(await self._with_files(at))
        except RejectedError:
            self._forget_files()
            if not is_resumed:
                raise
        return await client.stage(await self._with_files(at))

    @property
    def _in_pieces(self) -> list[Upload]:
        """Its files that go there in pieces; a still picture is as soon handed over anew."""
        is_resuming = isinstance(self.client, ResumingClient)
        return [one for one in self.uploads if is_resuming and not one.media.is_image]

    def _forget_files(self) -> None:
        if self._in_pieces:
            forget_uploads(self.key)

    async def _with_files(self, at: datetime | None) -> Piece:
        ids = [await self._uploaded(one, at) for one in self.uploads]
        return self.piece.model_copy(update={"media_ids": tuple(ids), "at": at})

    async def _uploaded(self, one: Upload, at: datetime | None) -> str:
        if at and isinstance(self.client, KeepingClient):
            return await self.client.upload_ahead(one.media, one.content)
        if isinstance(self.client, ResumingClient) and one in self._in_pieces:
            return await self.client.upload_on(
                one.media, one.content, KeptProgress(self.client, self.key, one.media)
            )
        return await self.client.upload(one.media, one.content, one.url)

    async def _staged(self) -> tuple[str, StageState]:
        """What was prepared in an earlier try, and what became of it."""
        stage = _find_stage(self._stage_row(""))
        if stage is None or not isinstance(self.client, StagingClient):
            return "", StageState.GONE
        return stage, await self.client.state(stage)

    def _stage_row(self, stage: str) -> PostStage:
        digest = hashlib.sha256(self.piece.model_dump_json().encode()).hexdigest()
        return PostStage(effect=self.key, number=self.number, piece=digest, stage=stage)

    async def _found(self, row: PostPart, now: datetime) -> Published | None:
        """What an earlier try published.

        Raises:
            PublicationUnknownError: it cannot be told: not there yet, or there more than once.
        """
        is_settling = now - row.tried_at < SETTLING
        since = row.begun_at - LOOKED_BACK
        try:
            _, state = await self._staged()
            posts = [
                *await self._kept(),
                *[post async for post in self.client.recent(since, self.piece.answers)],
            ]
        except PostUnreadableError as error:
            raise PublicationUnseenError(self.client.platform, error.said) from error
        except (
            RejectedError
        ) as error:  # its access may have ended meanwhile: the post may be public all the same
            raise PublicationUnknownError(self.client.platform, "the post", str(error)) from error
        alike = {post.id: post for post in posts if self.piece.is_shown_by(post)}  # pages may show one twice
        same = [post for post in alike.values() if not _is_known(post.id)]
        if state is StageState.USABLE:
            same = []  # what waits to be published is not public, whatever else reads alike
        lately = [post for post in same if post.created_at >= row.begun_at - CLOCKS_DIFFER]
        if same and not lately:
            problem = (
                "one that reads alike is older: look at the account's own page, and at this machine's clock"
            )
            raise PublicationUnknownError(self.client.platform, "the post", problem)
        due = self.due and self.due.replace(microsecond=0)  # Graph's times are of whole seconds
        if any(post.public_from not in (None, due) for post in lately):
            problem = "it has one that reads alike for another time"
            raise PublicationUnknownError(self.client.platform, "the post", problem)
        if len(lately) > 1:
            raise PublicationUnknownError(
                self.client.platform, "the post", f"it stands there {len(lately)} times"
            )
        if not lately and (is_settling or state is StageState.PUBLIC):
            raise PublicationUnknownError(self.client.platform, "the post", "it is not on the timeline yet")
        return lately[0] if lately else None

    async def _kept(self) -> list[Published]:
        """What the platform keeps for its time; asked for before the timeline, where it may appear meanwhile."""
        if self.due is None or not isinstance(self.client, KeepingClient):
            return []
        return [post async for post in self.client.kept()]

    def _known(self, post_id: str) -> str:
        def keep(session: Session) -> None:
            row = session.get(PostPart, (self.key, self.number))
            if row is None:
                row = PostPart(effect=self.key, number=self.number, begun_at=present(), tried_at=present())
                session.add(row)
            row.post_id = post_id

        serialised(keep)
        self._forget_files()
        return post_id


def _is_known(post_id: str) -> bool:
    """Whether it is another effect's: two people may be answered with the same words."""
    return finds_any(select(PostPart.effect).where(PostPart.post_id == post_id))


def is_settling(post_id: str, now: datetime) -> bool:
    """Whether it was published so lately that a platform may not show it yet."""
    lately = PostPart.tried_at > now - SETTLING
    return finds_any(select(PostPart.effect).where(PostPart.post_id == post_id, lately))


def _find_stage(wanted: PostStage) -> str | None:
    row = find_row(PostStage, (wanted.effect, wanted.number))
    return row.stage if row and row.piece == wanted.piece else None


def _begin(key: str, number: int, now: datetime) -> None:
    """Keep that it is handed over from here on, which only the worker does that still has its task.

    Raises:
        ClaimLostError: another one has it.
    """

    def begin(session: Session) -> None:
        refuse_lost(session)
        _tried(session, key, number, now)

    serialised(begin)


def _tried(session: Session, key: str, number: int, now: datetime) -> None:
    row = session.get(PostPart, (key, number))
    if row is None:
        session.add(PostPart(effect=key, number=number, begun_at=now, tried_at=now, post_id=None))
    else:
        row.tried_at = now
