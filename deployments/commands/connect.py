"""`fte connect`: real accounts, checked and then saved as blocks of the live Prefect server."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blocks.gmail.client import GOOGLE_API_URL
from blocks.odoo.client import OdooProtocol
from blocks.settings import settings
from blocks.social.linkedin_account import Speaker
from deployments.commands.live_command import (
    LiveCommand,
    ModelCommand,
    block_of,
    say_connected,
)
from deployments.connecting import (
    save_calendar,
    save_gmail,
    save_media_host,
    save_model,
    save_notifications,
    save_odoo,
    save_platform,
    save_whatsapp,
)
from deployments.printing import say
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON

if TYPE_CHECKING:
    from blocks.odoo.credentials import OdooCredentials
app = typer.Typer(no_args_is_help=True)
CALLBACK_PORT = 8765
APP_SECRET, META_SECRET = "App secret (App settings, Basic)", "FTE_META_SECRET"
"""Facebook, Instagram and WhatsApp speak through one app."""
CLIENT_ID = "Client ID of your app (developer portal)"
ClientId = Annotated[
    str, typer.Option(prompt=CLIENT_ID, help=f"{CLIENT_ID}; asked for where it is not given.")
]


def _secret(asked: str, variable: str) -> Any:
    """A secret, asked for or taken from the environment; each platform has its own variable: one file connects all."""
    return typer.Option(prompt=asked, hide_input=True, envvar=variable, help="Better not here.")


Port = Annotated[
    int, typer.Option(min=0, max=65_535, help="Of the callback address that the app names; 0: any.")
]
ApiUrl = Annotated[str, typer.Option(hidden=True, help="One server with all the platform's addresses.")]


@app.command(cls=LiveCommand)
def odoo(
    *,
    url: Annotated[str, typer.Option(help="Address, such as https://books.example.com.")] = "",
    database: Annotated[str, typer.Option(help="Name of the database.")] = "",
    login: Annotated[str, typer.Option(help="Login of the bot user.")] = "",
    key: Annotated[str, typer.Option(help="API key of that user; better not here.", envvar="ODOO_KEY")] = "",
    protocol: Annotated[
        OdooProtocol, typer.Option(help="json2 for Odoo 19, jsonrpc for Odoo 14 to 18.")
    ] = OdooProtocol.JSON2,
) -> None:
    """Connect Odoo; what is not given is asked for, and all is checked before it is saved."""
    block = _odoo_block(
        url=url or typer.prompt("Odoo's address (https://...)"),
        database=database or typer.prompt("Database"),
        login=login or typer.prompt("Login of the bot user"),
        api_key=key or typer.prompt("API key (Odoo: Preferences, Security)", hide_input=True),
        protocol=protocol,
    )
    found = asyncio.run(save_odoo(block))
    say_connected(f"the books of {found.company} (Odoo {found.version})")
    if found.key_expires_on:
        say(f"The key is good until {found.key_expires_on}; 'fte odoo setup' makes a new one.")


def _odoo_block(**answers: str) -> "OdooCredentials":
    from blocks.odoo.credentials import OdooCredentials

    return block_of(OdooCredentials, {name: answer.strip() for name, answer in answers.items()})


@app.command(cls=LiveCommand)
def gmail(
    client_secrets: Annotated[
        typer.FileText,
        typer.Option(
            prompt="OAuth client file (JSON from Google Cloud)",
            help="The OAuth client's JSON from Google Cloud; asked for where it is not given.",
        ),
    ],
    api_url: Annotated[str, typer.Option(hidden=True, help="Where the Gmail API is.")] = GOOGLE_API_URL,
) -> None:
    """Connect Gmail: opens the browser for Google's consent."""
    say_connected(asyncio.run(save_gmail(client_secrets.read(), api_url)))


@app.command(cls=LiveCommand)
def calendar(
    auth_url: Annotated[str, typer.Option(hidden=True, help="Where Google's consent page is.")] = "",
    api_url: Annotated[str, typer.Option(hidden=True, help="Where the Calendar API is.")] = "",
) -> None:
    """Connect the calendar of the account that is connected for Gmail, to read it: opens the browser once more."""
    say_connected(asyncio.run(save_calendar(auth_url, api_url)))


