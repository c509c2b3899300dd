"""What a backup says about itself, and which names it may hold."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, Field

from domain.errors import RejectedError

FORMAT = 1
MANIFEST = "manifest.json"
STATE, VAULT = "state", "vault"
LEDGER = f"{STATE}/ledger.sqlite"
"""The ledger's place in every backup, whatever database it is kept in."""


class BackupDamagedError(RejectedError):
    """An archive is not what a backup made."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"this is no whole backup: {problem}; nothing was restored, take another one")


class BackupTooNewError(RejectedError):
    """A later version made it."""

    def __init__(self, what: str, theirs: str, ours: str) -> None:
        super().__init__(
            f"the backup was made with {what} {theirs}, and this is {ours}; nothing was restored, "
            "install that version or a later one first"
        )


class KeptFile(BaseModel, frozen=True):
    """One file of a backup."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class BackupManifest(BaseModel, frozen=True):
    """What is in a backup and who made it; `audit_head` is the audit log's newest record, as `NUMBER:HASH`."""

    format: int
    made_at: datetime
    mode: Literal["sandbox", "live"]
    digital_fte: str
    prefect: str
    audit_head: str = ""
    has_prefect_database: bool
    left_out: list[str] = []
    files: dict[str, KeptFile]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(kept.size for kept in self.files.values())


def check_names(names: list[str]) -> None:
    """Refuse what would not lie inside the state folder or the Vault.

    Raises:
        BackupDamagedError: a name is absolute, climbs, is a folder of another or is none that a backup gives.
    """
    folded = {name.casefold() for name in names}
    for name in names:
        parts = PurePosixPath(name).parts
        is_plain = "/".join(parts) == name and len(parts) > 1 and parts[0] in (STATE, VAULT)
        if not is_plain or ".." in parts or "\\" in name or "\0" in name or ":" in parts[1]:
            raise BackupDamagedError(f"it holds {name!r}, which leads out of its place")
        if any("/".join(parts[:depth]).casefold() in folded for depth in range(1, len(parts))):
            raise BackupDamagedError(f"it holds {name!r} and a file in that place of its folder")


def check_versions(manifest: BackupManifest, digital_fte: str, prefect: str) -> None:
    """Refuse a backup of a later version: its databases may hold what this one does not know.

    Raises:
        BackupTooNewError: naming both.
    """
    theirs = (str(manifest.format), manifest.digital_fte, manifest.prefect)
    ours = (str(FORMAT), digital_fte, prefect)
    for what, their, our in zip(("the backup format", "Digital FTE", "Prefect"), theirs, ours, strict=True):
        if _numbers(their) > _numbers(our):
            raise BackupTooNewError(what, their, our)


def _numbers(version: str) -> list[int]:
    return [int("".join(filter(str.isdigit, part)) or 0) for part in version.partition("+")[0].split(".")]
