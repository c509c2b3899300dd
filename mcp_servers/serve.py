"""Which servers there are, and one of them over stdio; `mcp_servers/gateway.py` serves all over HTTP."""

import asyncio
import gc
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from blocks.files import made_once
from blocks.settings import settings
from mcp_servers.loading import loaded

HOST = "127.0.0.1"
PATH = "/mcp"
METADATA = "/.well-known/oauth-protected-resource"
USUAL_PORT = 4290
TOKEN_BYTES = 32
GREETING_SECONDS, PAUSE_SECONDS = 1.0, 0.1
"""After its start a client asks what there is; then what is imported leaves pauses for its calls."""
NEEDED = (
    "mcp_servers.ordering",
    "blocks.odoo.credentials",
    "flows.work_now",
    "tasks.accounting.bills",
    "tasks.accounting.customers",
    "tasks.accounting.invoices",
    "tasks.accounting.oddities",
    "tasks.accounting.payments",
    "tasks.accounting.products",
)
"""What is imported only where something is written, since it takes long."""


class Server(NamedTuple):
    """One of our servers: the module with its tools, imported when it is served, and what it is about."""

    module: str
    about: str


SERVERS = {
    "odoo": Server("mcp_servers.odoo_connector", "the books"),
    "email": Server("mcp_servers.email_sender", "mail"),
    "twitter": Server("mcp_servers.twitter_connector", "X"),
    "linkedin": Server("mcp_servers.linkedin_connector", "LinkedIn"),
    "meta": Server("mcp_servers.meta_social_connector", "Facebook and Instagram"),
    "web": Server("mcp_servers.web_scraper", "watched pages"),
    "vault": Server("mcp_servers.vault_reader", "the Vault's notes (read only)"),
}
"""What `fte mcp NAME` serves."""


def build_server(name: str, **options: Any) -> Any:
    """One of our servers."""
    return import_module(SERVERS[name].module).build_server(**options)


def serve_stdio(name: str) -> None:
    """Serve one client on standard input and output."""
    gc.disable()  # an eighth of the start: of what is imported nothing is garbage
    server = build_server(name, lifespan=warming_up)
    gc.freeze()
    gc.enable()
    asyncio.run(server.run_stdio_async(show_banner=False, log_level="WARNING"))


@asynccontextmanager
async def warming_up(_server: Any) -> AsyncIterator[None]:
    """Import between the greetings and the first order what that needs: two seconds that no agent has to wait for."""
    work = asyncio.create_task(import_the_work())
    yield
    work.cancel()


async def import_the_work() -> None:
    """What an order needs, a module at a time between the answers."""
    await asyncio.sleep(GREETING_SECONDS)
    for name in NEEDED:
        await asyncio.sleep(PAUSE_SECONDS)
        await loaded(name)


def token_file() -> Path:
    """The file (mode 0600) with this installation's token; made once."""
    path = settings().keys / "mcp.token"
    made_once(path, f"{secrets.token_urlsafe(TOKEN_BYTES)}\n".encode)
    return path
