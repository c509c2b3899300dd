"""`fte status`: answers at once, so it imports neither Prefect nor SQLAlchemy."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from blocks.settings import HANDBOOK, Settings, settings
from deployments.environment import api_url, ui_url
from deployments.listening import is_healthy


def status(*, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Show whether the employee works, what waits for a person and what is under way."""
    facts = _facts(settings())
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
    else:
        _print(facts)
    if not facts["at_work"]:
        raise typer.Exit(3)


def _print(facts: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), _words(value, "\n" if name == "last_looked_at" else ", "))
    Console().print(table)


def _words(value: Any, between: str) -> str:
    if isinstance(value, dict):
        return between.join(f"{name}: {count}" for name, count in value.items()) or "none"
    return str(value)


def _facts(here: Settings) -> dict[str, Any]:
    from deployments.processes import read_pid_file
    from tasks.accounting.snapshot import snapshot_words
    from tasks.reliability.waiting import last_looks, waiting_requests, waiting_writes
    from tasks.vault.vault import Folder, Vault

    process = read_pid_file(here)
    vault = Vault(here.vault_path)
    answers = is_healthy(f"{api_url(here)}/health")
    exists = (here.vault_path / HANDBOOK).exists()
    return {
        "mode": here.mode.value,
        "at_work": answers if here.prefect_url else bool(process and process.alive),
        "prefect_server": answers,
        "address": ui_url(here),
        "vault": str(here.vault_path),
        "books": snapshot_words(datetime.now(UTC)),
        "open_tasks": len(vault.names(Folder.NEEDS_ACTION)) if exists else 0,
        "waiting_for_approval": len(waiting_requests()),
        "waiting_for_services": waiting_writes(),
        "dead_letters": len(vault.names(Folder.DEAD_LETTERS)) if exists else 0,
        "last_looked_at": {look.channel: look.words() for look in last_looks()},
    }
