"""The way to the Prefect server, and what its silence and its refusals mean for a person.

Imports no Prefect by itself: commands that answer at once ask here.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

import httpx

from blocks.broken_connection import problem_of
from blocks.certificates import authorities, trusted
from blocks.prefect_login import prefect_login
from blocks.settings import settings
from domain.errors import RejectedError, TransientError, UnknownOutcomeError

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

PREFECTS_OWN = (
    "PREFECT_API_KEY",
    "PREFECT_API_SSL_CERT_FILE",
    "PREFECT_API_TLS_INSECURE_SKIP_VERIFY",
    "PREFECT_CLIENT_CUSTOM_HEADERS",
)
"""Settings of the way to the server that are left to Prefect's own client."""

READ_SECONDS = 30.0
REFUSALS = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN})


class PrefectPasswordError(RejectedError):
    """The Prefect server answers, and does not let this process in."""

    def __init__(self) -> None:
        super().__init__(f"the Prefect server refused the password, so nothing was done; {_remedy()}")


class PrefectAwayError(TransientError):
    """The Prefect server does not answer, or not what it is asked."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"the employee is not at work: the Prefect server does not answer ({problem}); start it: fte up"
        )


class PrefectSilentError(TransientError):
    """The Prefect server takes requests and does not answer them."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the Prefect server has not answered within {seconds:g} seconds, so nothing was done now; "
            "fte down, then fte up"
        )


class PrefectNotLiveError(TransientError):
    """What answers is not the live Prefect server, which keeps the accounts."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"no live Prefect server of this installation answers at {address}; start it first: fte down, then "
            "fte up --live --detach"
        )


class PrefectLostError(UnknownOutcomeError):
    """The Prefect server answered at first and then no more."""

    def __init__(self) -> None:
        super().__init__(
            "the employee stopped answering in the middle, so it is not known how far it came; start it (fte up) and "
            "make the same call again: it tells how it stands and books nothing twice"
        )


@contextmanager
def prefect_asked() -> Iterator[None]:
    """Inside, what the Prefect server does not answer is said in one sentence.

    Raises:
        PrefectAwayError: it does not answer.
        PrefectPasswordError: it refused the password.
    """
    try:
        yield
    except (httpx.HTTPError, RuntimeError) as error:  # Prefect's client raises both
        if is_password_refused(error):
            raise PrefectPasswordError from error
        raise PrefectAwayError(problem_of(error)) from error


@dataclass(frozen=True)
class SavedBlock:
    """What the Prefect server keeps of a block: its values, secrets as they are, and when it was saved."""

    data: dict[str, Any]
    updated: datetime | None


async def saved_block(name: str, block_type: str) -> SavedBlock | None:
    """What the Prefect server keeps of a block of this type; None when it has none.

    Where the environment says how to reach it, it is asked without Prefect, whose import takes half a second.

    Raises:
        httpx.HTTPError: it does not answer.
    """
    address = os.environ.get("PREFECT_API_URL")
    if address is None or any(name in os.environ for name in PREFECTS_OWN):
        return await _read_by_prefect(name, block_type)
    async with httpx.AsyncClient(verify=trusted(address), trust_env=False, timeout=READ_SECONDS) as client:
        answer = await client.get(
            f"{address.rstrip('/')}/block_types/slug/{block_type}/block_documents/name/{name}",
            params={"include_secrets": True},
            auth=prefect_login(),
        )
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    found = answer.raise_for_status().json()
    return SavedBlock(
        found["data"], datetime.fromisoformat(found["updated"]) if found.get("updated") else None
    )


async def ask_prefect() -> str:
    """Where the Prefect server answers and lets us in; costs it no look into its database.

    Raises:
        PrefectAwayError: it does not answer.
        PrefectPasswordError: it refused the password.
    """
    address = os.environ.get("PREFECT_API_URL")
    with prefect_asked():
        if address is None or any(name in os.environ for name in PREFECTS_OWN):
            async with prefect_client() as client:
                (await client.hello()).raise_for_status()
                return str(client.api_url)
        async with httpx.AsyncClient(verify=trusted(address), trust_env=False, timeout=READ_SECONDS) as http:
            answer = await http.get(f"{address.rstrip('/')}/admin/version", auth=prefect_login())
            answer.raise_for_status()
    return address


async def _read_by_prefect(name: str, block_type: str) -> SavedBlock | None:
    from prefect.exceptions import ObjectNotFound

    try:
        async with prefect_client() as client:
            found = await client.read_block_document_by_name(name, block_type)
    except ObjectNotFound:
        return None
    return SavedBlock(found.data, found.updated)


def prefect_client() -> "PrefectClient":
    """Prefect's own client: that of the run that asks, else one with certificates' authorities that were read once.

    Prefect reads them anew for each client, 30 to 60 ms of a processor, for a plain address too.
    """
    from prefect.client.orchestration import get_client
    from prefect.context import AsyncClientContext
    from prefect.settings import PREFECT_API_SSL_CERT_FILE, PREFECT_API_TLS_INSECURE_SKIP_VERIFY

    if AsyncClientContext.get() is not None or PREFECT_API_TLS_INSECURE_SKIP_VERIFY:
        return get_client()
    return get_client(httpx_settings={"verify": authorities(PREFECT_API_SSL_CERT_FILE.value())})


def read_authorities_once() -> None:
    """From now on the clients that Prefect makes for itself in this process share certificates' authorities, too.

    A run makes ten of them, in all parts of it that are Prefect's own.
    """
    from prefect.client.orchestration import PrefectClient, SyncPrefectClient
    from prefect.settings import PREFECT_API_SSL_CERT_FILE, PREFECT_API_TLS_INSECURE_SKIP_VERIFY

    def sharing(made: Callable[..., None]) -> Callable[..., None]:
        @wraps(made)
        def make(
            self: object, api: object, *, httpx_settings: dict[str, Any] | None = None, **words: Any
        ) -> None:
            settings = dict(httpx_settings or {})
            if not PREFECT_API_TLS_INSECURE_SKIP_VERIFY:
                settings.setdefault("verify", authorities(PREFECT_API_SSL_CERT_FILE.value()))
            made(self, api, httpx_settings=settings, **words)

        return make

    for client in (PrefectClient, SyncPrefectClient):
        client.__init__ = sharing(client.__init__)  # type: ignore[method-assign]  # on purpose


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
