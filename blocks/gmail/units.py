"""What Gmail's calls cost in quota units; the allowance per minute is in `domain.reliability.limits`."""

from datetime import date

CHECKED = date(2026, 11, 1)
SOURCE = "Gmail API: usage limits, per-method quota usage"

UNITS = {
    "getProfile": 1,
    "history.list": 2,
    "messages.list": 5,
    "messages.get": 20,
    "messages.send": 100,
}
