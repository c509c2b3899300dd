"""The action on WhatsApp: a message to a customer, free within 24 hours after their last one, later by template."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from blocks.whatsapp.client import WhatsAppClient
from blocks.whatsapp.errors import TemplateRefusedError
from domain.errors import RejectedError
from domain.mail.excerpt import excerpt_of
from domain.mail.money_words import money_in
from domain.policy.addressees import Addressees
from domain.times import shown_time
from domain.whatsapp.channel import WHATSAPP, shown_number
from domain.whatsapp.message import message_of
from domain.whatsapp.outgoing import WINDOW, MessageInputs, MessageOrder, TemplateOrder
from tasks.actions.performer import Performer, Receipt, by_name
from tasks.clock import present
from tasks.whatsapp.access import whatsapp_access, whatsapp_client
from tasks.whatsapp.events import find_event, last_heard, message_of_task
from tasks.whatsapp.owner_requests import filled_template
from tasks.whatsapp.send_once import check_window, send_once
from tasks.whatsapp.sent import find_sent, sent_with_id, was_written_to

SOME_TIME = timedelta(days=7)
"""Who wrote first within this is still unknown: whoever wants an answer has only to write."""
FAILED = "failed"


class NoMessageError(RejectedError):
    """The task was made by no message."""

    def __init__(self, task: str) -> None:
        super().__init__(f"{task} is no message on WhatsApp; give to instead of reply_to_task")


class OtherNumberError(RejectedError):
    """The number that the message was made for is not the connected one."""

    def __init__(self, meant: str, connected: str) -> None:
        super().__init__(
            f"the message was made for the number {meant}, and {connected} is connected now; nothing was sent: order "
            "it again, or connect the other number (fte connect whatsapp)"
        )


class MessageFacts(BaseModel):
    """What is known of a sent message; WhatsApp lets nobody read it back, and tells by its statuses alone.

    Attributes:
        state: accepted, sent, delivered, read or failed.
    """

    message_id: str
    to: str
    state: str
    state_at: str
    error: str


async def _complete(client: WhatsAppClient, order: MessageOrder) -> MessageInputs:
    """What goes over the wire: whom the task's message came from, and the template's words."""
    access = await whatsapp_access()
    to, answers = order.to, None
    if order.reply_to_task:
        row = message_of_task(order.reply_to_task)
        if row is None:
            raise NoMessageError(order.reply_to_task)
        to, answers = row.peer, row.id
    facts: dict[str, Any] = {"sender": access.phone_number_id, "sender_name": access.number, "to": to}
    if order.template:
        return MessageInputs(**facts, template=await filled_template(client, order.template))
    message = MessageInputs(**facts, text=order.text, answers=answers)
    check_window(message, present())
    return message


async def _check(client: WhatsAppClient, message: MessageInputs, key: str) -> dict[str, Any]:
    """The number is the connected one, the words may still be sent; and who is known."""
    access = await whatsapp_access()
    if access.phone_number_id != message.sender:
        raise OtherNumberError(message.sender_name or message.sender, access.number or access.phone_number_id)
    if find_sent(key) is None:
        check_window(message, present())
        if message.template:
            order = TemplateOrder(**message.template.model_dump(exclude={"body"}))
            if await filled_template(client, order) != message.template:
                raise TemplateRefusedError(WHATSAPP, f"{order.name} reads otherwise than approved")
    known = frozenset({message.to} if _is_known(message.to) else ())
    return {
        "mail": Addressees(
            everybody=(message.to,), own=access.number, known=known, money=money_in(message.said)
        )
    }


def _is_known(number: str) -> bool:
    """Whether we wrote to this number before, or it wrote to us some time ago."""
    return was_written_to(number) or last_heard(number, present() - SOME_TIME) is not None


async def _read(_client: WhatsAppClient, receipt: Receipt, message: MessageInputs) -> MessageFacts:
    sent = sent_with_id(receipt["message_id"])
    if sent is None:
        return MessageFacts(message_id="", to=message.to, state="", state_at="", error="")
    return MessageFacts(
        message_id=sent.message_id or "",
        to=sent.peer,
        state=sent.state,
        state_at=sent.state_at.isoformat(timespec="seconds"),
        error=sent.error,
    )


def _problems(message: MessageInputs, facts: MessageFacts) -> list[str]:
    if not facts.message_id:
        return ["nothing is on record of it"]
    if facts.to != message.to:
        return [f"it went to {shown_number(facts.to)}"]
    return (
        [f"WhatsApp did not deliver it: {facts.error or 'no reason was given'}"]
        if facts.state == FAILED
        else []
    )


async def _tell(_client: WhatsAppClient, message: MessageInputs) -> dict[str, str]:
    """What is answered, and until when free words may be sent, for the person who decides."""
    heard, told = last_heard(message.to), {}
    answered = find_event(message.answers) if message.answers else None
    if answered is not None:
        row = message_of(answered.id, answered.peer, answered.said_at, answered.payload)
        told[f"answers {row.who}"] = excerpt_of(row.text)
    if heard is not None and not message.template:
        told["can be sent until"] = shown_time(heard + WINDOW)
    return told


PERFORMERS = by_name(
    Performer[WhatsAppClient, MessageInputs, MessageFacts](
        name="whatsapp.reply",
        connect=whatsapp_client,
        complete=_complete,
        check=_check,
        recalls=True,
        do=lambda client, message, key: send_once(client, message, key=key),
        read=_read,
        problems=_problems,
        tell=_tell,
        untouched=lambda key: find_sent(key) is None,
    )
)
