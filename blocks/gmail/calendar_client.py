"""The account's own Google Calendar, through google-api-python-client; it is only read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blocks.gmail.errors import GmailConsentError, GmailRefusedError, GmailScopeError
from blocks.gmail.google import GoogleClient
from domain.errors import RejectedError

CALENDAR_API_URL = "https://www.googleapis.com"
CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.events.owned.readonly"
"""The narrowest that lists the events of calendars that the account owns."""

OWN_CALENDAR = "primary"
MOST_ON_PAGE = 250
GONE = 410


class CalendarScopeError(GmailConsentError):
    """The consent does not cover the calendar."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"the consent does not cover Google Calendar ({said}); run fte connect calendar and tick every box"
        )


class CalendarTooOldError(RejectedError):
    """Google no longer tells what changed since this sync token."""

    def __init__(self) -> None:
        super().__init__("Google Calendar no longer tells what changed since the last read; it is read anew")


@dataclass(frozen=True)
class Window:
    """The time for which events are read, recurring ones each by itself."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class EventPage:
    """Events as Google sends them; `sync_token` stands on the last page alone."""

    events: tuple[dict[str, Any], ...]
    time_zone: str
    next_page: str | None
    sync_token: str | None


class CalendarClient(GoogleClient):
    """One account's own calendar; use it as an async context manager."""

    name, document, batch_path = "Google Calendar", "calendar.v3.json", "batch/calendar/v3"

    def resource(self) -> Any:
        """What the calls are built on."""
        return self.service.events()

    async def in_window(self, window: Window, page: str | None = None) -> EventPage:
        """The events of a window, without what is cancelled.

        Raises:
            CalendarScopeError: the consent does not cover it.
        """
        times = {"timeMin": window.since.isoformat(), "timeMax": window.until.isoformat()}
        return await self._list(times, page)

    async def changes(self, sync_token: str, page: str | None = None) -> EventPage:
        """What changed since then, cancelled events among it.

        Raises:
            CalendarTooOldError: the calendar has to be read anew.
            CalendarScopeError: the consent does not cover it.
        """
        try:
            return await self._list({"syncToken": sync_token}, page)
        except GmailRefusedError as error:
            if error.status == GONE:
                raise CalendarTooOldError from error
            raise

    async def _list(self, what: Mapping[str, str], page: str | None) -> EventPage:
        def build(events: Any) -> Any:
            return events.list(
                calendarId=OWN_CALENDAR, singleEvents=True, maxResults=MOST_ON_PAGE, pageToken=page, **what
            )

        try:
            return await self.read("events.list", build, _page_of)
        except GmailScopeError as error:
            raise CalendarScopeError(str(error.__cause__ or "")[:200] or "scope missing") from error


def _page_of(resource: Mapping[str, Any]) -> EventPage:
    rows = resource.get("items", [])
    next_page, token = resource.get("nextPageToken"), resource.get("nextSyncToken")
    if not (next_page or token):
        raise ValueError("neither another page nor a sync token")
    return EventPage(tuple(map(dict, rows)), str(resource.get("timeZone", "UTC")), next_page, token)
