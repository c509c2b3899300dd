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
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the newest first.")] = 50,
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
        print_table(("Task", *(name.capitalize() for name in SHOWN), "Why"), map(_cells, rows))
    else:
        say("No finished tasks." if done else "No open tasks.")


def _cells(row: dict[str, Any]) -> list[str]:
    shown = {name: row[name] for name in SHOWN}
    shown |= {name: WORDS.get(shown[name], shown[name].replace("_", " ")) for name in ("status", "kind")}
    said = "; ".join(row["why"])
    after = [name for name in row[DEPENDS_ON] if name not in said]
    after += [f"perhaps {name}" for name in row[PERHAPS_AFTER]]
    waits = f"waits for {', '.join(after)}" if after else ""
    return [row["id"], *shown.values(), "; ".join(filter(None, (said, waits)))]


def _row(vault: Vault, folder: Folder, name: str) -> dict[str, Any]:
    try:
        front: Mapping[str, object] = vault.read(folder, name).front
    except BrokenNoteError as error:
        front = {"status": "broken", "subject": str(error)}
    shown = {key: str(front.get(key, "")) for key in SHOWN}
    perhaps = list(perhaps_first(front.get(PERHAPS_AFTER)))
    after = {DEPENDS_ON: list(needs_of(front.get(DEPENDS_ON))), PERHAPS_AFTER: perhaps}
    return {"id": name, **shown, "why": _why(front), **after}


def _why(front: "Mapping[str, object]") -> list[str]:
    """What a person has to know of a task that is not done: what it was given up for, or what keeps it."""
    requests = [f"fte approvals show {name}" for name in _list(front.get("waits_for"))]
    return [*requests, *_list(front.get("why")), *_list(front.get("delays"))]


def _list(found: object) -> list[str]:
    return [str(one) for one in found] if isinstance(found, list) else []
