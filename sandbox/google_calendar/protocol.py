"""The Calendar API on the wire: `events.list` of the own calendar, and the admin side's switches."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.company import MAILBOX
from sandbox.gmail.errors import GmailRefusal, not_found
from sandbox.gmail.oauth import CALENDAR_SCOPES, GoogleTokens
from sandbox.google_calendar.events import Events
from sandbox.google_calendar.recurrence import span
from sandbox.store import Row, Store

TIME_ZONE = "Europe/Berlin"
PAGE, LARGEST_PAGE = 250, 2500
NOT_WITH_TOKEN = frozenset(
    {
        "iCalUID",
        "orderBy",
        "privateExtendedProperty",
        "q",
        "sharedExtendedProperty",
        "timeMin",
        "timeMax",
        "updatedMin",
    }
)
OWN = frozenset({"changed", "gone", "is_day"})
"""Fields of our rows that Google does not have."""


def routes(store: Store) -> list[Route]:
    """The calendar's paths, and the admin side's about it."""
    server = _Server(Events(store), GoogleTokens(store))
    side = "/_sandbox/calendar"
    return [
        Route("/calendar/v3/calendars/{calendar}/events", server.list_events, methods=["GET"]),
        Route(f"{side}/events/{{id}}", server.put, methods=["PUT"]),
        Route(f"{side}/events/{{id}}", server.cancel, methods=["DELETE"]),
        Route(f"{side}/expire_tokens", server.expire, methods=["POST"]),
    ]


class _Server:
    def __init__(self, events: Events, tokens: GoogleTokens) -> None:
        self._events, self._tokens = events, tokens

    async def put(self, request: Request) -> Response:
        """PUT: create or change an event, as in the app."""
        return JSONResponse(self._events.put(request.path_params["id"], await request.json()))

    async def cancel(self, request: Request) -> Response:
        self._events.cancel(request.path_params["id"])
        return JSONResponse({"status": "cancelled"})

    async def expire(self, _: Request) -> Response:
        self._events.expire_tokens()
        return JSONResponse({"status": "expired"})

    async def list_events(self, request: Request) -> Response:
        """GET events.list."""
        query = {
            name: values[-1]
            for name, values in parse_qs(request.scope["query_string"].decode("latin-1")).items()
        }
        try:
            self._tokens.check(request.headers.get("authorization", ""), CALENDAR_SCOPES)
            if request.path_params["calendar"].replace("%40", "@") not in {"primary", MAILBOX}:
                raise not_found()
            answer = self._listed(query)
        except GmailRefusal as refusal:
            return JSONResponse(refusal.body(), refusal.code, headers=refusal.headers)
        return JSONResponse(answer)

    def _listed(self, query: dict[str, str]) -> dict[str, Any]:
        rows, seen = self._wanted(query)
        start = int(_opened(query["pageToken"], "page")[0]) if "pageToken" in query else 0
        size = max(1, min(int(query.get("maxResults", PAGE)), LARGEST_PAGE))
        shown = rows[start : start + size]
        answer: dict[str, Any] = {
            "kind": "calendar#events",
            "summary": MAILBOX,
            "timeZone": TIME_ZONE,
            "accessRole": "owner",
            "items": [{name: value for name, value in row.items() if name not in OWN} for row in shown],
        }
        if start + size < len(rows):
            return answer | {"nextPageToken": _token("page", start + size)}
        window = [query.get("timeMin", ""), query.get("timeMax", "")]
        if "syncToken" in query:
            window = _opened(query["syncToken"], "sync")[1:]
        return answer | {"nextSyncToken": _token("sync", seen, *window)}

    def _wanted(self, query: dict[str, str]) -> tuple[list[Row], int]:
        """The rows that the query is about, and the last change that they show."""
        if query.get("singleEvents") != "true":
            raise _invalid("the stand-in lists single events only", "singleEvents")
        seen, rows = self._events.now, self._events.expanded()
        if "syncToken" not in query:
            shown = query.get("showDeleted") == "true"
            kept = [row for row in rows if shown or row["status"] != "cancelled"]
            return [
                row for row in kept if _inside(row, query.get("timeMin", ""), query.get("timeMax", ""))
            ], seen
        if NOT_WITH_TOKEN & query.keys():
            raise _invalid("Sync token cannot be used with other filters.", "syncToken")
        since, earliest, latest = _opened(query["syncToken"], "sync")
        if since < self._events.oldest:
            raise gone()
        changed = [row for row in rows if row["changed"] > since]
        return [
            row for row in changed if row["status"] == "cancelled" or _inside(row, earliest, latest)
        ], seen


def gone() -> GmailRefusal:
    """The sync token is too old."""
    said = "Sync token is no longer valid, a full sync is required."
    detail = {
        "domain": "calendar",
        "reason": "fullSyncRequired",
        "locationType": "parameter",
        "location": "syncToken",
    }
    return GmailRefusal(410, "GONE", said, detail)


def _invalid(said: str, parameter: str) -> GmailRefusal:
    detail = {"domain": "calendar", "reason": "invalid", "locationType": "parameter", "location": parameter}
    return GmailRefusal(400, "INVALID_ARGUMENT", said, detail)


def _inside(row: Row, earliest: str, latest: str) -> bool:
    """Google takes what ends after `timeMin` and begins before `timeMax`."""
    begins, ends = span(row)
    return (not earliest or ends > _moment(earliest)) and (not latest or begins < _moment(latest))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace(" ", "+")).astimezone(UTC)
    except ValueError as error:
        raise _invalid("Bad Request", "timeMin") from error


def _token(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def _opened(token: str, kind: str) -> list[Any]:
    try:
        named, *parts = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error) as error:
        raise _invalid(f"Invalid {kind} token value.", f"{kind}Token") from error
    if named != kind:
        raise _invalid(f"Invalid {kind} token value.", f"{kind}Token")
    return list(parts)
