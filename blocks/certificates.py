"""How httpx reaches an address: through the machine's proxy or not, and whom it believes about a certificate."""

import ssl
from functools import cache
from typing import Any

import httpx

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@cache
def authorities(file: str | None = None, *, trust_env: bool = False) -> ssl.SSLContext:
    """Those of this file, else of `certifi`; with `trust_env`, of SSL_CERT_FILE and SSL_CERT_DIR where they are set.

    Read once in a process, which takes 20 to 60 ms.
    """
    return ssl.create_default_context(cafile=file) if file else httpx.create_ssl_context(trust_env=trust_env)


@cache
def nobody() -> ssl.SSLContext:
    """Believes no certificate; made once in a process, since httpx would make one for each client."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def trusted(url: str, *, trust_env: bool = False) -> ssl.SSLContext:
    """What httpx takes as `verify` for an address: nobody is to be believed where it is not encrypted."""
    return authorities(trust_env=trust_env) if url.startswith("https:") else nobody()


def is_public(url: str) -> bool:
    """Whether the machine's proxy settings concern an address."""
    return httpx.URL(url).host not in LOOPBACK


def by_proxy(url: str) -> dict[str, Any]:
    """What httpx takes as `verify` and `trust_env` for an address that the machine's proxy settings may concern."""
    public = is_public(url)
    return {"verify": trusted(url, trust_env=public), "trust_env": public}
