"""What Prefect's processes need to know: addresses, quietness, and the locks that come with real accounts."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path

from blocks.files import OTHERS, is_open_to_others, made_once
from blocks.settings import Mode, Settings

PREFECTS = "prefect"
"""The name of Prefect's own folder in the state folder."""
DAY_SECONDS = 86_400
POLL_SECONDS = 1
"""How often the runner asks for work; an empty flow run takes 2.7 s at 1 s and 11 s at Prefect's default of 10 s."""


def api_url(here: Settings) -> str:
    """Prefect's API."""
    return f"{ui_url(here)}/api"


def ui_url(here: Settings) -> str:
    """Prefect's UI: on loopback, or where the distributed form has it."""
    return (here.prefect_url or f"http://127.0.0.1:{here.port}").rstrip("/")


def prefect_environment(here: Settings) -> dict[str, str]:
    """Environment variables for the server, the runner and every client of this installation.

    A Prefect server elsewhere has locks and a home of its own: whoever set `FTE_PREFECT_URL` set those too.
    """
    shared = {
        "PREFECT_API_URL": api_url(here),
        "PREFECT_UI_URL": ui_url(here),
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "blocks.social.preparing",  # how far an upload is, on its run's page
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "FTE_MODE": here.mode.value,
        "FTE_HOME": str(here.home.absolute()),
        "FTE_VAULT": str(here.vault_path),
        "FTE_PORT": str(here.port),
        "FTE_SANDBOX_PORT": str(here.sandbox_port),
        "FTE_WEBHOOK_PORT": str(here.webhook_port),
    }
    return shared if here.prefect_url else shared | _embedded(here)


def _embedded(here: Settings) -> dict[str, str]:
    quiet = {
        "PREFECT_HOME": str(here.state / PREFECTS),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",  # both are of one installation
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",  # in live mode the server asks for it
        "PREFECT_RUNNER_POLL_FREQUENCY": str(POLL_SECONDS),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(here.keep_runs_days * DAY_SECONDS),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{here.keep_runs_days}D",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    }
    return quiet | (_locks(here) if here.mode is Mode.LIVE else {})


def apply_environment(here: Settings) -> None:
    """Set the variables for this process, before prefect is imported, which makes its own folder in this home."""
    os.environ.update(prefect_environment(here))
    if not here.prefect_url:
        for folder in (here.home, here.state):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def open_to_others(here: Settings) -> list[Path]:
    """What other users can look into of the state folder, but for what the sandbox's media host shows its public."""
    every = (here.state, *here.state.rglob("*"))
    return [path for path in every if not path.is_relative_to(here.public_media) and is_open_to_others(path)]


def keep_state_private(here: Settings) -> None:
    """Close the state folder to other users: an earlier version, or a copy, may have left it open."""
    for path in open_to_others(here):
        with suppress(FileNotFoundError):
            path.chmod(path.stat().st_mode & ~OTHERS)


def _locks(here: Settings) -> dict[str, str]:
    keys = _prefect_keys(here.prefect_keys)
    return {
        "PREFECT_API_AUTH_STRING": f"fte:{keys['password']}",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
    }


def server_locks(here: Settings) -> dict[str, str]:
    """What the live Prefect server alone is told: the key of its blocks is in no other process's environment."""
    if here.mode is not Mode.LIVE:
        return {}
    keys = _prefect_keys(here.prefect_keys)
    return {
        "PREFECT_SERVER_API_AUTH_STRING": f"fte:{keys['password']}",
        "PREFECT_SERVER_ENCRYPTION_KEY": keys["encryption"],
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
    }


def _prefect_keys(path: Path) -> dict[str, str]:
    """This installation's own keys, made once; the encryption key stays outside the database that it protects."""
    keys: dict[str, str] = json.loads(made_once(path, _fresh_keys))
    return keys


def _fresh_keys() -> bytes:
    from cryptography.fernet import Fernet

    keys = {"password": secrets.token_urlsafe(24), "encryption": Fernet.generate_key().decode()}
    return json.dumps(keys).encode()
