"""All stand-in services in one application on one port."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox import admin, gmail, odoo
from sandbox.store import Store, utc_now
from sandbox.wire import Wire

_SERVICES = (odoo, gmail)
"""Each has `routes(store) -> list[Route]` and `seed(store) -> None`."""


class Sandbox(Starlette):
    """The application inside its wire: the wire must be outermost to reach the connection itself."""

    def __init__(self, routes: list[Route], *, store: Store) -> None:
        super().__init__(routes=routes)
        self.state.store = store
        self._wire = Wire(super().__call__, store=store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's request."""
        await self._wire(scope, receive, send)


def create_app(state_dir: Path, *, clock: Callable[[], datetime] = utc_now) -> Sandbox:
    """The application over the state in `state_dir`; a new state begins with the demo company."""
    store = Store(state_dir, clock=clock)
    marks = store.table("_seeded")

    def reset() -> None:
        store.clear()
        seed()

    def seed() -> None:
        with store.transaction():
            for service in _SERVICES:
                service.seed(store)
            marks.put("at", {"at": store.now().isoformat()})

    if "at" not in marks:
        seed()
    paths = [route for service in _SERVICES for route in service.routes(store)]
    return Sandbox([*admin.routes(store, reset=reset), *paths], store=store)
