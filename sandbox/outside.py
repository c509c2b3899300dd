"""A stand-in for the web outside: pages and feeds that `POST /_sandbox/outside` puts there and changes.

`{"path": "/outside/...", "text": ...}` puts one there; `status`, `headers` and `type` are as given, `packed` sends it
as gzip, `repeat` many times over. It has an ETag, and says 304 to who knows that. `/robots.txt` is a path like others.
"""

import gzip
import hashlib

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.admin import answer
from sandbox.store import Store

TABLE = "_outside_pages"
"""The machinery's own: reading a page changes nothing."""


class OutsidePage(BaseModel, extra="forbid"):
    """What stands at a path."""

    path: str = Field(pattern=r"^(/outside/.+|/robots\.txt)$")
    text: str = ""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = {}
    packed: bool = False
    repeat: int = Field(default=1, ge=1, le=1_000_000)

    @property
    def content(self) -> bytes:
        """What is sent."""
        whole = self.text.encode() * self.repeat
        return gzip.compress(whole) if self.packed else whole


def seed(_store: Store) -> None:
    """The web outside is empty to begin with."""


def routes(store: Store) -> list[Route]:
    """The stand-in's paths."""
    pages = store.table(TABLE)

    async def put(request: Request) -> JSONResponse:
        try:
            page = OutsidePage.model_validate_json(await request.body())
        except ValidationError as error:
            return answer(status_code=422, problems=[one["msg"] for one in error.errors()])
        pages.put(page.path, page.model_dump(mode="json"))
        return answer(status_code=201, path=page.path)

    async def show(request: Request) -> Response:
        row = pages.get(request.url.path)
        if row is None:
            return Response("There is no such page.", 404)
        page = OutsidePage.model_validate(row)
        etag = f'"{hashlib.sha256(page.content).hexdigest()[:16]}"'
        headers = {"etag": etag, **page.headers}
        if page.status == 200 and request.headers.get("if-none-match") == etag:  # noqa: PLR2004
            return Response(status_code=304, headers=headers)
        if page.packed:
            headers["content-encoding"] = "gzip"
        return Response(page.content, page.status, headers, page.type)

    return [
        Route("/_sandbox/outside", put, methods=["POST"]),
        Route("/outside/{rest:path}", show, methods=["GET"]),
        Route("/robots.txt", show, methods=["GET"]),
    ]
