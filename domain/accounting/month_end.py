"""Whether a month's books can be closed: each check with what it found, and what has to be done first."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from domain.errors import RejectedError

MOST_NAMED = 5


class MonthWanted(BaseModel, frozen=True, extra="forbid"):
    """Which month."""

    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")


class MonthEndCheck(BaseModel, frozen=True):
    """One look at the month."""

    name: str
    found: list[str] = Field(description="what is not as it should be; empty: all is")
    remedy: str
    is_blocking: bool = True

    def line(self) -> str:
        """For a person."""
        if not self.found:
            return f"{self.name}: all right"
        more = len(self.found) - MOST_NAMED
        names = ", ".join(self.found[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"{self.name}: {len(self.found)} ({names}); {self.remedy}"


class MonthEnd(BaseModel, frozen=True):
    """A month that can be closed."""

    month: str
    checks: list[MonthEndCheck]
    text: str = Field(description="a sentence for each check")


class MonthNotReadyError(RejectedError):
    """Something has to be done before the month can be closed; all of it at once."""

    def __init__(self, month: str, checks: Sequence[MonthEndCheck]) -> None:
        lines = "; ".join(check.line() for check in checks if check.found and check.is_blocking)
        super().__init__(
            f"{month} cannot be closed yet: {lines}. Put this right and set status: new; it is checked again"
        )


def month_end(month: str, checks: Sequence[MonthEndCheck]) -> MonthEnd:
    """The month, if nothing keeps it open.

    Raises:
        MonthNotReadyError: something does.
    """
    if any(check.found and check.is_blocking for check in checks):
        raise MonthNotReadyError(month, checks)
    return MonthEnd(month=month, checks=list(checks), text=". ".join(check.line() for check in checks))
