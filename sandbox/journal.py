"""The list of every request the sandbox received, kept across restarts.

A request is listed when it arrives and completed before its answer leaves, so whoever has an answer
finds it here, and whoever was cut off can still learn whether the effect took place.
"""

import json
import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from sandbox.store import Store

MOST_ENTRIES = 50_000
"""Of a sandbox that runs for weeks the oldest requests are forgotten."""
LONGEST_BODY = 64_000
"""Longer bodies are kept as their first characters (attachments would fill the disk)."""

_PREFIXES = {
    "/json/2": "odoo",
    "/jsonrpc": "odoo",
    "/web": "odoo",
    "/gmail/": "gmail",
    "/batch/gmail": "gmail",
    "/upload/gmail": "gmail",
    "/calendar/": "google-calendar",
    "/2/": "x",
    "/i/oauth2": "x",
    "/rest/": "linkedin",
    "/v1/": "model",
    "/v2/": "linkedin",
    "/oauth/v2": "linkedin",
    "/dms-uploads": "linkedin",
    "/v26.0/178": "instagram",
    "/v26.0/158": "whatsapp",
    "/whatsapp-media/": "whatsapp",
    "/v26.0/": "facebook",
    "/media/": "media",
    "/outside/": "web",
    "/robots.txt": "web",
    "/token": "gmail",
    "/o/oauth2": "gmail",
}


class RequestProgress(StrEnum):
    """How far a request came."""

    RECEIVED = "received"
    ANSWERED = "answered"
    CUT = "cut"


class RequestEntry(BaseModel):
    """One request as seen from inside the service."""

    id: int = 0
    at: datetime
    service: str
    method: str
    path: str
    query: str = ""
    body: Any = None
    progress: RequestProgress = RequestProgress.RECEIVED
    status: int | None = None
    effect: bool = False
    changed: list[str] = []
    fault: str | None = None


class Filter(BaseModel):
    """What `GET /_sandbox/journal` can ask for; path and body are regular expressions."""

    service: str | None = None
    method: str | None = None
    path: str | None = None
    body: str | None = None
    status: int | None = None
    effect: bool | None = None
    fault: str | None = None
    after: int = 0

    def matches(self, entry: RequestEntry) -> bool:
        """Whether every given condition holds."""
        wanted = self.model_dump(exclude={"path", "body", "after"}, exclude_none=True)
        return (
            entry.id > self.after
            and all(getattr(entry, name) == value for name, value in wanted.items())
            and re.search(self.path or "", entry.path) is not None
            and re.search(self.body or "", body_text(entry.body)) is not None
        )


class RequestJournal:
    """Entries in the store's own table."""

    def __init__(self, store: Store) -> None:
        self._table = store.table("_journal")

    def open(self, entry: RequestEntry) -> RequestEntry:
        """List a request that has arrived."""
        key = self._table.add(entry.model_dump(mode="json"))
        if len(self._table) > MOST_ENTRIES:
            self._table.remove(next(iter(self._table.peek())))
        return entry.model_copy(update={"id": key})

    def save(self, entry: RequestEntry) -> None:
        """Keep what became of it; an entry cleared meanwhile stays cleared."""
        if entry.id in self._table:
            self._table.put(entry.id, entry.model_dump(mode="json"))

    def entries(self, wanted: Filter) -> list[RequestEntry]:
        """The requests that match, oldest first."""
        found = (RequestEntry.model_validate({**row, "id": key}) for key, row in self._table.peek().items())
        return [entry for entry in found if wanted.matches(entry)]

    def clear(self) -> None:
        """Forget all requests; their numbers go on."""
        for key in list(self._table.peek()):
            self._table.remove(key)


def service_of(path: str) -> str:
    """The service that owns a path."""
    return next((name for prefix, name in _PREFIXES.items() if path.startswith(prefix)), "unknown")


def readable_body(body: bytes) -> Any:
    """JSON where it is JSON and not too long, else bounded text; None for nothing."""
    if not body:
        return None
    if len(body) <= LONGEST_BODY:
        try:
            return json.loads(body)
        except ValueError:
            return body.decode("utf-8", "replace")
    return body[:LONGEST_BODY].decode("utf-8", "replace")


def body_text(body: Any) -> str:
    """A recorded body as text to search in."""
    if body is None:
        return ""
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
