"""Google's consent page, its token endpoint and the check of its tokens."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sandbox.gmail.errors import scope_missing, unauthenticated
from sandbox.oauth import client_of
from sandbox.store import Store

CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN = "sandbox-client", "sandbox-secret", "sandbox-refresh"
LIFETIME_SECONDS = 3599
_SCOPE = "https://www.googleapis.com/auth/gmail."
FULL_SCOPE = "https://mail.google.com/"
_CALENDAR = "https://www.googleapis.com/auth/calendar"
CALENDAR_SCOPES = {_CALENDAR} | {f"{_CALENDAR}.{name}" for name in ("readonly", "events", "events.readonly")}
CALENDAR_SCOPES |= {f"{_CALENDAR}.events.owned", f"{_CALENDAR}.events.owned.readonly"}
DEFAULT_SCOPES = (f"{_SCOPE}modify", f"{_SCOPE}send", f"{_CALENDAR}.events.owned.readonly")
READING = {FULL_SCOPE, f"{_SCOPE}modify", f"{_SCOPE}readonly"}
LISTING = READING | {f"{_SCOPE}metadata"}
MODIFYING = {FULL_SCOPE, f"{_SCOPE}modify"}
SENDING = {FULL_SCOPE, f"{_SCOPE}modify", f"{_SCOPE}compose", f"{_SCOPE}send"}
LABELLING = MODIFYING | {f"{_SCOPE}labels"}


class GoogleTokens:
    """The grant, and the access tokens given out on it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tokens = store.table("_gmail_tokens")
        self._grant = store.table("_gmail_grant")
        self._codes = store.table("_gmail_codes")

    async def consent(self, request: Request) -> Response:
        """GET /o/oauth2/auth: the owner agrees at once, and the browser is sent back with a code."""
        asked = request.query_params
        if asked.get("client_id") != CLIENT_ID:
            return Response("Error 401: invalid_client. The OAuth client was not found.", 401)
        code = f"4/sandbox-{secrets.token_urlsafe(16)}"
        self.grant(asked.get("scope", "").split())
        self._codes.put(code, {"redirect_uri": asked["redirect_uri"]})
        answer = {"state": asked.get("state", ""), "code": code, "scope": asked.get("scope", "")}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        """POST /token."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        form = client_of(request.headers.get("authorization", "")) | form
        kind = form.get("grant_type", "")
        if kind not in {"refresh_token", "authorization_code"}:
            return _refused(400, "unsupported_grant_type", f"Invalid grant_type: {kind}")
        if form.get("client_id") != CLIENT_ID:
            return _refused(401, "invalid_client", "The OAuth client was not found.")
        if form.get("client_secret") != CLIENT_SECRET:
            return _refused(401, "invalid_client", "Unauthorized")
        return self._exchanged(form) if kind == "authorization_code" else self._refreshed(form)

    def _exchanged(self, form: dict[str, str]) -> Response:
        """A code is good once, and only for the address it was sent to."""
        code = self._codes.get(form.get("code", ""))
        if code is None:
            return _refused(400, "invalid_grant", "Malformed auth code.")
        self._codes.remove(form["code"])
        if code["redirect_uri"] != form.get("redirect_uri"):
            return _refused(400, "redirect_uri_mismatch", "Bad Request")
        return _given(self._issue() | {"refresh_token": REFRESH_TOKEN})

    def _refreshed(self, form: dict[str, str]) -> Response:
        if form.get("refresh_token") != REFRESH_TOKEN:
            return _refused(400, "invalid_grant", "Bad Request")
        if self._granted().get("revoked"):
            return _refused(400, "invalid_grant", "Token has been expired or revoked.")
        return _given(self._issue())

    def check(self, authorization: str, allowed: set[str]) -> None:
        """Let a request pass.

        Raises:
            GmailRefusal: no valid token, or its scopes do not cover the method.
        """
        kind, _, token = authorization.partition(" ")
        row = self._tokens.get(token.strip())
        if kind.lower() != "bearer" or row is None or self._granted().get("revoked"):
            raise unauthenticated()
        if datetime.fromisoformat(row["until"]) <= self._store.now():
            raise unauthenticated()
        if not allowed & set(row["scopes"]):
            raise scope_missing()

    def revoke(self) -> None:
        """As the owner does in the Google account's settings."""
        self._grant.put("grant", {**self._granted(), "revoked": True})

    def grant(self, scopes: list[str]) -> None:
        """Give (again) consent to these scopes; tokens from before are void."""
        self.expire()
        self._grant.put("grant", {"scopes": scopes or list(DEFAULT_SCOPES), "revoked": False})

    def expire(self) -> None:
        """Make every access token void; the grant stays."""
        for token in list(self._tokens.peek()):
            self._tokens.remove(token)

    def _granted(self) -> dict[str, Any]:
        return self._grant.get("grant") or {"scopes": list(DEFAULT_SCOPES)}

    def _issue(self) -> dict[str, object]:
        token = f"ya29.sandbox-{secrets.token_urlsafe(24)}"
        now = self._store.now()
        for old, row in list(self._tokens.peek().items()):
            if datetime.fromisoformat(row["until"]) <= now:
                self._tokens.remove(old)
        scopes = list(map(str, self._granted()["scopes"]))
        until = now + timedelta(seconds=LIFETIME_SECONDS)
        self._tokens.put(token, {"until": until.isoformat(), "scopes": scopes})
        return {
            "access_token": token,
            "expires_in": LIFETIME_SECONDS,
            "scope": " ".join(scopes),
            "token_type": "Bearer",
        }


def _given(token: dict[str, object]) -> JSONResponse:
    return JSONResponse(token, headers={"Cache-Control": "no-cache, no-store, max-age=0"})


def _refused(status: int, error: str, description: str) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": description}, status)
