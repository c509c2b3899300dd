"""Real accounts, each tried and then saved as a block of the live Prefect server."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import typer
from pydantic import SecretStr

from blocks.odoo.client import spoken
from deployments.asking import PREFECT_SECONDS, answer_of
from deployments.commands.live_command import LOOK_AT, block_of, save_block
from deployments.printing import say
from tasks.accounting.connection import Connection, check_connection

if TYPE_CHECKING:
    from blocks.gmail.credentials import GmailCredentials
    from blocks.odoo.credentials import OdooCredentials
    from blocks.social.credentials import PlatformCredentials
    from domain.social.published import PublicAccount


async def save_odoo(block: "OdooCredentials") -> Connection:
    """Look who the key is and what it may, then save it; what was found."""
    async with block.client() as client:
        found = await answer_of("Odoo", check_connection(client), remedy=LOOK_AT.format(block.url))
        asked = client.call("res.users", "context_get")
        context = await answer_of("Odoo", asked, remedy=LOOK_AT.format(block.url))
    block.key_expires_on, block.language = found.key_expires_on, spoken(context)
    await save_block(block.save("odoo", overwrite=True))
    return found


async def save_gmail(client_file: str, address: str) -> str:
    """A calendar that was connected is asked for again: the new consent takes the place of the old one."""
    from blocks.gmail.consent import ask_consent, check_client_file

    check_client_file(client_file)
    saved = await _saved_mailbox()
    calendar_url = saved.calendar_url if saved and saved.reads_calendar else None
    block = ask_consent(client_file, api_url=address, calendar_url=calendar_url)
    return await _save_google(block)


async def save_calendar(auth_url: str, calendar_url: str) -> str:
    """Ask the connected mailbox's account to have its calendar read as well; what was connected."""
    from blocks.gmail.consent import GOOGLE_AUTH_URL, ask_consent, client_file_of

    saved = await _saved_mailbox()
    if saved is None:
        raise typer.BadParameter("the calendar is read with Gmail's consent; first run: fte connect gmail")
    block = ask_consent(
        client_file_of(saved, auth_url or GOOGLE_AUTH_URL),
        api_url=saved.api_url,
        calendar_url=calendar_url or saved.calendar_url,
    )
    return await _save_google(block)


async def _saved_mailbox() -> "GmailCredentials | None":
    from blocks.gmail.credentials import saved_mailbox

    found = await answer_of(
        "the Prefect server", saved_mailbox("gmail"), remedy="fte down, then fte up", seconds=PREFECT_SECONDS
    )
    return found.credentials if found else None


async def _save_google(block: "GmailCredentials") -> str:
    """Save a consent once all that it is for was read; what was connected."""
    from blocks.gmail.calendar_client import Window

    async with block.client() as client:
        profile = await answer_of("Gmail", client.profile(), remedy=LOOK_AT.format(block.api_url))
    said = f"the mailbox {profile.address}"
    if block.reads_calendar:
        now = datetime.now(UTC)
        async with block.calendar_client() as client:
            look = client.in_window(Window(now, now + timedelta(days=1)))
            await answer_of("Google Calendar", look, remedy=LOOK_AT.format(block.calendar_url))
        said += " and its calendar, which is only read"
    await save_block(block.save("gmail", overwrite=True))
    return said


async def save_platform(block: "PlatformCredentials", port: int) -> "PlatformCredentials":
    """Have the owner agree in the browser and choose who speaks; what was then saved."""
    from blocks.social.oauth import ask_consent

    block = block.with_tokens(await ask_consent(block.app, port=port))
    remedy = LOOK_AT.format(block.api_url)
    async with block.client() as client:
        accounts = await answer_of(block.platform.title, client.accounts(), remedy=remedy)
    block = await answer_of(block.platform.title, block.made_for(chosen(accounts)), remedy=remedy)
    await save_block(block.save(block.platform.access, overwrite=True))
    return block


def chosen(accounts: "list[PublicAccount]") -> "PublicAccount":
    """The account that shall speak; the owner is asked where there are several."""
    if not accounts:
        raise typer.BadParameter("this access speaks for nobody: it administers no page; nothing was saved")
    if len(accounts) == 1:
        return accounts[0]
    for number, account in enumerate(accounts, start=1):
        say(f"{number}  {account.name}  {account.url}")
    number = int(typer.prompt("Number of the one that shall speak", type=int))
    if not 1 <= number <= len(accounts):
        raise typer.BadParameter(f"there is no {number}; nothing was saved")
    return accounts[number - 1]


async def save_whatsapp(fields: dict[str, str]) -> tuple[str, str]:
    """Check that the number answers, have its events handed to the app, and save it; the number and the verify token.

    A token that was shown before stays: Meta may know it already.
    """
    from blocks.whatsapp.credentials import BLOCK, WhatsAppCredentials, saved_whatsapp

    before = await save_block(saved_whatsapp())
    token = before.verify_token if before else SecretStr(secrets.token_urlsafe(24))
    block = block_of(WhatsAppCredentials, fields | {"verify_token": token})
    remedy = LOOK_AT.format(block.api_url)
    async with block.client() as client:
        number = await answer_of("WhatsApp", client.number(), remedy=remedy)
        await answer_of("WhatsApp", client.subscribe(), remedy=remedy)
    block.number, block.name = number.shown, number.name
    await save_block(block.save(BLOCK, overwrite=True))
    return f"{number.shown} ({number.name})", token.get_secret_value()


async def save_media_host(fields: dict[str, object]) -> None:
    """Put a test picture there and read it at its public address, then save it."""
    from blocks.social.media_host import NAME, MediaHost

    block = block_of(MediaHost, fields)
    remedy = LOOK_AT.format(block.public_url)
    await answer_of("the media host", block.try_out(), remedy=remedy)
    await save_block(block.save(NAME, overwrite=True))


async def save_model(fields: dict[str, object], place: int) -> None:
    """Ask the model something, then save it in the order in which models are asked."""
    from blocks.language_model import NAMES, LanguageModel, TokenCount, saved_models

    if place > 1 and place > len(await saved_models()) + 1:
        raise typer.BadParameter(
            f"connect the model in place {place - 1} first; they are asked one after the other"
        )
    block = block_of(LanguageModel, fields)
    block.price_usd(TokenCount(1, 1))
    await answer_of("the language model", block.try_out(), remedy=LOOK_AT.format(block.base_url))
    await save_block(block.save(NAMES[place - 1], overwrite=True))


async def save_notifications(urls: list[str]) -> None:
    """Send each address a message, then save them."""
    from blocks.notifications import OwnerNotifications

    block = OwnerNotifications(urls=[SecretStr(url) for url in urls])
    hello = "You are told here what waits for you, what failed and what was away."
    telling = block.send("Digital FTE", hello, "info")
    await answer_of("the notification services", telling, remedy="look at the addresses; nothing was saved")
    await save_block(block.save("owner", overwrite=True))
