"""Spans of time as a person writes them in a playbook: `3 days`, `2 hours`."""

import re
from datetime import timedelta

_SPAN = re.compile(r"^\s*(\d{1,4})\s*(minute|hour|day|week)s?\s*$", re.IGNORECASE)
SPAN_FORM = "write a number and minutes, hours, days or weeks, such as 3 days"


def span_of(text: str) -> timedelta:
    """How long that is.

    Raises:
        ValueError: it is no span of time.
    """
    found = _SPAN.match(text)
    if found is None:
        raise ValueError(f"'{text}' is no span of time; {SPAN_FORM}")
    return timedelta(**{f"{found[2].casefold()}s": int(found[1])})


def said_span(seconds: float) -> str:
    """About how long, in words."""
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}{'s' * (count != 1)}"
    return "less than a minute"
