"""`fte playbooks`: how kinds of tasks are done, whether that can be followed, and asking for one by name."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from blocks.settings import settings
from deployments.printing import AsJson, busy, print_json, print_table, say
from deployments.processes import what_follows
from domain.errors import RejectedError
from domain.planning.playbook import Playbook
from domain.planning.playbook_check import Place, check_playbooks, known_actions
from domain.vault.broken import FIRST_FRONT_LINE
from tasks.planning.written import written_playbooks
from tasks.vault.vault import Folder, current_vault

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="A playbook's note, without .md.")]
SOURCE, TOOL = "cli", "fte playbooks start"


class PlaybooksWrongError(RejectedError):
    """Some cannot be followed."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} {'thing is' if count == 1 else 'things are'} to be corrected")


@app.command("list")
def list_playbooks(*, as_json: AsJson = False) -> None:
    """List the playbooks as they are written."""
    with busy("Reading the playbooks ..."):
        books, wrong = written_playbooks()
    if as_json:
        print_json([{"name": book.name, **book.plain()} for book in books])
        return
    rows = [
        (book.name, _when(book), ", ".join(slot.name for slot in book.inputs), book.about) for book in books
    ]
    rows += [(name, "cannot be read", "", f"fte playbooks check {name}") for name in sorted(wrong)]
    print_table(("Playbook", "For", "Has to be told", "About"), rows)


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A playbook's note; none: all of them.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Check that playbooks can be followed: actions, references, types, circles, loops without a limit."""
    with busy("Reading the playbooks ..."):
        found = [row for row in _problems() if name in ("", row["playbook"])]
    known = current_vault().names(Folder.PLAYBOOKS)
    if name and name not in known:
        found = [
            {"playbook": name, "line": None, "said": f"there is no such note; there are {', '.join(known)}"}
        ]
    if as_json:
        print_json(found)
    else:
        for row in found:
            line = f":{row['line']}" if row["line"] else ""
            say(f"Playbooks/{row['playbook']}.md{line}: {row['said']}")
    if found:
        raise PlaybooksWrongError(len(found))
    if not as_json:
        say(f"{name} can be followed." if name else "They can all be followed.")


@app.command("actions")
def list_actions(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Those whose names hold this; none: all of them.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List what a step may do: what each action takes (* has to be given) and gives to later steps."""
    rows = [row for row in known_actions() if name in row["action"]]
    if as_json:
        print_json(rows)
    else:
        print_table(
            ("Action", "Does", "Takes", "Gives"),
            ((row["action"], row["does"], ", ".join(row["takes"]), ", ".join(row["gives"])) for row in rows),
        )


@app.command()
def start(
    name: Name,
    *,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="One of its inputs, NAME=VALUE; repeat for more.")
    ] = None,
    key: Annotated[str, typer.Option(help="What this time is known by, such as 2026-W48.")] = "",
) -> None:
    """Have a playbook done; what it has to be told and is not is asked in one question.

    The same again is one task; with another --key it is done anew.
    """
    said = dict(_value(one) for one in values or [])
    arguments = {"playbook": name, **said}
    with busy("Asking for it ..."):
        from domain.planning.order import ToolCall
        from tasks.planning.playbooks_by_name import find_playbook, take_playbook

        call = ToolCall(source=SOURCE, tool=TOOL, arguments=arguments, key=key, sender="the command line")
        is_new = take_playbook(call, find_playbook(name), said, datetime.now(UTC))
    began = (
        what_follows(settings())
        if is_new
        else "was asked for before; nothing is done twice (anew: another --key)"
    )
    say(f"{call.task_id} {began}: fte tasks, fte approvals list")


def _problems() -> list[dict[str, Any]]:
    """Every problem of the playbooks in the Vault: which, the line of its note, what to do."""
    books, wrong = written_playbooks()
    rows: list[dict[str, Any]] = [
        {"playbook": name, "line": None, "said": said} for name, said in wrong.items()
    ]
    for name, problems in check_playbooks(books).items():
        front = current_vault().read(Folder.PLAYBOOKS, name).front
        rows += [
            {"playbook": name, "line": _line(front, problem.place), "said": str(problem)}
            for problem in problems
        ]
    return sorted(rows, key=lambda row: (row["playbook"], row["line"] or 0))


def _line(front: Any, place: Place) -> int | None:
    """The line of the note on which this stands, or what it stands in."""
    line = None
    for part in place:
        at = front.lc.data.get(part) if hasattr(front, "lc") and front.lc.data else None
        if at is None:
            break
        line, front = at[0] + FIRST_FRONT_LINE, front[part]
    return line


def _when(book: Playbook) -> str:
    if book.when is None:
        return "asked for by name, or called"
    words = {key: value if isinstance(value, str) else " or ".join(value) for key, value in book.when.items()}
    return ", ".join(f"{key}: {value}" for key, value in words.items())


def _value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--set wants NAME=VALUE, not '{text}'")
    return name.strip(), value
