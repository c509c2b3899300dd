"""The part of Gmail's search language that mail programs use."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.gmail import rfc822
from sandbox.gmail.errors import GmailRefusal, invalid

_AGE = re.compile(r"(\d+)([dmy])")
_DAYS = {"d": 1, "m": 30, "y": 365}
_PLACES = {
    "inbox": "INBOX",
    "sent": "SENT",
    "spam": "SPAM",
    "trash": "TRASH",
    "draft": "DRAFT",
    "drafts": "DRAFT",
}
_STATES = {"unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT"}


@dataclass(frozen=True)
class SearchedMessage:
    """A stored message as the search sees it."""

    raw: bytes
    labels: frozenset[str]
    label_names: frozenset[str]
    received_ms: int
    now: datetime


def matches(query: str, candidate: SearchedMessage) -> bool:
    """Whether every term holds.

    Raises:
        GmailRefusal: a term has no sense.
    """
    return all(_term(word, candidate) for word in _words(query))


def _words(query: str) -> list[str]:
    try:
        return shlex.split(query.replace("'", "\\'"))
    except ValueError:
        return query.split()


def _term(word: str, candidate: SearchedMessage) -> bool:
    if word.startswith("-") and len(word) > 1:
        return not _term(word[1:], candidate)
    operator, colon, value = word.partition(":")
    rule = _RULES.get(operator.lower()) if colon else None
    if rule is None:
        return word.lower() in rfc822.searchable(rfc822.parse(candidate.raw))
    return rule(value, candidate)


def _message_id(value: str, candidate: SearchedMessage) -> bool:
    stored = rfc822.header(rfc822.parse(candidate.raw), "Message-ID")
    return bool(stored) and stored.strip("<> ") == value.strip("<> ")


def _header_holds(name: str) -> Callable[[str, SearchedMessage], bool]:
    def holds(value: str, candidate: SearchedMessage) -> bool:
        return value.lower() in rfc822.header(rfc822.parse(candidate.raw), name).lower()

    return holds


def _place(value: str, candidate: SearchedMessage) -> bool:
    if value.lower() == "anywhere":
        return True
    return _PLACES.get(value.lower(), value.upper()) in candidate.labels


def _state(value: str, candidate: SearchedMessage) -> bool:
    if value.lower() == "read":
        return "UNREAD" not in candidate.labels
    return _STATES.get(value.lower(), value.upper()) in candidate.labels


def _moment(value: str) -> float:
    if value.isdigit():
        return float(value)
    try:
        year, month, day = (int(part) for part in re.split(r"[/-]", value))
        return datetime(year, month, day, tzinfo=UTC).timestamp()
    except ValueError as error:
        raise _senseless(value) from error


def _age(value: str, now: datetime) -> float:
    found = _AGE.fullmatch(value)
    if found is None:
        raise _senseless(value)
    return (now - timedelta(days=int(found[1]) * _DAYS[found[2]])).timestamp() * 1000


def _senseless(value: str) -> GmailRefusal:
    return invalid(f"Invalid query: {value}")


_RULES: dict[str, Callable[[str, SearchedMessage], bool]] = {
    "rfc822msgid": _message_id,
    "from": _header_holds("From"),
    "to": _header_holds("To"),
    "subject": _header_holds("Subject"),
    "label": lambda value, one: value.lower() in {name.lower().replace(" ", "-") for name in one.label_names},
    "in": _place,
    "is": _state,
    "after": lambda value, one: one.received_ms >= _moment(value) * 1000,
    "before": lambda value, one: one.received_ms < _moment(value) * 1000,
    "newer_than": lambda value, one: one.received_ms >= _age(value, one.now),
    "older_than": lambda value, one: one.received_ms < _age(value, one.now),
    "has": lambda value, one: value.lower() == "attachment" and rfc822.has_attachment(rfc822.parse(one.raw)),
}
