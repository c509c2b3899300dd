"""`fte connect`: real accounts, saved as blocks of the live mode."""

import asyncio
import os
from typing import TYPE_CHECKING, Annotated, Any

import httpx
import typer
from pydantic import SecretStr
from rich.console import Console

from blocks.odoo.client import OdooProtocol
from blocks.settings import Mode, settings
from deployments.environment import api_url, apply_environment
from domain.errors import TransientError

if TYPE_CHECKING:
    from tasks.accounting.connection import Connection

app = typer.Typer(no_args_is_help=True)
console = Console()

GMAIL_SCOPES = ["https://www.googleapis.com/auth/gmail.modify", "https://www.googleapis.com/auth/gmail.send"]


class EngineNeededError(TransientError):
    """Blocks are kept by the live engine, which is not running."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"the live engine at {address} does not answer; start it first: fte up --live --detach"
        )


@app.command()
def odoo(
    url: Annotated[str, typer.Option(prompt="Odoo's address (https://...)")],
    database: Annotated[str, typer.Option(prompt="Database")],
    login: Annotated[str, typer.Option(prompt="Login of the bot user")],
    key: Annotated[str, typer.Option(prompt="API key", hide_input=True, envvar="ODOO_KEY")],
    protocol: Annotated[
        OdooProtocol, typer.Option(help="json2 for Odoo 19, jsonrpc for Odoo 14 to 18")
    ] = OdooProtocol.JSON2,
) -> None:
    """Connect Odoo; address, key and rights are checked before they are saved."""
    use_live_engine()

    async def check_and_save() -> "Connection":
        from blocks.odoo.credentials import OdooCredentials
        from tasks.accounting.connection import check_connection

        block = OdooCredentials(
            url=url, database=database, login=login, api_key=SecretStr(key), protocol=protocol
        )
        async with block.client() as client:
            found = await check_connection(client)
        block.key_expires_on = found.key_expires_on
        await block.save("odoo", overwrite=True)
        return found

    found = asyncio.run(check_and_save())
    settings().connected_mark.touch()
    console.print(f"Connected to {found.company}; 'fte up' now works on real accounts.")
    if found.key_expires_on:
        console.print(f"The key is good until {found.key_expires_on}; 'fte odoo setup' makes a new one.")


@app.command()
def gmail(
    client_secrets: Annotated[
        typer.FileText, typer.Option(prompt="OAuth client file (JSON from Google Cloud)")
    ],
) -> None:
    """Connect Gmail: opens the browser for Google's consent."""
    import json

    from google_auth_oauthlib.flow import InstalledAppFlow

    use_live_engine()
    config: dict[str, Any] = json.load(client_secrets)
    granted = InstalledAppFlow.from_client_config(config, GMAIL_SCOPES).run_local_server(port=0)

    async def save() -> None:
        from blocks.gmail.credentials import GmailCredentials

        block = GmailCredentials(
            client_id=granted.client_id,
            client_secret=SecretStr(granted.client_secret),
            refresh_token=SecretStr(granted.refresh_token),
        )
        await block.save("gmail", overwrite=True)

    asyncio.run(save())
    settings().connected_mark.touch()
    console.print("Gmail is connected; 'fte up' now works on real accounts.")


@app.command()
def notifications(
    urls: Annotated[list[str], typer.Argument(help="Apprise addresses, e.g. mailto://..., tgram://...")],
) -> None:
    """Say where the owner is told of questions and failures."""
    use_live_engine()

    async def save() -> None:
        from blocks.notifications import OwnerNotifications

        await OwnerNotifications(urls=[SecretStr(url) for url in urls]).save("owner", overwrite=True)

    asyncio.run(save())
    console.print(f"The owner is told through {len(urls)} services.")


def use_live_engine() -> None:
    """Work on the live engine's blocks.

    Raises:
        EngineNeededError: it does not answer.
    """
    os.environ["FTE_MODE"] = Mode.LIVE.value
    here = settings()
    apply_environment(here)
    try:
        httpx.get(f"{api_url(here)}/health", timeout=5)
    except httpx.HTTPError as error:
        raise EngineNeededError(api_url(here)) from error
