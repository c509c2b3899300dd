"""`fte mcp`: the employee's tools for AI agents."""

import sys
from importlib import import_module
from typing import Annotated, Any

import typer

from blocks.settings import settings
from deployments.environment import apply_environment


def mcp(
    *,
    http: Annotated[bool, typer.Option("--http", help="Serve HTTP on 127.0.0.1 instead of stdio.")] = False,
    port: Annotated[int, typer.Option(help="Port of --http.")] = 4290,
) -> None:
    """Hand the books to an AI agent as MCP tools; stdio unless told otherwise."""
    apply_environment(settings())
    serve: Any = import_module("mcp_servers.serve")  # started by name, as flows are; nothing here imports it
    if not http:
        serve.serve_stdio()
        return
    print(f"http://{serve.HOST}:{port}{serve.PATH}  token: {serve.token_file()}", file=sys.stderr)  # noqa: T201 (stdout is the protocol's)
    serve.serve_http(port)
