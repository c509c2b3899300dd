"""Whether a service answers, asked without importing an HTTP client: httpx alone takes 0.1 s."""

import base64
import json
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from blocks.prefect_login import prefect_login
from blocks.settings import Settings
from deployments.environment import api_url, ui_url

DASHBOARD_KEY = "dashboard"
LOOK_SECONDS = 0.5
PATIENT_SECONDS = 4.0
"""For a command that looks closely."""

REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True)
class ServiceAnswer:
    """What a service answered."""

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether it did what it was asked."""
        return self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_refusal(self) -> bool:
        """Whether it does not let this caller in."""
        return self.status in REFUSALS


class Access(Enum):
    """How this installation's Prefect server receives a caller."""

    AWAY = auto()
    REFUSED = auto()
    """It does not take our password."""

    OPEN = auto()
    """It lets anybody in."""

    LOCKED = auto()
    """It lets us in, and nobody without the password."""


def prefect_access(here: Settings) -> Access:
    """Who is let in by what answers as the Prefect server; call it after `apply_environment`."""
    address = f"{api_url(here)}/admin/version"  # its health it tells anybody
    unnamed, ours = asked(address), asked(address, login=prefect_login())
    if unnamed is None or ours is None:
        return Access.AWAY
    if ours.is_refusal:
        return Access.REFUSED
    if not ours.is_success:
        return Access.AWAY
    return Access.LOCKED if unnamed.is_refusal else Access.OPEN


def dashboard_address(here: Settings) -> str:
    """Where the Dashboard is in Prefect's UI: the page, or until it was first shown the list that will have it."""
    list_address = f"{ui_url(here)}/artifacts/key/{DASHBOARD_KEY}"
    answer = asked(f"{api_url(here)}/artifacts/{DASHBOARD_KEY}/latest", login=prefect_login())
    if answer is None or not answer.is_success:
        return list_address
    return f"{ui_url(here)}/artifacts/artifact/{json.loads(answer.body)['id']}"


def is_healthy(address: str, seconds: float = LOOK_SECONDS) -> bool:
    """Whether the address answers a GET with success in time."""
    answer = asked(address, seconds=seconds)
    return answer is not None and answer.is_success


def asked(
    address: str, *, login: tuple[str, str] | None = None, seconds: float = PATIENT_SECONDS
) -> ServiceAnswer | None:
    """The answer to a GET, with user and password where there are some; None when none came in time."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    headers = (
        {"Authorization": f"Basic {base64.b64encode(':'.join(login).encode()).decode()}"} if login else {}
    )
    try:
        connection.request("GET", parts.path or "/", headers=headers)
        answer = connection.getresponse()
        return ServiceAnswer(answer.status, answer.read())
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
