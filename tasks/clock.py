"""The clock: what asks it by this name can be given another time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def present() -> datetime:
    """What time it is, in UTC."""
    return datetime.now(UTC)
