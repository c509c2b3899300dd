"""A cheap look into the mailbox: whether there is mail to take in. Stores nothing."""

from datetime import datetime

from blocks.gmail.client import GmailClient
from blocks.gmail.credentials import saved_mailbox
from blocks.gmail.errors import GmailConsentError, GmailHistoryTooOldError
from domain.errors import RejectedError
from domain.reliability.look import LookResult
from tasks.mail.consents import RefusedConsent, refused_consent, remember_refusal
from tasks.mail.fetch_mail import fetch_profile, next_page
from tasks.mail.take_mail import is_stored, source_of, stands
from tasks.mail.watermarks import move_watermark, read_watermark


class MailboxClosedError(RejectedError):
    """The consent was refused a short while ago and is not tried again yet; the words are those of the refusal."""


async def look_for_mail(block: str, now: datetime) -> LookResult:
    """Whether `watch_gmail` has something to do: new mail, or a consent that is accepted again.

    Raises:
        TransientError: Gmail is away.
        RejectedError: Gmail refuses our access.
    """
    mailbox = await saved_mailbox(block)
    if mailbox is None:
        return LookResult.CLOSED
    refused = refused_consent(block, mailbox.saved_at)
    if refused is not None and refused.is_fresh(now):
        raise MailboxClosedError(refused.said)
    try:
        async with mailbox.credentials.client() as client:
            is_new = await _is_new(client, now)
    except GmailConsentError as error:
        if refused is not None:  # the first refusal is for the flow to meet: it tells the owner
            remember_refusal(block, RefusedConsent(mailbox.saved_at, refused_at=now, said=str(error)))
        raise
    return LookResult.WORK if is_new or refused is not None else LookResult.NOTHING


async def _is_new(client: GmailClient, now: datetime) -> bool:
    """Whether there is mail after the watermark, which passes by what is no mail (a label, a message that was read)."""
    profile = await fetch_profile(client)
    source = source_of(profile)
    watermark = read_watermark(source)
    if watermark is None:
        return True
    cursor: str | None = profile.history_id
    if watermark.cursor != cursor:
        try:
            page = await next_page(client, watermark.cursor)
        except GmailHistoryTooOldError:
            return True
        if page.next_page is not None or not all(map(is_stored, page.message_ids)):
            return True
        cursor = page.reached
    if cursor is not None and not stands(watermark, cursor, now):
        move_watermark(source, before=watermark, cursor=cursor, now=now)
    return False
