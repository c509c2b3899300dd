"""What the vendors' clients need to find our servers: the registry as each writes it, without a secret."""

import json
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from blocks.settings import settings
from domain.errors import RejectedError
from mcp_servers.serve import HOST, PATH, SERVERS

TOKEN = "FTE_MCP_TOKEN"


class Client(StrEnum):
    """Programs that agents work in."""

    CLAUDE_DESKTOP = "claude-desktop"
    CLAUDE_CODE = "claude-code"
    CURSOR = "cursor"
    VSCODE = "vscode"


@dataclass(frozen=True)
class Writing:
    """How a client writes its servers down.

    Attributes:
        file: Where.
        key: Under which key.
        token: How it is told to take the gateway's token from elsewhere; None: it reaches no server over HTTP.
        names_kind: Whether an entry says its transport.
    """

    file: str
    key: str = "mcpServers"
    token: str | None = None
    names_kind: bool = True


WRITINGS = {
    Client.CLAUDE_DESKTOP: Writing(
        "claude_desktop_config.json (Settings, Developer, Edit Config)", names_kind=False
    ),
    Client.CLAUDE_CODE: Writing(".mcp.json in the project", token=f"${{{TOKEN}}}"),
    Client.CURSOR: Writing(
        "~/.cursor/mcp.json, or .cursor/mcp.json in the project", token=f"${{env:{TOKEN}}}"
    ),
    Client.VSCODE: Writing(".vscode/mcp.json in the project", key="servers", token="${input:fte-mcp-token}"),
}
PORTS = {"port", "sandbox_port", "webhook_port"}
ASKED_FOR = [
    {"type": "promptString", "id": "fte-mcp-token", "description": "Token of Digital FTE", "password": True}
]


class NoHttpError(RejectedError):
    """A client starts its servers itself."""

    def __init__(self, client: Client) -> None:
        super().__init__(f"{client} starts its servers itself; leave --http out")


def registry(client: Client, names: Iterable[str] = SERVERS, *, port: int | None = None) -> dict[str, Any]:
    """What the client's file has to hold; with a port, of the gateway there.

    Raises:
        NoHttpError: this client reaches no server over HTTP.
    """
    writing = WRITINGS[client]
    if port is None:
        return {writing.key: {f"digital-fte-{name}": _started(name, writing) for name in names}}
    if writing.token is None:
        raise NoHttpError(client)
    asked: dict[str, Any] = {"inputs": ASKED_FOR} if client is Client.VSCODE else {}
    headers = {"Authorization": f"Bearer {writing.token}"}
    reached = {
        f"digital-fte-{name}": {
            "type": "http",
            "url": f"http://{HOST}:{port}{PATH}/{name}",
            "headers": headers,
        }
        for name in names
    }
    return asked | {writing.key: reached}


def _started(name: str, writing: Writing) -> dict[str, Any]:
    command, *words = _fte()
    kind = {"type": "stdio"} if writing.names_kind else {}
    return {**kind, "command": command, "args": [*words, "mcp", name], "env": _environment()}


def _fte() -> list[str]:
    """The command, absolute: a client starts it wherever it is."""
    beside = shutil.which("fte", path=str(Path(sys.executable).parent))
    return [beside] if beside else [sys.executable, "-m", "deployments.command_line"]


def _environment() -> dict[str, str]:
    """Where the employee is and which ports it was given; nothing that could hold a password."""
    here = settings()
    found = {"FTE_HOME": str(here.home.absolute()), "FTE_VAULT": str(here.vault_path)}
    given = here.model_fields_set & PORTS
    found |= {f"FTE_{name.upper()}": str(getattr(here, name)) for name in sorted(given)}
    return found | {"FTE_MODE": here.chosen_mode.value} if here.chosen_mode else found


def committed() -> dict[str, Any]:
    """The project's own `.mcp.json`: a client that is opened here starts what is installed here."""
    return {
        "mcpServers": {
            f"digital-fte-{name}": {"type": "stdio", "command": ".venv/bin/fte", "args": ["mcp", name]}
            for name in SERVERS
        }
    }


if __name__ == "__main__":
    (Path(__file__).parent.parent / ".mcp.json").write_text(json.dumps(committed(), indent=2) + "\n")
