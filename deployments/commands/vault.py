"""`fte vault`: make a Vault, and find the notes that cannot be read."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from blocks.settings import settings
from deployments.printing import AsJson, busy, print_json, say
from tasks.vault.check import WORKED, broken_notes
from tasks.vault.vault import Folder, current_vault, init_vault

app = typer.Typer(no_args_is_help=True)


@app.command()
def init(
    path: Annotated[Path | None, typer.Argument(help="Where; default: the configured Vault.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Make a Vault, or complete one; nothing that exists is changed."""
    target = path.expanduser().absolute() if path else settings().vault_path
    made = init_vault(target)
    if as_json:
        print_json({"vault": str(target), "made": [str(entry) for entry in made]})
        return
    for entry in made:
        say(f"made {entry}")
    say(f"{target} is ready" if made else f"{target} is complete already", bold=str(target))
    if target != settings().vault_path:
        say(f"To have it worked in, set FTE_VAULT={target} for every fte command.")


@app.command()
def check(
    *,
    done: Annotated[bool, typer.Option("--done", help="Look at the notes in Done/ too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the notes that cannot be read, with the line and what to do; exit status 1 if there are any."""
    vault = current_vault()
    folders = (*WORKED, Folder.DONE) if done else WORKED
    with busy("Looking ..."):
        found = list(broken_notes(vault, folders))
    if as_json:
        print_json([asdict(broken) for broken in found])
    else:
        for broken in found:
            say(f"{broken.path}: {broken.problem}", bold=broken.path)
        if not found:
            say("Every note can be read.")
    if found:
        raise typer.Exit(1)
