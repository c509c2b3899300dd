"""The clocks that a person reads: the handbook's as it is written. Every time that is shown names its zone."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from blocks.settings import HANDBOOK
from domain.social.schedule import check_zone
from domain.times import shown_there
from domain.vault.broken import BrokenNoteError
from tasks.vault.vault import NoteMissingError, current_vault


def written_zone() -> str:
    """The handbook's time zone as it is written; UTC where it cannot be told."""
    try:
        return check_zone(str(current_vault().read_root(HANDBOOK).front.get("time_zone") or "UTC"))
    except (NoteMissingError, BrokenNoteError, ValueError):
        return "UTC"


def own_clocks() -> tzinfo:
    """The clocks of the business."""
    return ZoneInfo(written_zone())


def shown_here(moment: datetime) -> str:
    """A moment by the clocks of the business, with their zone."""
    return shown_there(moment.astimezone(own_clocks()))
