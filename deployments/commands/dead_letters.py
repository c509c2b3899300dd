"""`fte dead-letters`: what could not be done, and doing it again under the same effect key."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import typer

from blocks.prefect_server import prefect_asked
from blocks.settings import settings
from deployments.asking import ask
from deployments.environment import apply_environment
from deployments.printing import AsJson, print_json, print_table, say
from domain.errors import ContractError, DigitalFteError, RejectedError
from domain.reliability.letter_note import KIND
from domain.vault.broken import BrokenNoteError
from domain.vault.folder import Folder
from domain.vault.overview import given_up
from tasks.clock import present
from tasks.planning.letters import show_letters
from tasks.reliability.dead_letters import (
    DeadLetter,
    LetterMissingError,
    find_letter,
    put_back,
    replay,
    resolve,
    waiting_letters,
)
from tasks.vault.vault import current_vault

app = typer.Typer(no_args_is_help=True)

LARGEST_NUMBER = 2**31
MENDED = frozenset({"Completed", "Waiting"})
"""End states of `work_task` that close its letter: done, or with a person."""


class UnknownKindError(ContractError):
    """Nobody knows how to run such a letter again."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"letters of kind '{kind}' cannot be replayed by this version; known: {', '.join(REPLAYS)}"
        )


class NotMendedError(RejectedError):
    """The replay ran and the work is still not done."""

    def __init__(self, state: str, message: str | None) -> None:
        super().__init__(f"the replay ended {state}: {message or 'no reason was given'}")


@app.command("list")
def list_letters(
    *,
    cause: Annotated[str | None, typer.Option(help="Only letters with this cause.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits, oldest first."""
    letters, aside = waiting_letters(cause), [] if cause else _set_aside()
    if as_json:
        print_json([*map(_facts, letters), *aside])
    elif letters or aside:
        rows = [*map(_cells, letters), *(("", *list(row.values())[1:]) for row in aside)]
        print_table(("No", "Kind", "Key", "Cause", "Tries", "Since", "Error"), rows)
    else:
        say("No dead letters.")


def _set_aside() -> list[dict[str, Any]]:
    """What lies in Dead_Letters/ and is no letter: files that could not be worked on; they have no replay."""
    where, rows = current_vault(), []
    for name in given_up(where.names(Folder.DEAD_LETTERS)):
        try:
            front: Mapping[str, Any] = where.read(Folder.DEAD_LETTERS, name).front
        except BrokenNoteError as error:
            front = {"problem": str(error)}
        if front.get("kind") != KIND:
            rows.append(_aside(name, front))
    return rows


def _aside(name: str, front: Mapping[str, Any]) -> dict[str, Any]:
    problem = front.get("problem") or f"see Dead_Letters/{name}"
    return {
        "id": None,
        "kind": "file",
        "key": str(front.get("about") or name),
        "cause": "set aside",
        "attempts": "",
        "since": "",
        "error": str(problem),
    }


def _cells(letter: DeadLetter) -> tuple[object, ...]:
    since = letter.first_buried_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return letter.id, letter.kind, letter.key, letter.cause, letter.attempts, since, letter.error


@app.command()
def show(
    number: Annotated[int, typer.Argument(min=1, max=LARGEST_NUMBER, help="From the list.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one letter with its payload."""
    letter = find_letter(number)
    if letter is None:
        raise LetterMissingError(number)
    facts = _facts(letter) | {"payload": letter.payload}
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        text = json.dumps(value, indent=2) if name == "payload" else str(value)
        say(f"{name}: {text}", bold=f"{name}:")


LATER = "it is worked on again by itself: fte tasks, fte dead-letters list"


@app.command("replay")
def replay_letters(
    number: Annotated[
        int | None, typer.Argument(min=1, max=LARGEST_NUMBER, help="One letter's number.")
    ] = None,
    *,
    cause: Annotated[str | None, typer.Option(help="All letters with this cause.")] = None,
    as_json: AsJson = False,
) -> None:
    """Do the work again, by number or by cause; a letter that fails again stays."""
    wanted = number if number is not None else cause
    if wanted is None or (number is not None and cause is not None):
        raise typer.BadParameter("give either a number or --cause")
    apply_environment(settings())
    results = ask("what the letters need", _replay_all(replay(wanted, present())), remedy=LATER, seconds=600)
    show_letters()
    if as_json:
        print_json(results)
    else:
        for result in results:
            say(f"{result['id']}: {result['error'] or 'done'}")
    if any(result["error"] for result in results):
        raise typer.Exit(1)


async def _replay_all(letters: list[DeadLetter]) -> list[dict[str, Any]]:
    return [{"id": letter.id, "error": await _replay_one(letter)} for letter in letters]


async def _replay_one(letter: DeadLetter) -> str | None:
    """Run one letter; what was wrong, or None when it is resolved."""
    try:
        if letter.kind not in REPLAYS:
            raise UnknownKindError(letter.kind)
        with prefect_asked():  # the blocks translate their own; this is Prefect's client
            await REPLAYS[letter.kind](letter)
    except DigitalFteError as error:
        put_back(letter.id, error, present())
        return str(error)
    resolve(letter.id, present())
    return None


async def _work_task_again(letter: DeadLetter) -> None:
    from flows.work_task import work_task

    task_id = str(letter.payload["task_id"])
    where = current_vault()
    if where.find(task_id) is Folder.DEAD_LETTERS:
        where.move(task_id, Folder.DEAD_LETTERS, Folder.NEEDS_ACTION)
    if where.find(task_id) is Folder.NEEDS_ACTION:
        where.update(Folder.NEEDS_ACTION, task_id, lambda note: note.with_front(status="new"))
    state = await work_task(task_id, return_state=True)
    if state.name not in MENDED:
        raise NotMendedError(str(state.name), state.message)


async def _take_message_again(letter: DeadLetter) -> None:
    from tasks.mail.mailbox import mailbox_client
    from tasks.mail.take_mail import take_again
    from tasks.planning.waits import tell_reply
    from tasks.policy.handbook import read_handbook

    async with await mailbox_client() as client:
        message_id = str(letter.payload["message_id"])
        await take_again(client, message_id, clock=present, read_handbook=read_handbook, tell=tell_reply)


REPLAYS: dict[str, Callable[[DeadLetter], Awaitable[None]]] = {
    "task": _work_task_again,
    "gmail.message": _take_message_again,
}
"""How each kind of letter is run again: it returns when the work is done or in other hands, else it raises.

A `task` letter has `task_id` in its payload, a `gmail.message` letter `message_id`.
"""


def _facts(letter: DeadLetter) -> dict[str, Any]:
    names = ("id", "kind", "key", "cause", "error", "state", "attempts")
    times = {"first_buried_at": letter.first_buried_at, "buried_at": letter.buried_at}
    return {name: getattr(letter, name) for name in names} | {
        name: time.isoformat(timespec="seconds") for name, time in times.items()
    }
