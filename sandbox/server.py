"""All stand-in services in one application on one port."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox import (
    admin,
    gmail,
    google_calendar,
    linkedin,
    media,
    meta,
    model,
    odoo,
    outside,
    pages,
    whatsapp,
    x,
)
from sandbox.store import Store, StoreState, utc_now
from sandbox.whatsapp.webhook import ADDRESS
from sandbox.wire import Wire

_SERVICES = (odoo, gmail, google_calendar, x, linkedin, whatsapp, meta, model, outside)
"""Each has `routes(store) -> list[Route]` and `seed(store) -> None`."""
_SEEDED = "_seeded"
"""The services whose beginning is in the state, by their names; `at` stands in every state that has begun."""
KEPT_ALIVE_SECONDS = 75
"""An idle connection is the client's to close. httpx does after 5 seconds; a server that closes after the
same 5 cuts requests that are just being sent."""


class Sandbox(Starlette):
    """The application inside its wire: the wire must be outermost to reach the connection itself."""

    def __init__(self, routes: list[Route], *, store: Store) -> None:
        super().__init__(routes=routes)
        self.state.store = store
        self._wire = Wire(super().__call__, store=store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's request."""
        await self._wire(scope, receive, send)


class _Seeds:
    """The state that every sandbox begins with; made once a day, then only put back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[date, StoreState] = {}

    def reset(self) -> None:
        """Forget everything and begin with the demo company."""
        today = self._store.now().date()
        self._store.restore(self._made.get(today) or StoreState())
        if today in self._made:
            return
        with self._store.transaction():
            self._seed(_SERVICES)
            self._store.table(_SEEDED).put("at", {"at": self._store.now().isoformat()})
        self._made = {today: self._store.snapshot()}

    def add_new_services(self) -> None:
        """What an earlier version began without; of one that kept no names nobody knows, so it stays as it is."""
        known = self._store.table(_SEEDED)
        if any(service.__name__ in known for service in _SERVICES):
            with self._store.transaction():
                self._seed([service for service in _SERVICES if service.__name__ not in known])

    def _seed(self, services: Iterable[ModuleType]) -> None:
        for service in services:
            service.seed(self._store)
            self._store.table(_SEEDED).put(service.__name__, {})


def create_app(state_dir: Path, *, clock: Callable[[], datetime] = utc_now, webhook: str = "") -> Sandbox:
    """The application over the state in `state_dir`; a new state begins with the demo company.

    Args:
        state_dir: Where its state is kept.
        clock: The present.
        webhook: Where WhatsApp's events go; empty: they wait until the admin side names an address.
    """
    store = Store(state_dir, clock=clock)
    seeds = _Seeds(store)
    if "at" not in store.table(_SEEDED):
        seeds.reset()
    seeds.add_new_services()
    if webhook:
        store.table(ADDRESS).put("url", {"url": webhook})
    paths = [route for service in _SERVICES for route in service.routes(store)]
    shown = [*pages.routes(store), *media.routes(state_dir / "media")]
    return Sandbox([*admin.routes(store, reset=seeds.reset), *paths, *shown], store=store)
