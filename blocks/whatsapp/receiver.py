"""Whether the receiver of webhooks on this machine is at work and takes what WhatsApp signs, and nothing else."""

import asyncio
import hashlib
import hmac
import secrets

import httpx
from pydantic import SecretStr

from blocks.broken_connection import problem_of
from blocks.certificates import trusted
from blocks.whatsapp.webhook_keys import SOON_SECONDS
from domain.errors import TransientError

SECONDS = 4.0
NOTHING = b'{"object": "whatsapp_business_account", "entry": []}'


class ReceiverError(TransientError):
    """WhatsApp's events would not be taken."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"the receiver of WhatsApp's webhook at {address} {problem}; fte down, then fte up")


async def try_receiver(address: str, app_secret: SecretStr, verify_token: SecretStr) -> None:
    """Enter the address as Meta does, then deliver nothing twice: signed rightly, and wrongly.

    Raises:
        ReceiverError: it is away, or answers otherwise than it should.
    """
    challenge = secrets.token_hex(8)
    asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token.get_secret_value()}
    try:
        async with httpx.AsyncClient(timeout=SECONDS, verify=trusted(address), trust_env=False) as client:
            entered = asked | {"hub.challenge": challenge}
            answer = await client.get(address, params=entered)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # it has just started
                await asyncio.sleep(SOON_SECONDS + 0.1)
                answer = await client.get(address, params=entered)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                raise ReceiverError(address, "could not read the saved access from the Prefect server")
            if answer.text != challenge:
                raise ReceiverError(
                    address, f"does not know the saved verify token (HTTP {answer.status_code})"
                )
            signed = await client.post(
                address, content=NOTHING, headers=_signed(app_secret.get_secret_value())
            )
            forged = await client.post(address, content=NOTHING, headers=_signed(secrets.token_hex(16)))
    except httpx.HTTPError as error:
        raise ReceiverError(address, f"does not answer ({problem_of(error)})") from error
    if not signed.is_success:
        raise ReceiverError(address, f"does not take what is signed (HTTP {signed.status_code})")
    if forged.status_code != httpx.codes.UNAUTHORIZED:
        raise ReceiverError(address, f"takes what WhatsApp did not sign (HTTP {forged.status_code})")


def _signed(secret: str) -> dict[str, str]:
    made = hmac.new(secret.encode(), NOTHING, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={made}", "content-type": "application/json"}
