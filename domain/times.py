"""Moments as a person reads them, in one form everywhere: notes, forms, tables, messages."""

from datetime import UTC, datetime


def shown_time(moment: datetime) -> str:
    """Such as "2026-11-20 09:00 UTC"; days without an hour are written alike, as ISO has them."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
