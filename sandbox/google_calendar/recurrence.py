"""The days of a recurring event: `RRULE`s of the frequencies DAILY and WEEKLY, by the wall clock (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.store import Row

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_DAYS = 3 * 366
"""Google expands without end; three years are further than anybody looks here."""


def instances(key: str, row: Row) -> Iterator[Row]:
    """The event itself, or each of its days as an event of its own."""
    if not row.get("recurrence"):
        yield {"id": key, **row}
        return
    whole_day = "date" in row["start"]
    begins, length = _begin(row), _end(row) - _begin(row)
    for begin in _begins(begins, _rule(row)):
        stamp = f"{begin:%Y%m%d}" if whole_day else f"{begin.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        one = {name: value for name, value in row.items() if name != "recurrence"}
        start = _as(begin, row["start"])
        yield one | {
            "id": f"{key}_{stamp}",
            "recurringEventId": key,
            "originalStartTime": start,
            "start": start,
            "end": _as(begin + length, row["end"]),
        }


def span(row: Row) -> tuple[datetime, datetime]:
    """From when to when, whole days by UTC."""
    return _begin(row).astimezone(UTC), _end(row).astimezone(UTC)


def _begins(first: datetime, rule: dict[str, str]) -> Iterator[datetime]:
    """The wall clock stays, also where the clocks are changed in between."""
    weekly, every = rule["FREQ"] == "WEEKLY", int(rule.get("INTERVAL", "1"))
    days = {DAYS.index(day) for day in rule["BYDAY"].split(",")} if "BYDAY" in rule else {first.weekday()}
    until, left = rule.get("UNTIL", "99991231")[:8], int(rule.get("COUNT", str(MOST_DAYS)))
    monday = first.date() - timedelta(days=first.weekday())
    for number in range(MOST_DAYS):
        begin = datetime.combine(first.date() + timedelta(days=number), first.time(), first.tzinfo)
        weeks = (begin.date() - monday).days // 7
        fits = begin.weekday() in days and weeks % every == 0 if weekly else number % every == 0
        if left == 0 or f"{begin:%Y%m%d}" > until:
            return
        if fits:
            left -= 1
            yield begin


def _rule(row: Row) -> dict[str, str]:
    text = next(line for line in row["recurrence"] if line.startswith("RRULE:"))
    return dict(part.split("=", 1) for part in text.removeprefix("RRULE:").split(";"))


def _begin(row: Row) -> datetime:
    return _moment(row["start"])


def _end(row: Row) -> datetime:
    return _moment(row["end"])


def _moment(when: dict[str, Any]) -> datetime:
    if "date" in when:
        return datetime.combine(date.fromisoformat(when["date"]), time(), UTC)
    moment = datetime.fromisoformat(when["dateTime"])
    return moment.astimezone(ZoneInfo(when["timeZone"])) if "timeZone" in when else moment


def _as(moment: datetime, like: dict[str, Any]) -> dict[str, Any]:
    if "date" in like:
        return {"date": f"{moment:%Y-%m-%d}"}
    return {**like, "dateTime": moment.isoformat()}
