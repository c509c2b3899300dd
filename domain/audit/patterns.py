"""How secrets look and what they are called: the rules that `redaction` follows."""

import base64
import re
from collections.abc import Callable
from functools import lru_cache

REDACTED = "[redacted]"

_NAMES = re.compile(
    r"(^|_)(token|secret|password|passwd|passphrase|pwd|authorization|api_?key|private_?key|access_?key"
    r"|signing_?key|encryption_?key|cookies?|otp|totp|credentials?|bearer|jwt|session_?id|webhook_?url"
    r"|(access|refresh|auth|id|bearer)token|verifier)($|_)"
)
_WHOLE_NAMES = re.compile(
    r"(pin|cvv|cvc|auth|auth_string|mac_key|(\w+_)?(auth|authorization|authorisation|oauth|verification|security"
    r"|one_time|login|device|user|recovery|backup)_code)"
)
_HARMLESS = re.compile(r"_(count|type|limit|expires_at|expires_in|expiry|required|present)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SMALLEST_CODE = 1000
"""`code` is a one-time or OAuth code, unless it is a number as small as HTTP's and the platforms' error codes."""


def names_a_secret(name: str, value: object) -> bool:
    """Whether what stands under this name is secret."""
    if value is None or isinstance(value, bool) or value == "":
        return False
    kind = _kind(name)
    if kind == "code":
        return not isinstance(value, int | float) or value >= SMALLEST_CODE
    return kind == "secret"


@lru_cache(1024)
def _kind(name: str) -> str:
    """What a name stands for: `secret`, `code` or `plain`; the same few come in every record."""
    plain = re.sub(r"[^a-z0-9]+", "_", _CAMEL.sub("_", name).lower()).strip("_")
    if plain == "code":
        return "code"
    is_secret = _NAMES.search(plain) or _WHOLE_NAMES.fullmatch(plain)
    return "secret" if is_secret and not _HARMLESS.search(plain) else "plain"


def _basic(match: re.Match[str]) -> str:
    """Basic credentials are `user:password` in Base64; "basic understanding" is English."""
    try:
        is_pair = b":" in base64.b64decode(match[1] + "=" * (-len(match[1]) % 4))
    except ValueError:
        is_pair = False
    return REDACTED if is_pair else match[0]


Replacement = str | Callable[[re.Match[str]], str]
_KEPT_NAME = rf"\1{REDACTED}"
_NOT_YET = r"(?!\[redacted\])"

LOOKS: tuple[tuple[re.Pattern[str], Replacement], ...] = tuple(
    (re.compile(look), replacement)
    for look, replacement in (
        (r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", REDACTED),
        (r"\beyJ[\w-]{6,}\.[\w-]+(\.[\w-]*){0,3}", REDACTED),
        (
            r"(?i)\b((?:proxy-)?authorization[\"'\\]*\s*[:=]\s*[\"'\\]*(?:(?:bearer|basic|token|oauth|digest)\s+)?+)"
            + _NOT_YET
            + r"[^\s\"',;\\]+",
            _KEPT_NAME,
        ),
        (r"(?i)\b(bearer[\s:=]+)" + _NOT_YET + r"[\w.~+/=%-]{6,}", _KEPT_NAME),
        (r"(?i)\bbasic\s+([A-Za-z0-9+/]{6,}={0,2})", _basic),
        (r"(?<=://)" + _NOT_YET + r"[^/\s@\"'<>]+(?=@)", REDACTED),
        (
            r"(?i)\b((?:slack|discord|tgram|pover|pbul|gotify|ntfys?|msteams|mailtos?|ifttt|matrixs?|rocket|twilio)://)"
            + _NOT_YET
            + r"[^\s\"'<>]+",
            _KEPT_NAME,
        ),
        (r"((?:hooks\.slack\.com/services|/api/webhooks)/)" + _NOT_YET + r"[^\s\"'<>]+", _KEPT_NAME),
        (
            r"(?i)([?&#](?:code|key|sig|signature|auth|state|pass|token)=)" + _NOT_YET + r"[^&#\s\"'<>]+",
            _KEPT_NAME,
        ),
        (
            r"(?i)((?:token(?!s)|secret|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|cookie"
            r"|session_?id|\botp)[\w.-]{0,40}[\"'\\]*\s?[=:]\s{0,2})"
            + _NOT_YET
            + r"(?:\\+\"[^\"]*\"?|\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?|[^\s\"'&,;(){}<>\\]+)",
            _KEPT_NAME,
        ),
        (
            (
                r"\b(?:1//0[\w-]{10,}|ya29\.[\w-]{8,}|AIza[\w-]{20,}|GOCSPX-[\w-]{8,}|sk-[\w-]{16,}"
                r"|[sr]k_(?:live|test)_\w{8,}|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{10,}|EAA\w{20,}"
                r"|xox[abeprs]-[\w-]{8,}|AKIA[A-Z0-9]{12,}|A{15,}[\w%]{20,}|AQ[A-Z][\w-]{60,}|\d{8,10}:AA[\w-]{25,})"
            ),
            REDACTED,
        ),
    )
)
"""Every look of a secret inside a text, with what takes its place."""

_HINTS = (  # noqa: SIM905 (36 short words)
    "-----begin eyj authorization bearer basic :// = webhooks token secret passw passphrase key cookie session otp "
    "1//0 ya29 aiza gocspx sk- sk_ rk_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat glpat eaa akia xox aaaaaaaaaaaaaaa aq :aa"
).split()


def may_hold_a_secret(text: str) -> bool:
    """Whether a closer look pays: a text without any of these has no look of a secret."""
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)
