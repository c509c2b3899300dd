"""The block that holds the key to the mailbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from prefect.blocks.core import Block
from pydantic import Field, SecretStr, field_validator

from blocks.addresses import web_address
from blocks.gmail.calendar_client import CALENDAR_API_URL, CalendarClient
from blocks.gmail.client import GOOGLE_API_URL, GmailClient
from blocks.gmail.google import GmailAccount
from blocks.prefect_server import saved_block

GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"


class GmailCredentials(Block):
    """An OAuth client and the owner's consent for one mailbox; `fte connect gmail` makes it."""

    _block_type_name: ClassVar[str] = "Gmail Credentials"
    _block_type_slug: ClassVar[str] = "gmail-credentials"
    _description: ClassVar[str] = "OAuth client and consent for one Gmail mailbox."

    client_id: str = Field(description="OAuth client ID (Google Cloud: APIs & Services, Credentials).")
    client_secret: SecretStr = Field(description="Secret of that OAuth client.")
    refresh_token: SecretStr = Field(description="The owner's consent, as `fte connect gmail` received it.")
    token_url: str = Field(default=GOOGLE_TOKEN_URL, description="Where access tokens are fetched.")
    api_url: str = Field(
        default=GOOGLE_API_URL, description="Base address of the Gmail API; batch and uploads go there too."
    )
    reads_calendar: bool = Field(
        default=False, description="Whether the consent covers the account's own calendar, to read it."
    )
    calendar_url: str = Field(default=CALENDAR_API_URL, description="Base address of the Calendar API.")

    @field_validator("token_url", "api_url", "calendar_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_address(value, GOOGLE_API_URL)

    def account(self) -> GmailAccount:
        """The same without the block: what the client needs."""
        return GmailAccount.model_validate(self, from_attributes=True)

    def client(self) -> GmailClient:
        """A client to be used as an async context manager."""
        return GmailClient(self.account())

    def calendar_client(self) -> CalendarClient:
        """The same for the account's calendar."""
        return CalendarClient(self.account().model_copy(update={"api_url": self.calendar_url}))


@dataclass(frozen=True)
class SavedMailbox:
    """A connected mailbox and when it was last connected."""

    credentials: GmailCredentials
    saved_at: datetime


async def saved_mailbox(name: str) -> SavedMailbox | None:
    """The saved block, or None when no mailbox is connected."""
    document = await saved_block(name, GmailCredentials.get_block_type_slug())
    if (
        document is None or document.updated is None
    ):  # the client's type allows it, the server always sends it
        return None
    return SavedMailbox(GmailCredentials.model_validate(document.data), document.updated)
