"""What a service's refusal repeats of the secrets that it was sent is taken out before anybody reads it.

Its words go into errors, and errors into logs, notes and databases. Some services repeat tokens; a wrong address or a
proxy may repeat whole requests. So each client has one of the hooks here.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, quote, quote_plus

import httpx

from domain.audit.patterns import REDACTED, names_a_secret

if TYPE_CHECKING:
    import requests

SHORTEST_SECRET = 6
"""What is shorter stands in ordinary words."""


class _Said(Protocol):
    """An answer of httpx, or of a library like it."""

    _content: bytes

    @property
    def is_error(self) -> bool: ...
    @property
    def request(self) -> httpx.Request: ...


def hide_own_secrets(response: httpx.Response) -> None:
    """A hook for responses, see `httpx.Client(event_hooks=...)`."""
    if response.is_error:
        response.read()
        _take_out(response)


async def hide_own_secrets_async(response: httpx.Response) -> None:
    """The same for an asynchronous client."""
    if response.is_error:
        await response.aread()
        _take_out(response)


def hide_own_token(response: "requests.Response", *_: Any, **__: Any) -> "requests.Response":
    """The same for a session of requests: `session.hooks["response"]`."""
    if not response.ok:
        sent = _credentials_in(str(response.request.headers.get("Authorization", "")))
        response._content = without(response.content, *sent)  # noqa: SLF001 (nor does requests)
    return response


def _take_out(response: _Said) -> None:
    response._content = without(response._content, *_secrets_in(response.request))  # noqa: SLF001 (httpx lets nobody else)


def without(content: bytes, *secrets: str) -> bytes:
    """The bytes without these, as they are or as addresses, forms and JSON write them."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            for written in {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}:
                content = content.replace(written.encode(), REDACTED.encode())
    return content


def _secrets_in(request: httpx.Request) -> Iterator[str]:
    """The secrets that a request tells: in its headers, its address and its form."""
    for name, value in request.headers.items():
        if name == "authorization":
            yield from _credentials_in(value)
        elif names_a_secret(name, value):
            yield value
    fields = [*request.url.params.multi_items(), *_fields_in(request)]
    yield from (value for name, value in fields if names_a_secret(name, value))


def _credentials_in(header: str) -> Iterator[str]:
    scheme, _, value = header.partition(" ")
    yield value
    if scheme.lower() == "basic":
        try:
            yield base64.b64decode(value).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return


def _fields_in(request: httpx.Request) -> list[tuple[str, str]]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return []
    try:
        return parse_qsl(request.content.decode(errors="replace"))
    except httpx.RequestNotRead:  # a file that goes up in pieces
        return []
