"""Gmail through google-api-python-client over its own discovery document, moved to any base address."""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr

from blocks.gmail.errors import GmailHistoryTooOldError, GmailMissingError, LostAnswerError
from blocks.gmail.messages import (
    Head,
    HistoryPage,
    IdPage,
    Profile,
    head_of,
    history_of,
    ids_of,
    profile_of,
    raw_of,
)
from blocks.gmail.refusals import lost, refusal
from domain.errors import ContractError, DigitalFteError

if TYPE_CHECKING:
    from googleapiclient.errors import HttpError

    from blocks.gmail.transport import GoogleHttp

READ_SECONDS = 30.0
SEND_SECONDS = 120.0
CONNECT_SECONDS = 10.0
MOST_IN_BATCH = 50
"""Google allows 100 calls and recommends 50 (Gmail API: Batch requests)."""

MOST_LISTED = 500
LARGEST_JSON_BYTES = 5_000_000
"""Larger mails go to the upload address (Gmail API: Uploading attachments)."""

FIRST_REFUSAL = 300
NOT_WHOLE = "the answer is not whole"
BATCH_PATH = "batch/gmail/v1"
GOOGLE_API_URL = "https://gmail.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/gmail.send")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

T = TypeVar("T")
Fetched = dict[str, T | DigitalFteError]


class BatchTooLargeError(ContractError):
    """More calls than one batch may hold."""

    def __init__(self, calls: int) -> None:
        super().__init__(f"{calls} calls in one batch; ask for {MOST_IN_BATCH} at a time")


class GmailAccount(BaseModel):
    """Where the mailbox is and the keys to it."""

    model_config = ConfigDict(frozen=True)

    api_url: str
    token_url: str
    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr


