"""Whether a service answers, asked without importing an HTTP client: httpx alone takes 0.1 s."""

import base64
import json
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
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


def dashboard_address(here: Settings, *, answers: bool = True) -> str:
    """Where the Dashboard is in Prefect's UI: the page, or until it was first shown the list that will have it.

    A server that is known to give no answer is not asked: it would be waited for once more.
    """
    if not answers:
        return f"{ui_url(here)}/artifacts/key/{DASHBOARD_KEY}"
    wanted = {"artifacts": {"key": {"any_": [DASHBOARD_KEY]}}}
    answer = asked(f"{api_url(here)}/artifacts/latest/filter", login=prefect_login(), question=wanted)
    found = json.loads(answer.body) if answer is not None and answer.is_success else []
    place = f"artifact/{found[0]['latest_id']}" if found else f"key/{DASHBOARD_KEY}"
    return f"{ui_url(here)}/artifacts/{place}"


def is_healthy(address: str, seconds: float = LOOK_SECONDS) -> bool:
    """Whether the address answers a GET with success in time."""
    answer = asked(address, seconds=seconds)
    return answer is not None and answer.is_success


def asked(
    address: str,
    *,
    login: tuple[str, str] | None = None,
    seconds: float = PATIENT_SECONDS,
    question: dict[str, Any] | None = None,
) -> ServiceAnswer | None:
    """The answer to a GET, or to a POST of a question; None when none came in time.

    Args:
        address: Whom to ask.
        login: User and password, where there are some.
        seconds: How long to wait.
        question: What is posted, as JSON.
    """
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    headers = (
        {"Authorization": f"Basic {base64.b64encode(':'.join(login).encode()).decode()}"} if login else {}
    )
    method, body = ("GET", None) if question is None else ("POST", json.dumps(question))
    if body:
        headers["Content-Type"] = "application/json"
    try:
        connection.request(method, parts.path or "/", body, headers)
        answer = connection.getresponse()
        return ServiceAnswer(answer.status, answer.read())
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
