"""Words for tests about mail: the demo account, deliveries, the admin side."""

from typing import Any

from pydantic import SecretStr

from blocks.gmail.client import GmailClient
from blocks.gmail.google import GmailAccount
from tests.sandbox_fixture import SandboxClient


def account(url: str, **changes: Any) -> GmailAccount:
    facts: dict[str, Any] = {
        "api_url": url,
        "token_url": f"{url}/token",
        "client_id": "sandbox-client",
        "client_secret": SecretStr("sandbox-secret"),
        "refresh_token": SecretStr("sandbox-refresh"),
    }
    return GmailAccount(**facts | changes)


def client_of(sandbox: SandboxClient, **changes: Any) -> GmailClient:
    return GmailClient(account(sandbox.url, **changes))


def deliver(sandbox: SandboxClient, **fields: Any) -> str:
    """Deliver a mail; Gmail's id of it."""
    answer = sandbox.http.post("/_sandbox/gmail/deliver", json=fields)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def tell(sandbox: SandboxClient, what: str, **body: Any) -> None:
    """One of the admin side's switches."""
    sandbox.http.post(f"/_sandbox/gmail/{what}", json=body).raise_for_status()


def paths(sandbox: SandboxClient) -> list[str]:
    """What was asked of Gmail, in order."""
    return [entry["path"].removeprefix("/gmail/v1/users/me/") for entry in sandbox.journal(service="gmail")]
