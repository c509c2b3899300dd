"""What WhatsApp sends to the business's webhook: signed, at least once, again until it is acknowledged."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

import httpx

from sandbox.store import Row, Store

PATIENCE_SECONDS = 10.0
PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 20.0, 20.0)
"""Between tries; WhatsApp itself goes on for up to seven days."""
ADDRESS = "_whatsapp_webhook"


class Webhook:
    """Deliveries in the order in which they were made; one that is not acknowledged waits, and is tried again."""

    def __init__(self, store: Store, secret: str) -> None:
        self._secret = secret
        self._address = store.table(ADDRESS)
        self.deliveries = store.table("_whatsapp_deliveries")
        self._pump: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    @property
    def address(self) -> str:
        """Where events go; empty: they wait."""
        return str((self._address.get("url") or {}).get("url", ""))

    def lead_to(self, address: str) -> None:
        """Have events go there from now on."""
        self._address.put("url", {"url": address})

    def add(self, payload: dict[str, Any], *, wrong_signature: bool = False) -> Row:
        """Have a delivery made; it is tried at once."""
        body = json.dumps(payload, ensure_ascii=True)
        key = self._secret + ("-wrong" if wrong_signature else "")
        signature = hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()
        row: Row = {"body": body, "signature": f"sha256={signature}", "status": None, "tries": 0}
        row["id"] = self.deliveries.add(row)
        self.hurry()
        return row

    def again(self, number: int) -> None:
        """Deliver once more what was acknowledged before."""
        self.deliveries.update(number, status=None, tries=0)

    def hurry(self) -> None:
        """Begin to deliver, where there is somewhere to deliver to."""
        self._woken.set()
        if self.address and self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._deliver_all())

    async def flush(self, *, backwards: bool = False) -> list[int | None]:
        """Try everything that waits once, now; the answers' statuses."""
        waiting = self._waiting()[:: -1 if backwards else 1]
        async with self._client() as client:
            return [await self._deliver(client, number) for number in waiting]

    async def challenge(self, token: str) -> int:
        """Verify the address, as Meta does when somebody enters it; the answer's status, 0: a wrong answer."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
        async with self._client() as client:
            answer = await client.get(self.address, params=asked)
        return answer.status_code if not answer.is_success or answer.text == asked["hub.challenge"] else 0

    def _waiting(self) -> list[int]:
        return [int(key) for key, row in self.deliveries.rows().items() if row["status"] != httpx.codes.OK]

    async def _deliver_all(self) -> None:
        async with self._client() as client:
            try:
                await self._deliver_with(client)
            finally:
                self._pump = None  # before the client closes: what comes meanwhile has to begin anew

    async def _deliver_with(self, client: httpx.AsyncClient) -> None:
        pauses = iter(PAUSES_SECONDS)
        while waiting := self._waiting():
            if fresh := [number for number in waiting if not self._row(number)["tries"]]:
                await self._deliver(client, fresh[0])
            elif (pause := next(pauses, None)) is None:
                return
            elif not await self._woken_within(pause):
                for number in waiting:
                    await self._deliver(client, number)

    async def _woken_within(self, seconds: float) -> bool:
        self._woken.clear()
        try:
            return await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False

    async def _deliver(self, client: httpx.AsyncClient, number: int) -> int | None:
        row = self._row(number)
        headers = {"content-type": "application/json", "x-hub-signature-256": row["signature"]}
        try:
            status = (
                await client.post(self.address, content=row["body"].encode(), headers=headers)
            ).status_code
        except httpx.HTTPError:
            status = None
        kept = self.deliveries.get(number)
        if kept and kept["signature"] == row["signature"]:  # not another's, made after a reset
            self.deliveries.update(number, status=status, tries=row["tries"] + 1)
        return status

    def _row(self, number: int) -> Row:
        return self.deliveries.get(number) or {
            "status": httpx.codes.OK,
            "tries": 1,
            "body": "",
            "signature": "",
        }

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self.address.startswith("https:"), trust_env=False, timeout=PATIENCE_SECONDS
        )
