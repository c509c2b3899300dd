"""The block that holds the access to WhatsApp; `fte connect whatsapp` makes it."""

from typing import ClassVar

from prefect.blocks.core import Block
from pydantic import Field, SecretStr, field_validator

from blocks.prefect_server import saved_block
from blocks.social.graph import GRAPH_URL, GRAPH_VERSION, GraphAccount
from blocks.whatsapp.client import WhatsAppClient
from blocks.whatsapp.webhook_keys import BLOCK_TYPE
from domain.whatsapp.channel import WHATSAPP

BLOCK = WHATSAPP.access


class WhatsAppCredentials(Block):
    """The business's number on WhatsApp's Cloud API, and the secrets of the app that speaks for it."""

    _block_type_name: ClassVar[str] = "WhatsApp Credentials"
    _block_type_slug: ClassVar[str] = BLOCK_TYPE
    _description: ClassVar[str] = "Access to one number on WhatsApp's Cloud API."

    access_token: SecretStr = Field(description="Token of a system user that does not end.")
    app_secret: SecretStr = Field(description="Secret of the app; what WhatsApp sends is signed with it.")
    verify_token: SecretStr = Field(description="What Meta shows once when the webhook's address is entered.")
    phone_number_id: str = Field(
        pattern=r"^[0-9]{1,30}$", description="Id of the number, not the number itself."
    )
    business_account_id: str = Field(
        pattern=r"^[0-9]{1,30}$", description="Id of the WhatsApp Business account."
    )
    number: str = Field(default="", description="The number as customers see it.")
    name: str = Field(default="", description="The business's name as customers see it.")
    api_version: str = Field(default=GRAPH_VERSION, pattern=r"^v\d\d\.0$", description="Version of Graph.")
    api_url: str = Field(
        default=GRAPH_URL, pattern=r"^https?://[^\s/]+$", description="Base address of the API."
    )

    @field_validator("app_secret", "access_token", "verify_token")
    @classmethod
    def _given(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("is empty; give it")
        return SecretStr(value.get_secret_value().strip())

    def client(self) -> WhatsAppClient:
        """A client to be used as an async context manager."""
        account = GraphAccount(
            self.api_url,
            self.access_token.get_secret_value(),
            self.phone_number_id,
            self.api_version,
            self.app_secret.get_secret_value(),
        )
        return WhatsAppClient(account, self.business_account_id)


async def saved_whatsapp() -> WhatsAppCredentials | None:
    """The saved block; None when WhatsApp is not connected."""
    document = await saved_block(BLOCK, BLOCK_TYPE)
    return WhatsAppCredentials.model_validate(document.data) if document else None
