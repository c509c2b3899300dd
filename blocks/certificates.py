"""Whom we believe about a server's certificate: read once in a process, which takes 20 to 60 ms."""

import ssl
from functools import cache

import httpx


@cache
def authorities(file: str | None = None, *, trust_env: bool = False) -> ssl.SSLContext:
    """Those of this file, else of `certifi`; with `trust_env`, of SSL_CERT_FILE and SSL_CERT_DIR where they are set."""
    return ssl.create_default_context(cafile=file) if file else httpx.create_ssl_context(trust_env=trust_env)


def trusted(url: str, *, trust_env: bool = False) -> ssl.SSLContext | bool:
    """What httpx takes as `verify` for an address: none are read where it is not encrypted."""
    return authorities(trust_env=trust_env) if url.startswith("https:") else False
