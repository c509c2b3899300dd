"""`fte mcp`: the employee's tools for AI agents."""

from enum import StrEnum
from typing import Annotated

import typer

from blocks.settings import settings
from deployments.environment import apply_environment
from deployments.printing import say_aside


class Server(StrEnum):
    """The servers that there are."""

    ODOO = "odoo"
    EMAIL = "email"
    TWITTER = "twitter"
    LINKEDIN = "linkedin"
    META = "meta"
    WEB = "web"


def mcp(
    server: Annotated[
        Server,
        typer.Argument(
            help="odoo: the books; email: mail; twitter: X; linkedin; meta: Facebook and Instagram; web: watched pages."
        ),
    ] = Server.ODOO,
    *,
    http: Annotated[bool, typer.Option("--http", help="Serve HTTP on 127.0.0.1 instead of stdio.")] = False,
    port: Annotated[int, typer.Option(help="Port of --http.")] = 4290,
) -> None:
    """Hand the books, mail, a platform or watched pages to an AI agent as MCP tools; stdio unless told otherwise."""
    apply_environment(settings())
    from mcp_servers import serve

    if not http:
        serve.serve_stdio(server.value)
        return
    say_aside(
        f"http://{serve.HOST}:{port}{serve.PATH}  token: {serve.token_file()}"
    )  # stdout is the protocol's
    serve.serve_http(server.value, port)
