"""The connected mailbox, for what writes to it."""

from typing import TYPE_CHECKING

from blocks.prefect_server import prefect_asked
from domain.errors import RejectedError

if TYPE_CHECKING:
    from blocks.gmail.client import GmailClient
    from blocks.gmail.credentials import GmailCredentials

BLOCK = "gmail"


class MailboxNotConnectedError(RejectedError):
    """Nobody gave access to a mailbox."""

    def __init__(self) -> None:
        super().__init__("no mailbox is connected; a person has to run: fte connect gmail")


async def mailbox_client() -> "GmailClient":
    """A client of the connected mailbox; raises as `connected_mailbox` does."""
    return (await connected_mailbox()).client()


async def connected_mailbox() -> "GmailCredentials":
    """The saved access to the mailbox.

    Raises:
        MailboxNotConnectedError: there is none.
        PrefectAwayError, PrefectPasswordError: the Prefect server does not hand it out.
    """
    from blocks.gmail import credentials  # imports prefect

    with prefect_asked():
        mailbox = await credentials.saved_mailbox(BLOCK)
    if mailbox is None:
        raise MailboxNotConnectedError
    return mailbox.credentials
