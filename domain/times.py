"""Moments as a person reads them, in one form everywhere: notes, forms, tables, messages."""

from datetime import UTC, datetime


def shown_time(moment: datetime) -> str:
    """Such as "2026-11-20 09:00 UTC"; days without an hour are written alike, as ISO has them."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def shown_there(moment: datetime) -> str:
    """By the clocks of its own zone, such as "2026-11-20 10:00 Europe/Vienna"; one without a name is shown in UTC."""
    zone = getattr(moment.tzinfo, "key", "UTC")
    return shown_time(moment) if zone == "UTC" else f"{moment:%Y-%m-%d %H:%M} {zone}"


def written_moment(written: object) -> datetime | None:
    """A moment out of a note, in UTC where it names no zone; None where a person made something else of it."""
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
