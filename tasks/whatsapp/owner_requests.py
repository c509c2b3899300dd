"""Requests that go to the owner on WhatsApp, once each, and the messages that answer them.

Free words reach a number only within 24 hours after its last message; beyond that a template says that something waits,
and whatever is written back brings the request itself. Only a message that showed all of it can be answered.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from blocks.whatsapp.client import WhatsAppClient
from blocks.whatsapp.errors import TemplateRefusedError, WindowClosedError
from domain.approvals.answer import Channel, ReadHandbook
from domain.approvals.letter import is_sent, letter_of
from domain.approvals.render import request_title
from domain.approvals.reply import UnclearReplyError, named_requests, read_reply
from domain.approvals.request import ApprovalRequest
from domain.errors import DigitalFteError, RejectedError, TransientError, UnknownOutcomeError
from domain.policy.addressees import OWNER
from domain.policy.handbook import Handbook
from domain.whatsapp.channel import WHATSAPP, listed_numbers, shown_number
from domain.whatsapp.message import Message, event_id, is_in_group, is_passed_on
from domain.whatsapp.outgoing import LONGEST_TEXT, TemplateOrder, WrittenTemplate, filled
from tasks.approvals import record
from tasks.approvals.by_reply import (
    Reply,
    answered,
    keep_asked,
    last_asked,
    requests_about,
    tag_of,
    take_reply,
    waiting_answers,
    were_sent,
)
from tasks.clock import present
from tasks.whatsapp.access import WhatsAppNotConnectedError, whatsapp_client
from tasks.whatsapp.events import find_event
from tasks.whatsapp.send_once import tell
from tasks.whatsapp.sent import find_sent, sent_with_id

NOTICE = "notice:"
"""Begins the key of what `tell` sends."""

log = logging.getLogger(__name__)


async def send_requests(handbook: Handbook, requests: Sequence[ApprovalRequest]) -> None:
    """Send what the handbook has sent and was not yet, to each number of the owner once.

    Args:
        handbook: Whether, what and to whom.
        requests: What may be sent.
    """
    rule = handbook.approvals.by_whatsapp
    wanted = [one for one in requests if is_sent(one, rule, handbook.currency)]
    numbers = sorted(owners_numbers(handbook)) if wanted else []
    keys = {(one.id, number): _key(one, number) for one in wanted for number in numbers}
    sent = were_sent(f"{NOTICE}{key}" for key in keys.values()) if keys else set()
    for request in wanted:
        for number in numbers:
            key = keys[request.id, number]
            if f"{NOTICE}{key}" not in sent:
                await _send(request, number, key, handbook.approvals.whatsapp_template)


async def answer_messages(read_handbook: ReadHandbook) -> None:
    """Answer the replies that were not answered yet, each once, in words; to the owner's numbers alone."""
    for row in waiting_answers(Channel.WHATSAPP):
        message, request = find_event(row.answers), record.get(row.request_id)
        words = f"{row.said}\n\n{request_title(request)}\n{request.id}"
        for number in sorted(_numbers(read_handbook)):
            quoted = row.answers if message is not None and message.peer == number else None
            try:
                await tell(number, words, key=f"answer-{event_id(row.answers)}-{number}", answers=quoted)
            except TransientError as error:
                log.warning("a reply to %s is not answered yet: %s", row.request_id, error)
                return
            except (RejectedError, UnknownOutcomeError) as error:
                log.warning("a reply to %s is not answered: %s", row.request_id, error)
        answered(row.id)


def take_message_reply(
    message: Message, payload: Mapping[str, Any], read_handbook: ReadHandbook, now: datetime
) -> bool:
    """Take a message as the answer to a request; whether it is one, and so no task whatever it came to."""
    name, named, problem = _about(message), frozenset[str](), ""
    if not requests_about([name], []):
        named, problem = _named(message, name, read_handbook)
        if not requests_about([], named):
            return False
    reply = Reply(
        id=f"whatsapp-{message.id}",
        channel=Channel.WHATSAPP,
        text=message.text,
        sender=shown_number(message.number),
        given_at=message.said_at,
        answers=(name,),
        requests=named,
        is_owners=message.number in _numbers(read_handbook),
        problem=problem or _problem(message, payload),
        reply_to=message.id,
    )
    return take_reply(reply, now, read_handbook)


