"""Reading new mail after a cursor. Stores nothing, moves no watermark, never takes "away" for "nothing new"."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from blocks.gmail.client import MOST_IN_BATCH, Fetched, GmailClient
from blocks.gmail.errors import GmailHistoryTooOldError, GmailMissingError, GmailRefusedError
from blocks.gmail.messages import Head, HistoryPage, MailboxProfile
from blocks.gmail.units import UNITS
from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.reliability.backoff import Backoff
from tasks.mail.watermarks import Watermark
from tasks.reliability.breakers import guarded
from tasks.reliability.rate_limits import wait_turn
from tasks.reliability.retries import retrying

SERVICE = "gmail"
LETTER_KIND = "gmail.message"
"""The dead letters of messages that Gmail refuses to hand out."""
INBOX = "INBOX"
SENT = "SENT"
NOT_FOR_US = frozenset({"SPAM", "TRASH", "DRAFT", "CHAT"})
FIRST_LOOK = timedelta(days=1)
"""A mailbox that is read for the first time begins with its last day."""

OVERLAP = timedelta(days=1)
"""A resync looks this far before the time of the watermark: Gmail's search goes by its own clock."""

LONGEST_RESYNC = timedelta(days=30)
MOST_RESYNCED = 2_000
LARGEST_BATCH_BYTES = 8_000_000
"""Raw bytes fetched in one batch; a larger mail comes alone."""

ONE_MESSAGE = Backoff(retries=3, first_seconds=0.3, factor=3.0, longest_seconds=5.0)
"""For what failed inside a batch that succeeded."""

T = TypeVar("T")
GivenUp = tuple[tuple[str, RejectedError], ...]


@dataclass(frozen=True)
class FetchedMail:
    """One message, whole: attachments are inside the raw bytes."""

    id: str
    thread_id: str
    labels: tuple[str, ...]
    received_at: datetime
    raw: bytes


@dataclass(frozen=True)
class NewMail:
    """A part of what is new, oldest first.

    Attributes:
        mails: To be stored before the watermark moves.
        given_up: Messages that Gmail refuses to hand out, with its reason.
        cursor: Where the watermark may then be moved; None when it must stay.
        more: Whether to ask again.
        truncated: Whether a resync found more than it may look at.
    """

    mails: tuple[FetchedMail, ...] = ()
    given_up: GivenUp = ()
    cursor: str | None = None
    more: bool = False
    truncated: bool = False


async def fetch_profile(client: GmailClient) -> MailboxProfile:
    """Whose mailbox it is and how far its history goes; the whole cost of a poll that finds nothing new."""
    return await ask(UNITS["getProfile"], client.profile)


async def fetch_new_mail(
    client: GmailClient,
    watermark: Watermark | None,
    *,
    profile: MailboxProfile,
    is_known: Callable[[str], bool],
    now: datetime,
) -> NewMail:
    """The next messages after a watermark, at most a batch of them.

    Args:
        client: The mailbox.
        watermark: How far it was read; None for a first look.
        profile: Read before this call, so that nothing can fall between it and the lists.
        is_known: Whether a message id needs no fetching; must hold for every message that was stored.
        now: The present.

    Raises:
        TransientError: Gmail is away; nothing is known about new mail.
        RejectedError: Gmail refuses our access.
    """
    if watermark is None:
        return await _resync(client, now - FIRST_LOOK, profile=profile, is_known=is_known)
    if watermark.cursor == profile.history_id:
        return NewMail(cursor=watermark.cursor)
    try:
        page = await next_page(client, watermark.cursor)
    except GmailHistoryTooOldError:
        begin = max(watermark.moved_at - OVERLAP, now - LONGEST_RESYNC)
        return await _resync(client, begin, profile=profile, is_known=is_known)
    unknown = [message_id for message_id in page.message_ids if not is_known(message_id)]
    mails, given_up = await _download(client, unknown)
    return NewMail(mails, given_up, cursor=page.reached, more=page.next_page is not None)


async def fetch_message(client: GmailClient, message_id: str) -> FetchedMail | None:
    """One message; None when it was deleted meanwhile or is no longer of a kind that is work.

    Raises:
        GmailRefusedError: Gmail still refuses to hand it out.
        TransientError: Gmail is away.
    """
    mails, given_up = await _download(client, [message_id])
    for _refused, error in given_up:
        raise error
    return mails[0] if mails else None


async def next_page(client: GmailClient, start: str) -> HistoryPage:
    """The first page with a cursor of its own; Gmail may send pages that name nothing."""
    token: str | None = None
    while True:
        page = await ask(UNITS["history.list"], partial(client.history, start, label=INBOX, page=token))
        if page.reached is not None:
            return page
        token = page.next_page


