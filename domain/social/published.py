"""A post as a platform shows it."""

import re
from datetime import UTC, datetime

from pydantic import AwareDatetime, BaseModel, Field

from domain.social.post import Media

UNSAID = re.compile(r"@|\bhttps?://|/(?=\s|$)", re.IGNORECASE)
NEVER = datetime.max.replace(tzinfo=UTC)


class PublicAccount(BaseModel, frozen=True):
    """Whom readers see speaking."""

    id: str
    name: str
    url: str = ""


class Published(BaseModel, frozen=True):
    """What stands on a timeline.

    Attributes:
        text: As its readers see it: links whole, no platform's escapes.
        answers: The post that it replies to.
        media_count: Its pictures, videos and documents.
        public_from: When its platform will show it; None: it shows it. `NEVER`: it has it, and no time for it.
    """

    id: str
    text: str
    created_at: AwareDatetime
    url: str
    answers: str | None = None
    media_count: int = 0
    public_from: datetime | None = Field(default=None, exclude=True)


class Piece(BaseModel, frozen=True):
    """One post to hand over: a part of a thread, or the whole.

    Attributes:
        media: Its files, in order; the first part of a thread has them.
        media_ids: What `upload` returned for each.
        stage: What `stage` returned, where a platform prepares the whole post beforehand.
        at: When the platform shall show it by itself; None: at once.
    """

    text: str
    answers: str | None = None
    media: tuple[Media, ...] = ()
    media_ids: tuple[str, ...] = ()
    stage: str = ""
    link: str | None = None
    at: datetime | None = None

    def is_shown_by(self, post: Published) -> bool:
        """Whether a timeline's post is this one."""
        return (
            reads_alike(post.text, self.text)
            and post.answers == self.answers
            and post.media_count == len(self.media)
        )


def reads_alike(shown: str, meant: str) -> bool:
    """Whether a text that was read back is the one that was meant.

    Instagram gives some apps captions without @, and X an address with `http://` where its author wrote none.
    """
    return _words(shown) == _words(meant)


def _words(text: str) -> list[str]:
    return UNSAID.sub("", text).split()
