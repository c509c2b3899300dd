"""The methods of the Gmail API v1 that the employee uses, on a mailbox."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.gmail import oauth, rfc822
from sandbox.gmail.errors import GmailRefusal, delegation_denied, invalid, no_such_method, not_found
from sandbox.gmail.mailbox import HistoryChange, HistoryRecord, Mailbox, Stored, owner

PAGE, LARGEST_PAGE = 100, 500
NO_RAW = "'raw' RFC822 payload message string or uploading message via /upload/* URL required"


@dataclass(frozen=True)
class GmailCall:
    """One API call, from its own request or from a part of a batch."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: bytes = b""
    upload: bytes | None = None

    def one(self, name: str, default: str = "") -> str:
        """A parameter that is given once."""
        return self.query.get(name, [default])[-1]

    def many(self, name: str) -> list[str]:
        """A repeated parameter."""
        return self.query.get(name, [])

    def json(self) -> dict[str, Any]:
        """The JSON body.

        Raises:
            GmailRefusal: it is none.
        """
        if not self.body:
            return {}
        try:
            parsed = json.loads(self.body)
        except ValueError as error:
            raise invalid("Invalid JSON payload received.") from error
        if not isinstance(parsed, dict):
            raise invalid("Invalid JSON payload received. Unknown name.")
        return parsed


Answer = dict[str, Any] | None
Method = Callable[..., Answer]


