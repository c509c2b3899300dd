"""Which time step a one-time code (TOTP, RFC 6238) belongs to."""

import hmac
from datetime import datetime

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How far the phone's clock may be off, each way."""


def fitting_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that this code belongs to, if it is one of those that count now."""
    import pyotp

    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    given = "".join(code.split()).encode("utf-8", "replace")
    fitting = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            fitting = step
    return fitting
