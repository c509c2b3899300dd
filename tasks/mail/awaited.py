"""Whether an answer in a mail's thread brought the document that its sender was asked for."""

from collections.abc import Iterator

from domain.errors import RejectedError
from domain.mail.letter import AwaitedDocument, CameDocument
from domain.mail.parse import BrokenMailError
from domain.mail.thread import incoming
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from tasks.mail.threads import CONTINUED_BY, FOLLOWED_BY
from tasks.vault.vault import NoteMissingError, current_vault


class DocumentMissingError(RejectedError):
    """Nobody brought it."""

    def __init__(self, sender: str, answers: list[str]) -> None:
        self.tried = [f"{sender} was asked for the document by mail", *_what_came(sender, answers)]
        super().__init__(
            f"no document came from {sender}; telephone them on a number that you know, or drop the document into "
            "Inbox/ once you have it"
        )


def _what_came(sender: str, answers: list[str]) -> Iterator[str]:
    if answers:
        yield f"{sender} answered without a document: {', '.join(answers)}"
    else:
        yield f"{sender} was reminded of it and did not answer"


def find_document(asked: AwaitedDocument) -> CameDocument:
    """The task of the answer that brought a document.

    Only an answer that belongs to the task counts, which its note names (`tasks/mail/threads.py`).

    Raises:
        DocumentMissingError: none did.
    """
    front = _note(asked.task_id).front
    for name in front.get(FOLLOWED_BY) or ():
        if _brings_a_document(str(name)):
            return CameDocument(
                task=str(name), said=f"the document came with {name}, which is a task of its own"
            )
    raise DocumentMissingError(asked.sender, [str(name) for name in front.get(CONTINUED_BY) or ()])


def _brings_a_document(task_id: str) -> bool:
    try:
        front = _note(task_id).front
        mail = current_vault().document(str(front.get("of_mail") or front["document"]))
        came = incoming(mail, str(front.get("thread", "")))
    except (NoteMissingError, BrokenNoteError, BrokenMailError, RejectedError, FileNotFoundError, KeyError):
        return False
    return came.brings_documents or came.is_bill


def _note(task_id: str) -> Note:
    vault = current_vault()
    folder = vault.find(task_id)
    if folder is None:
        raise RejectedError(f"the note of {task_id} is gone")
    return vault.read(folder, task_id)