class Api:
    """Finds a call's method, checks its token, runs it."""

    def __init__(self, mailbox: Mailbox, tokens: oauth.GoogleTokens) -> None:
        self._mailbox = mailbox
        self._tokens = tokens
        self._methods: list[tuple[str, re.Pattern[str], set[str], Method]] = [
            (verb, re.compile(rf"/gmail/v1/users/(?P<user>[^/]+)/{path}"), scopes, method)
            for verb, path, scopes, method in (
                ("GET", "profile", oauth.LISTING, self._profile),
                ("GET", "messages", oauth.LISTING, self._list),
                ("POST", "messages/send", oauth.SENDING, self._send),
                ("POST", "messages/batchModify", oauth.MODIFYING, self._batch_modify),
                ("GET", "messages/(?P<key>[^/]+)", oauth.LISTING, self._get),
                ("POST", "messages/(?P<key>[^/]+)/modify", oauth.MODIFYING, self._modify),
                ("POST", "messages/(?P<key>[^/]+)/trash", oauth.MODIFYING, self._trash),
                (
                    "GET",
                    "messages/(?P<key>[^/]+)/attachments/(?P<part>[^/]+)",
                    oauth.READING,
                    self._attachment,
                ),
                ("GET", "labels", oauth.LABELLING | oauth.LISTING, self._labels),
                ("POST", "labels", oauth.LABELLING, self._make_label),
                ("GET", "labels/(?P<key>[^/]+)", oauth.LABELLING | oauth.LISTING, self._label),
                ("GET", "history", oauth.LISTING, self._history),
                ("GET", "threads/(?P<key>[^/]+)", oauth.LISTING, self._thread),
            )
        ]

    def run(self, call: GmailCall, authorization: str) -> Answer:
        """The method's answer; None for an empty one.

        Raises:
            GmailRefusal: whatever Google would refuse.
        """
        for verb, path, scopes, method in self._methods:
            found = path.fullmatch(call.path)
            if found is None or verb != call.method:
                continue
            named = found.groupdict()
            self._tokens.check(authorization, scopes)
            user = named.pop("user").replace("%40", "@")
            if user not in ("me", owner()):
                raise delegation_denied(user)
            return method(call, **named)
        raise no_such_method()

    def _profile(self, _: GmailCall) -> Answer:
        messages = self._mailbox.all()
        return {
            "emailAddress": owner(),
            "messagesTotal": len(messages),
            "threadsTotal": len({message.thread for message in messages}),
            "historyId": str(self._mailbox.history_id),
        }

    def _list(self, call: GmailCall) -> Answer:
        hidden_too = call.one("includeSpamTrash").lower() == "true"
        found = self._mailbox.search(call.one("q"), call.many("labelIds"), hidden_too=hidden_too)
        after = call.one("pageToken")
        begin = _position(after, [message.id for message in found]) if after else 0
        page = found[begin : begin + _page_size(call)]
        answer: dict[str, Any] = {"resultSizeEstimate": len(found)}
        if page:
            answer["messages"] = [reference(message) for message in page]
        if begin + len(page) < len(found):
            answer["nextPageToken"] = str(int(page[-1].id, 16))
        return answer

    def _get(self, call: GmailCall, key: str) -> Answer:
        message = self._mailbox.get(key)
        return message_resource(message, call.one("format", "full"), call.many("metadataHeaders"))

    def _attachment(self, _: GmailCall, key: str, part: str) -> Answer:
        data = rfc822.attachment(self._mailbox.get(key).parsed, part)
        if data is None:
            raise invalid("Invalid attachment token")
        return {"size": len(data), "data": rfc822.base64url(data)}

    def _send(self, call: GmailCall) -> Answer:
        body = call.json()
        raw = _raw(call, body)
        parsed = rfc822.parse(raw)
        recipients = rfc822.addresses(parsed, "To", "Cc", "Bcc")
        if not recipients:
            raise invalid("Recipient address required")
        if self._mailbox.setting("rewrites_message_ids"):
            del parsed["Message-ID"]
            parsed["Message-ID"] = f"<CA{len(self._mailbox.all()):08d}@mail.gmail.com>"
            raw = parsed.as_bytes()
        labels = ["SENT", "INBOX", "UNREAD"] if owner() in recipients else ["SENT"]
        return short(self._mailbox.put(raw, labels, thread=self._existing_thread(body)))

    def _existing_thread(self, body: dict[str, Any]) -> str | None:
        thread = body.get("threadId")
        if thread and not any(message.thread == thread for message in self._mailbox.all()):
            raise not_found()
        return str(thread) if thread else None

    def _modify(self, call: GmailCall, key: str) -> Answer:
        body = call.json()
        changed = self._mailbox.modify(key, body.get("addLabelIds", []), body.get("removeLabelIds", []))
        return short(changed)

    def _trash(self, _: GmailCall, key: str) -> Answer:
        return short(self._mailbox.modify(key, ["TRASH"], ["INBOX"]))

    def _batch_modify(self, call: GmailCall) -> Answer:
        body = call.json()
        if not body.get("ids"):
            raise invalid("No message ids specified.")
        for key in body["ids"]:
            try:
                self._mailbox.modify(key, body.get("addLabelIds", []), body.get("removeLabelIds", []))
            except GmailRefusal as refusal:
                if refusal.code != 404:  # noqa: PLR2004 - the real method passes over missing messages
                    raise
        return None

    def _labels(self, _: GmailCall) -> Answer:
        return {"labels": self._mailbox.labels()}

    def _label(self, _: GmailCall, key: str) -> Answer:
        return counted_label(self._mailbox, self._mailbox.label(key))

    def _make_label(self, call: GmailCall) -> Answer:
        body = call.json()
        visibility = {
            "messageListVisibility": body.get("messageListVisibility", "show"),
            "labelListVisibility": body.get("labelListVisibility", "labelShow"),
        }
        return self._mailbox.make_label(str(body.get("name", "")).strip(), visibility)

    def _history(self, call: GmailCall) -> Answer:
        start = call.one("startHistoryId")
        if not start.isdigit():
            raise invalid("Missing or invalid value for 'startHistoryId'")
        types = {
            HistoryChange(name) for name in call.many("historyTypes") if name in set(HistoryChange)
        } or set(HistoryChange)
        label = call.one("labelId")
        found = [
            record
            for record in self._mailbox.records(int(start))
            if record.message and record.change in types and (not label or label in record.labels)
        ]
        token = call.one("pageToken")
        rest = [record for record in found if not token or record.id > _number(token)]
        page = rest[: _page_size(call)]
        answer: dict[str, Any] = {"historyId": str(self._mailbox.history_id)}
        if page:
            answer["history"] = [history_resource(record) for record in page]
        if len(page) < len(rest):
            answer["nextPageToken"] = str(page[-1].id)
        return answer

    def _thread(self, call: GmailCall, key: str) -> Answer:
        members = [message for message in reversed(self._mailbox.all()) if message.thread == key]
        if not members:
            raise not_found()
        shape, wanted = call.one("format", "full"), call.many("metadataHeaders")
        return {
            "id": key,
            "historyId": str(max(message.history_id for message in members)),
            "messages": [message_resource(message, shape, wanted) for message in members],
        }


