"""The block that holds the key to the books."""

import datetime as dt
from urllib.parse import urlsplit

from prefect.blocks.core import Block
from pydantic import Field, SecretStr, field_validator

from blocks.addresses import web_address
from blocks.odoo.access import BLOCK_TYPE, client_of
from blocks.odoo.client import OdooAccount, OdooClient, OdooProtocol


class OdooCredentials(Block):
    """Address, database and API key of one Odoo: 19 by its own protocol, 14 to 18 by JSON-RPC."""

    _block_type_name = "Odoo Credentials"
    _block_type_slug = BLOCK_TYPE

    url: str = Field(description="Address of Odoo, such as https://books.example.com (no path).")
    database: str = Field(description="Name of the database that holds the books.")
    login: str = Field(description="Login of the user the key belongs to; it has only the rights it needs.")
    api_key: SecretStr = Field(description="API key of that user (Odoo: Preferences, Security, API Keys).")
    protocol: OdooProtocol = Field(
        default=OdooProtocol.JSON2, description="json2 for Odoo 19 and later, jsonrpc for Odoo 14 to 18."
    )
    key_expires_on: dt.date | None = Field(default=None, description="Last day of the key, where known.")
    language: str = Field(
        default="",
        description="Language of that user in Odoo, such as de_DE: names come in it; empty: English.",
    )

    @field_validator("url")
    @classmethod
    def _address_only(cls, value: str) -> str:
        """What a person copies from the browser, without its path."""
        parts = urlsplit(web_address(value, "https://books.example.com"))
        return f"{parts.scheme}://{parts.netloc}"

    def account(self) -> OdooAccount:
        """The same without the block: what the client needs."""
        return OdooAccount.model_validate(self, from_attributes=True)

    def client(self) -> OdooClient:
        """A client to be used as an async context manager."""
        return client_of(self.account())