def owners_numbers(handbook: Handbook) -> frozenset[str]:
    """The owner's own numbers in the handbook."""
    return listed_numbers(handbook.people.known, OWNER)


def _about(message: Message) -> str:
    """The key of what a message quotes, where that was sent to its own number; else nothing."""
    sent = sent_with_id(message.answers) if message.answers else None
    return sent.key if sent is not None and sent.peer == message.number else ""


def _named(message: Message, quoted: str, read_handbook: ReadHandbook) -> tuple[frozenset[str], str]:
    """The request that a message means without quoting what asked, and why that decides nothing, if it does not."""
    if announced := named_requests(quoted):
        return announced, "that message did not show the request in full"
    try:
        said = read_reply(message.text)
    except UnclearReplyError:
        return frozenset(), ""
    if said.request_id:
        return frozenset({said.request_id}), ""
    newest = last_asked(Channel.WHATSAPP) if said.code and message.number in _numbers(read_handbook) else None
    return frozenset(
        {newest} if newest else ()
    ), "it answers no message: hold the one that asks, and choose Reply"


def _problem(message: Message, payload: Mapping[str, Any]) -> str:
    if is_passed_on(payload):
        return "it passes a message on and does not answer one"
    if is_in_group(payload):
        return "it was written in a group, where others read it; write it to the business alone"
    return "" if message.kind == "text" else "only written words decide"


async def _send(request: ApprovalRequest, number: str, key: str, template: str) -> None:
    """What keeps it from going out is said; the request is shown elsewhere all the same."""
    letter = letter_of(request, request.shown, {}, {}, answer="this message (hold it, and choose Reply)")
    try:
        if len(letter.text) > LONGEST_TEXT:
            await _announce(request, number, template, "it is too long for WhatsApp")
            return
        keep_asked(request, Channel.WHATSAPP, f"{NOTICE}{key}", present())
        await tell(number, letter.text, key=key)
        keep_asked(request, Channel.WHATSAPP, f"{NOTICE}{key}", present(), sent_at=present())
    except WhatsAppNotConnectedError:
        return
    except WindowClosedError as error:
        await _announce(request, number, template, str(error))
    except (TransientError, UnknownOutcomeError, RejectedError) as error:
        log.warning("%s is not sent on WhatsApp: %s", request.id, error)


async def _announce(request: ApprovalRequest, number: str, template: str, why: str) -> None:
    """Say with the handbook's template, once, that something waits."""
    key = f"announced-{request.id}-{number}"
    if not template or find_sent(f"{NOTICE}{key}") is not None:
        log.info("%s is not sent on WhatsApp: %s", request.id, why)
        return
    name, _, language = template.partition("/")
    try:
        async with await whatsapp_client() as client:
            order = TemplateOrder(name=name, language=language or "en", parameters=(request_title(request),))
            words = await filled_template(client, order)
        await tell(number, words, key=key)
    except (DigitalFteError, ValueError) as error:
        log.warning("%s is not announced on WhatsApp: %s", request.id, error)


async def filled_template(client: WhatsAppClient, order: TemplateOrder) -> WrittenTemplate:
    """The template as its reader sees it.

    Raises:
        TemplateRefusedError: WhatsApp has not approved it, or it has other gaps.
    """
    found = [one for one in await client.templates(order.name) if one.language == order.language]
    if not found:
        raise TemplateRefusedError(WHATSAPP, f"none called {order.name} in {order.language} is approved")
    if not found[0].is_plain:
        raise TemplateRefusedError(
            WHATSAPP, f"{order.name} has gaps or files outside its text, which are not filled here"
        )
    try:
        return filled(order, found[0].body)
    except ValueError as error:
        raise TemplateRefusedError(WHATSAPP, str(error)) from error


def _key(request: ApprovalRequest, number: str) -> str:
    return f"{request.id}-{tag_of(request)}-{number}"


def _numbers(read_handbook: ReadHandbook) -> frozenset[str]:
    """The owner's numbers; none while the handbook cannot be read."""
    try:
        return owners_numbers(read_handbook())
    except DigitalFteError:
        return frozenset()
