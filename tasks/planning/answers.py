"""The words of an answer: a person's own, or those that their task's note proposes and they take."""

from domain.errors import RejectedError
from domain.vault.note import Note
from tasks.vault.vault import Folder, current_vault

DRAFT = "proposed_answer"


class NoProposalError(RejectedError):
    """Nothing is proposed for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no answer is proposed for {name}; give one with --text")


def answer_of(note: Note, name: str, text: str = "") -> str:
    """A person's own words, or those that their task's note proposes.

    Raises:
        NoProposalError: there are neither.
    """
    said = text if text.strip() else str(note.front.get(DRAFT) or "")
    if not said.strip():
        raise NoProposalError(name)
    return said


def answer_to(name: str, text: str = "") -> str:
    """The same of an open task, by its name."""
    where = current_vault()
    is_open = where.find(name, [Folder.NEEDS_ACTION]) is not None
    return answer_of(where.read(Folder.NEEDS_ACTION, name) if is_open else Note.new({}), name, text)
