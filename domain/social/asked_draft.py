"""A post that its owner asked for in words: kept as a note in Posts/, which asks before anything is public."""

from pydantic import BaseModel, Field


class DraftInputs(BaseModel, extra="forbid", frozen=True, str_strip_whitespace=True):
    """What the note says."""

    text: str = Field(min_length=1, max_length=20_000)
    platform: str = Field(description="facebook, instagram, linkedin or x; several with commas")
    at: str | None = Field(
        default=None, max_length=40, description="local time, 2026-12-24 09:00; none: at once"
    )


class AskedDraft(BaseModel, frozen=True):
    """The note, ready to be asked about."""

    post: str = Field(description="its name in Posts/")
    text: str