@app.command(cls=LiveCommand)
def x(
    *,
    client_id: ClientId,
    client_secret: Annotated[str, _secret("Client Secret", "FTE_X_SECRET")],
    port: Port = CALLBACK_PORT,
    api_url: ApiUrl = "",
) -> None:
    """Connect X: opens the browser, in which the account that shall speak agrees."""
    _connect_platform(Platform.X, (client_id, client_secret), port, api_url)


@app.command(cls=LiveCommand)
def linkedin(
    *,
    client_id: ClientId,
    client_secret: Annotated[str, _secret("Client Secret", "FTE_LINKEDIN_SECRET")],
    speaker: Annotated[
        Speaker, typer.Option(help="organization: a page that you administer; person: yourself.")
    ] = Speaker.ORGANIZATION,
    port: Port = CALLBACK_PORT,
    api_url: ApiUrl = "",
) -> None:
    """Connect LinkedIn: opens the browser, in which you agree for a page that you administer, or for yourself."""
    _connect_platform(Platform.LINKEDIN, (client_id, client_secret), port, api_url, speaker=speaker)


@app.command(cls=LiveCommand)
def meta(
    *,
    client_id: ClientId,
    client_secret: Annotated[str, _secret(APP_SECRET, META_SECRET)],
    port: Port = CALLBACK_PORT,
    api_url: ApiUrl = "",
) -> None:
    """Connect Facebook, and Instagram where the page has an account: opens the browser, in which you agree."""
    _connect_platform(Platform.FACEBOOK, (client_id, client_secret), port, api_url)
    say("Instagram fetches pictures from a public address: fte connect media")


def _connect_platform(
    platform: Platform, secrets: tuple[str, str], port: int, api_url: str, **fields: str
) -> None:
    """Have the owner agree; `api_url` is a server that has all the platform's addresses."""
    from blocks.social.credentials import BLOCKS

    kind = BLOCKS[platform]
    elsewhere = kind.addresses_at(api_url) if api_url else {}
    client_id, client_secret = (part.strip() for part in secrets)
    block = kind.unconnected(client_id, client_secret, **(elsewhere | fields))
    block = asyncio.run(save_platform(block, port))
    speakers = [(one.title, there) for one in PUBLISHED_ON if (there := block.speaking_on(one))]
    names = " and ".join(f"{title} as {there.account_name}" for title, there in speakers)
    say_connected(f"{names}; posts speak for {'this account' if len(speakers) == 1 else 'these accounts'}")
    if block.consent_ends_on:
        say(f"You have to connect it again before {block.consent_ends_on}; you are told in time.")


@app.command(cls=LiveCommand)
def whatsapp(
    *,
    phone_number_id: Annotated[str, typer.Option(prompt="Phone number ID (WhatsApp, API Setup)")],
    business_account_id: Annotated[str, typer.Option(prompt="WhatsApp Business account ID")],
    access_token: Annotated[str, _secret("Token of a system user", "FTE_WHATSAPP_TOKEN")],
    app_secret: Annotated[str, _secret(APP_SECRET, META_SECRET)],
    api_url: ApiUrl = "",
) -> None:
    """Connect a number on WhatsApp's Cloud API, and say what to enter as its webhook."""
    fields = {
        "phone_number_id": phone_number_id.strip(),
        "business_account_id": business_account_id.strip(),
        "access_token": access_token,
        "app_secret": app_secret,
    }
    number, token = asyncio.run(save_whatsapp(fields | ({"api_url": api_url} if api_url else {})))
    say_connected(f"WhatsApp's number {number}")
    say("Now the webhook (Meta for Developers, your app, WhatsApp, Configuration):")
    say("  Callback URL    https://YOUR-ADDRESS/whatsapp")
    say(f"  Verify token    {token}")
    say("  Webhook fields  messages")
    say(f"Your address has to lead to {settings().webhook_url}; docs/setup/whatsapp.md says how.")


