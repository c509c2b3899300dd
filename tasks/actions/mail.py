"""The action by mail: one mail, sent from the connected mailbox."""

import asyncio
from typing import Any

from blocks.gmail.client import GmailClient
from domain.errors import DigitalFteError, RejectedError
from domain.mail.outgoing import MailInputs
from domain.policy.addressees import Addressees
from tasks.accounting.partners import is_known_address
from tasks.actions import connected
from tasks.actions.performer import Performer, by_name
from tasks.mail import mailbox
from tasks.mail.acquainted import known_among
from tasks.mail.compose import complete_mail
from tasks.mail.fetch_mail import fetch_profile
from tasks.mail.send_once import send_once
from tasks.mail.sent_mail import SentFacts, read_sent, sent_problems
from tasks.vault.vault import current_vault

BOOKS_SECONDS = 2.0
"""Books that have not answered by then know nobody: the mail asks."""


class OtherMailboxError(RejectedError):
    """The mailbox that the mail was made for is not the connected one."""

    def __init__(self, meant: str, connected_now: str) -> None:
        super().__init__(
            f"the mail was made for {meant}, and {connected_now} is connected now; nothing was sent: have it made "
            "again, or connect the other mailbox (fte connect gmail)"
        )


async def _mailbox() -> GmailClient:
    return await mailbox.mailbox_client()


async def _check(client: GmailClient, mail: MailInputs, _key: str) -> dict[str, Any]:
    """The mailbox is the one that the mail was made for, the files are the approved ones; and who is known."""
    own = (await fetch_profile(client)).address
    if own != mail.sender:
        raise OtherMailboxError(mail.sender, own)
    for file in mail.attachments:
        current_vault().approved(file.document, file.sha256)
    others = [one for one in mail.everybody if one.casefold() != own]
    return {
        "mail": Addressees(
            everybody=mail.everybody,
            own=own,
            known=await known_among(client, others, _in_books),
            files=tuple(file.name for file in mail.attachments),
            money=mail.money,
        )
    }


async def _in_books(address: str) -> bool:
    """Whether a partner in the books has this address; books that do not answer know nobody."""
    try:
        async with asyncio.timeout(BOOKS_SECONDS), await connected.odoo_client() as client:
            return await is_known_address(client, address)
    except (DigitalFteError, TimeoutError):
        return False


def _shown(result: Any) -> dict[str, Any]:
    return result.shown() if isinstance(result, SentFacts) else result.model_dump(mode="json")


PERFORMERS = by_name(
    Performer[GmailClient, MailInputs, SentFacts](
        name="mail.send_email",
        connect=_mailbox,
        complete=complete_mail,
        check=_check,
        do=lambda client, mail, key: send_once(client, mail, key=key),
        read=lambda client, receipt, _mail: read_sent(client, receipt["gmail_id"]),
        problems=sent_problems,
        shown=_shown,
    )
)
