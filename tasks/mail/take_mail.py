"""New mail becomes tasks: fetched, stored as notes, and only then counted as read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.gmail.client import GmailClient
from blocks.gmail.messages import MailboxProfile
from domain.approvals.answer import ReadHandbook
from domain.mail.excerpt import summary_of
from domain.planning.event import Event
from domain.policy.handbook import Handbook
from domain.vault.names import event_name
from tasks.clock import Clock
from tasks.intake import is_seen, mark_seen
from tasks.mail.fetch_mail import (
    LETTER_KIND,
    SENT,
    FetchedMail,
    NewMail,
    fetch_message,
    fetch_new_mail,
    fetch_profile,
)
from tasks.mail.owner_requests import take_mail_reply
from tasks.mail.threads import Tell, store_in_thread, tell_nobody
from tasks.mail.watermarks import Watermark, move_watermark, read_watermark
from tasks.reliability.dead_letters import add_dead_letter
from tasks.reliability.retries import TRANSIENT_RETRIES

SOURCE = "gmail"
STILL_CURRENT = timedelta(hours=1)
"""How often an unchanged watermark's time is renewed."""


@dataclass
class TakenMail:
    """What one run has taken in."""

    task_ids: list[str] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    truncated: bool = False

    def add(self, part: "TakenMail") -> None:
        """Count another part in."""
        self.task_ids += part.task_ids
        self.given_up |= part.given_up
        self.truncated |= part.truncated


async def take_part(
    client: GmailClient,
    skip: frozenset[str],
    *,
    clock: Clock,
    read_handbook: ReadHandbook = Handbook,
    tell: Tell = tell_nobody,
) -> tuple[TakenMail, bool]:
    """Take in the next part of what is new; whether there is more.

    Again after a crash at any point it stores what is missing and nothing twice: a note's name is its
    message's id, and the watermark moves last.

    Args:
        client: The mailbox.
        skip: Messages this run has given up.
        clock: The present.
        read_handbook: The owner's rules, for answers to requests.
        tell: Told of an answer in a thread.

    Raises:
        TransientError: Gmail or the ledger is away; the watermark stands where it stood.
    """
    profile = await fetch_profile(client)
    source = source_of(profile)
    watermark = read_watermark(source)
    new = await fetch_new_mail(
        client, watermark, profile=profile, is_known=lambda key: key in skip or is_stored(key), now=clock()
    )
    taken = _store(new, read_handbook, tell, clock())
    if new.cursor is not None and not stands(watermark, new.cursor, clock()):
        move_watermark(source, before=watermark, cursor=new.cursor, now=clock())
    return taken, new.more


@task(**TRANSIENT_RETRIES, cache_policy=NO_CACHE)
async def take_mail(
    client: GmailClient,
    skip: frozenset[str],
    clock: Clock,
    read_handbook: ReadHandbook,
    tell: Tell,
) -> tuple[TakenMail, bool]:
    """`take_part` as a task run of its own, tried again while that helps."""
    return await take_part(client, skip, clock=clock, read_handbook=read_handbook, tell=tell)


async def take_again(
    client: GmailClient,
    message_id: str,
    *,
    clock: Clock,
    read_handbook: ReadHandbook = Handbook,
    tell: Tell = tell_nobody,
) -> list[str]:
    """Take in one message that was given up; its tasks, none when there is nothing (new) to store.

    Raises:
        RejectedError: Gmail still refuses to hand it out.
        TransientError: Gmail or the ledger is away.
    """
    mail = await fetch_message(client, message_id)
    return _take(mail, read_handbook, tell, clock()) if mail else []


def event_of(mail: FetchedMail) -> Event:
    """The event that a message is; its id is the message's own."""
    summary = summary_of(mail.raw)
    return Event(
        id=task_id_of(mail.id),
        source=SOURCE,
        received_at=mail.received_at,
        sender=summary.sender,
        subject=summary.subject,
        excerpt=summary.excerpt,
        document_name=f"{summary.subject[:60] or 'mail'}.eml",
        document=mail.raw,
        extra={
            "to": summary.to,
            "thread": mail.thread_id,
            "labels": list(mail.labels),
            "message_id": summary.message_id,
        },
    )


def task_id_of(message_id: str) -> str:
    """The task of a message."""
    return event_name(SOURCE, message_id)


def _store(new: NewMail, read_handbook: ReadHandbook, tell: Tell, now: datetime) -> TakenMail:
    taken = TakenMail(truncated=new.truncated)
    for mail in new.mails:
        taken.task_ids += _take(mail, read_handbook, tell, now)
    for message_id, error in new.given_up:
        add_dead_letter(
            LETTER_KIND, task_id_of(message_id), payload={"message_id": message_id}, error=error, now=now
        )
        taken.given_up.add(message_id)
    return taken


def _take(mail: FetchedMail, read_handbook: ReadHandbook, tell: Tell, now: datetime) -> list[str]:
    """The tasks of a mail: none of one that answers a request, and none of what the mailbox wrote to itself."""
    if take_mail_reply(mail, read_handbook, now):
        mark_seen([task_id_of(mail.id)], now)
        return []
    return [] if SENT in mail.labels else store_in_thread(mail, event_of(mail), tell, now)


def source_of(profile: MailboxProfile) -> str:
    """What a mailbox's watermark is kept under."""
    return f"{SOURCE}:{profile.address}"


def is_stored(message_id: str) -> bool:
    """Whether a message has, or had, its task."""
    return is_seen(task_id_of(message_id))


def stands(watermark: Watermark | None, cursor: str, now: datetime) -> bool:
    """Whether moving the watermark would change nothing worth a write."""
    return watermark is not None and watermark.cursor == cursor and now - watermark.moved_at < STILL_CURRENT
