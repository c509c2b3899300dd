"""Words for tests about the calendar: the demo account, its consent, what happens in the app."""

from typing import Any

from pydantic import SecretStr

from blocks.gmail.credentials import GmailCredentials
from tests.sandbox_fixture import SandboxClient

ADA = {"email": "ada@elsewhere.example"}


def consent(sandbox: SandboxClient, **changes: Any) -> GmailCredentials:
    """What `fte connect calendar` saves."""
    facts: dict[str, Any] = {
        "client_id": "sandbox-client",
        "client_secret": SecretStr("sandbox-secret"),
        "refresh_token": SecretStr("sandbox-refresh"),
        "token_url": f"{sandbox.url}/token",
        "api_url": sandbox.url,
        "reads_calendar": True,
        "calendar_url": sandbox.url,
    }
    return GmailCredentials(**facts | changes)


def put(sandbox: SandboxClient, key: str, **event: Any) -> None:
    """Create or change an event, as in the app."""
    sandbox.http.put(f"/_sandbox/calendar/events/{key}", json=event).raise_for_status()


def cancel(sandbox: SandboxClient, key: str) -> None:
    """Delete an event, or one day of a recurring one."""
    sandbox.http.delete(f"/_sandbox/calendar/events/{key}").raise_for_status()


def expire_tokens(sandbox: SandboxClient) -> None:
    """Have Google forget what changed since any sync token."""
    sandbox.http.post("/_sandbox/calendar/expire_tokens").raise_for_status()


def whole_days(first: str, after: str) -> dict[str, Any]:
    """Start and end of an event of whole days; `after` is the day after its last."""
    return {"start": {"date": first}, "end": {"date": after}}


def timed(begins: str, ends: str, zone: str = "Europe/Berlin") -> dict[str, Any]:
    """Start and end of an event with times."""
    return {"start": {"dateTime": begins, "timeZone": zone}, "end": {"dateTime": ends, "timeZone": zone}}


def invited(answer: str) -> dict[str, Any]:
    """What makes an event somebody else's."""
    guests = [{"email": "owner@northwindlane.example", "self": True, "responseStatus": answer}, ADA]
    return {"creator": ADA, "organizer": ADA, "attendees": guests}
