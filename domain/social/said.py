"""What a person or an agent says of a post, before our side adds account, files and cost; and all its parts."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, field_validator

from domain.social.post import Media, Platform, Publication, SocialPost
from domain.social.schedule import WallTime

LONGEST_SUBJECT = 60


class _PostWords(BaseModel, frozen=True, extra="forbid"):
    """A post's words; files are named as they are kept in the Vault."""

    text: str = Field(default="", max_length=100_000)
    documents: tuple[str, ...] = Field(default=(), max_length=20, description="files, relative to the Vault")
    alt_texts: tuple[str, ...] = Field(default=(), description="of the files, in order")
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    reply_to: str | None = None
    at: WallTime | None = None

    def post_with(self, media: tuple[Media, ...] = ()) -> SocialPost:
        """The post with its files."""
        said = self.model_dump(include=set(_PostWords.model_fields) - {"documents", "alt_texts"})
        return SocialPost.model_validate(said | {"media": media})


class PostOrder(_PostWords):
    """A post for one platform."""

    platform: Platform


class SocialOrder(_PostWords):
    """One post for several platforms."""

    platforms: tuple[Platform, ...] = Field(min_length=1)

    @field_validator("platforms")
    @classmethod
    def _once_each(cls, value: tuple[Platform, ...]) -> tuple[Platform, ...]:
        return tuple(dict.fromkeys(value))


class SocialInputs(BaseModel, frozen=True, extra="forbid"):
    """All that one post says, platform by platform: what a person decides on at once."""

    publications: tuple[Publication, ...] = Field(min_length=1)

    def shown(self) -> dict[str, Any]:
        """What a person decides on."""
        return {one.platform.title: one.shown() for one in self.publications}

    def part(self, inputs: Any) -> Publication | None:
        """The approved part for the platform of these inputs."""
        return next((one for one in self.publications if one.platform == inputs.platform), None)


def subject_of(values: Mapping[str, Any]) -> str:
    """What a post is called, of its words or of its parts: where it is to appear, and how it begins."""
    parts = values.get("publications") or [values]
    platforms = values.get("platforms") or [part["platform"] for part in parts]
    text = " ".join(str(values.get("text") or next(iter(parts[0].get("parts") or [""]))).split())
    said = text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1].rstrip()}…"
    return f"Post on {', '.join(Platform(name).title for name in platforms)}: {said or 'without a text'}"
