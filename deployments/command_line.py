"""`fte`: the command line. One-line errors with the remedy; a traceback only when asked for."""

import os
import sys

import typer
from rich.console import Console
from rich.markup import escape

from deployments.commands import (
    approvals,
    approvers,
    audit,
    books,
    connect,
    dead_letters,
    doctor,
    mcp,
    odoo,
    tasks,
    vault,
    work,
)
from domain.errors import DigitalFteError, RejectedError, TransientError

EXIT_FAILED = 1
EXIT_REFUSED = 4
EXIT_TRY_AGAIN = 5

app = typer.Typer(
    name="fte",
    help="The digital employee: it reads, plans, asks, books, and proves it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.command()(work.up)
app.command()(work.down)
app.command()(work.status)
app.command()(doctor.doctor)
app.command()(mcp.mcp)
app.command("tasks")(tasks.tasks)
app.command("run")(tasks.run)
app.add_typer(approvals.app, name="approvals", help="What waits for a person's decision.")
app.add_typer(approvers.app, name="approvers", help="Who can prove a decision with a one-time code.")
app.add_typer(audit.app, name="audit", help="What happened, and the proof of it.")
app.add_typer(books.app, name="books", help="What the books say.")
app.add_typer(connect.app, name="connect", help="Connect real accounts.")
app.add_typer(dead_letters.app, name="dead-letters", help="What could not be done, and doing it again.")
app.add_typer(odoo.app, name="odoo", help="Set Odoo up.")
app.add_typer(vault.app, name="vault", help="The desk.")


@app.callback()
def options(*, debug: bool = typer.Option(default=False, help="Show the traceback of an error.")) -> None:
    """Options of every command."""
    if debug:
        os.environ["FTE_DEBUG"] = "1"


def main() -> None:
    """Run the command line; the exit status is 0 done, 1 failed, 2 usage, 3 not at work, 4 refused, 5 try again."""
    try:
        app()
    except DigitalFteError as error:
        if os.environ.get("FTE_DEBUG"):
            raise
        Console(stderr=True).print(f"[red]fte:[/red] {escape(str(error))}", soft_wrap=True)
        sys.exit(_exit_status(error))


def _exit_status(error: DigitalFteError) -> int:
    if isinstance(error, RejectedError):
        return EXIT_REFUSED
    return EXIT_TRY_AGAIN if isinstance(error, TransientError) else EXIT_FAILED


if __name__ == "__main__":
    main()
