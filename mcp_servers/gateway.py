"""One process that serves all servers to agents on this machine: streamable HTTP, with a token.

It listens on loopback. Web pages of other sites, other names of this machine (DNS rebinding), bodies that are large or
come slowly, and more sessions than agents need are turned away before a tool hears of them.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http import HTTPStatus

import uvicorn
from fastmcp.server.auth import AccessToken, TokenVerifier
from fastmcp.server.auth.middleware import RequireAuthMiddleware
from fastmcp.server.http import DEFAULT_HOSTS, HostOriginGuardMiddleware, create_base_app
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_servers.serve import HOST, METADATA, PATH, SERVERS, build_server, import_the_work, token_file

LARGEST_BYTES = 1_000_000
"""200 invoices of 200 lines have less."""
BODY_SECONDS = 10.0
MOST_SESSIONS, IDLE_SECONDS = 32, 900.0
"""Of each server; an agent that comes back later opens another."""
MOST_CONNECTIONS = 200


class OwnToken(TokenVerifier):
    """Knows this installation's token, compared in a time that tells nothing of it."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._digest = _digest(token)

    async def verify_token(self, token: str) -> AccessToken | None:
        """The owner's agent, or nobody."""
        if not hmac.compare_digest(_digest(token), self._digest):
            return None
        return AccessToken(token=token, client_id="agent", scopes=[])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class BodyLateError(Exception):
    """It did not come in time."""


class BodyInTime:
    """Turns away a body that does not come within some seconds as a whole."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        deadline, is_whole = asyncio.get_running_loop().time() + self._seconds, False

        async def in_time() -> Message:
            nonlocal is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise BodyLateError from error
            is_whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        try:
            await self._app(scope, in_time, send)
        except BodyLateError:
            await Response("the body did not come in time", HTTPStatus.REQUEST_TIMEOUT)(scope, receive, send)


def create_app(
    token: str, port: int, names: Iterable[str] = SERVERS, body_seconds: float = BODY_SECONDS
) -> Starlette:
    """The application: each server at /mcp/NAME, what it is protected by at its well-known address, and /health."""
    verifier = OwnToken(token)
    managers = {name: _manager(name, port) for name in names}
    routes: list[BaseRoute] = [Route("/health", _health, methods=["GET"])]
    for name, manager in managers.items():
        resource, metadata = (f"http://{HOST}:{port}{place}/{name}" for place in (PATH, f"{METADATA}{PATH}"))
        app = BodyInTime(manager.handle_request, body_seconds)
        guarded = RequireAuthMiddleware(app, [], AnyHttpUrl(metadata))
        routes += [
            Route(f"{PATH}/{name}", guarded, methods=["GET", "POST", "DELETE"]),
            Route(f"{METADATA}{PATH}/{name}", partial(_metadata, resource), methods=["GET"]),
        ]
    guard = Middleware(HostOriginGuardMiddleware, mode="strict")

    @asynccontextmanager
    async def at_work(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for manager in managers.values():
                await running.enter_async_context(manager.run())
            yield

    return create_base_app(routes, [guard, *verifier.get_middleware()], lifespan=at_work)


def _manager(name: str, port: int) -> StreamableHTTPSessionManager:
    """The sessions of one server; pages of other ports of this machine are refused there, too."""
    own = TransportSecuritySettings(
        allowed_hosts=[f"{host}:{port}" for host in DEFAULT_HOSTS],
        allowed_origins=[f"http://{HOST}:{port}"],
    )
    return StreamableHTTPSessionManager(
        build_server(name)._mcp_server,  # noqa: SLF001 (FastMCP's own application has no limit of sessions)
        security_settings=own,
        session_idle_timeout=IDLE_SECONDS,
        max_request_body_size=LARGEST_BYTES,
        max_sessions=MOST_SESSIONS,
    )


async def _health(_: Request) -> Response:
    """That it is at work; nothing of what it knows."""
    return JSONResponse({"status": "ok"})


async def _metadata(resource: str, _: Request) -> Response:
    """What a client needs to be let in (RFC 9728): no server hands out tokens, the owner does."""
    said = {"resource": resource, "bearer_methods_supported": ["header"], "resource_name": "Digital FTE"}
    return JSONResponse(said)


def serve(port: int) -> None:
    """Serve until stopped."""
    for name in ("mcp.server", "fastmcp.server.auth"):
        logging.getLogger(name).setLevel(
            logging.ERROR
        )  # whoever is turned away again and again fills no disk
    app = create_app(token_file().read_text().strip(), port)
    config = uvicorn.Config(
        app,
        host=HOST,
        port=port,
        log_level="error",
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=2,
    )
    asyncio.run(_served(uvicorn.Server(config)))


async def _served(server: uvicorn.Server) -> None:
    warming = asyncio.create_task(import_the_work())
    await server.serve()
    warming.cancel()
