"""What WhatsApp brought becomes tasks: each message once, or a part of the task that it continues."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from blocks.whatsapp.errors import MediaGoneError
from domain.approvals.answer import ReadHandbook
from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.mail.excerpt import excerpt_of, sanitized
from domain.planning.event import Event
from domain.policy.handbook import Handbook
from domain.reliability.backoff import OUTAGE
from domain.reliability.look import LookResult
from domain.times import shown_time
from domain.vault.names import event_name
from domain.vault.note import Note
from domain.whatsapp.channel import SOURCE, shown_number
from domain.whatsapp.message import MARK, Message, event_id, event_of, message_of, takes_back
from domain.whatsapp.webhook import WebhookEventKind, status_of
from tasks.approvals.ask import close_questions
from tasks.clock import Clock
from tasks.intake import is_seen, store_event
from tasks.vault.vault import Folder, NoteMovedError, current_vault
from tasks.whatsapp.access import whatsapp_client
from tasks.whatsapp.events import (
    WhatsAppEventRow,
    due_events,
    find_event,
    forget_words,
    is_any_due,
    message_before,
    postpone,
    taken,
)
from tasks.whatsapp.owner_requests import take_message_reply
from tasks.whatsapp.sent import sent_with_id

if TYPE_CHECKING:
    from blocks.whatsapp.client import WhatsAppClient

OPEN = (Folder.NEEDS_ACTION,)
WORDS_KEPT = timedelta(days=30)
"""In the ledger's database, beside the note that has them."""
HEARD = "continued_by"
"""Front matter of a task: the messages that continue it."""


@dataclass
class TakenMessages:
    """What one run has taken up.

    Attributes:
        task_ids: New tasks, and those that were continued.
        problem: Why something was left for later.
        is_news: Whether that is a refusal, met for the first time: only a person can mend it.
    """

    task_ids: list[str] = field(default_factory=list)
    problem: DigitalFteError | None = None
    is_news: bool = False


def look_for_messages(now: datetime) -> LookResult:
    """Whether something that WhatsApp brought is to be taken up; asks our own database alone."""
    return LookResult.WORK if is_any_due(now) else LookResult.NOTHING


async def take_messages(clock: Clock, read_handbook: ReadHandbook = Handbook) -> TakenMessages:
    """Take up all that is due, oldest first.

    Again after a crash at any point it stores what is missing and nothing twice: a note's name is its message's id, a
    continued note names the messages that it holds, and an event counts as taken last.

    Args:
        clock: The present.
        read_handbook: The owner's rules, for answers to requests.

    Only a file needs WhatsApp: words are taken up whatever its access is. What cannot be had now is left for later.
    """
    found = TakenMessages()
    forget_words(clock() - WORDS_KEPT)
    async with AsyncExitStack() as stack:
        files = _Files(stack)
        while rows := due_events(clock()):
            for row in rows:
                try:
                    task = await _take(files, row, read_handbook, clock())
                except (TransientError, RejectedError) as error:
                    found.problem = error
                    found.is_news |= isinstance(error, RejectedError) and not row.tries
                    postpone(row.id, clock() + timedelta(seconds=OUTAGE.delay(row.tries + 1)))
                else:
                    taken(row.id, task)
                    found.task_ids += [task] if task and task not in found.task_ids else []
    return found


