"""What Gmail's calls cost in quota units; the allowance per minute is in `domain.reliability.rate_limits`.

Source: Gmail API, usage limits, per-method quota usage, as of November 2026.
"""

UNITS = {
    "getProfile": 1,
    "history.list": 2,
    "messages.list": 5,
    "messages.get": 20,
    "messages.send": 100,
}
