"""A post as its author means it, and one platform's part of it, as it is approved and sent."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field, field_validator, model_validator

from domain.social.schedule import WallTime, check_zone
from domain.times import shown_there, shown_time
from domain.visible import visible

HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]|[\x00-\x08\x0b-\x1f\x7f]"
)
"""What a reader does not see, or what turns the direction of what they see (Unicode 16: Cf, Zl, Zp, Cc)."""

BLANKS = frozenset("\u2800\u3164\uffa0")
"""Signs that show nothing, though Unicode calls them letters or symbols."""

EMPTY = "it is empty: give it a text or a picture"
LINK_ALONE = "it has a link and no words: write some, or write the link as its text"
LONGEST_ALT_TEXT = 4086
"""As LinkedIn allows, which allows most."""

ENDS_HASHTAG = re.compile(r"[\s#!-\"$-/:-@\[-^`{-~]")
"""A space or an ASCII sign, the underscore left out."""


class Platform(StrEnum):
    """Where the public reads."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    X = "x"
    LINKEDIN = "linkedin"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As the platform writes itself."""
        return {"x": "X", "linkedin": "LinkedIn"}.get(self.value, self.value.capitalize())

    @property
    def access(self) -> str:
        """What its access is called, as in `fte connect NAME`: Facebook and Instagram have one."""
        return "meta" if self in (Platform.FACEBOOK, Platform.INSTAGRAM) else self.value


class Media(BaseModel, frozen=True, extra="forbid"):
    """A picture, animation, video or document of a post; its digest binds an approval to exactly these bytes."""

    document: str = Field(description="the file, relative to the Vault")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    kind: str = Field(pattern=r"^(image|video|application)/[a-z0-9.+-]+$", description="what its bytes are")
    size_bytes: int = Field(gt=0)
    width: int = Field(default=0, ge=0, description="pixels; 0: not a picture")
    height: int = Field(default=0, ge=0)
    seconds: Decimal | None = Field(default=None, ge=0, description="of a video, where its file says so")
    is_animated: bool = False
    alt_text: str = Field(
        default="", max_length=LONGEST_ALT_TEXT, description="what somebody who cannot see it is told"
    )

    @field_validator("alt_text")
    @classmethod
    def _heard(cls, value: str) -> str:
        return plain(value)

    @property
    def is_image(self) -> bool:
        """Whether it is a still picture."""
        return self.kind.startswith("image/") and not self.is_animated

    @property
    def is_video(self) -> bool:
        """Whether it is a film."""
        return self.kind.startswith("video/")


class SocialPost(BaseModel, frozen=True, extra="forbid", str_strip_whitespace=True):
    """What shall be told, and when; text is kept in NFC, without characters that nobody sees."""

    text: str = Field(default="", max_length=100_000)
    media: tuple[Media, ...] = ()
    link: str | None = Field(default=None, max_length=2000)
    hashtags: tuple[str, ...] = Field(default=(), description="without the sign")
    parts: tuple[str, ...] = Field(
        default=(), description="a thread on X as its author divides it; else by length"
    )
    reply_to: str | None = Field(
        default=None,
        max_length=200,
        pattern=r"^([0-9]+(_[0-9]+)?|urn:li:[A-Za-z0-9:(),]+)$",
        description="the post or comment that is answered",
    )
    at: WallTime | None = Field(default=None, description="when; none: as soon as it is approved")

    @field_validator("text", "parts", mode="before")
    @classmethod
    def _visible(cls, value: object) -> object:
        if isinstance(value, str):
            return plain(value)
        return [plain(part) for part in value] if isinstance(value, list | tuple) else value

    @field_validator("link")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and (
            not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value) or visible(value) != value
        ):
            raise ValueError(f"{value!r} is no web address; write it with https://")
        return value

    @field_validator("hashtags", mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        tags = re.split(r"[\s,]+", value) if isinstance(value, str) else value
        if not isinstance(tags, list | tuple):
            return tags
        bare = [plain(visible(str(tag))).lstrip("#\uff03") for tag in tags]
        if wrong := [said for tag in bare if (said := _no_hashtag(tag))]:
            raise ValueError("; ".join(wrong))
        return tuple(dict.fromkeys(tag for tag in bare if tag))

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.media or shows_something(self.text) or any(map(shows_something, self.parts))):
            raise ValueError(LINK_ALONE if self.link else EMPTY)
        return self


class Publication(BaseModel, frozen=True, extra="forbid"):
    """One platform's part of a post: exactly what a person approves and what goes over the wire."""

    platform: Platform
    account: str = Field(
        min_length=1, max_length=200, description="id of the page, profile or account that speaks"
    )
    account_name: str = Field(default="", max_length=200, description="how readers know it")
    parts: tuple[str, ...] = Field(min_length=1, description="the text; more than one is a thread")
    media: tuple[Media, ...] = ()
    media_urls: tuple[str, ...] = Field(default=(), description="where the platform fetches the media")
    link: str | None = Field(default=None, description="shown as a preview, where it is no part of the text")
    reply_to: str | None = None
    publish_at: AwareDatetime | None = Field(default=None, description="none: as soon as it is approved")
    zone: str | None = Field(default=None, description="whose clocks its author reads")
    cost: Decimal = Field(default=Decimal(0), ge=0, description="US dollars that the platform charges")

    @property
    def text(self) -> str:
        """The whole text, parts under each other."""
        return "\n\n".join(self.parts)

    @property
    def due(self) -> datetime | None:
        """When it goes out, by the clocks of its author."""
        return self.publish_at and self.publish_at.astimezone(ZoneInfo(check_zone(self.zone or "UTC")))

    @property
    def when(self) -> str:
        """The same in words, and in UTC."""
        if self.due is None:
            return "as soon as you approve"
        there, here = shown_there(self.due), shown_time(self.due)
        return there if there == here else f"{there}, {here}"

    @property
    def words(self) -> tuple[object, ...]:
        """What its author has written of it, as it goes out."""
        return self.parts, self.link, self.reply_to, self.publish_at

    def shown(self) -> dict[str, Any]:
        """What a person decides on, in the words of somebody who posts."""
        texts = {"text": self.parts[0]} if len(self.parts) == 1 else dict(_numbered("post", self.parts))
        files = {
            name: value
            for number, media in enumerate(self.media, start=1)
            for name, value in (
                (f"file {number}", media.document),
                (
                    f"file {number} is described as",
                    media.alt_text or "nothing: readers who cannot see it are told nothing",
                ),
            )
        }
        return {"speaks_as": self.account_name or self.account, **texts, **files} | self.facts()

    def facts(self) -> dict[str, Any]:
        """What a person decides on beside text and files: who speaks, when and for how much."""
        return {
            "speaks_as": self.account_name or self.account,
            "goes_out": self.when,
            "costs": f"{self.cost} USD" if self.cost else "nothing",
            "link_preview": self.link,
            "answers_post": self.reply_to,
        }


def _numbered(name: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((f"{name} {number}", value) for number, value in enumerate(values, start=1))


def _no_hashtag(tag: str) -> str | None:
    """Why readers would see another hashtag, or none."""
    if end := ENDS_HASHTAG.search(tag):
        sign = "the space" if end[0].isspace() else f"'{end[0]}'"
        return f"'{tag}' would end before {sign}; write {ENDS_HASHTAG.sub('', tag)}, or several with commas between"
    return f"'{tag}' has digits alone, which make no hashtag; add a letter" if tag.isdigit() else None


def plain(text: str) -> str:
    """Text in NFC, with one kind of line end and nothing that a reader would not see."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return HIDDEN.sub("", lines).strip()


def shows_something(text: str) -> bool:
    """Whether a reader sees any of it."""
    return any(not sign.isspace() and sign not in BLANKS for sign in visible(plain(text)))
