"""`fte vault`: make a Vault, and find the notes that cannot be read."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from blocks.settings import settings
from tasks.vault.check import WORKED, broken_notes
from tasks.vault.vault import Folder, current_vault, init_vault

app = typer.Typer(no_args_is_help=True)
console = Console()


@app.command()
def init(
    path: Annotated[Path | None, typer.Argument(help="Where; default: the configured Vault.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Make a Vault, or complete one; nothing that exists is changed."""
    target = path.expanduser().absolute() if path else settings().vault_path
    made = init_vault(target)
    if as_json:
        typer.echo(json.dumps({"vault": str(target), "made": [str(entry) for entry in made]}))
        return
    for entry in made:
        console.print(f"made {escape(str(entry))}", soft_wrap=True)
    console.print(
        f"[bold]{escape(str(target))}[/bold] is ready"
        if made
        else f"{escape(str(target))} is complete already",
        soft_wrap=True,
    )


@app.command()
def check(
    *,
    done: Annotated[bool, typer.Option("--done", help="Look at the notes in Done/ too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List the notes that cannot be read, with the line and what to do; exit status 1 if there are any."""
    vault = current_vault()
    folders = (*WORKED, Folder.DONE) if done else WORKED
    found = list(
        track(
            broken_notes(vault, folders),
            "Looking ...",
            console=Console(stderr=True),
            transient=True,
            disable=as_json,
        )
    )
    if as_json:
        typer.echo(json.dumps([asdict(broken) for broken in found]))
    for broken in () if as_json else found:
        console.print(f"[red]{escape(broken.path)}[/red]: {escape(broken.problem)}", soft_wrap=True)
    if not found and not as_json:
        console.print("Every note can be read.")
    if found:
        raise typer.Exit(1)
