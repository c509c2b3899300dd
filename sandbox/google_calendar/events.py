"""The events of the own calendar, and what changed since a moment of its history."""

from typing import Any

from sandbox.company import MAILBOX
from sandbox.google_calendar.recurrence import instances
from sandbox.store import Row, Store

OWNER = {"email": MAILBOX, "self": True}


class Events:
    """Rows by id: single events, recurring ones, and days of recurring ones that differ from the others."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._events = store.table("google_calendar_events")
        self._moments = store.table("_google_calendar_moments")

    @property
    def now(self) -> int:
        """The number of the last change."""
        return int((self._moments.get("last") or {"number": 0})["number"])

    @property
    def oldest(self) -> int:
        """Sync tokens from before this change are too old."""
        return int((self._moments.get("oldest") or {"number": 0})["number"])

    def expire_tokens(self) -> None:
        """Make every sync token given out so far too old."""
        self._moments.put("oldest", {"number": self._next()})

    def put(self, key: str, event: dict[str, Any]) -> Row:
        """Create or change an event; days that a recurring one no longer has are cancelled."""
        with self.store.transaction():
            before = self._events.get(key)
            number = self._next()
            row = _filled(event, before) | {"changed": number, "gone": (before or {}).get("gone", {})}
            if before and before["status"] != "cancelled":
                left = {one["id"] for one in instances(key, before)} - {
                    one["id"] for one in instances(key, row)
                }
                row["gone"] = row["gone"] | dict.fromkeys(left, number)
            self._events.put(key, row)
            return {"id": key, **row}

    def cancel(self, key: str) -> None:
        """Take an event out, or one day of a recurring one."""
        with self.store.transaction():
            if key in self._events:
                self.put(key, {"status": "cancelled"})
                return
            master = key.rpartition("_")[0]
            day = next(one for one in instances(master, self._events[master]) if one["id"] == key)
            self._events.put(
                key, day | {"status": "cancelled", "changed": self._next(), "gone": {}, "is_day": True}
            )

    def expanded(self) -> list[Row]:
        """Every single event and every day of a recurring one, cancelled ones too, the oldest change first."""
        rows = self._events.rows()
        own_days = {key for key, row in rows.items() if row.get("is_day")}
        found: list[Row] = []
        for key, row in rows.items():
            days = [{"id": key, **row}] if row.get("is_day") else instances(str(key), row)
            found += [day for day in days if day["id"] == key or day["id"] not in own_days]
            found += [
                {"id": gone, "status": "cancelled", "recurringEventId": key, "changed": number}
                for gone, number in row["gone"].items()
            ]
        return sorted(found, key=lambda one: (one["changed"], one["id"]))

    def _next(self) -> int:
        number = self.now + 1
        self._moments.put("last", {"number": number})
        return number


def _filled(event: dict[str, Any], before: Row | None) -> Row:
    base: Row = before or {
        "kind": "calendar#event",
        "status": "confirmed",
        "creator": OWNER,
        "organizer": OWNER,
        "eventType": "default",
    }
    return {**base, **event}
