"""What can be said of Prefect from outside: its version, and the size of its database."""

from importlib.metadata import version
from pathlib import Path

from blocks.settings import Settings

TESTED_MINOR = "3.9"
"""Two of Prefect's functions are replaced from within: another minor version has to be tried first."""


def untested_version(installed: str | None = None) -> str:
    """What to say of the installed Prefect when it is another than the tested one; nothing otherwise."""
    found = installed or version("prefect")
    if found.split(".")[:2] == TESTED_MINOR.split("."):
        return ""
    return f"Prefect {found} is installed; tested with {TESTED_MINOR}"


def database_bytes(here: Settings) -> int:
    """Bytes of the Prefect server's SQLite database and its write-ahead log."""
    return sum(path.stat().st_size for path in _files(here) if path.exists())


def _files(here: Settings) -> list[Path]:
    return [here.state / "prefect" / name for name in ("prefect.db", "prefect.db-wal")]
