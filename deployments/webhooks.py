"""The webhooks' receiver: what WhatsApp sends is checked, stored on the disk, and only then acknowledged.

Started by `fte up` as a process of its own (`python -m deployments.webhooks`), without Prefect: whatever the flows do,
WhatsApp is answered at once. It listens on loopback; docs/setup/whatsapp.md says how a public address leads to it.
"""

import asyncio
import hmac
import logging
from datetime import UTC, datetime

import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from blocks.database import LedgerUnavailableError
from blocks.settings import settings
from blocks.whatsapp.webhook_keys import KeptKeys, WebhookKeys
from domain.whatsapp.webhook import events_in, is_signed
from tasks.clock import Clock
from tasks.whatsapp.events import store_events

LARGEST_BYTES = 3_500_000
"""Meta sends at most 3 MB at once (Graph API webhooks: payloads)."""
PATH = "/whatsapp"
log = logging.getLogger(__name__)


class TooLargeError(Exception):
    """More than WhatsApp ever sends."""


class Receiver:
    """The paths; `keys` and `now` are asked for each request."""

    def __init__(self, keys: KeptKeys, now: Clock) -> None:
        self._keys, self._now = keys, now

    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/health", self.health, methods=["GET"]),
                Route(PATH, self.verify, methods=["GET"]),
                Route(PATH, self.receive, methods=["POST"]),
            ]
        )

    async def health(self, _: Request) -> Response:
        """That it is at work; nothing of what it knows."""
        return JSONResponse({"status": "ok"})

    async def verify(self, request: Request) -> Response:
        """Meta asks once, when the address is entered, whether it is ours."""
        asked, keys = request.query_params, await self._current()
        if keys is None:
            return _no_keys()
        given, wanted = asked.get("hub.verify_token", ""), keys.verify_token.get_secret_value()
        is_ours = hmac.compare_digest(given.encode(), wanted.encode()) and bool(wanted)
        if asked.get("hub.mode") != "subscribe" or not is_ours:
            return PlainTextResponse("not this one", 403)
        return PlainTextResponse(
            asked.get("hub.challenge", ""), headers={"x-content-type-options": "nosniff"}
        )

    async def receive(self, request: Request) -> Response:
        """Store the events of one delivery; an answer other than 200 has WhatsApp send it again for days."""
        keys = await self._current()
        if keys is None:
            return _no_keys()
        try:
            body = await _whole(request)
        except TooLargeError:
            return PlainTextResponse("too large", 413)
        except ClientDisconnect:
            return PlainTextResponse("not whole", 400)
        signature = request.headers.get("x-hub-signature-256", "")
        if not is_signed(body, signature, keys.app_secret.get_secret_value()):
            log.warning("a delivery that is not signed by WhatsApp was refused")
            return PlainTextResponse("not signed", 401)
        now = self._now()
        try:
            await asyncio.to_thread(store_events, events_in(body, keys.phone_number_id, now), now)
        except LedgerUnavailableError as error:
            log.warning("a delivery was not stored, and will be sent again: %s", error)
            return PlainTextResponse("not stored", 500)
        return PlainTextResponse("stored")

    async def _current(self) -> WebhookKeys | None:
        try:
            return await self._keys.now()
        except ValidationError:
            log.warning("the saved access to WhatsApp cannot be used; connect it again: fte connect whatsapp")
            return None


async def _whole(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BYTES:
            raise TooLargeError
    return bytes(body)


def _no_keys() -> Response:
    return PlainTextResponse("not connected", 503, headers={"retry-after": "60"})


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = Receiver(KeptKeys(), lambda: datetime.now(UTC)).app()
    uvicorn.run(
        app,
        host=settings().webhook_host,
        port=settings().webhook_port,
        log_level="warning",
        ws="none",
        lifespan="off",
        server_header=False,
        limit_concurrency=100,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
