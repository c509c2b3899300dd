"""`fte mcp`: the employee's tools for AI agents."""

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from blocks.settings import settings
from deployments.environment import apply_environment
from mcp_servers import serve
from mcp_servers.registry import TOKEN, WRITINGS, Client, registry

app = typer.Typer(no_args_is_help=False)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
PATIENCE_SECONDS = 5.0
NOT_ALL_WELL = 1


@app.callback(invoke_without_command=True)
def mcp(context: typer.Context) -> None:
    """Hand the books (or what is named) to an AI agent as MCP tools, over stdio."""
    if context.invoked_subcommand is None:
        _over_stdio("odoo")


def _over_stdio(name: str) -> None:
    apply_environment(settings())
    serve.serve_stdio(name)


def _serving(name: str) -> Callable[[], None]:
    def one() -> None:
        _over_stdio(name)

    return one


for _name, _server in serve.SERVERS.items():
    app.command(_name, help=f"Serve {_server.about} to one agent, over stdio.")(_serving(_name))


@app.command("serve")
def serve_all(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65_535, help=f"Default: FTE_MCP_PORT, else {serve.USUAL_PORT}."),
    ] = None,
) -> None:
    """Serve everything over HTTP on 127.0.0.1, to agents that know the token."""
    apply_environment(settings())
    from deployments.printing import say_aside  # rich, which would keep an agent waiting for its greeting
    from mcp_servers import gateway

    at = port or settings().mcp_port or serve.USUAL_PORT
    say_aside(f"http://{serve.HOST}:{at}{serve.PATH}/NAME  token: {serve.token_file()}")
    gateway.serve(at)


@app.command("list")
def list_servers(*, as_json: AsJson = False) -> None:
    """The servers, and how each is started and reached."""
    from deployments.printing import print_json, print_table

    at = settings().mcp_port or serve.USUAL_PORT
    rows = [
        {
            "server": name,
            "about": one.about,
            "command": f"fte mcp {name}",
            "address": f"http://{serve.HOST}:{at}{serve.PATH}/{name}",
        }
        for name, one in serve.SERVERS.items()
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ["server", "about", "over stdio", "over HTTP (fte mcp serve)"], [row.values() for row in rows]
    )


@app.command()
def health(*, as_json: AsJson = False) -> None:
    """Whether each server answers, the gateway is at work, and what the employee lacks."""
    apply_environment(settings())
    from deployments.printing import busy, print_json, print_table, say

    with busy("Asking each server ..."):
        found = asyncio.run(_looked_at())
    if as_json:
        print_json(found)
    else:
        print_table(
            ["server", "tools", "state"],
            [[one["server"], one["tools"], one["state"]] for one in found["servers"]],
        )
        say(f"Gateway: {found['gateway']}")
        for problem in found["problems"]:
            say(f"- {problem}")
    if found["problems"] or any(one["state"] != "answers" for one in found["servers"]):
        raise typer.Exit(NOT_ALL_WELL)


async def _looked_at() -> dict[str, Any]:
    from mcp_servers.health import look_at_health

    servers = [await _asked(name) for name in serve.SERVERS]
    employee = await look_at_health()
    return {"servers": servers, "gateway": _gateway(), "mode": employee.mode, "problems": employee.problems}


async def _asked(name: str) -> dict[str, Any]:
    """Greet the server within this process, as a client does."""
    from fastmcp import Client as McpClient

    try:
        async with asyncio.timeout(PATIENCE_SECONDS), McpClient(serve.build_server(name)) as client:
            tools = await client.list_tools()
    except TimeoutError:
        return {"server": name, "tools": 0, "state": f"no answer within {PATIENCE_SECONDS:g} seconds"}
    return {"server": name, "tools": len(tools), "state": "answers"}


def _gateway() -> str:
    from deployments.listening import is_healthy

    at = settings().mcp_port or serve.USUAL_PORT
    is_at_work = is_healthy(f"http://{serve.HOST}:{at}/health")
    wanted = "fte up should have started it" if settings().mcp_port else "fte mcp serve starts it"
    return f"answers on port {at}" if is_at_work else f"not at work ({wanted})"


@app.command()
def config(
    client: Annotated[Client, typer.Argument(help="Which program your agent works in.")],
    servers: Annotated[list[str] | None, typer.Argument(help="Which servers; default: all.")] = None,
    *,
    http: Annotated[bool, typer.Option("--http", help="Of the running gateway instead of stdio.")] = False,
) -> None:
    """Print what the client's configuration has to hold: JSON without a secret."""
    from deployments.printing import say_aside

    names = servers or list(serve.SERVERS)
    for name in names:
        if name not in serve.SERVERS:
            raise typer.BadParameter(f"there is no server {name}; there are {', '.join(serve.SERVERS)}")
    port = (settings().mcp_port or serve.USUAL_PORT) if http else None
    typer.echo(json.dumps(registry(client, names, port=port), indent=2))
    say_aside(f"belongs in {WRITINGS[client].file}")
    if http:
        say_aside(f"the token is in {serve.token_file()}; the client takes it as {TOKEN}")
