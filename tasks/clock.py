"""The clock: what asks it by this name can be given another time."""

from datetime import UTC, datetime


def present() -> datetime:
    """What time it is, in UTC."""
    return datetime.now(UTC)
