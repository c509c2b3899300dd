"""Requests that go to the owner as mails, once each, and the mails that answer them.

These mails are notices to the owner, no effects of a task: each is sent once under a Message-ID of its own, which
carries a tag that only this installation can make of exactly what is asked.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4

from pydantic import ValidationError

from blocks.gmail.client import GmailClient
from blocks.gmail.units import UNITS
from domain.approvals.answer import Channel, ReadHandbook
from domain.approvals.letter import is_sent, letter_of, subject_of
from domain.approvals.render import attachments, pictures_shown, request_title
from domain.approvals.reply import UnclearReplyError, is_same, named_requests, read_reply
from domain.approvals.request import ApprovalRequest
from domain.errors import DigitalFteError, RejectedError, TransientError, UnknownOutcomeError
from domain.mail.outgoing import MailInputs, answer_subject, message_ids
from domain.mail.parse import BrokenMailError
from domain.mail.reply import MailReply, reply_in
from domain.policy.addressees import owners
from domain.policy.handbook import Handbook
from tasks.approvals import record
from tasks.approvals.by_reply import (
    Reply,
    TakenReply,
    answered,
    asked_by,
    keep_asked,
    requests_about,
    tag_of,
    take_reply,
    waiting_answers,
)
from tasks.clock import present
from tasks.mail.compose import kept_file
from tasks.mail.fetch_mail import SENT, FetchedMail, ask, fetch_profile
from tasks.mail.mailbox import MailboxNotConnectedError, mailbox_client
from tasks.mail.send_mail import message_id_for
from tasks.mail.send_once import send_once
from tasks.reliability.claims import held, this_process
from tasks.reliability.notify import notify_owner

LARGEST_BYTES = 15_000_000
"""Of the files that go with one mail; base64 makes 20 MB of them."""

log = logging.getLogger(__name__)


async def mail_requests(handbook: Handbook, requests: Sequence[ApprovalRequest]) -> None:
    """Mail what the handbook has mailed and was not yet, each once; a mailbox that is away is tried again later.

    Args:
        handbook: Whether, what and to whom.
        requests: What may be mailed.
    """
    rule, to = handbook.approvals.by_mail, owners(handbook.people)
    wanted = [one for one in requests if to and is_sent(one, rule, handbook.currency)]
    mailed = asked_by(Channel.MAIL, [one.id for one in wanted]) if wanted else set()
    for request in wanted:
        if request.id not in mailed:
            await _mail(request, handbook)


async def answer_replies(read_handbook: ReadHandbook) -> None:
    """Answer the replies that were not answered yet, each once, in words; to the owner alone."""
    waiting, to = waiting_answers(Channel.MAIL), _owners(read_handbook)
    if not (waiting and to):
        return
    try:
        async with await mailbox_client() as client:
            sender = (await fetch_profile(client)).address
            for row in waiting:
                await _say(client, row, _answer(record.get(row.request_id), row, sender, to))
    except MailboxNotConnectedError:
        return
    except (TransientError, UnknownOutcomeError) as error:
        log.warning("replies are not answered yet: %s", error)


async def _say(client: GmailClient, row: TakenReply, mail: MailInputs) -> None:
    try:
        async with held(f"answer:{row.id}", owner=_worker()):
            await send_once(client, mail, key=f"answer-{row.id}", auto_submitted="auto-replied")
    except RejectedError as error:
        log.warning("a reply to %s is not answered: %s", row.request_id, error)
    answered(row.id)


def take_mail_reply(mail: FetchedMail, read_handbook: ReadHandbook, now: datetime) -> bool:
    """Take a mail as the answer to a request; whether it is one, and so no task whatever it came to."""
    try:
        found = reply_in(mail.raw)
    except BrokenMailError:
        return False
    is_own, named = SENT in mail.labels, _named(found)
    if (is_own and found.is_ours) or not requests_about(found.answers, named):
        return False
    reply = Reply(
        id=f"gmail-{mail.id}",
        channel=Channel.MAIL,
        text=found.text,
        sender=found.sender,
        given_at=mail.received_at,
        answers=found.answers,
        requests=named,
        is_owners=found.sender in _owners(read_handbook) and (is_own or found.is_authentic),
        ignored=found.automatic,
        problem=_problem(found),
        reply_to=found.message_id,
    )
    return take_reply(reply, now, read_handbook)


async def _mail(request: ApprovalRequest, handbook: Handbook) -> None:
    """What keeps it from going out is said; the request is shown elsewhere all the same."""
    try:
        async with await mailbox_client() as client, held(f"mail:{request.id}", owner=_worker()):
            await _send(client, request, owners(handbook.people))
    except MailboxNotConnectedError:
        return
    except (TransientError, UnknownOutcomeError) as error:
        log.warning("%s is not mailed yet: %s", request.id, error)
    except DigitalFteError as error:
        said = f"{error}. It waits for you all the same: fte approvals show {request.id}"
        await notify_owner(f"A request could not be mailed: {request.id}", said, urgency="warning")


async def _send(client: GmailClient, request: ApprovalRequest, to: list[str]) -> None:
    sender = (await fetch_profile(client)).address
    key = f"{request.id}-{tag_of(request)}"
    name, mail = message_id_for(key, sender), await asyncio.to_thread(_asking, request, sender, to)
    keep_asked(request, Channel.MAIL, name, present())
    receipt = await send_once(client, mail, key=key, auto_submitted="auto-generated")
    names = await ask(UNITS["messages.get"], partial(client.headers, receipt.gmail_id, ["Message-ID"]))
    for one in {name, *message_ids(names.get("message-id", ""))}:  # some mailboxes have theirs replaced
        keep_asked(request, Channel.MAIL, one, present(), sent_at=present())


def _asking(request: ApprovalRequest, sender: str, to: list[str]) -> MailInputs:
    shown, files, left_out, size = request.shown, [], {}, 0
    inside = pictures_shown(shown)
    for number, document in enumerate(attachments(request.inputs), start=1):
        try:
            file = kept_file(document)
        except (RejectedError, ValidationError):
            left_out[document] = "it is no file that can be mailed"
            continue
        size += file.size_bytes
        if size > LARGEST_BYTES:
            left_out[document] = "it is too large"
            continue
        cid = f"picture-{number}@{request.id}" if document in inside else None
        files.append(file.model_copy(update={"content_id": cid}))
    pictures = {file.document: file.content_id for file in files if file.content_id}
    letter = letter_of(request, shown, pictures, left_out)
    return MailInputs(
        sender=sender,
        to=tuple(to),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=tuple(files),
    )


def _answer(request: ApprovalRequest, reply: TakenReply, sender: str, to: list[str]) -> MailInputs:
    asked = answer_subject(subject_of(request, request.shown))
    return MailInputs(
        sender=sender,
        to=tuple(to),
        subject=asked,
        text=f"{reply.said}\n\n{request_title(request)}\n{request.id}\n",
        in_reply_to=reply.answers or None,
    )


def _owners(read_handbook: ReadHandbook) -> list[str]:
    """The owner's addresses; none while the handbook cannot be read."""
    try:
        return owners(read_handbook().people)
    except DigitalFteError:
        return []


def _worker() -> str:
    return f"{this_process()}#{uuid4().hex}"


def _named(found: MailReply) -> frozenset[str]:
    """The requests that an answer names, in its line or its subject; other mail may speak of them, too."""
    try:
        said = read_reply(found.text).request_id
    except UnclearReplyError:
        return frozenset()
    return named_requests(found.subject) | ({said} if said else set())


def _problem(found: MailReply) -> str:
    if found.forwarded:
        return "it passes a mail on and does not answer one"
    if not found.text.strip():
        return "it is a web page without a plain text; write it as text" if found.versions else "it is empty"
    try:
        said = read_reply(found.text)
    except UnclearReplyError:
        return ""
    is_one = all(is_same(said, version) for version in found.versions)
    return "" if is_one else "its text and its web page do not say the same"
