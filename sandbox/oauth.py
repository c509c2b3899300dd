"""An OAuth 2.0 server as the platforms run it: consent with PKCE, codes good once, rotating refresh tokens."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sandbox.store import Store


@dataclass(frozen=True)
class ServerRules:
    """How one platform's server differs from another's.

    Attributes:
        name: Of its tables.
        access_seconds: How long an access token lives.
        scope: What the demo company agreed to.
        rotates: Whether a refresh token is good once and the answer holds the next one.
        needs_pkce: Whether a consent without a challenge is refused.
        renewed_with: A refresh token is given only with this scope; empty: always.
        refresh_seconds: How long a consent can be renewed; none: for good.
        standing: A refresh token that is never used up: the demo company's, whose block is made before any consent.
    """

    name: str
    client_id: str
    client_secret: str
    access_seconds: int
    scope: str
    rotates: bool = True
    needs_pkce: bool = False
    renewed_with: str = ""
    refresh_seconds: int | None = None
    standing: str = ""


class OAuthServer:
    """The grant of one account, and the tokens given out on it."""

    def __init__(self, store: Store, rules: ServerRules) -> None:
        self._store = store
        self._rules = rules
        self._codes = store.table(f"_{rules.name}_codes")
        self._access = store.table(f"_{rules.name}_access")
        self._refresh = store.table(f"_{rules.name}_refresh")

    async def consent(self, request: Request) -> Response:
        """GET: the owner agrees at once, and the browser is sent back with a code."""
        asked = request.query_params
        if asked.get("client_id") != self._rules.client_id or asked.get("response_type") != "code":
            return Response("Something went wrong: the app is not known.", 400)
        if self._rules.needs_pkce and asked.get("code_challenge_method") != "S256":
            return Response("Something went wrong: code_challenge is missing.", 400)
        code = secrets.token_urlsafe(24)
        kept = {name: asked.get(name, "") for name in ("redirect_uri", "scope", "code_challenge")}
        self._codes.put(code, kept)
        answer = {"state": asked.get("state", ""), "code": code}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        """POST: a code or a refresh token against tokens."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        form = client_of(request.headers.get("authorization", "")) | form
        if (
            form.get("client_id") != self._rules.client_id
            or form.get("client_secret") != self._rules.client_secret
        ):
            return _refused("invalid_client", "Missing or invalid client credentials.", 401)
        with self._store.transaction():
            match form.get("grant_type"):
                case "authorization_code":
                    return self._exchanged(form)
                case "refresh_token":
                    return self._refreshed(form)
        return _refused("unsupported_grant_type", "Value passed for the grant type was invalid.")

    def issue(self, scope: str) -> dict[str, Any]:
        """Tokens for these scopes."""
        access = secrets.token_urlsafe(32)
        until = self._store.now() + timedelta(seconds=self._rules.access_seconds)
        self._access.put(access, {"until": until.isoformat(), "scope": scope})
        answer: dict[str, Any] = {
            "token_type": "bearer",
            "expires_in": self._rules.access_seconds,
            "access_token": access,
            "scope": scope,
        }
        if self._rules.renewed_with and self._rules.renewed_with not in scope.split():
            return answer
        answer["refresh_token"] = secrets.token_urlsafe(32)
        self._refresh.put(answer["refresh_token"], {"scope": scope})
        if self._rules.refresh_seconds:
            answer["refresh_token_expires_in"] = self._rules.refresh_seconds
        return answer

    def scopes(self, authorization: str) -> set[str] | None:
        """What the bearer may do; None for a token that is not, or no longer, good."""
        kind, _, token = authorization.partition(" ")
        row = self._access.get(token.strip())
        if (
            kind.lower() != "bearer"
            or row is None
            or datetime.fromisoformat(row["until"]) <= self._store.now()
        ):
            return None
        return set(row["scope"].split())

    def expire(self) -> None:
        """Make every access token void; refresh tokens stay good."""
        for token in list(self._access.peek()):
            self._access.remove(token)

    def revoke(self) -> None:
        """As the owner does in the account's settings."""
        self.expire()
        for token in list(self._refresh.peek()):
            self._refresh.remove(token)

    def _exchanged(self, form: dict[str, str]) -> Response:
        code = self._codes.get(form.get("code", ""))
        self._codes.remove(form.get("code", ""))
        if code is None or code["redirect_uri"] != form.get("redirect_uri"):
            return _refused("invalid_request", "Value passed for the authorization code was invalid.")
        if code["code_challenge"] and code["code_challenge"] != _challenge(form.get("code_verifier", "")):
            return _refused("invalid_request", "Value passed for the code verifier was invalid.")
        return JSONResponse(self.issue(code["scope"]))

    def _refreshed(self, form: dict[str, str]) -> Response:
        token = form.get("refresh_token", "")
        known = (
            {"scope": self._rules.scope} if token == self._rules.standing != "" else self._refresh.get(token)
        )
        if known is None:
            return _refused("invalid_request", "Value passed for the token was invalid.")
        answer = self.issue(known["scope"])
        if self._rules.rotates:
            self._refresh.remove(token)
        return JSONResponse(answer)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def client_of(authorization: str) -> dict[str, str]:
    """Who the client says it is, where it says so in the header instead of the form."""
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return {}
    name, _, secret = base64.b64decode(encoded).decode().partition(":")
    return {"client_id": name, "client_secret": secret}


def _refused(error: str, description: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": description}, status)
