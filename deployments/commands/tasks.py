"""`fte tasks` and `fte run`."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from blocks.settings import settings
from deployments.asking import PREFECT_SECONDS, answer_of
from deployments.environment import apply_environment, ui_url
from domain.errors import RejectedError, TransientError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

console = Console()

WAIT_SECONDS = 600


class UnknownFlowError(RejectedError):
    """There is no such deployment."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no '{name}' to run; known are {', '.join(known)}")


class StillRunningError(TransientError):
    """The command stops waiting; the run goes on."""

    def __init__(self, flow: str, address: str) -> None:
        super().__init__(f"{flow} is still under way after {WAIT_SECONDS} s; watch it at {address}")


def tasks(
    *,
    done: Annotated[bool, typer.Option("--done", help="Finished tasks instead of open ones.")] = False,
    limit: Annotated[int, typer.Option(help="How many, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List the tasks in the Vault."""
    from tasks.vault.vault import Folder, current_vault

    vault = current_vault()
    folder = Folder.DONE if done else Folder.NEEDS_ACTION
    newest = sorted(
        vault.names(folder), key=lambda name: (vault.root / folder / f"{name}.md").stat().st_mtime
    )[-limit:]
    rows = [_row(vault, folder, name) for name in reversed(newest)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table("Task", "Status", "Kind", "Priority", "From", "Subject", box=None)
    for row in rows:
        table.add_row(*(str(row[key]) for key in ("id", "status", "kind", "priority", "from", "subject")))
    console.print(table)


def _row(vault: Any, folder: Any, name: str) -> dict[str, Any]:
    from domain.vault.note import BrokenNoteError

    try:
        front = vault.read(folder, name).front
    except BrokenNoteError as error:
        front = {"status": "broken", "subject": str(error)}
    return {"id": name} | {
        key: str(front.get(key, "")) for key in ("status", "kind", "priority", "from", "subject")
    }


def run(
    name: Annotated[str, typer.Argument(help="A flow of flows/, e.g. watch_gmail.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Run one flow now, and wait for its end."""
    from deployments.table import ROWS

    known = [row.flow for row in ROWS if row.every]
    wanted = name.replace("-", "_")
    if wanted not in known:
        raise UnknownFlowError(name, known)
    here = settings()
    apply_environment(here)
    state, message, run_id = asyncio.run(_run(wanted, ui_url(here)))
    if as_json:
        typer.echo(json.dumps({"state": state, "message": message, "run": run_id}))
    else:
        console.print(f"{state}: {message or ''}  {ui_url(here)}/runs/flow-run/{run_id}", soft_wrap=True)
    if state in {"Failed", "Crashed", "Cancelled"}:
        raise typer.Exit(1)


async def _run(flow: str, address: str) -> tuple[str, str | None, str]:
    from prefect.exceptions import FlowRunWaitTimeout
    from prefect.flow_runs import wait_for_flow_run

    from tasks.flow_runs.runs import create_run

    remedy = "fte down, then fte up, and run this again"
    run_id = await answer_of("the Prefect server", create_run(flow), remedy=remedy, seconds=PREFECT_SECONDS)
    try:
        with console.status(f"Running {flow} ..."):
            ended: FlowRun = await wait_for_flow_run(run_id, timeout=WAIT_SECONDS)
    except FlowRunWaitTimeout as error:
        raise StillRunningError(flow, f"{address}/runs/flow-run/{run_id}") from error
    return (*_said(ended), str(run_id))


def _said(ended: "FlowRun") -> tuple[str, str | None]:
    """Name and message of the end; a run that gave way to another one is not a failure."""
    if ended.state is None:
        return "Unknown", None
    if ended.state.is_cancelled() and "concurrency limit" in (ended.state.message or ""):
        return "UnderWay", "another run of it is under way and does this work"
    return ended.state.name or "Unknown", ended.state.message
