"""What Google's client sends goes through httpx: proxies, CA bundles and time-outs as everywhere else.

The library's own httplib2 is not thread-safe, needs an extra package for proxies, and does not tell
"never sent" from "answer lost", which decides whether a mail may be sent again.
"""

from collections.abc import Mapping
from typing import Any

import httpx
from google.auth.exceptions import RefreshError
from google.auth.transport import Request, Response
from google.oauth2.credentials import Credentials

from blocks.broken_connection import problem_of
from blocks.gmail.errors import (
    GmailClientRefusedError,
    GmailGrantRevokedError,
    GmailRefusedError,
    GmailUnavailableError,
    LostAnswerError,
)
from domain.errors import DigitalFteError

UNAUTHORIZED = 401
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class HttpReply(dict[str, str]):
    """An answer's status and headers (names in lower case), as Google's client reads them."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__({name.lower(): value for name, value in response.headers.items()})
        self.status = response.status_code
        self.reason = response.reason_phrase
        self["status"] = str(self.status)


class GoogleHttp:
    """The `http` object of Google's client: sends with a valid access token, renews it once when refused."""

    def __init__(
        self, http: httpx.Client, credentials: Credentials, *, timeout: httpx.Timeout, service: str = "Gmail"
    ) -> None:
        self._http = http
        self._service = service
        self._credentials = credentials
        self._timeout = timeout

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[HttpReply, bytes]:
        """Send one request.

        Raises:
            GmailUnavailableError: it was never sent.
            LostAnswerError: it was sent, and the answer is missing.
            GmailGrantRevokedError, GmailClientRefusedError: there is no access token to be had.
        """
        if not self._credentials.valid:
            self._renew()
        response = self._send(uri, method, body, headers or {})
        if response.status_code == UNAUTHORIZED:
            self._renew()
            response = self._send(uri, method, body, headers or {})
        return HttpReply(response), response.content

    def close(self) -> None:
        """The httpx client belongs to whoever made it."""

    def _send(
        self, uri: str, method: str, body: str | bytes | None, headers: Mapping[str, str]
    ) -> httpx.Response:
        carried = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        carried["authorization"] = f"Bearer {self._credentials.token}"
        try:
            return self._http.request(method, uri, content=body, headers=carried, timeout=self._timeout)
        except NEVER_SENT as error:
            raise GmailUnavailableError(_host(uri), problem_of(error), self._service) from error
        except httpx.HTTPError as error:
            raise LostAnswerError(problem_of(error)) from error

    def _renew(self) -> None:
        """Fetch an access token; this has no effect that could not be repeated."""
        try:
            self._credentials.refresh(_TokenRequest(self._http))  # type: ignore[no-untyped-call]  # not annotated
        except RefreshError as error:
            raise _refused_token(error, str(self._credentials.token_uri)) from error
        except httpx.HTTPError as error:
            raise GmailUnavailableError(
                str(self._credentials.token_uri), problem_of(error), self._service
            ) from error


class _TokenRequest(Request):
    """What google-auth fetches tokens with."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> "_TokenResponse":
        del timeout  # the httpx client's own
        response = self._http.request(method, url, content=body, headers=dict(headers or {}))
        return _TokenResponse(response)


class _TokenResponse(Response):
    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._response.headers

    @property
    def data(self) -> bytes:
        return self._response.content


def _refused_token(error: RefreshError, url: str) -> DigitalFteError:
    body = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
    said = str(body.get("error_description") or body.get("error") or "no reason given")
    match body.get("error"):
        case "invalid_grant":
            return GmailGrantRevokedError(said)
        case "invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client":
            return GmailClientRefusedError(said)
        case None:
            return GmailUnavailableError(url, "the token endpoint gave no usable answer")
    if error.retryable:
        return GmailUnavailableError(url, said)
    return GmailRefusedError("an access token", 400, said)


def _host(uri: str) -> str:
    return f"{httpx.URL(uri).scheme}://{httpx.URL(uri).netloc.decode()}"
