"""The connected number, for what writes to it and reads from it."""

from typing import TYPE_CHECKING

from blocks.prefect_server import prefect_asked
from domain.errors import RejectedError

if TYPE_CHECKING:
    from blocks.whatsapp.client import WhatsAppClient
    from blocks.whatsapp.credentials import WhatsAppCredentials


class WhatsAppNotConnectedError(RejectedError):
    """Nobody gave access to a number."""

    def __init__(self) -> None:
        super().__init__("WhatsApp is not connected; a person has to run: fte connect whatsapp")


async def whatsapp_access() -> "WhatsAppCredentials":
    """The saved access.

    Raises:
        WhatsAppNotConnectedError: there is none.
        PrefectAwayError, PrefectPasswordError: the Prefect server does not hand it out.
    """
    from blocks.whatsapp import credentials  # imports prefect

    with prefect_asked():
        access = await credentials.saved_whatsapp()
    if access is None:
        raise WhatsAppNotConnectedError
    return access


async def whatsapp_client() -> "WhatsAppClient":
    """A client of the connected number; raises as `whatsapp_access` does."""
    return (await whatsapp_access()).client()


async def ask_whatsapp() -> None:
    """Whether WhatsApp answers at all, where it is connected; a refusal is an answer.

    Raises:
        TransientError: it does not.
    """
    try:
        async with await whatsapp_client() as client:
            await client.number()
    except RejectedError:
        return
