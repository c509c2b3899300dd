"""How agents reach the tools: over stdio, or over HTTP on this machine with a token."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from blocks.files import made_once
from blocks.settings import settings

HOST = "127.0.0.1"
PATH = "/mcp"
TOKEN_BYTES = 32
GREETING_SECONDS = 0.1
NEEDED = (
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


SERVERS = {
    "odoo": "mcp_servers.odoo_connector",
    "email": "mcp_servers.email_sender",
    "twitter": "mcp_servers.twitter_connector",
    "linkedin": "mcp_servers.linkedin_connector",
    "meta": "mcp_servers.meta_social_connector",
    "web": "mcp_servers.web_scraper",
}
"""Name of `fte mcp` -> the module with its tools, imported when it is served."""


def build_server(name: str, **options: Any) -> Any:
    """One of our servers."""
    return import_module(SERVERS[name]).build_server(**options)


def serve_stdio(name: str) -> None:
    """Serve one client on standard input and output."""
    asyncio.run(
        build_server(name, lifespan=warming_up).run_stdio_async(show_banner=False, log_level="WARNING")
    )


def serve_http(name: str, port: int) -> None:
    """Serve clients on this machine that know the token; web pages of other sites are refused."""
    from fastmcp.server.auth import StaticTokenVerifier

    known = {token_file().read_text().strip(): {"client_id": "agent", "scopes": []}}
    server = build_server(name, lifespan=warming_up, auth=StaticTokenVerifier(known))
    asyncio.run(
        server.run_http_async(
            show_banner=False,
            host=HOST,
            port=port,
            path=PATH,
            log_level="WARNING",
            host_origin_protection=True,
        )
    )


@asynccontextmanager
async def warming_up(_server: Any) -> AsyncIterator[None]:
    """Import between the greetings and the first order what that needs: two seconds that no agent has to wait for."""
    work = asyncio.create_task(_import_the_work())
    yield
    work.cancel()


async def _import_the_work() -> None:
    for name in NEEDED:
        await asyncio.sleep(GREETING_SECONDS)
        import_module(name)


def token_file() -> Path:
    """The file (mode 0600) with this installation's token; made once."""
    path = settings().keys / "mcp.token"
    made_once(path, f"{secrets.token_urlsafe(TOKEN_BYTES)}\n".encode)
    return path
