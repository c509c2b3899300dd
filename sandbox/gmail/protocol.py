"""Gmail on the wire: `/gmail/v1`, its uploads, its batch endpoint, Google's consent page and `/token`."""

import json
import secrets
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import FaultBook, FaultKind, SeenRequest
from sandbox.gmail import admin
from sandbox.gmail.errors import GmailRefusal, exhausted, invalid, unavailable
from sandbox.gmail.mailbox import Mailbox
from sandbox.gmail.methods import Answer, Api, GmailCall
from sandbox.gmail.oauth import GoogleTokens
from sandbox.store import Store

_JSON = "application/json; charset=UTF-8"
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(store: Store) -> list[Route]:
    """Gmail's paths, and the admin side's about Gmail."""
    mailbox, tokens = Mailbox(store), GoogleTokens(store)
    server = _Server(Api(mailbox, tokens), Batch(Api(mailbox, tokens), store))
    return [
        *admin.routes(mailbox, tokens),
        Route("/o/oauth2/auth", tokens.consent, methods=["GET"]),
        Route("/token", tokens.token, methods=["POST"]),
        Route("/batch/gmail/v1", server.batch, methods=["POST"]),
        Route("/upload/gmail/v1/{rest:path}", server.upload, methods=["POST"]),
        Route("/gmail/v1/{rest:path}", server.call, methods=_VERBS),
    ]


class _Server:
    def __init__(self, api: Api, batches: "Batch") -> None:
        self._api = api
        self._batches = batches

    async def call(self, request: Request) -> Response:
        return self._answer(
            request, GmailCall(request.method, _path(request), _query(request), await request.body())
        )

    async def upload(self, request: Request) -> Response:
        path = _path(request).removeprefix("/upload")
        try:
            metadata, media = _uploaded(request, await request.body())
        except GmailRefusal as refusal:
            return _refusal(refusal)
        return self._answer(request, GmailCall(request.method, path, _query(request), metadata, media))

    async def batch(self, request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        try:
            kind, body = self._batches.run(
                request.headers.get("content-type", ""), await request.body(), authorization
            )
        except GmailRefusal as refusal:
            return _refusal(refusal)
        return Response(body, headers={"Content-Type": kind})

    def _answer(self, request: Request, call: GmailCall) -> Response:
        try:
            answer = self._api.run(call, request.headers.get("authorization", ""))
        except GmailRefusal as refusal:
            return _refusal(refusal)
        return _success(answer)


def _success(answer: Answer) -> Response:
    if answer is None:
        return Response(status_code=204)
    return Response(json.dumps(answer, indent=2), headers={"Content-Type": _JSON})


def _refusal(refusal: GmailRefusal) -> Response:
    headers = {"Content-Type": _JSON, **refusal.headers}
    return Response(json.dumps(refusal.body(), indent=2), refusal.code, headers=headers)


def _path(request: Request) -> str:
    return str(request.scope["path"])


def _query(request: Request) -> dict[str, list[str]]:
    return parse_qs(request.scope["query_string"].decode("latin-1"))


def _uploaded(request: Request, body: bytes) -> tuple[bytes, bytes]:
    """The JSON part and the message of a simple upload, plain or multipart."""
    kind = request.query_params.get("uploadType")
    if kind == "media":
        return b"", body
    boundary = request.headers.get("content-type", "").partition("boundary=")[2].split(";")[0].strip('" ')
    parts = body.split(b"--" + boundary.encode())[1:-1] if boundary else []
    if kind != "multipart" or len(parts) != 2:  # noqa: PLR2004 - metadata and media
        raise invalid("Unsupported upload type or malformed multipart body.")
    return _content(parts[0]), _content(parts[1])


def _content(part: bytes) -> bytes:
    """A part's own bytes: parsing the message and writing it again would change it."""
    ends = [place + len(end) for end in (b"\n\n", b"\r\n\r\n") if (place := part.find(end, 2)) >= 0]
    content = part[min(ends, default=0) :]
    return content.removesuffix(b"\n").removesuffix(b"\r")


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
