"""Whether a service answers, asked without importing an HTTP client: httpx alone takes 0.1 s."""

import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

LOOK_SECONDS = 0.5


def is_healthy(address: str, seconds: float = LOOK_SECONDS) -> bool:
    """Whether the address answers a GET with success in time."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status < 300  # noqa: PLR2004 (success, in HTTP)
    except (OSError, HTTPException, socket.gaierror):
        return False
    finally:
        connection.close()
