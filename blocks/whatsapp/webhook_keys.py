"""What the webhook's receiver needs of the access to WhatsApp; it reads the saved block without Prefect."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel, SecretStr

from blocks.prefect_server import saved_block
from domain.whatsapp.channel import WHATSAPP

FRESH_SECONDS, SOON_SECONDS = 20.0, 2.0
"""How long what was read holds; where there was nothing, it is asked again soon, and not for each request."""
READ_SECONDS = 3.0
"""How long a delivery waits for the Prefect server; WhatsApp sends it again."""
BLOCK_TYPE = "whatsapp-credentials"


class WebhookKeys(BaseModel):
    """Of the connected number: what its events are signed with, and what Meta shows when the address is entered."""

    app_secret: SecretStr
    verify_token: SecretStr
    phone_number_id: str


@dataclass
class KeptKeys:
    """The keys as they were saved last; a Prefect server that is away takes none back."""

    clock: Callable[[], float] = time.monotonic
    _keys: WebhookKeys | None = None
    _read_at: float = field(default=float("-inf"))
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def now(self) -> WebhookKeys | None:
        """The keys; None while WhatsApp is not connected, or nobody could say yet.

        Requests that come while they are read for the first time wait for that one answer.
        """
        if self._keys and self._reading.locked():
            return self._keys
        async with self._reading:
            if self.clock() - self._read_at > (FRESH_SECONDS if self._keys else SOON_SECONDS):
                self._read_at = self.clock()
                await self._read()
            return self._keys

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(READ_SECONDS):
                document = await saved_block(WHATSAPP.access, BLOCK_TYPE)
        except (httpx.HTTPError, RuntimeError, TimeoutError):
            return
        self._keys = WebhookKeys.model_validate(document.data) if document else None
