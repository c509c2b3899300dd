"""The way to the Prefect server, and what its refusals mean for a person.

Imports no Prefect by itself: commands that answer at once ask here.
"""

import ssl
from functools import lru_cache
from typing import Any

import httpx

from blocks.settings import settings
from domain.errors import RejectedError

REFUSALS = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN})


class PrefectPasswordError(RejectedError):
    """The Prefect server answers, and does not let this process in."""

    def __init__(self) -> None:
        super().__init__(f"the Prefect server refused the password, so nothing was done; {_remedy()}")


def prefect_connection() -> dict[str, Any]:
    """The `httpx_settings` for Prefect's `get_client`: certificates' authorities that were read once.

    Prefect reads them anew for each client, 30 to 60 ms of a processor, for a plain address too.
    """
    from prefect.settings import PREFECT_API_SSL_CERT_FILE, PREFECT_API_TLS_INSECURE_SKIP_VERIFY

    if PREFECT_API_TLS_INSECURE_SKIP_VERIFY:
        return {}
    return {"verify": _authorities(PREFECT_API_SSL_CERT_FILE.value())}


@lru_cache(maxsize=2)
def _authorities(file: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=file) if file else httpx.create_ssl_context(trust_env=False)


def is_password_refused(error: BaseException) -> bool:
    """Whether this failed call was answered with a refusal of who called."""
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code in REFUSALS


def _remedy() -> str:
    here = settings()
    if here.prefect_url:
        return (
            f"set PREFECT_API_AUTH_STRING to the user:password that {here.prefect_url} was started with "
            "(its PREFECT_SERVER_API_AUTH_STRING), or PREFECT_API_KEY to a key that is still good"
        )
    return (
        f"it was started with another one than {here.prefect_keys} has: fte down, then fte up; if port {here.port} "
        "belongs to another installation, set FTE_PORT to a free one"
    )
