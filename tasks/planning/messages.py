"""Messages on WhatsApp as a person or an agent looks at them: what waits, answering it, and whether all of it works."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from textwrap import shorten
from typing import Any

from pydantic import BaseModel

from blocks.settings import settings
from blocks.whatsapp.receiver import try_receiver
from domain.errors import DigitalFteError, RejectedError
from domain.planning.order import AS_SAID, Order, ToolCall
from domain.times import shown_time
from domain.vault.note import Note
from domain.whatsapp.channel import SOURCE, shown_number
from tasks.actions.proof import Proof
from tasks.clock import present
from tasks.planning.answers import answer_to
from tasks.planning.orders import take_order
from tasks.vault.vault import Folder, current_vault
from tasks.whatsapp.access import WhatsAppNotConnectedError, whatsapp_access
from tasks.whatsapp.events import due_events, last_stored
from tasks.whatsapp.sent import Sent, accepted, find_sent, forget, unseen

ACTION, TOOL = "whatsapp.reply", "fte whatsapp"
LOOK_UP_SECONDS = 30.0
LONGEST_SHOWN = 400
OVERDUE = timedelta(minutes=10)
"""What was stored longer ago than this should have been taken up."""


class NoOpenMessageError(RejectedError):
    """It is no open task of that kind."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no open message; fte whatsapp list shows those there are")


class NothingUnseenError(RejectedError):
    """Nobody is in doubt about it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"nothing is in doubt under {key}; fte whatsapp settle without it lists what is")


class OpenMessage(BaseModel):
    """A message that waits for a person."""

    name: str
    sender: str
    sender_calls_itself: str
    kind: str
    received: str
    said: str


class MessagesOverview(BaseModel):
    """How things stand.

    Attributes:
        number: The connected number; empty: none is.
        last_received: When WhatsApp brought something last; empty: never.
        not_taken_up: How much of it still waits to be taken up.
        unseen: What may or may not have been sent, and a person has to look.
    """

    number: str
    last_received: str
    not_taken_up: int
    open: list[OpenMessage]
    unseen: list[str]


async def messages_overview() -> MessagesOverview:
    """What waits, and whether WhatsApp is heard.

    Raises:
        PrefectAwayError, PrefectPasswordError: the Prefect server does not say what is connected.
    """
    try:
        number = (await whatsapp_access()).number
    except WhatsAppNotConnectedError:
        number = ""
    stored = last_stored()
    return MessagesOverview(
        number=number,
        last_received=shown_time(stored) if stored else "",
        not_taken_up=len(due_events(present())),
        open=open_messages(),
        unseen=[unseen_words(one) for one in unseen()],
    )


def open_messages() -> list[OpenMessage]:
    """The messages that nobody has answered or put away, oldest first."""
    where = current_vault()
    names = [name for name in where.names(Folder.NEEDS_ACTION) if name.startswith(f"{SOURCE}-")]
    notes = {name: where.read(Folder.NEEDS_ACTION, name) for name in names}
    rows = [_open(name, note) for name, note in notes.items()]
    return sorted(rows, key=lambda row: row.received)


def _open(name: str, note: Note) -> OpenMessage:
    front, said = note.front, " ".join(line[1:] for line in note.body.splitlines() if line.startswith(">"))
    return OpenMessage(
        name=name,
        sender=str(front.get("from") or ""),
        sender_calls_itself=str(front.get("name") or ""),
        kind=str(front.get("kind") or ""),
        received=str(front.get("received") or ""),
        said=shorten(said, LONGEST_SHOWN, placeholder=" …"),
    )


def unseen_words(sent: Sent) -> str:
    """What may or may not have been sent, for the person who looks."""
    return f"{sent.key}: to {shown_number(sent.peer)}, tried at {shown_time(sent.tried_at)}"


async def answer_message(name: str, said: dict[str, Any], now: datetime) -> str:
    """Order an answer to a message; the handbook says whether a person is asked first. The answer's task.

    The message's note goes to Done/: from here on the order's note tells what becomes of the answer.

    Raises:
        NoOpenMessageError: there is no such open message.
        NoProposalError: no words are given, and none are proposed.
        RejectedError: it cannot be sent, with the reason; nothing was ordered.
    """
    where = current_vault()
    if name not in {one.name for one in open_messages()}:
        raise NoOpenMessageError(name)
    if "template" not in said:
        said = {**said, "text": answer_to(name, str(said.get("text") or ""))}
    task = await write_message(said | {"reply_to_task": name}, now)
    answered = {"status": "done", "answered_by": task}
    where.move(name, Folder.NEEDS_ACTION, Folder.DONE, lambda note: note.with_front(**answered))
    return task


async def write_message(said: dict[str, Any], now: datetime) -> str:
    """Order a message, once for one content; its task.

    Raises:
        RejectedError: it cannot be sent, with the reason; nothing was ordered.
    """
    call = ToolCall(source="cli", tool=TOOL, arguments=said)
    await take_order(
        call, Order(source="cli", action=ACTION, inputs={AS_SAID: said}), now, look_seconds=LOOK_UP_SECONDS
    )
    return call.task_id


def settle(key: str, *, was_sent: bool, now: datetime) -> None:
    """A person has looked at the chat: what was in doubt is there, or is not and may be sent.

    Raises:
        NothingUnseenError: nothing is in doubt under this key.
    """
    sent = find_sent(key)
    if sent is None or sent.message_id is not None:
        raise NothingUnseenError(key)
    if was_sent:
        accepted(key, f"seen-by-a-person-{key}", now)
    else:
        forget(key)


async def prove_whatsapp() -> AsyncIterator[Proof]:
    """Whether the number answers, the receiver takes what is signed and nothing else, and nothing lies about."""
    try:
        access = await whatsapp_access()
        async with access.client() as client:
            number = await client.number()
    except DigitalFteError as error:
        yield Proof(what="the number is connected", holds=False, said=str(error))
        return
    yield Proof(what="the number is connected", holds=True, facts=number.model_dump())
    address = settings().webhook_url
    try:
        await try_receiver(address, access.app_secret, access.verify_token)
    except DigitalFteError as error:
        yield Proof(what="the webhook is received", holds=False, said=str(error))
    else:
        stored = last_stored()
        facts = {"address": address, "last": shown_time(stored) if stored else "never"}
        yield Proof(what="the webhook is received", holds=True, facts=facts)
    late = [row for row in due_events(present()) if row.stored_at < present() - OVERDUE]
    said = (
        f"{len(late)} stored more than {OVERDUE.seconds // 60} minutes ago; look at watch_whatsapp"
        if late
        else ""
    )
    yield Proof(what="what was received is taken up", holds=not late, said=said)
    doubtful = [unseen_words(one) for one in unseen()]
    said = f"look at the chat, then fte whatsapp settle: {'; '.join(doubtful)}" if doubtful else ""
    yield Proof(what="nothing is in doubt", holds=not doubtful, said=said)
