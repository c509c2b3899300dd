"""The blocks that connect a sandbox installation to the stand-in services."""

from pydantic import SecretStr

from blocks.gmail.credentials import GmailCredentials
from blocks.odoo.credentials import OdooCredentials
from blocks.settings import Settings


async def save_sandbox_blocks(here: Settings) -> None:
    """Save the demo accounts under the names that the flows load."""
    odoo = OdooCredentials(
        url=here.sandbox_url, database="demo", login="bot@sandbox", api_key=SecretStr("sandbox-odoo-key")
    )
    gmail = GmailCredentials(
        client_id="sandbox-client",
        client_secret=SecretStr("sandbox-secret"),
        refresh_token=SecretStr("sandbox-refresh"),
        token_url=f"{here.sandbox_url}/token",
        api_url=here.sandbox_url,
    )
    await odoo.save("odoo", overwrite=True)
    await gmail.save("gmail", overwrite=True)