def _page_size(call: GmailCall) -> int:
    return max(1, min(_number(call.one("maxResults", str(PAGE))), LARGEST_PAGE))


def _number(text: str) -> int:
    if not text.isdigit():
        raise invalid("Invalid pageToken")
    return int(text)


def _position(token: str, ids: list[str]) -> int:
    last = f"{_number(token):016x}"
    return ids.index(last) + 1 if last in ids else sum(1 for key in ids if key > last)


def _raw(call: GmailCall, body: dict[str, Any]) -> bytes:
    if call.upload is not None:
        return call.upload
    try:
        raw = rfc822.from_base64url(body.get("raw") or "")
    except ValueError as error:
        raise invalid("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed") from error
    if not raw:
        raise invalid(NO_RAW)
    return raw


_RECORD_FIELDS = {
    HistoryChange.MESSAGE_ADDED: "messagesAdded",
    HistoryChange.MESSAGE_DELETED: "messagesDeleted",
    HistoryChange.LABEL_ADDED: "labelsAdded",
    HistoryChange.LABEL_REMOVED: "labelsRemoved",
}


def reference(message: Stored) -> dict[str, str]:
    """What lists hold."""
    return {"id": message.id, "threadId": message.thread}


def short(message: Stored) -> dict[str, Any]:
    """What changes answer."""
    return {**reference(message), "labelIds": list(message.labels)}


def message_resource(message: Stored, shape: str, wanted: Iterable[str] = ()) -> dict[str, Any]:
    """A message in one of the four formats.

    Raises:
        GmailRefusal: there is no such format.
    """
    resource: dict[str, Any] = {
        **short(message),
        "snippet": rfc822.snippet(message.parsed),
        "sizeEstimate": len(message.raw),
        "historyId": str(message.history_id),
        "internalDate": str(message.received_ms),
    }
    match shape.lower():
        case "full":
            resource["payload"] = rfc822.payload(message.parsed)
        case "metadata":
            resource["payload"] = {
                "mimeType": message.parsed.get_content_type(),
                "headers": rfc822.headers(message.parsed, list(wanted) or None),
            }
        case "raw":
            resource["raw"] = rfc822.base64url(message.raw)
        case "minimal":
            pass
        case _:
            raise invalid(f"Invalid value at 'format', \"{shape}\"")
    return resource


def history_resource(record: HistoryRecord) -> dict[str, Any]:
    """A history record."""
    about = {"id": record.message, "threadId": record.thread}
    change: dict[str, Any] = {"message": {**about, "labelIds": list(record.labels)}}
    if record.changed:
        change["labelIds"] = list(record.changed)
    return {"id": str(record.id), "messages": [about], _RECORD_FIELDS[record.change]: [change]}


def counted_label(mailbox: Mailbox, label: dict[str, Any]) -> dict[str, Any]:
    """A label with its counts."""
    holders = [message for message in mailbox.all() if label["id"] in message.labels]
    unread = [message for message in holders if "UNREAD" in message.labels]
    return {
        **label,
        "messagesTotal": len(holders),
        "messagesUnread": len(unread),
        "threadsTotal": len({message.thread for message in holders}),
        "threadsUnread": len({message.thread for message in unread}),
    }
