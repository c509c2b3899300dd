"""`fte tasks`: answers at once, so it imports neither Prefect nor SQLAlchemy."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.printing import AsJson, print_json, print_table, say
from domain.planning.dependency import DEPENDS_ON, PERHAPS_AFTER, needs_of, perhaps_first
from domain.vault.note import BrokenNoteError
from tasks.vault.vault import Folder, Vault, current_vault

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = {"escalated": "needs you", "waiting": "asks you", "later": "waits", "other": "mail or notice"}
"""What a person reads for a note's word."""

SHOWN = ("status", "kind", "domain", "priority", "from", "subject")


def tasks(
    *,
    done: Annotated[bool, typer.Option("--done", help="Finished tasks instead of open ones.")] = False,
    limit: Annotated[int, typer.Option(help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the tasks in the Vault."""
    vault = current_vault()
    folder = Folder.DONE if done else Folder.NEEDS_ACTION
    newest = sorted(
        vault.names(folder), key=lambda name: (vault.root / folder / f"{name}.md").stat().st_mtime
    )[-limit:]
    rows = [_row(vault, folder, name) for name in reversed(newest)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(("Task", *(name.capitalize() for name in SHOWN), "Waits for"), map(_cells, rows))
    else:
        say("No finished tasks." if done else "No open tasks.")


def _cells(row: dict[str, Any]) -> list[str]:
    perhaps = [f"perhaps {name}" for name in row[PERHAPS_AFTER]]
    words = {name: word for name, word in row.items() if name != PERHAPS_AFTER}
    words[DEPENDS_ON] = ", ".join([*row[DEPENDS_ON], *perhaps])
    return [
        WORDS.get(word, word.replace("_", " ")) if name in {"status", "kind"} else word
        for name, word in words.items()
    ]


def _row(vault: Vault, folder: Folder, name: str) -> dict[str, Any]:
    try:
        front: Mapping[str, object] = vault.read(folder, name).front
    except BrokenNoteError as error:
        front = {"status": "broken", "subject": str(error)}
    shown = {key: str(front.get(key, "")) for key in SHOWN}
    perhaps = list(perhaps_first(front.get(PERHAPS_AFTER)))
    return {"id": name, **shown, DEPENDS_ON: list(needs_of(front.get(DEPENDS_ON))), PERHAPS_AFTER: perhaps}
