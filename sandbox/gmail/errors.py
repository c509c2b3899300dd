"""Google's refusals, in the shapes the real service sends them."""

from typing import Any


class GmailRefusal(Exception):  # noqa: N818 - an answer, not a failure of ours
    """An answer that is not 2xx."""

    def __init__(self, code: int, status: str, message: str, detail: dict[str, Any]) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.detail = {"message": message, "domain": "global", **detail}
        self.headers: dict[str, str] = {}
        self.more: list[dict[str, Any]] = []

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": str(self),
            "errors": [self.detail],
            "status": self.status,
        }
        if self.more:
            error["details"] = self.more
        return {"error": error}


def not_found() -> GmailRefusal:
    """No such message, label, thread; or a history id that is too old."""
    return GmailRefusal(404, "NOT_FOUND", "Requested entity was not found.", {"reason": "notFound"})


def invalid(message: str) -> GmailRefusal:
    """The request makes no sense."""
    return GmailRefusal(400, "INVALID_ARGUMENT", message, {"reason": "invalidArgument"})


def conflict(message: str) -> GmailRefusal:
    """It exists already."""
    return GmailRefusal(409, "ABORTED", message, {"reason": "aborted"})


def unauthenticated() -> GmailRefusal:
    """No token, an expired one or one whose grant was revoked."""
    refusal = GmailRefusal(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        {
            "message": "Invalid Credentials",
            "reason": "authError",
            "location": "Authorization",
            "locationType": "header",
        },
    )
    refusal.headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return refusal


def scope_missing() -> GmailRefusal:
    """The grant does not cover this method."""
    refusal = GmailRefusal(
        403,
        "PERMISSION_DENIED",
        "Request had insufficient authentication scopes.",
        {"message": "Insufficient Permission", "reason": "insufficientPermissions"},
    )
    refusal.more.append(
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"service": "gmail.googleapis.com"},
        }
    )
    return refusal


def delegation_denied(address: str) -> GmailRefusal:
    """Somebody else's mailbox."""
    return GmailRefusal(403, "PERMISSION_DENIED", f"Delegation denied for {address}", {"reason": "forbidden"})


def no_such_method() -> GmailRefusal:
    """A path the stand-in does not have."""
    return GmailRefusal(404, "NOT_FOUND", "Method not found.", {"reason": "notFound"})


def exhausted() -> GmailRefusal:
    """Too many requests."""
    return GmailRefusal(
        429,
        "RESOURCE_EXHAUSTED",
        "Resource has been exhausted (e.g. check quota).",
        {"reason": "rateLimitExceeded"},
    )


def unavailable(code: int) -> GmailRefusal:
    """The backend failed."""
    return GmailRefusal(
        code, "UNAVAILABLE", "The service is currently unavailable.", {"reason": "backendError"}
    )
