"""How agents reach the tools: over stdio, or over HTTP on this machine with a token."""

import asyncio
import secrets
from pathlib import Path

from blocks.files import made_once
from blocks.settings import settings
from mcp_servers.odoo_connector import build_server

HOST = "127.0.0.1"
PATH = "/mcp"
TOKEN_BYTES = 32


def serve_stdio() -> None:
    """Serve one client on standard input and output."""
    asyncio.run(build_server().run_stdio_async(show_banner=False, log_level="WARNING"))


def serve_http(port: int) -> None:
    """Serve clients on this machine that know the token; web pages of other sites are refused."""
    from fastmcp.server.auth import StaticTokenVerifier

    known = {token_file().read_text().strip(): {"client_id": "agent", "scopes": []}}
    server = build_server(auth=StaticTokenVerifier(known))
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


def token_file() -> Path:
    """The file (mode 0600) with this installation's token; made once."""
    path = settings().keys / "mcp.token"
    made_once(path, f"{secrets.token_urlsafe(TOKEN_BYTES)}\n".encode)
    return path
