"""A draft in the Vault: its front matter as a post, and where it stands."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from domain.errors import RejectedError
from domain.refused_values import refusals
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON
from domain.social.schedule import WallTime


class DraftStatus(StrEnum):
    """Where a post stands; a person writes the first two."""

    DRAFT = "draft"
    READY = "ready"
    ASKED = "asked"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    REFUSED = "refused"
    CANCELLED = "cancelled"


FOLLOWED = frozenset({DraftStatus.ASKED, DraftStatus.SCHEDULED})
"""Statuses that change by themselves."""


class BadDraftError(RejectedError):
    """The note cannot be made into a post."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"{'; '.join(problems)}; correct that and set status: ready")


class Draft(BaseModel):
    """The properties of a note in Posts/ that a person writes; unknown ones are theirs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    platforms: tuple[Platform, ...] = Field(min_length=1)
    at: datetime | None = None
    zone: str | None = None
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    alt_texts: tuple[str, ...] = ()
    reply_to: str | None = None

    @field_validator("platforms", "hashtags", "media", "alt_texts", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if value is None:
            return ()
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("platforms")
    @classmethod
    def _connectable(cls, value: tuple[Platform, ...]) -> tuple[Platform, ...]:
        if others := [platform.title for platform in value if platform not in PUBLISHED_ON]:
            raise ValueError(f"{', '.join(others)} cannot be published on yet")
        return value

    @field_validator("reply_to", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return None if value is None else str(value)


def order_of(front: Mapping[str, Any], body: str, zone: str, documents: list[str]) -> dict[str, Any]:
    """What the note orders, as JSON values of a `SocialOrder`.

    Args:
        front: The note's properties.
        body: The post's text.
        zone: The time zone where the note names none.
        documents: The note's files, as they are kept in the Vault.

    Raises:
        BadDraftError: a property is not what it has to be.
    """
    draft = draft_of(front)
    said = draft.model_dump(mode="json", exclude={"at", "zone", "media"}, exclude_defaults=True)
    try:
        when = WallTime(local=draft.at, zone=draft.zone or zone) if draft.at else None
    except ValidationError as error:
        raise BadDraftError(refusals(error)) from error
    said |= {"text": body.strip()} | ({"at": when.model_dump(mode="json")} if when else {})
    return said | ({"documents": documents} if documents else {})


def draft_of(front: Mapping[str, Any]) -> Draft:
    """The properties as typed values.

    Raises:
        BadDraftError: one is not what it has to be.
    """
    try:
        return Draft.model_validate(dict(front))
    except ValidationError as error:
        raise BadDraftError(refusals(error)) from error