class GmailClient:
    """One mailbox; use it as an async context manager. Nothing goes out before the first call."""

    def __init__(self, account: GmailAccount) -> None:
        self.url = account.api_url.rstrip("/")
        self._account = account
        self._http = httpx.Client(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            trust_env=httpx.URL(self.url).host not in LOOPBACK,
        )
        self._reading: GoogleHttp | None = None
        self._sending: GoogleHttp | None = None
        self._service: Any = None
        self._connecting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    async def profile(self) -> Profile:
        """Whose mailbox it is and where its history stands."""
        return await self._read("getProfile", lambda users: users.getProfile(userId="me"), profile_of)

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
            return await self._read("history.list", build, partial(history_of, label=label))
        except GmailMissingError as error:
            raise GmailHistoryTooOldError(start) from error

    async def search(self, query: str, *, labels: Sequence[str] = (), page: str | None = None) -> IdPage:
        """Ids of the messages that match Gmail's search language, newest first."""

        def build(users: Any) -> Any:
            return users.messages().list(
                userId="me", q=query, labelIds=list(labels), maxResults=MOST_LISTED, pageToken=page
            )

        return await self._read("messages.list", build, ids_of)

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
        return await self._read(f"messages.get {message_id}", _get(message_id, "minimal"), head_of)

    async def raw(self, message_id: str) -> bytes:
        """The RFC 822 bytes of a message, attachments and all.

        Raises:
            GmailMissingError: it was deleted.
        """
        return await self._read(f"messages.get {message_id}", _get(message_id, "raw"), raw_of)

    async def headers(self, message_id: str, names: Sequence[str]) -> dict[str, str]:
        """Some headers of a message, by their names in lower case."""

        def build(users: Any) -> Any:
            return users.messages().get(
                userId="me", id=message_id, format="metadata", metadataHeaders=list(names)
            )

        return await self._read(f"messages.get {message_id}", build, _headers_of)

    async def send(self, raw: bytes, *, thread_id: str | None = None) -> str:
        """Send a mail; returns Gmail's id of it.

        Raises:
            TransientError, RejectedError: it was provably not sent.
            GmailOutcomeUnknownError: it may have been sent.
        """
        call = partial(_send, raw=raw, thread_id=thread_id)
        return await self._run("messages.send", call, lambda answer: str(answer["id"]), repeatable=False)

    async def _read(self, call: str, build: Callable[[Any], Any], parse: Callable[[Any], T]) -> T:
        return await self._run(call, build, parse, repeatable=True)

    async def _run(
        self, call: str, build: Callable[[Any], Any], parse: Callable[[Any], T], *, repeatable: bool
    ) -> T:
        users = await self._connected()
        http = self._reading if repeatable else self._sending

        def work() -> T:
            return _parsed(parse, build(users()).execute(http=http))

        return await asyncio.to_thread(self._translated, call, work, repeatable=repeatable)

    async def _batch(self, ids: Sequence[str], shape: str, parse: Callable[[Any], T]) -> Fetched[T]:
        if len(ids) > MOST_IN_BATCH:
            raise BatchTooLargeError(len(ids))
        if not ids:
            return {}
        users = await self._connected()
        found: Fetched[T] = {}

        def keep(message_id: str, answer: Any, error: "HttpError | None") -> None:
            if error is not None:
                found[message_id] = self._refused(f"messages.get {message_id}", error, repeatable=True)
            else:
                found[message_id] = _parsed(parse, answer)

        def work() -> Fetched[T]:
            batch = self._service.new_batch_http_request(callback=keep)
            for message_id in dict.fromkeys(ids):
                batch.add(_get(message_id, shape)(users()), request_id=message_id)
            try:
                batch.execute(http=self._reading)
            except KeyError as error:  # the library looks up a part that is not in the answer
                raise LostAnswerError("a part of the batch is missing") from error
            return found

        return await asyncio.to_thread(self._translated, "batch of messages.get", work, repeatable=True)

    def _translated(self, call: str, work: Callable[[], T], *, repeatable: bool) -> T:
        """Run in a worker thread; Google's exceptions and broken answers become ours."""
        from googleapiclient.errors import Error, HttpError

        try:
            return work()
        except HttpError as error:
            raise self._refused(call, error, repeatable=repeatable) from error
        except LostAnswerError as error:
            raise lost(call, self.url, str(error), repeatable=repeatable) from error
        except (Error, ValueError) as error:
            raise lost(call, self.url, NOT_WHOLE, repeatable=repeatable) from error

    def _refused(self, call: str, error: "HttpError", *, repeatable: bool) -> DigitalFteError:
        if error.resp is None or error.resp.status < FIRST_REFUSAL:  # the answer to a batch was no batch
            return lost(call, self.url, NOT_WHOLE, repeatable=repeatable)
        return refusal(call, self.url, error.resp, error.content, repeatable=repeatable)

    async def _connected(self) -> Callable[[], Any]:
        async with self._connecting:
            if self._service is None:
                await asyncio.to_thread(self._connect)
        users: Callable[[], Any] = self._service.users
        return users

    def _connect(self) -> None:
        from google.oauth2.credentials import Credentials
        from googleapiclient.discovery import build_from_document

        from blocks.gmail.transport import GoogleHttp

        credentials = Credentials(  # type: ignore[no-untyped-call]  # google-auth has no annotations there
            token=None,
            refresh_token=self._account.refresh_token.get_secret_value(),
            token_uri=self._account.token_url,
            client_id=self._account.client_id,
            client_secret=self._account.client_secret.get_secret_value(),
        )
        sending = httpx.Timeout(SEND_SECONDS, connect=CONNECT_SECONDS)
        self._reading = GoogleHttp(self._http, credentials, timeout=self._http.timeout)
        self._sending = GoogleHttp(self._http, credentials, timeout=sending)
        self._service = build_from_document(_document(self.url), http=self._reading)


def _document(url: str) -> Mapping[str, Any]:
    """Google's description of the API with its roots replaced, so that batch and uploads move too."""
    shipped = files("googleapiclient.discovery_cache") / "documents" / "gmail.v1.json"
    document: dict[str, Any] = json.loads(shipped.read_text(encoding="utf-8"))
    document.pop("mtlsRootUrl", None)  # else a variable of the environment could move the address back
    return document | {"rootUrl": f"{url}/", "baseUrl": f"{url}/", "batchPath": BATCH_PATH}


def _parsed(parse: Callable[[Any], T], answer: Any) -> T:
    try:
        return parse(answer)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LostAnswerError(NOT_WHOLE) from error


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
