"""`fte status`: answers at once, so it imports neither Prefect nor SQLAlchemy."""

from datetime import UTC, datetime
from typing import Any

import typer

from blocks.settings import HANDBOOK, Settings, settings
from deployments.environment import api_url, ui_url
from deployments.listening import dashboard_address, is_healthy
from deployments.printing import AsJson, print_json, print_table
from deployments.processes import read_pid_file
from domain.vault.overview import given_up
from tasks.accounting.snapshot import snapshot_words
from tasks.reliability.waiting import last_looks, waiting_requests, waiting_writes
from tasks.vault.vault import Folder, Vault


def status(*, as_json: AsJson = False) -> None:
    """Show whether the employee works, what waits for a person and what is under way."""
    facts = _facts(settings())
    if as_json:
        print_json(facts)
    else:
        print_table(("", ""), [(name.replace("_", " "), _words(name, fact)) for name, fact in facts.items()])
    if not facts["at_work"]:
        raise typer.Exit(3)


def _words(name: str, fact: Any) -> str:
    if isinstance(fact, bool):
        return ("no", "yes")[fact]
    if isinstance(fact, dict):
        between = "\n" if name == "last_looked_at" else ", "
        return between.join(f"{each}: {count}" for each, count in fact.items()) or "none"
    return str(fact)


def _facts(here: Settings) -> dict[str, Any]:
    process = read_pid_file(here)
    vault = Vault(here.vault_path)
    answers = is_healthy(f"{api_url(here)}/health")
    exists = (here.vault_path / HANDBOOK).exists()
    return {
        "mode": here.mode.value,
        "at_work": answers if here.prefect_url else bool(process and process.alive),
        "prefect_server": answers,
        "address": ui_url(here),
        "dashboard": dashboard_address(here, answers=answers),
        "vault": str(here.vault_path),
        "books": snapshot_words(datetime.now(UTC)),
        "open_tasks": len(vault.names(Folder.NEEDS_ACTION)) if exists else 0,
        "waiting_for_approval": len(waiting_requests()),
        "waiting_for_services": waiting_writes(),
        "dead_letters": len(given_up(vault.names(Folder.DEAD_LETTERS))) if exists else 0,
        "last_looked_at": {look.channel: look.words() for look in last_looks()},
    }
