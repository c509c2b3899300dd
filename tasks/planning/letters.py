"""Dead letters in the Vault: each that waits has a note in Dead_Letters/, until it is resolved."""

from contextlib import suppress
from datetime import datetime

from domain.reliability.letter_note import KIND, PREFIX, letter_name, letter_note
from domain.vault.note import BrokenNoteError
from tasks.reliability.dead_letters import DeadLetter, waiting_letters
from tasks.vault.vault import Folder, NoteMissingError, Vault, current_vault


def show_letters() -> None:
    """Bring the notes into line with the letters.

    The ledger is the truth: a note that was lost comes back, and one that a person has written into stays as it
    is as long as its letter does not change.
    """
    where, letters = current_vault(), {letter_name(letter.id): letter for letter in waiting_letters()}
    names = where.names(Folder.DEAD_LETTERS)
    for name, letter in letters.items():
        if name not in names or _since(where, name) not in (None, _time(letter.buried_at)):
            where.save(Folder.DEAD_LETTERS, name, letter_note(letter.id, _facts(letter), letter.error))
    for name in names:
        if name.startswith(PREFIX) and name not in letters and _since(where, name):
            where.path(f"{Folder.DEAD_LETTERS}/{name}.md").unlink(missing_ok=True)


def _since(where: Vault, name: str) -> str | None:
    """The `since` of a letter's note; None for another note, or one that cannot be read: it is left alone."""
    with suppress(NoteMissingError, BrokenNoteError):
        front = where.read(Folder.DEAD_LETTERS, name).front
        return str(front.get("since")) if front.get("kind") == KIND else None
    return None


def _facts(letter: DeadLetter) -> dict[str, str | int]:
    return {
        "work": letter.kind,
        "key": letter.key,
        "cause": letter.cause,
        "tries": letter.attempts,
        "first": _time(letter.first_buried_at),
        "since": _time(letter.buried_at),
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