@app.command(cls=LiveCommand)
def media(
    *,
    public_url: Annotated[
        str, typer.Option(prompt="Address under which everybody can read the files (https://...)")
    ],
    place: Annotated[
        str,
        typer.Option(
            prompt="Folder that your web server shows there, or address of a bucket (https://...)",
            help="A folder, or a bucket of S3-compatible storage: https://s3.example.com/bucket.",
        ),
    ],
    region: Annotated[str, typer.Option(help="Of the storage.")] = "us-east-1",
    access_key: Annotated[str, typer.Option(help="Of the storage; its secret is asked for.")] = "",
    clear: Annotated[bool, typer.Option(help="Take files away once they are published.")] = False,
) -> None:
    """Say where Instagram fetches files: a folder that your web server shows, or S3-compatible storage."""
    fields: dict[str, object] = {"public_url": public_url, "is_cleared": clear}
    if "://" in place:
        fields |= {"bucket_url": place, "region": region}
        fields["access_key"] = access_key or typer.prompt("Access key ID")
        fields["secret_key"] = typer.prompt("Secret access key", hide_input=True)
    else:
        fields["directory"] = str(Path(place).expanduser().absolute())
    asyncio.run(save_media_host(fields))
    say_connected(
        f"the media host at {public_url}: a test picture was put there, read at its address and taken away"
    )
    say(
        "It was read from this machine; Instagram reads it from the internet, so see that others reach it, too."
    )


@app.command(cls=ModelCommand)
def model(  # noqa: PLR0913 (a model's own parts)
    *,
    name: Annotated[str, typer.Option(prompt="Name of the model, such as gpt-5-mini or qwen3:8b")],
    key: Annotated[
        str,
        typer.Option(
            prompt="API key (nothing, where the server wants none)",
            prompt_required=True,
            hide_input=True,
            envvar="FTE_MODEL_KEY",
            help="Better not here.",
        ),
    ] = "",
    base_url: Annotated[
        str, typer.Option(help="Address of the API, such as http://127.0.0.1:11434/v1; default: OpenAI's.")
    ] = "",
    daily_limit: Annotated[float, typer.Option(help="Dollars that it may cost in 24 hours.")] = 1.0,
    time_limit: Annotated[float, typer.Option(help="Seconds that one answer may take.")] = 60.0,
    input_price: Annotated[
        float | None, typer.Option(help="Dollars for a million tokens read; default: the list price.")
    ] = None,
    output_price: Annotated[float | None, typer.Option(help="The same of tokens written.")] = None,
    place: Annotated[
        int, typer.Option(min=1, max=3, help="2 or 3: asked where those before it are of no help.")
    ] = 1,
) -> None:
    """Connect a language model, which may propose words, kinds and plans: OpenAI's, or a server with its protocol."""
    fields: dict[str, object] = {
        "model": name.strip(),
        "api_key": key.strip(),
        "daily_limit_usd": str(daily_limit),
        "time_limit_seconds": time_limit,
        "input_usd": None if input_price is None else str(input_price),
        "output_usd": None if output_price is None else str(output_price),
    }
    if base_url:
        fields |= {"provider": "openai-compatible", "base_url": base_url}
    asyncio.run(save_model(fields, place))
    if place == 1:
        say(f"Connected to the language model {name}, for at most {daily_limit:g} USD in 24 hours.")
    else:
        say(
            f"Connected to the language model {name}; it is asked in place {place}, within the first one's limit."
        )
    say(
        "It may propose words for the briefing, and what model_* in Company_Handbook.md lets it; it decides nothing."
    )


@app.command(cls=LiveCommand)
def notifications(
    urls: Annotated[
        list[str],
        typer.Argument(
            help="Apprise addresses, e.g. mailto://..., tgram://...", envvar="FTE_NOTIFICATION_URLS"
        ),
    ],
) -> None:
    """Say where the owner is told of questions and failures; each address is sent a message before it is saved."""
    asyncio.run(save_notifications(urls))
    through = "1 service: it has" if len(urls) == 1 else f"{len(urls)} services: each has"
    say(f"The owner is told through {through} taken a message.")
