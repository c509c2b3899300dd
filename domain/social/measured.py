"""What a platform counted; what it did not say is missing, never 0."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pydantic import BaseModel

from domain.social.published import Published

HASHTAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d_]\w*)")


class Metric(StrEnum):
    """What is counted, in the platforms' own words."""

    IMPRESSIONS = "impressions"
    VIEWS = "views"
    REACH = "reach"
    LIKES = "likes"
    REACTIONS = "reactions"
    REPLIES = "replies"
    COMMENTS = "comments"
    REPOSTS = "reposts"
    SHARES = "shares"
    QUOTES = "quotes"
    BOOKMARKS = "bookmarks"
    CLICKS = "clicks"
    SAVES = "saves"
    INTERACTIONS = "interactions"
    FOLLOWERS = "followers"
    NEW_FOLLOWERS = "new followers"


class ContentKind(StrEnum):
    """What a post is, by what stands out most."""

    REPLY = "reply"
    VIDEO = "video"
    DOCUMENT = "document"
    PICTURE = "picture"
    LINK = "link"
    TEXT = "text"


Counts = Mapping[Metric, int]


class MeasuredPost(BaseModel, frozen=True):
    """A post and its counts as they stood when it was read."""

    post: Published
    kind: ContentKind
    counts: Counts


@dataclass
class AccountReading:
    """What one look at an account found.

    Attributes:
        posts: Own posts with their counts.
        followers: How many follow the account now; None: it was not said.
        days: What was counted of the account itself on earlier days.
        ended: Metrics that the platform no longer answers, by its own name for each.
        unread: Why a part of it could not be read, though the rest was.
        is_cut: There are older posts that were not read.
    """

    posts: list[MeasuredPost] = field(default_factory=list)
    followers: int | None = None
    days: dict[date, dict[Metric, int]] = field(default_factory=dict)
    ended: dict[str, Metric] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    is_cut: bool = False

    def add_day(self, day: date, metric: Metric, count: int) -> None:
        """Keep what was counted on a day."""
        self.days.setdefault(day, {})[metric] = count


def kind_of(post: Published, attached: ContentKind | None = None) -> ContentKind:
    """What a post is.

    Args:
        post: The post.
        attached: What kind of file or preview belongs to it, where the platform says so.
    """
    if post.answers is not None:
        return ContentKind.REPLY
    if attached is not None:
        return attached
    if post.media_count:
        return ContentKind.PICTURE
    return ContentKind.LINK if "https://" in post.text or "http://" in post.text else ContentKind.TEXT


def hashtags_of(text: str) -> list[str]:
    """The hashtags in a text, each once, without the sign and in small letters."""
    return list(dict.fromkeys(tag.casefold() for tag in HASHTAG.findall(text)))
