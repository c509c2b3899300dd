"""What was expected of a frame's rows where it entered, and which rows do not fulfil it."""

from pydantic import AwareDatetime, BaseModel, Field

MOST_NAMED = 50


class Expectation(BaseModel, frozen=True):
    """One sentence about every row."""

    said: str
    failed: tuple[str, ...] = Field(
        default=(), description=f"ids of the rows that fail, at most {MOST_NAMED}"
    )
    failed_count: int = 0

    @property
    def is_met(self) -> bool:
        """Whether every row fulfils it."""
        return self.failed_count == 0

    @property
    def has_more(self) -> bool:
        """Whether more rows fail than are named."""
        return self.failed_count > len(self.failed)


class FrameCheck(BaseModel, frozen=True):
    """What came of all that is expected of one frame; without rows nothing was to be checked."""

    frame: str = Field(description="what a reader calls its rows: Journal items")
    rows: int
    checked_at: AwareDatetime
    expectations: tuple[Expectation, ...] = ()

    @property
    def unmet(self) -> tuple[Expectation, ...]:
        """What some rows do not fulfil."""
        return tuple(one for one in self.expectations if not one.is_met)
