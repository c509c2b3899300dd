"""WhatsApp as the tests meet it: the demo number, the receiver of its webhook, and customers who write."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from blocks.whatsapp import credentials
from blocks.whatsapp.credentials import WhatsAppCredentials
from blocks.whatsapp.webhook_keys import KeptKeys, WebhookKeys
from deployments.webhooks import Receiver
from tests.ports import free_port
from tests.sandbox_fixture import SandboxClient

SECRET, VERIFY = "sandbox-meta-secret", "sandbox-whatsapp-verify"
NUMBER_ID, ACCOUNT_ID = "158000000000001", "158000000000002"
ANN = "436601234567"
PATIENCE_SECONDS = 30.0


class FixedKeys(KeptKeys):
    """As the Prefect server would hand them out."""

    async def now(self) -> WebhookKeys | None:
        return WebhookKeys(
            app_secret=SecretStr(SECRET), verify_token=SecretStr(VERIFY), phone_number_id=NUMBER_ID
        )


def access(url: str, **changes: str) -> WhatsAppCredentials:
    """The demo number's access."""
    facts = {
        "access_token": "sandbox-whatsapp-token",
        "app_secret": SECRET,
        "verify_token": VERIFY,
        "phone_number_id": NUMBER_ID,
        "business_account_id": ACCOUNT_ID,
        "number": "+15550100",
        "name": "Northwind Lane Studio",
        "api_url": url,
    }
    return WhatsAppCredentials.model_validate(facts | changes)


def connect(monkeypatch: pytest.MonkeyPatch, sandbox: SandboxClient, **changes: str) -> None:
    """The number connected, without a Prefect server's block behind it."""
    block = access(sandbox.url, **changes)

    async def saved() -> WhatsAppCredentials:
        return block

    monkeypatch.setattr(credentials, "saved_whatsapp", saved)


@pytest.fixture(scope="session")
def receiver_server() -> Iterator[str]:
    """The receiver in a thread, for the session; it stores into the ledger of the test that runs."""
    with receiver_thread() as address:
        yield address


@contextmanager
def receiver_thread(keys: KeptKeys | None = None) -> Iterator[str]:
    """The receiver in a thread of this process; its address."""
    port = free_port()
    app = Receiver(keys or FixedKeys(), lambda: datetime.now(UTC)).app()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{port}/whatsapp"
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)


@pytest.fixture
def receiver(receiver_server: str, sandbox: SandboxClient) -> str:
    """The same, its address entered at WhatsApp's stand-in."""
    asked = {"url": receiver_server, "verify_token": VERIFY}
    assert sandbox.http.put("/_sandbox/whatsapp/webhook", json=asked).json()["status"] == 200
    return receiver_server


def write(sandbox: SandboxClient, text: str = "Do you open on Saturday?", **said: Any) -> str:
    """A customer writes; the message's id, once it was delivered."""
    words = {"from": ANN, "name": "Ann Lee", "text": text} | said
    message = sandbox.http.post("/_sandbox/whatsapp/posts", json=words).json()["post"]["id"]
    if not said.get("quiet"):
        delivered(sandbox)
    return str(message)


def delivered(sandbox: SandboxClient) -> None:
    """Wait until WhatsApp has tried to deliver all, where it knows an address."""
    if sandbox.http.get("/_sandbox/whatsapp/webhook").json()["url"]:
        until(lambda: all(row["tries"] for row in deliveries(sandbox)))


def deliveries(sandbox: SandboxClient) -> list[dict[str, Any]]:
    """What WhatsApp has to deliver, with each answer's status."""
    rows: list[dict[str, Any]] = sandbox.http.get("/_sandbox/whatsapp/webhook").json()["deliveries"]
    return rows


def written(sandbox: SandboxClient) -> list[dict[str, Any]]:
    """What the business wrote, oldest first."""
    rows = sandbox.http.get("/_sandbox/whatsapp/posts").json()["posts"]
    return [row for row in rows if "to" in row]


def until(holds: Any) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def answered(url: str, content: bytes, **headers: str) -> httpx.Response:
    """What the receiver says to these bytes."""
    return httpx.post(url, content=content, headers=headers, trust_env=False)
