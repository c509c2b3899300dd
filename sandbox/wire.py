"""Between the socket and the services: journal every request, and spoil those a fault asks for.

Cuts are real: the connection is closed under the client, which sees a protocol or read error.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Fault, FaultBook, FaultKind, SeenRequest, status_body
from sandbox.journal import RequestEntry, RequestJournal, RequestProgress, readable_body, service_of
from sandbox.store import Store, changed_tables

OBSERVER_HEADER = b"x-sandbox-observer"
SANDBOX_HEADER = (b"x-sandbox", b"demo data")
_BEFORE_EFFECT = {FaultKind.STATUS, FaultKind.REFUSE_BEFORE}


@dataclass
class WireAnswer:
    """A complete response, held back until it is journalled."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        """Collect what a service sends."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class Wire:
    """ASGI middleware around all services; the admin side passes untouched."""

    def __init__(self, app: ASGIApp, *, store: Store) -> None:
        self._app = app
        self._store = store
        self._journal = RequestJournal(store)
        self._faults = FaultBook(store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox") or _is_observer(scope):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        entry = self._open(scope, body)
        fault = self._faults.take(
            SeenRequest(
                service=entry.service,
                method=entry.method,
                path=entry.path,
                body=body.decode("utf-8", "replace"),
            )
        )
        if fault:
            entry.fault = fault.kind
            self._journal.save(entry)
        answer = await self._answer(scope, body, entry=entry, fault=fault)
        if fault and fault.kind is FaultKind.LATENCY_AFTER_EFFECT:
            self._journal.save(entry)
            await asyncio.sleep(fault.seconds)
        await self._deliver(answer, entry, fault, receive=receive, send=send)

    def _open(self, scope: Scope, body: bytes) -> RequestEntry:
        path = scope["path"]
        return self._journal.open(
            RequestEntry(
                at=self._store.now(),
                service=service_of(path),
                method=scope["method"],
                path=path,
                query=scope["query_string"].decode("latin-1"),
                body=readable_body(body),
            )
        )

    async def _answer(
        self, scope: Scope, body: bytes, *, entry: RequestEntry, fault: Fault | None
    ) -> WireAnswer:
        if fault and fault.kind is FaultKind.LATENCY:
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind in _BEFORE_EFFECT:
            return _failure(fault)
        answer = WireAnswer()
        changed: set[str] = set()
        token = changed_tables.set(changed)
        try:
            await self._app(scope, _replay(body), answer.take)
        finally:
            changed_tables.reset(token)
            entry.changed, entry.effect = sorted(changed), bool(changed)
        return _spoilt(answer, fault) if fault else answer

    async def _deliver(
        self, answer: WireAnswer, entry: RequestEntry, fault: Fault | None, *, receive: Receive, send: Send
    ) -> None:
        kind = fault.kind if fault else None
        silent = kind in (FaultKind.REFUSE_BEFORE, FaultKind.DROP_AFTER_EFFECT)
        cut = silent or kind is FaultKind.TRUNCATE
        entry.progress = RequestProgress.CUT if cut else RequestProgress.ANSWERED
        entry.status = None if silent else answer.status
        self._journal.save(entry)
        if not silent:
            headers = [*_with_length(answer), SANDBOX_HEADER, self._date(fault)]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            body = answer.body[: len(answer.body) // 2] if cut else answer.body
            await send({"type": "http.response.body", "body": body, "more_body": cut})
        if cut:
            await _cut(receive, send)

    def _date(self, fault: Fault | None) -> tuple[bytes, bytes]:
        now = self._store.now() + timedelta(seconds=fault.clock_ahead_seconds if fault else 0)
        return (b"date", format_datetime(now, usegmt=True).encode())


def _is_observer(scope: Scope) -> bool:
    """Whether a test looks on from outside: such a request is neither listed nor spoilt."""
    return any(name == OBSERVER_HEADER for name, _ in scope["headers"])


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _failure(fault: Fault) -> WireAnswer:
    headers = [(b"content-type", b"application/json" if fault.status == 429 else b"text/html")]  # noqa: PLR2004
    if fault.retry_after is not None:
        headers.append((b"retry-after", str(fault.retry_after).encode()))
    return WireAnswer(status=fault.status, headers=headers, body=str(status_body(fault)).encode())


def _spoilt(answer: WireAnswer, fault: Fault) -> WireAnswer:
    if fault.kind is FaultKind.STATUS_AFTER_EFFECT:
        return _failure(fault)
    if fault.kind is FaultKind.WRONG_JSON:
        return WireAnswer(answer.status, answer.headers, (fault.content or '{"result": [1, 2').encode())
    return answer


def _with_length(answer: WireAnswer) -> list[tuple[bytes, bytes]]:
    kept = [header for header in answer.headers if header[0].lower() != b"content-length"]
    return [*kept, (b"content-length", str(len(answer.body)).encode())]


async def _cut(receive: Receive, send: Send) -> None:
    """Close the connection under the client.

    uvicorn offers no ASGI message for that; its `send` is a bound method of the object that holds the
    transport. Elsewhere (an in-process client) an exception is the nearest thing.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the sandbox cut this connection on request")
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
