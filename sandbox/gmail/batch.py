"""The batch endpoint: up to 100 calls in one multipart/mixed request, each with its own status."""

import json
import secrets
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from sandbox.faults import FaultBook, FaultKind, SeenRequest
from sandbox.gmail.errors import GmailRefusal, exhausted, invalid, unavailable
from sandbox.gmail.methods import Api, GmailCall
from sandbox.store import Store

MOST_CALLS = 100


class Batch:
    """Runs the parts of a batch; a fault whose path fits a part spoils that part alone."""

    def __init__(self, api: Api, store: Store) -> None:
        self._api = api
        self._faults = FaultBook(store)

    def run(self, kind: str, body: bytes, authorization: str) -> tuple[str, bytes]:
        """Content type and body of the answer.

        Raises:
            GmailRefusal: it is no batch, or too large.
        """
        whole = BytesParser(policy=compat32).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        parts = whole.get_payload()
        if not isinstance(parts, list) or not parts:
            raise invalid("Failed to parse batch request, error: no parts.")
        if len(parts) > MOST_CALLS:
            raise invalid(f"The batch request has {len(parts)} calls; the limit is {MOST_CALLS}.")
        boundary = f"batch_{secrets.token_hex(12)}"
        answers = [self._part(part, authorization) for part in parts if isinstance(part, Message)]
        text = "".join(f"--{boundary}\r\n{answer}\r\n" for answer in answers) + f"--{boundary}--\r\n"
        return f"multipart/mixed; boundary={boundary}", text.encode()

    def _part(self, part: Message, authorization: str) -> str:
        call, own = _call(part)
        try:
            self._spoil(call)
            answer = self._api.run(call, own or authorization)
        except GmailRefusal as refusal:
            return _inner(part, refusal.code, json.dumps(refusal.body()))
        return _inner(part, 204, "") if answer is None else _inner(part, 200, json.dumps(answer))

    def _spoil(self, call: GmailCall) -> None:
        fault = self._faults.take(SeenRequest(service="gmail", method=call.method, path=call.path, body=""))
        if fault is None or fault.kind is FaultKind.LATENCY:
            return
        raise exhausted() if fault.status == HTTPStatus.TOO_MANY_REQUESTS else unavailable(fault.status)


def _call(part: Message) -> tuple[GmailCall, str]:
    """The call in a part, and the authorization it brings itself."""
    data = part.get_payload(decode=True)
    request, _, rest = (data if isinstance(data, bytes) else b"").lstrip().partition(b"\n")
    words = request.decode("latin-1").split()
    inner = BytesParser(policy=compat32).parsebytes(rest)
    content = inner.get_payload(decode=True)
    if len(words) < 2:  # noqa: PLR2004 - method and path
        raise invalid("Failed to parse batch request, error: no request line.")
    target = urlsplit(words[1])
    call = GmailCall(
        words[0], target.path, parse_qs(target.query), content if isinstance(content, bytes) else b""
    )
    return call, str(inner.get("Authorization", ""))


def _inner(part: Message, status: int, body: str) -> str:
    content_id = str(part.get("Content-ID", "")).strip()
    answered = f"Content-ID: <response-{content_id.lstrip('<')}\r\n" if content_id else ""
    return (
        f"Content-Type: application/http\r\n{answered}\r\n"
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        "Content-Type: application/json; charset=UTF-8\r\nVary: Origin\r\nVary: X-Origin\r\nVary: Referer\r\n\r\n"
        f"{body}"
    )
