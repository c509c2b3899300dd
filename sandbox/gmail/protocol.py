"""Gmail on the wire: `/gmail/v1`, its uploads, its batch endpoint, Google's consent page and `/token`."""

import json
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.gmail import admin, batch
from sandbox.gmail.errors import GmailRefusal, invalid
from sandbox.gmail.mailbox import Mailbox
from sandbox.gmail.methods import Answer, Api, GmailCall
from sandbox.gmail.oauth import GoogleTokens
from sandbox.store import Store

_JSON = "application/json; charset=UTF-8"
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(store: Store) -> list[Route]:
    """Gmail's paths, and the admin side's about Gmail."""
    mailbox, tokens = Mailbox(store), GoogleTokens(store)
    server = _Server(Api(mailbox, tokens), batch.Batch(Api(mailbox, tokens), store))
    return [
        *admin.routes(mailbox, tokens),
        Route("/o/oauth2/auth", tokens.consent, methods=["GET"]),
        Route("/token", tokens.token, methods=["POST"]),
        Route("/batch/gmail/v1", server.batch, methods=["POST"]),
        Route("/upload/gmail/v1/{rest:path}", server.upload, methods=["POST"]),
        Route("/gmail/v1/{rest:path}", server.call, methods=_VERBS),
    ]


class _Server:
    def __init__(self, api: Api, batches: batch.Batch) -> None:
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
