"""Gmail through google-api-python-client over its own discovery document, moved to any base address."""

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from blocks.gmail.errors import GmailHistoryTooOldError, GmailMissingError, LostAnswerError
from blocks.gmail.google import GoogleClient, parsed
from blocks.gmail.messages import (
    Head,
    HistoryPage,
    IdPage,
    MailboxProfile,
    head_of,
    history_of,
    ids_of,
    profile_of,
    raw_of,
)
from domain.errors import ContractError, DigitalFteError

if TYPE_CHECKING:
    from googleapiclient.errors import HttpError

MOST_IN_BATCH = 50
"""Google allows 100 calls and recommends 50 (Gmail API: Batch requests)."""

MOST_LISTED = 500
LARGEST_JSON_BYTES = 5_000_000
"""Larger mails go to the upload address (Gmail API: Uploading attachments)."""

GOOGLE_API_URL = "https://gmail.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/gmail.send")

T = TypeVar("T")
Fetched = dict[str, T | DigitalFteError]


class BatchTooLargeError(ContractError):
    """More calls than one batch may hold."""

    def __init__(self, calls: int) -> None:
        super().__init__(f"{calls} calls in one batch; ask for {MOST_IN_BATCH} at a time")


class GmailClient(GoogleClient):
    """One mailbox; use it as an async context manager. Nothing goes out before the first call."""

    name, document, batch_path = "Gmail", "gmail.v1.json", "batch/gmail/v1"

    def resource(self) -> Any:
        """What the calls are built on."""
        return self.service.users()

    async def profile(self) -> MailboxProfile:
        """Whose mailbox it is and where its history stands."""
        return await self.read("getProfile", lambda users: users.getProfile(userId="me"), profile_of)

    async def history(self, start: str, *, label: str, page: str | None = None) -> HistoryPage:
        """What arrived, or got the label, after a cursor.

        Raises:
            GmailHistoryTooOldError: the cursor is too old.
        """

        def build(users: Any) -> Any:
            return users.history().list(
                userId="me",
                startHistoryId=start,
                labelId=label,
                historyTypes=["messageAdded", "labelAdded"],
                maxResults=MOST_IN_BATCH,  # so that what one page names can be fetched in one batch
                pageToken=page,
            )

        try:
            return await self.read("history.list", build, partial(history_of, label=label))
        except GmailMissingError as error:
            raise GmailHistoryTooOldError(start) from error

    async def search(self, query: str, *, labels: Sequence[str] = (), page: str | None = None) -> IdPage:
        """Ids of the messages that match Gmail's search language, newest first."""

        def build(users: Any) -> Any:
            return users.messages().list(
                userId="me", q=query, labelIds=list(labels), maxResults=MOST_LISTED, pageToken=page
            )

        return await self.read("messages.list", build, ids_of)

    async def heads(self, ids: Sequence[str]) -> Fetched[Head]:
        """What these messages are, in one round trip; an error in the place of each that failed."""
        return await self._batch(ids, "minimal", head_of)

    async def raws(self, ids: Sequence[str]) -> Fetched[bytes]:
        """The RFC 822 bytes of these messages, attachments and all, in one round trip."""
        return await self._batch(ids, "raw", raw_of)

    async def head(self, message_id: str) -> Head:
        """What a message is.

        Raises:
            GmailMissingError: it was deleted.
        """
        return await self.read(f"messages.get {message_id}", _get(message_id, "minimal"), head_of)

    async def raw(self, message_id: str) -> bytes:
        """The RFC 822 bytes of a message, attachments and all.

        Raises:
            GmailMissingError: it was deleted.
        """
        return await self.read(f"messages.get {message_id}", _get(message_id, "raw"), raw_of)

    async def headers(self, message_id: str, names: Sequence[str]) -> dict[str, str]:
        """Some headers of a message, by their names in lower case."""

        def build(users: Any) -> Any:
            return users.messages().get(
                userId="me", id=message_id, format="metadata", metadataHeaders=list(names)
            )

        return await self.read(f"messages.get {message_id}", build, _headers_of)

    async def send(self, raw: bytes, *, thread_id: str | None = None) -> str:
        """Send a mail; returns Gmail's id of it.

        Raises:
            TransientError, RejectedError: it was provably not sent.
            GmailOutcomeUnknownError: it may have been sent.
        """
        call = partial(_send, raw=raw, thread_id=thread_id)
        return await self.run("messages.send", call, lambda answer: str(answer["id"]), repeatable=False)

    async def _batch(self, ids: Sequence[str], shape: str, parse: Callable[[Any], T]) -> Fetched[T]:
        if len(ids) > MOST_IN_BATCH:
            raise BatchTooLargeError(len(ids))
        if not ids:
            return {}
        users = await self.connected()
        found: Fetched[T] = {}

        def keep(message_id: str, answer: Any, error: "HttpError | None") -> None:
            if error is not None:
                found[message_id] = self.refused(f"messages.get {message_id}", error, repeatable=True)
            else:
                found[message_id] = parsed(parse, answer)

        def work() -> Fetched[T]:
            batch = self.service.new_batch_http_request(callback=keep)
            for message_id in dict.fromkeys(ids):
                batch.add(_get(message_id, shape)(users()), request_id=message_id)
            try:
                batch.execute(http=self.reading)
            except KeyError as error:  # the library looks up a part that is not in the answer
                raise LostAnswerError("a part of the batch is missing") from error
            return found

        return await asyncio.to_thread(self.translated, "batch of messages.get", work, repeatable=True)


def _get(message_id: str, shape: str) -> Callable[[Any], Any]:
    return lambda users: users.messages().get(userId="me", id=message_id, format=shape)


def _send(users: Any, *, raw: bytes, thread_id: str | None) -> Any:
    thread = {"threadId": thread_id} if thread_id else {}
    if len(raw) > LARGEST_JSON_BYTES:
        from googleapiclient.http import MediaInMemoryUpload

        media = MediaInMemoryUpload(raw, "message/rfc822")
        return users.messages().send(userId="me", body=thread or None, media_body=media)
    body = {"raw": base64.urlsafe_b64encode(raw).decode(), **thread}
    return users.messages().send(userId="me", body=body)


def _headers_of(resource: Mapping[str, Any]) -> dict[str, str]:
    return {row["name"].lower(): str(row["value"]) for row in resource["payload"]["headers"]}
