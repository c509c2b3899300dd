"""Where the owner is told: Apprise addresses (mail, Telegram, Slack, ntfy, a webhook...)."""

import asyncio
import logging
from typing import ClassVar

from prefect.blocks.core import Block
from prefect.settings import get_current_settings
from pydantic import Field, SecretStr

from blocks.prefect_server import PrefectAwayError, prefect_asked, saved_block
from domain.errors import TransientError


class NoticeUndeliveredError(TransientError):
    """At least one service did not take the notice."""

    def __init__(self, failed: list[str], total: int) -> None:
        super().__init__(
            f"{len(failed)} of {total} notification services did not take the notice ({', '.join(failed)}); "
            "check the addresses: fte connect notifications"
        )


class OwnerNotifications(Block):
    """The owner's notification addresses."""

    _block_type_name: ClassVar[str] = "Owner notifications"
    _block_type_slug: ClassVar[str] = "owner-notifications"
    _description: ClassVar[str] = "Apprise addresses through which the owner is told."

    urls: list[SecretStr] = Field(
        default_factory=list, description="Apprise URLs, each with its secrets, e.g. ntfys://topic"
    )

    async def send(self, title: str, body: str, kind: str) -> None:
        """Tell every address; `kind` is Apprise's info, warning or failure.

        Raises:
            NoticeUndeliveredError: an address cannot be read, or its service refused it or is away.
        """
        results = await asyncio.gather(
            *(
                asyncio.to_thread(_send, place, url, (title, body, kind))
                for place, url in enumerate(self.urls, 1)
            )
        )
        failed = [service for service, delivered in results if not delivered]
        if failed:
            raise NoticeUndeliveredError(failed, len(results))


async def saved_notifications(name: str) -> OwnerNotifications | None:
    """The saved block, or None when none is saved or it has no address.

    Raises:
        PrefectAwayError: nobody can say whether there is one.
        PrefectPasswordError: the Prefect server refused the password.
    """
    if get_current_settings().api.url is None:  # Prefect would start a server of its own to look there
        raise PrefectAwayError("none is configured")
    with prefect_asked():
        document = await saved_block(name, OwnerNotifications.get_block_type_slug())
    block = OwnerNotifications.model_validate(document.data if document else {})
    return block if block.urls else None


def _send(place: int, url: SecretStr, notice: tuple[str, str, str]) -> tuple[str, bool]:
    """One address, apart from the others: its service's name (never its URL), and whether it took it."""
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it writes addresses with their secrets
    address = apprise.Apprise()
    if not address.add(url.get_secret_value()):
        return f"address {place} is not an Apprise URL", False
    title, body, kind = notice
    delivered = address.notify(title=title, body=body, notify_type=apprise.NotifyType(kind))
    return str(address[0].service_name), bool(delivered)
