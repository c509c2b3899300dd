"""Whether an answer in a mail's thread brought the document that its sender was asked for."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain.approvals.reply import new_lines
from domain.errors import RejectedError
from domain.mail.letter import AwaitedDetails, AwaitedDocument, CameDetails, CameDocument
from domain.mail.own_words import seen_above_quotes
from domain.mail.parse import BrokenMailError
from domain.mail.thread import Incoming, incoming
from domain.planning.said_values import values_in
from domain.planning.slots import Slot, SlotError, SlotType, value_of
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
        came = _came_with(str(name))
        if came is not None and (came.brings_documents or came.is_bill):
            return CameDocument(
                task=str(name), said=f"the document came with {name}, which is a task of its own"
            )
    raise DocumentMissingError(asked.sender, [str(name) for name in front.get(CONTINUED_BY) or ()])


DETAILS = (
    Slot(name="tax_number", type=SlotType.TAX_NUMBER),
    Slot(name="iban", type=SlotType.IBAN),
    Slot(name="payment_days", type=SlotType.DAYS),
)


def find_details(asked: AwaitedDetails) -> CameDetails:
    """Tax number, bank account and term as the newest answer of whoever was asked says them, in words of their own.

    Only an answer counts that belongs to the task (`tasks/mail/threads.py`) and is proven (DMARC) to come from them;
    what does not hold by its check digits, and two values of one kind, say nothing.
    """
    front = _note(asked.task_id).front
    for name in reversed([str(one) for one in front.get(FOLLOWED_BY) or ()]):
        came = _came_with(name)
        if came is None or not _is_proven_of(came, asked.sender):
            continue
        said = values_in(" ".join(new_lines(seen_above_quotes(came.facts))), DETAILS, date.min)
        values = {slot.name: _holding(slot, said[slot.name]) for slot in DETAILS if slot.name in said}
        return _came(name, asked.sender, {name: value for name, value in values.items() if value is not None})
    return _came("", asked.sender, {})


def _came(task: str, sender: str, values: Mapping[str, Any]) -> CameDetails:
    what = ", ".join(name.replace("_", " ") for name in values) or "none of what was asked"
    return CameDetails(
        tax_number=values.get("tax_number"),
        iban=values.get("iban"),
        payment_days=values.get("payment_days"),
        has_terms=bool({"tax_number", "payment_days"} & values.keys()),
        task=task,
        said=f"{sender} said in {task}: {what}"
        if task
        else f"no answer that is proven to be of {sender} came",
    )


def _holding(slot: Slot, text: str) -> Any:
    try:
        return value_of(slot, text)
    except SlotError:
        return None


def is_awaited(front: Mapping[str, Any], inputs: Mapping[str, Any]) -> bool:
    """Whether an answer, as its task's note has it, is what a step with these inputs waits for."""
    came = _incoming_of(front)
    if came is None or came.reply.automatic:
        return False
    sender = str(inputs.get("sender") or "")
    if sender and not _is_proven_of(came, sender):
        return False
    return not inputs.get("document") or came.brings_documents or came.is_bill


def _is_proven_of(came: Incoming, sender: str) -> bool:
    return came.reply.is_authentic and came.facts.sender_address.casefold() == sender.strip().casefold()


def _came_with(task_id: str) -> Incoming | None:
    try:
        return _incoming_of(_note(task_id).front)
    except (NoteMissingError, BrokenNoteError, RejectedError):
        return None


def _incoming_of(front: Mapping[str, Any]) -> Incoming | None:
    try:
        mail = current_vault().document(str(front.get("of_mail") or front["document"]))
        return incoming(mail, str(front.get("thread", "")))
    except (BrokenMailError, RejectedError, FileNotFoundError, KeyError):
        return None


def _note(task_id: str) -> Note:
    vault = current_vault()
    folder = vault.find(task_id)
    if folder is None:
        raise RejectedError(f"the note of {task_id} is gone")
    return vault.read(folder, task_id)
