"""The blocks that connect a sandbox installation to the stand-in services."""

from typing import Any

from pydantic import SecretStr

from blocks.gmail.credentials import GmailCredentials
from blocks.odoo.credentials import OdooCredentials
from blocks.settings import Settings
from blocks.social.credentials import LinkedInCredentials, MetaCredentials, XCredentials
from blocks.social.media_host import NAME, MediaHost
from blocks.whatsapp.credentials import BLOCK, WhatsAppCredentials
from domain.social.published import PublicAccount

DEMO_X_ACCOUNT = "1700000000000000001"
DEMO_LINKEDIN_PAGE = "urn:li:organization:1900001"
DEMO_FACEBOOK_PAGE = "101990000000001"
DEMO_INSTAGRAM_ACCOUNT = "17841400000000001"
DEMO_WHATSAPP_NUMBER, DEMO_WHATSAPP_ACCOUNT = "158000000000001", "158000000000002"


async def save_sandbox_blocks(here: Settings) -> None:
    """Save the demo accounts under the names that the flows load."""
    for name, block in sandbox_blocks(here).items():
        await block.save(name, overwrite=True)


def sandbox_blocks(here: Settings) -> dict[str, Any]:
    """The demo accounts, by the names that the flows load."""
    odoo = OdooCredentials(
        url=here.sandbox_url, database="demo", login="bot@sandbox", api_key=SecretStr("sandbox-odoo-key")
    )
    gmail = GmailCredentials(
        client_id="sandbox-client",
        client_secret=SecretStr("sandbox-secret"),
        refresh_token=SecretStr("sandbox-refresh"),
        token_url=f"{here.sandbox_url}/token",
        api_url=here.sandbox_url,
        reads_calendar=True,
        calendar_url=here.sandbox_url,
    )
    x = XCredentials.unconnected(
        "sandbox-x-client",
        "sandbox-x-secret",
        refresh_token="sandbox-x-refresh",
        **XCredentials.addresses_at(here.sandbox_url),
    ).speaking_as(PublicAccount(id=DEMO_X_ACCOUNT, name="@northwindlane"))
    linkedin = LinkedInCredentials.unconnected(
        "sandbox-linkedin-client",
        "sandbox-linkedin-secret",
        refresh_token="sandbox-linkedin-refresh",
        **LinkedInCredentials.addresses_at(here.sandbox_url),
    ).speaking_as(PublicAccount(id=DEMO_LINKEDIN_PAGE, name="Northwind Lane Studio"))
    meta = MetaCredentials.unconnected(
        "sandbox-meta-client",
        "sandbox-meta-secret",
        access_token="sandbox-meta-page",
        instagram_id=DEMO_INSTAGRAM_ACCOUNT,
        instagram_name="@northwindlane",
        **MetaCredentials.addresses_at(here.sandbox_url),
    ).speaking_as(PublicAccount(id=DEMO_FACEBOOK_PAGE, name="Northwind Lane Studio"))
    whatsapp = WhatsAppCredentials(
        access_token=SecretStr("sandbox-whatsapp-token"),
        app_secret=SecretStr("sandbox-meta-secret"),
        verify_token=SecretStr("sandbox-whatsapp-verify"),
        phone_number_id=DEMO_WHATSAPP_NUMBER,
        business_account_id=DEMO_WHATSAPP_ACCOUNT,
        number="+15550100",
        name="Northwind Lane Studio",
        api_url=here.sandbox_url,
    )
    media = MediaHost(public_url=f"{here.sandbox_url}/media", directory=str(here.public_media))
    return {
        **{block.platform.access: block for block in (x, linkedin, meta)},
        BLOCK: whatsapp,
        NAME: media,
        "odoo": odoo,
        "gmail": gmail,
    }
