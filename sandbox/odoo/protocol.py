"""Odoo's paths."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.store import Store


def routes(store: Store) -> list[Route]:  # noqa: ARG001
    """Odoo's paths."""
    return [Route("/web/version", _version, methods=["GET"])]


async def _version(_: Request) -> JSONResponse:
    return JSONResponse({"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0-20251216"})
