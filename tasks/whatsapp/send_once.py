"""One message under one key, whatever happens on the way: WhatsApp lists nothing that was sent, so a status tells."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from blocks.whatsapp.client import WhatsAppClient
from blocks.whatsapp.errors import MessageUnseenError, WindowClosedError
from domain.errors import RejectedError, TransientError
from domain.times import shown_time
from domain.whatsapp.channel import WHATSAPP, shown_number
from domain.whatsapp.outgoing import MessageInputs, WrittenTemplate, is_open
from tasks.clock import Clock, present
from tasks.reliability.rate_limits import wait_turn
from tasks.whatsapp.access import whatsapp_access
from tasks.whatsapp.events import find_event, last_heard
from tasks.whatsapp.sent import accepted, begin_sending, forget


class MessageReceipt(BaseModel):
    """What was sent: its id at WhatsApp, and to whom."""

    message_id: str
    to: str


async def send_once(
    client: WhatsAppClient, message: MessageInputs, *, key: str, now: Clock = present
) -> MessageReceipt:
    """Send the message of this key, unless it was or may have been sent before.

    Raises:
        WindowClosedError: free words, and the customer's last message is 24 hours old now.
        MessageUnseenError: an earlier try may have sent it, and no status has told yet.
        TransientError, RejectedError: as WhatsApp says; it was not sent.
    """
    answered = find_event(message.answers) if message.answers else None
    before = begin_sending(key, message.to, now(), answered.task if answered else None)
    if before is not None:
        if before.message_id is None:
            raise MessageUnseenError(WHATSAPP, f"tried at {shown_time(before.tried_at)}, and no answer came")
        return MessageReceipt(message_id=before.message_id, to=message.to)
    try:
        check_window(message, now())
        message_id = await client.write(message, key)
    except (TransientError, RejectedError):  # provably not sent
        forget(key)
        raise
    accepted(key, message_id, now())
    return MessageReceipt(message_id=message_id, to=message.to)


def check_window(message: MessageInputs, now: datetime) -> None:
    """Free words are taken within 24 hours after the customer's last message.

    Raises:
        WindowClosedError: it is too late for them.
    """
    heard = last_heard(message.to)
    if message.template is None and not is_open(heard, now):
        said = (
            f"the last one of {shown_number(message.to)} came at {shown_time(heard)}"
            if heard
            else (f"{shown_number(message.to)} has not written yet")
        )
        raise WindowClosedError(WHATSAPP, said)


async def tell(
    number: str, words: str | WrittenTemplate, *, key: str, answers: str | None = None, now: Clock = present
) -> MessageReceipt:
    """A notice to the owner, once under its key: a request, or what became of it. It is no effect of a task.

    Args:
        number: The owner's, as the handbook lists it; E.164 without the plus sign.
        words: What to say; where the 24 hours are over, WhatsApp takes a template alone, and this refuses others.
        key: What the notice is; the same key is told once.
        answers: The message of the owner's that it answers.
        now: The present.

    Raises:
        WhatsAppNotConnectedError: there is no number to write from.
        WindowClosedError, MessageUnseenError, TransientError, RejectedError: as `send_once`.
    """
    access = await whatsapp_access()
    said: dict[str, Any] = {"text": words} if isinstance(words, str) else {"template": words}
    message = MessageInputs(sender=access.phone_number_id, to=number, answers=answers, **said)
    await wait_turn(WHATSAPP.access, clock=now)
    async with access.client() as client:
        return await send_once(client, message, key=f"notice:{key}", now=now)
