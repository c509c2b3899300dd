"""How far the files of a post are with a platform, so that the next try sends only what is missing."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from blocks.database import Base
from blocks.social.platform import PlatformClient
from blocks.social.preparing import Progress
from domain.social.post import Media
from tasks.reliability.serialised import find_row, finds_any, keep_row, serialised


class PostUpload(Base):
    """A file that a platform takes in pieces; kept until its post is public or prepared."""

    __tablename__ = "post_uploads"

    effect: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    session: Mapped[str] = mapped_column(comment="what the platform needs to go on")
    sent_bytes: Mapped[int]


class KeptProgress(Progress):
    """Progress that outlives this process."""

    def __init__(self, client: PlatformClient, key: str, media: Media) -> None:
        super().__init__(client.platform, media)
        self._key = key
        if row := _find(key, media):
            self.session, self.sent_bytes = row.session, row.sent_bytes

    def keep(self, session: str, sent_bytes: int) -> None:
        """It came this far."""
        super().keep(session, sent_bytes)
        row = PostUpload(
            effect=self._key,
            document=self.media.document,
            sha256=self.media.sha256,
            session=session,
            sent_bytes=sent_bytes,
        )
        keep_row(row)


def has_uploads(key: str) -> bool:
    """Whether files of it went there, or a part of them."""
    return finds_any(select(PostUpload.effect).where(PostUpload.effect == key))


def forget_uploads(key: str) -> None:
    """They are used, or no longer of use."""
    gone = delete(PostUpload).where(PostUpload.effect == key)
    serialised(lambda session: session.execute(gone))


def _find(key: str, media: Media) -> PostUpload | None:
    row = find_row(PostUpload, (key, media.document))
    return row if row and row.sha256 == media.sha256 else None
