"""What Prefect's processes need to know: addresses, quietness, and the locks that come with real accounts."""

import json
import os
import secrets
from pathlib import Path

from blocks.settings import Mode, Settings

POLL_SECONDS = 1
"""How often the runner asks for work; an empty flow run takes 2.7 s at 1 s and 11 s at Prefect's default of 10 s."""


def api_url(here: Settings) -> str:
    """Prefect's API on loopback."""
    return f"http://127.0.0.1:{here.port}/api"


def ui_url(here: Settings) -> str:
    """Prefect's UI on loopback."""
    return f"http://127.0.0.1:{here.port}"


def prefect_environment(here: Settings) -> dict[str, str]:
    """Environment variables for the server, the runner and every client of this installation."""
    quiet = {
        "PREFECT_HOME": str(here.state / "prefect"),
        "PREFECT_API_URL": api_url(here),
        "PREFECT_UI_URL": ui_url(here),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": str(POLL_SECONDS),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "FTE_MODE": here.mode.value,
        "FTE_HOME": str(here.home.absolute()),
        "FTE_VAULT": str(here.vault_path),
        "FTE_PORT": str(here.port),
        "FTE_SANDBOX_PORT": str(here.sandbox_port),
    }
    return quiet | (_locks(here) if here.mode is Mode.LIVE else {})


def apply_environment(here: Settings) -> None:
    """Set the variables for this process; call it before the first import of prefect."""
    os.environ.update(prefect_environment(here))


def _locks(here: Settings) -> dict[str, str]:
    keys = _prefect_keys(here.keys / "prefect.json")
    return {
        "PREFECT_SERVER_API_AUTH_STRING": f"fte:{keys['password']}",
        "PREFECT_API_AUTH_STRING": f"fte:{keys['password']}",
        "PREFECT_SERVER_ENCRYPTION_KEY": keys["encryption"],
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
    }


def _prefect_keys(path: Path) -> dict[str, str]:
    """This installation's own keys, made once; the encryption key stays outside the database that it protects."""
    if not path.exists():
        from cryptography.fernet import Fernet

        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = {"password": secrets.token_urlsafe(24), "encryption": Fernet.generate_key().decode()}
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(fresh))
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    keys: dict[str, str] = json.loads(path.read_text())
    return keys