class _Files:
    """The files of messages, by a client that is opened for the first of them."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._client: WhatsAppClient | None = None

    async def of(self, message: Message) -> tuple[bytes | None, str]:
        """The message's file, or why it will never be there.

        Raises:
            TransientError, RejectedError: it cannot be had now, or not with this access.
        """
        if message.media is None:
            return None, ""
        if self._client is None:
            self._client = await self._stack.enter_async_context(await whatsapp_client())
        try:
            return await self._client.content(message.media), ""
        except MediaGoneError as error:
            return None, str(error)


async def _take(
    files: _Files, row: WhatsAppEventRow, read_handbook: ReadHandbook, now: datetime
) -> str | None:
    if row.kind == WebhookEventKind.STATUS.value:
        return _undelivered(row, now)
    message = message_of(row.id, row.peer, row.said_at, row.payload)
    if take_message_reply(message, row.payload, read_handbook, now):
        return None
    if is_seen(event_id(row.id)):
        return event_id(row.id)
    content, said = await files.of(message)
    task = _task_answered(message) or _task_taken_back(message)
    if task and _is_continued(message, content, said, task, now):
        return task
    event = _event(message, content, said)
    if task:
        event = event.model_copy(update={"extra": {**event.extra, "continues": task}})
    store_event(event, now)
    return event.id


def _event(message: Message, content: bytes | None, said: str) -> Event:
    """A picture or document is read as what it is; any other file is kept beside the words."""
    if content is None or message.is_document:
        return event_of(message, content, said=said)
    kept = current_vault().attach(content, message.media.name if message.media else "file")
    event = event_of(message, said=f"A file of the kind {message.kind} is kept at {kept}")
    return event.model_copy(update={"extra": {**event.extra, "file": kept}})


def _task_answered(message: Message) -> str:
    """The task that the quoted message belongs to; empty: none is known. Only a customer's own task counts."""
    if not message.answers:
        return ""
    row = find_event(message.answers)
    if row is not None and row.peer == message.number:
        return row.task or ""
    sent = sent_with_id(message.answers)
    return (sent.task or "") if sent is not None and sent.peer == message.number else ""


def _task_taken_back(message: Message) -> str:
    """The task that a bare *forget that* means: of what the same number wrote right before; empty: it is none."""
    if message.answers or not takes_back(message.words):
        return ""
    row = message_before(message)
    return (row.task or "") if row is not None else ""


def _is_continued(message: Message, content: bytes | None, said: str, task: str, now: datetime) -> bool:
    """Add a message to the open task that it continues, once; not where that is closed, or it brings a document.

    What a person is asked about the task is asked anew with it.
    """
    where = current_vault()
    if (content is not None and message.is_document) or where.find(task, OPEN) is None:
        return False
    kept = where.attach(content, message.media.name) if content is not None and message.media else ""
    words = excerpt_of("\n".join(filter(None, [message.shown, said])))
    quoted = "\n".join(f"> {line}" for line in words.splitlines())
    link = f"\n[Document](<../{kept}>)\n" if kept else ""
    who = sanitized(message.who)
    added = f"\n## {who}, {shown_time(message.said_at)}\n{link}\n{quoted}\n"
    name = event_id(message.id)

    def add(note: Note) -> Note:
        held = list(note.front.get(HEARD) or [])
        if name in held:
            return note
        return note.with_body(f"{note.body.rstrip()}\n{added}").with_front(**{HEARD: [*held, name]})

    try:
        where.update(Folder.NEEDS_ACTION, task, add)
    except (NoteMovedError, FileNotFoundError):
        return False
    if message.kind != "reaction":
        close_questions(task, now)
    return True


def _undelivered(row: WhatsAppEventRow, now: datetime) -> str | None:
    """A task that says that a message was not delivered; None where it was not ours."""
    status = status_of(row.payload)
    sent = sent_with_id(status.message_id)
    if sent is None:
        return None
    said = f"What was written to {shown_number(sent.peer)} was not delivered: {status.error or 'no reason was given'}"
    event = Event(
        id=event_name(SOURCE, f"undelivered-{status.message_id}"),
        source=SOURCE,
        received_at=row.said_at,
        sender="WhatsApp",
        subject=f"Not delivered to {shown_number(sent.peer)}",
        excerpt=excerpt_of(said),
        document_name="message.txt",
        document=f"{MARK}\n\n{said}\n".encode(),
        extra={"message": status.message_id, "ordered_by": sent.task},
    )
    store_event(event, now)
    return event.id
