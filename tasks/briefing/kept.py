"""The briefings that were made, one file each in the state of this mode: the same week gives the same numbers."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from blocks.settings import settings
from domain.briefing.briefing import Briefing
from domain.briefing.wording import BriefingWording
from domain.errors import RejectedError
from domain.week import Week, ended_week
from tasks.policy.handbook import read_handbook
from tasks.vault.atomic import disk_errors, put_over, write_beside


class NoBriefingError(RejectedError):
    """None was made of the week."""

    def __init__(self, week: str) -> None:
        super().__init__(f"there is no briefing of {week} yet; make it: fte briefing make {week}")


def week_meant(said: str) -> Week:
    """The week that is meant, by the owner's clocks.

    Raises:
        WeekError: nobody can say which, or it has not ended.
    """
    return ended_week(said, datetime.now(UTC), ZoneInfo(read_handbook().time_zone))


def keep_briefing(briefing: Briefing) -> None:
    """Keep it instead of an older one of the week."""
    path = _path(briefing.week)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        put_over(write_beside(path, briefing.model_dump_json(indent=1).encode(), "briefing"), path)


def kept_briefing(week: Week) -> Briefing:
    """The week's briefing as it was made.

    Raises:
        NoBriefingError: there is none that can be read.
    """
    path = _path(week.number)
    try:
        with disk_errors(path):
            return Briefing.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        raise NoBriefingError(week.number) from None


def kept_wording(week: str) -> BriefingWording:
    """The words that were kept of a week (`2026-W47`); none where no briefing was made of it."""
    try:
        return Briefing.model_validate_json(_path(week).read_bytes()).wording
    except (FileNotFoundError, ValidationError):
        return BriefingWording()


def _path(label: str) -> Path:
    return settings().state / "briefings" / f"{label}.json"
