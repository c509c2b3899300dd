"""`fte`: the command line. One-line errors with the remedy; a traceback only when asked for."""

import os
import sys
from pathlib import Path
from typing import Annotated, ClassVar, NoReturn

import typer

from blocks.files import FULL
from deployments.lazy_commands import CommandPlace, LazyGroup
from deployments.plain_help import say_types_in_words
from deployments.stopped import EXIT_STOPPED, StoppedError
from domain.errors import DigitalFteError, RejectedError, TransientError

EXIT_FAILED = 1
EXIT_REFUSED = 4
EXIT_TRY_AGAIN = 5

PRIVATE = 0o077
"""What others on this machine may do with a file that the employee makes: nothing. Modes that exist are kept."""


class Commands(LazyGroup):
    """Every command, in the order in which one meets them."""

    places: ClassVar[dict[str, CommandPlace]] = {
        "init": CommandPlace("init", "init", "Set up a new company: rules, accounts, approver."),
        "demo": CommandPlace("demo", "demo", "Replay a week of a demo company, told as it happens."),
        "up": CommandPlace("work", "up", "Start the employee."),
        "down": CommandPlace("work", "down", "Stop the employee and everything it started."),
        "status": CommandPlace("status", "status", "Show whether it is running, and what waits."),
        "service": CommandPlace("service", "app", "Have the operating system start it at logon."),
        "doctor": CommandPlace("doctor", "doctor", "Check everything the employee needs."),
        "mcp": CommandPlace("mcp", "app", "Serve the tools to an AI agent over the Model Context Protocol."),
        "health": CommandPlace("health", "health", "Show how every service is and was."),
        "tasks": CommandPlace("tasks", "tasks", "List the tasks in the Vault."),
        "corrections": CommandPlace(
            "corrections", "app", "What was corrected in tasks, and what that teaches."
        ),
        "run": CommandPlace("run", "run", "Run one flow now, and wait for its end."),
        "approvals": CommandPlace("approvals", "app", "What waits for a person's decision."),
        "approvers": CommandPlace("approvers", "app", "Who can prove a decision with a one-time code."),
        "audit": CommandPlace("audit", "app", "What happened, and the proof of it."),
        "briefing": CommandPlace("briefing", "app", "How the week was, and where each number comes from."),
        "books": CommandPlace("books", "app", "What the books say."),
        "learning": CommandPlace("learning", "app", "What outcomes say, and how good the estimates were."),
        "suggestions": CommandPlace(
            "suggestions", "app", "What your decisions speak for, and having it written."
        ),
        "connect": CommandPlace("connect", "app", "Connect real accounts."),
        "dead-letters": CommandPlace("dead_letters", "app", "What could not be done, and doing it again."),
        "playbooks": CommandPlace(
            "playbooks", "app", "How kinds of tasks are done: list, check, ask for one."
        ),
        "posts": CommandPlace("posts", "app", "What is said in public: drafts, schedule, published."),
        "mentions": CommandPlace("mentions", "app", "What others say in public, and answering it."),
        "web": CommandPlace("web", "app", "Pages and feeds that are watched, and what changed on them."),
        "mail": CommandPlace("mail", "app", "Send mail, in your words or a template's."),
        "whatsapp": CommandPlace("whatsapp", "app", "What customers write on WhatsApp, and writing to them."),
        "odoo": CommandPlace("odoo", "app", "Set Odoo up."),
        "backfill": CommandPlace("backfill", "backfill", "Take in a folder of old documents and mails."),
        "backup": CommandPlace(
            "backup", "backup", "Write everything into one archive, while the employee works."
        ),
        "restore": CommandPlace("backup", "restore", "Put a backup onto an empty machine, and prove it."),
        "vault": CommandPlace("vault", "app", "The Vault and its notes."),
    }


say_types_in_words()

app = typer.Typer(
    name="fte",
    cls=Commands,
    help="The digital employee: it reads, plans, asks, books, and proves it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


def _show_version(value: bool) -> None:  # noqa: FBT001 (the interface)
    if value:
        from importlib.metadata import version

        typer.echo(f"fte {version('digital-fte')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[  # noqa: ARG001 (answered by its callback)
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Options of every command."""
    if debug:
        os.environ["FTE_DEBUG"] = "1"


def main() -> None:
    """Run the command line; its exit status says how it ended.

    0 done, 1 failed, 2 usage, 3 not at work, 4 refused, 5 try again, 130 stopped by Ctrl-C.
    """
    os.umask(PRIVATE)  # here, and in every process that is started from here
    _leave_no_cores()
    try:
        app()
    except SystemExit as end:
        _end_at_once(end)
        raise
    except DigitalFteError as error:
        _end_with(error)
    except OSError as error:
        if error.filename is None and error.errno not in FULL:  # no file or folder that one could look at
            raise
        _end_with(FullDiskError(error) if error.errno in FULL else UnusableFileError(error))


def _end_at_once(end: SystemExit) -> None:
    """Leave without the services that were asked and do not answer: all is told, and Python would wait for each."""
    asked = sys.modules.get("tasks.health.questions")
    if asked is not None and asked.is_any_unanswered() and not isinstance(end.code, str):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))


class UnusableFileError(DigitalFteError):
    """A file or folder of this machine cannot be made, read or written."""

    def __init__(self, error: OSError) -> None:
        is_ours = _is_ours(Path(os.fsdecode(error.filename)))
        remedy = (
            "make it usable, or name others with FTE_HOME and FTE_VAULT" if is_ours else "name another one"
        )
        super().__init__(f"{error.filename}: {error.strerror}; {remedy}")


def _is_ours(path: Path) -> bool:
    """Whether it is of the state folder or the Vault, and so nothing that the command was given."""
    from blocks.settings import settings

    here = settings()
    return any(
        path.is_relative_to(place) or place.is_relative_to(path) for place in (here.home, here.vault_path)
    )


class FullDiskError(TransientError):
    """Nothing more can be written."""

    def __init__(self, error: OSError) -> None:
        where = f"the disk that holds {error.filename}" if error.filename else "the disk"
        super().__init__(
            f"{where} is full; free some space (fte doctor shows how much is left), then run this again"
        )


def _end_with(error: DigitalFteError) -> NoReturn:
    if os.environ.get("FTE_DEBUG"):
        raise error
    from deployments.printing import print_error  # rich takes longer than all that --version does

    print_error(error)
    sys.exit(_exit_status(error))


def _leave_no_cores() -> None:
    """A process that crashes writes no memory, and so no key, to the disk; nor does one that is started from here."""
    try:
        import resource
    except ImportError:  # Windows keeps none unless it is told to
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _exit_status(error: DigitalFteError) -> int:
    if isinstance(error, StoppedError):
        return EXIT_STOPPED
    if isinstance(error, RejectedError):
        return EXIT_REFUSED
    return EXIT_TRY_AGAIN if isinstance(error, TransientError) else EXIT_FAILED


if __name__ == "__main__":
    main()