async def _resync(
    client: GmailClient, begin: datetime, *, profile: MailboxProfile, is_known: Callable[[str], bool]
) -> NewMail:
    """The oldest unknown messages since `begin`; the cursor comes with the last of them."""
    ids, truncated = await _list_since(client, begin)
    unknown = [message_id for message_id in reversed(ids) if not is_known(message_id)]
    for start in range(0, len(unknown), MOST_IN_BATCH):
        mails, given_up = await _download(client, unknown[start : start + MOST_IN_BATCH])
        last = start + MOST_IN_BATCH >= len(unknown)
        if mails or given_up:
            cursor = profile.history_id if last else None
            return NewMail(mails, given_up, cursor=cursor, more=not last, truncated=truncated)
    return NewMail(cursor=profile.history_id, truncated=truncated)


async def _list_since(client: GmailClient, begin: datetime) -> tuple[list[str], bool]:
    ids: list[str] = []
    token: str | None = None
    query = f"after:{int(begin.timestamp())}"
    while True:
        page = await ask(UNITS["messages.list"], partial(client.search, query, labels=[INBOX], page=token))
        ids += page.message_ids
        token = page.next_page
        if token is None or len(ids) >= MOST_RESYNCED:
            return ids[:MOST_RESYNCED], token is not None or len(ids) > MOST_RESYNCED


async def _download(client: GmailClient, ids: Sequence[str]) -> tuple[tuple[FetchedMail, ...], GivenUp]:
    heads, refused = await _each(list(dict.fromkeys(ids)), client.heads, client.head)
    wanted = [head for head in heads.values() if _is_for_us(head.labels)]
    mails: list[FetchedMail] = []
    for group in _groups(wanted):
        raws, more_refused = await _each([head.id for head in group], client.raws, client.raw)
        refused |= more_refused
        mails += [_mail(head, raws[head.id]) for head in group if head.id in raws]
    return tuple(mails), tuple(refused.items())


async def _each(
    ids: Sequence[str],
    together: Callable[[Sequence[str]], Awaitable[Fetched[T]]],
    alone: Callable[[str], Awaitable[T]],
) -> tuple[dict[str, T], dict[str, RejectedError]]:
    """Fetch in batches, then alone what failed for the moment; what was deleted meanwhile is left out."""
    found: dict[str, T] = {}
    refused: dict[str, RejectedError] = {}
    for start in range(0, len(ids), MOST_IN_BATCH):
        part = ids[start : start + MOST_IN_BATCH]
        answers = await ask(UNITS["messages.get"] * len(part), partial(together, part))
        for message_id in part:
            try:
                found[message_id] = await _settled(answers[message_id], partial(alone, message_id))
            except GmailMissingError:
                continue
            except GmailRefusedError as error:
                refused[message_id] = error
    return found, refused


async def _settled(answer: T | DigitalFteError, alone: Callable[[], Awaitable[T]]) -> T:
    """A batch's answer about one message; after a failure for the moment, that of a call of its own.

    Raises:
        GmailMissingError, GmailRefusedError: about this message alone.
        DigitalFteError: about all of them.
    """
    if not isinstance(answer, DigitalFteError):
        return answer
    if isinstance(answer, TransientError):
        return await retrying(partial(ask, UNITS["messages.get"], alone), policy=ONE_MESSAGE)
    raise answer


def _groups(heads: Sequence[Head]) -> Iterator[list[Head]]:
    """In order, so many as fit into one batch by number and size."""
    group: list[Head] = []
    for head in heads:
        size = sum(member.size_bytes for member in group) + head.size_bytes
        if group and (size > LARGEST_BATCH_BYTES or len(group) == MOST_IN_BATCH):
            yield group
            group = []
        group.append(head)
    if group:
        yield group


def _is_for_us(labels: frozenset[str]) -> bool:
    """What was sent from the mailbox itself only where it came back into it: the owner may answer a request there."""
    return not labels & NOT_FOR_US and (SENT not in labels or INBOX in labels)


def _mail(head: Head, raw: bytes) -> FetchedMail:
    return FetchedMail(head.id, head.thread_id, tuple(sorted(head.labels)), head.received_at, raw)


async def ask(units: int, call: Callable[[], Awaitable[T]]) -> T:
    """One call in its turn, counted by the circuit breaker."""
    await wait_turn(SERVICE, units)
    async with guarded(SERVICE):
        return await call()
