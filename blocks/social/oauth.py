"""OAuth 2.0 as the platforms offer it: the consent in the browser with PKCE, and the renewal of a token."""

import asyncio
import secrets
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from pydantic import BaseModel

from blocks.broken_connection import problem_of
from blocks.certificates import by_proxy
from blocks.own_secrets import hide_own_secrets_async
from blocks.social.errors import NotAuthorizedError, PlatformUnavailableError, quoted
from domain.errors import RejectedError
from domain.social.post import Platform

CONSENT_SECONDS = 600
TOKEN_SECONDS = 20.0
SILENT_SECONDS = 2.0
"""Browsers open connections that they do not use; the next one is the answer."""


class PlatformConsentMissingError(RejectedError):
    """The owner did not agree, or not in time."""

    def __init__(self, platform: Platform, problem: str) -> None:
        super().__init__(
            f"there is no consent for {platform.title} ({problem}); run the command again and agree in the browser"
        )


class CallbackPortError(RejectedError):
    """The browser could not come back: its port is another program's."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"another program has port {port} of this machine, to which the browser comes back: end that program, or "
            "name another port in the app's callback address and give it with --port"
        )


@dataclass(frozen=True)
class App:
    """The business's own app at a platform, and where its server is.

    Attributes:
        has_pkce: Whether the platform binds the code to a challenge.
        has_basic: Whether it wants the secret in a header; else it is in the form.
        host: How the browser's way back is called: this machine.
    """

    platform: Platform
    consent_url: str
    token_url: str
    client_id: str
    client_secret: str
    scopes: Sequence[str]
    has_pkce: bool = True
    has_basic: bool = True
    host: str = "127.0.0.1"


class PlatformTokens(BaseModel, frozen=True):
    """What the platform gave; `refresh` is good once where it hands out a new one with each renewal.

    Attributes:
        refresh: Empty where the platform renews nothing.
        consent_ends_on: When the owner has to connect again; none: renewals go on for good.
    """

    access: str
    refresh: str
    expires_at: datetime
    consent_ends_on: date | None = None


async def ask_consent(app: App, *, port: int = 0) -> PlatformTokens:
    """Open the platform's page in the browser (or print its address) and wait for the answer.

    Raises:
        PlatformConsentMissingError: no consent came.
        CallbackPortError: the port is taken.
        NotAuthorizedError, PlatformUnavailableError: it came and could not be exchanged for a token.
    """
    from oauthlib.oauth2 import WebApplicationClient  # here: only this asks

    client = WebApplicationClient(app.client_id)
    verifier, state = client.create_code_verifier(64), secrets.token_urlsafe(24)
    with _Listener(app.host, port) as listener:
        asked = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": listener.address,
            "scope": " ".join(app.scopes),
            "state": state,
        }
        if app.has_pkce:
            asked["code_challenge"] = client.create_code_challenge(verifier, "S256")
            asked["code_challenge_method"] = "S256"
        address = f"{app.consent_url}?{urlencode(asked)}"
        Thread(target=_open_browser, args=(address,), daemon=True).start()
        answer = await asyncio.to_thread(listener.wait)
    if answer is None:
        raise PlatformConsentMissingError(app.platform, f"no answer in {CONSENT_SECONDS // 60} minutes")
    if answer.get("state") != state or "code" not in answer:
        raise PlatformConsentMissingError(
            app.platform,
            quoted(answer.get("error_description") or answer.get("error") or "the answer is not ours"),
        )
    form = {"code": answer["code"], "redirect_uri": listener.address}
    form |= {"code_verifier": verifier} if app.has_pkce else {}
    return await _fetch(app, {"grant_type": "authorization_code", **form})


async def renewed(app: App, refresh_token: str) -> PlatformTokens:
    """New tokens.

    Raises:
        NotAuthorizedError: the consent has ended; a person has to connect again.
        PlatformUnavailableError: it does not answer now.
    """
    return await _fetch(app, {"grant_type": "refresh_token", "refresh_token": refresh_token})


async def exchanged(app: App, token: str) -> PlatformTokens:
    """Meta's token of an hour against one of sixty days.

    Raises:
        NotAuthorizedError, PlatformUnavailableError: it was not given.
    """
    return await _fetch(app, {"grant_type": "fb_exchange_token", "fb_exchange_token": token})


async def _fetch(app: App, form: dict[str, str]) -> PlatformTokens:
    secret = (app.client_id, app.client_secret)
    known: dict[str, Any] = {"auth": secret} if app.has_basic else {}
    sent = {**form, "client_id": app.client_id} | ({} if app.has_basic else {"client_secret": secret[1]})
    try:
        async with httpx.AsyncClient(
            timeout=TOKEN_SECONDS,
            **by_proxy(app.token_url),
            event_hooks={"response": [hide_own_secrets_async]},
        ) as client:
            answer = await client.post(app.token_url, data=sent, **known)
            body = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise PlatformUnavailableError(app.platform, problem_of(error)) from error
    if not isinstance(body, dict):
        raise PlatformUnavailableError(app.platform, "the answer is no object")
    if (
        answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
        or answer.status_code == httpx.codes.TOO_MANY_REQUESTS
    ):
        raise PlatformUnavailableError(app.platform, f"HTTP {answer.status_code}")
    if not answer.is_success or "access_token" not in body:
        said = body.get("error_description") or body.get("error") or "refused"
        said = said.get("message") if isinstance(said, dict) else said  # Meta's own shape
        raise NotAuthorizedError(app.platform, quoted(said, app.client_secret, *_secrets(form)))
    try:
        return _tokens(body, form.get("refresh_token", ""), datetime.now(UTC))
    except (TypeError, ValueError, OverflowError) as error:
        raise PlatformUnavailableError(app.platform, "the answer is not as documented") from error


def _secrets(form: dict[str, str]) -> list[str]:
    return [value for name, value in form.items() if name not in ("grant_type", "redirect_uri")]


def _tokens(body: dict[str, Any], refresh: str, now: datetime) -> PlatformTokens:
    """A renewal that names no new refresh token leaves the one that was used."""
    refresh = body.get("refresh_token") or refresh
    ends = now + timedelta(seconds=int(body.get("expires_in", 3600)))
    lasts = body.get("refresh_token_expires_in")
    consent_ends = now + timedelta(seconds=int(lasts)) if lasts else None if refresh else ends
    return PlatformTokens(
        access=body["access_token"],
        refresh=refresh,
        expires_at=ends,
        consent_ends_on=consent_ends.date() if consent_ends else None,
    )


class _Listener:
    """One request to this machine's own address: the browser on its way back."""

    def __init__(self, host: str, port: int) -> None:
        self._answer: dict[str, str] | None = None
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = SILENT_SECONDS

            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                if not {"code", "error"} & query.keys():
                    self.send_error(404)
                    return
                listener._answer = {name: values[0] for name, values in query.items()}
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write(b"Thank you. This window can be closed.")

            def log_message(self, *_: object) -> None:
                """The answer holds a code, so it is written nowhere."""

        try:
            self._server = HTTPServer(("127.0.0.1", port), Handler)
        except OSError as error:
            raise CallbackPortError(port) from error
        self.address = f"http://{host}:{self._server.server_port}/callback"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    def wait(self) -> dict[str, str] | None:
        """What the browser brought back; None when it did not come in time."""
        ends = datetime.now(UTC) + timedelta(seconds=CONSENT_SECONDS)
        while self._answer is None and (left := (ends - datetime.now(UTC)).total_seconds()) > 0:
            self._server.timeout = left
            self._server.handle_request()
        return self._answer


def _open_browser(address: str) -> None:
    """It ends at once, or with the browser: one in the terminal stays open while its answer is waited for."""
    try:
        is_open = webbrowser.open(address)
    except webbrowser.Error:
        is_open = False
    if not is_open:
        print(f"Open this address in a browser: {address}")  # noqa: T201 - the person waits for it
