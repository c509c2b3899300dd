"""Names that differ in capitals only are one file on Windows and macOS, so here they are refused everywhere.

A name with capitals leaves its spelling in the Vault's private folder: one look, however many notes there are.
"""

from pathlib import Path

from domain.errors import RejectedError
from domain.vault.folder import TASK_FOLDERS
from tasks.vault.atomic import disk_errors
from tasks.vault.locks import private_folder


class NameCollisionError(RejectedError):
    """Two tasks' names differ in capitals only."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(
            f"the task {name} would be the same file as {other} on disks that ignore capitals; "
            "name tasks with domain.vault.names.event_name"
        )


def claim_spelling(root: Path, name: str) -> None:
    """Make this the only spelling of the name; the caller holds the name's lock.

    Raises:
        NameCollisionError: another spelling is in use.
    """
    folded = name.casefold()
    spelling = private_folder(root, "spellings") / folded
    with disk_errors(spelling):
        known = spelling.read_text() if spelling.exists() else None
        if known not in {None, name}:
            raise NameCollisionError(name, known or "")
        if folded != name and known is None:
            _refuse_lower_case(root, name, folded)
            spelling.write_text(name)


def _refuse_lower_case(root: Path, name: str, folded: str) -> None:
    for folder in TASK_FOLDERS:
        lower = root / folder / f"{folded}.md"
        if lower.exists() and not (root / folder / f"{name}.md").exists():
            raise NameCollisionError(name, folded)
