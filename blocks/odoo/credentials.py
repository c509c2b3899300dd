"""The block that holds the key to the books."""

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from blocks.odoo.client import OdooAccount, OdooClient


class OdooCredentials(Block):
    """Address, database and API key of one Odoo 19."""

    _block_type_name = "Odoo Credentials"
    _block_type_slug = "odoo-credentials"

    url: str = Field(description="Address of Odoo, such as https://books.example.com (no path).")
    database: str = Field(description="Name of the database that holds the books.")
    login: str = Field(description="Login of the user the key belongs to; it has only the rights it needs.")
    api_key: SecretStr = Field(description="API key of that user (Odoo: Preferences, Security, API Keys).")

    def account(self) -> OdooAccount:
        """The same without the block: what the client needs."""
        return OdooAccount(url=self.url, database=self.database, api_key=self.api_key)

    def client(self) -> OdooClient:
        """A client to be used as an async context manager."""
        return OdooClient(self.account())
