"""Telling the owner, in time, of what only they can renew: a key, a consent, or a version of an API that ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from blocks.prefect_server import prefect_asked
from domain.reliability.ending import Ending
from domain.reliability.look import LookResult
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON
from tasks.actions.connected import OdooNotConnectedError, connected_account
from tasks.reliability.connections import record_connection
from tasks.reliability.notify import Messenger, NewNotice, deliver

FOR_GOOD = timedelta(days=365)
BOOKS = "odoo"
RENEW_BOOKS = (
    "then nothing is booked. Make a new key: fte odoo setup, or fte connect odoo with one that you made"
)


async def look_for_endings(now: datetime, messenger: Messenger | None = None) -> LookResult:
    """Look at the connected accounts' keys, consents and versions; each that ends soon is told once at each stage.

    Raises:
        PrefectAwayError, PrefectPasswordError: the Prefect server does not hand them out.
    """
    await _tell(BOOKS, "Odoo", await _books_endings(), RENEW_BOOKS, now, messenger)
    for platform in PUBLISHED_ON:
        remedy = (
            "then nothing is published there. Connect it again, with the newest Digital FTE: "
            f"fte connect {platform.access}"
        )
        await _tell(platform.value, platform.title, await _endings(platform), remedy, now, messenger)
    return LookResult.NOTHING


async def _tell(  # noqa: PLR0913, PLR0917 (what is told, of what, when and to whom)
    account: str,
    name: str,
    endings: Sequence[Ending] | None,
    remedy: str,
    now: datetime,
    messenger: Messenger | None,
) -> None:
    record_connection(account, endings)
    for ending in endings or ():
        if (stage := ending.stage(now.date())) is not None:
            body, key = (
                f"{ending.words(now.date())}; {remedy}",
                f"{ending.what} until {ending.ends}, {stage} days",
            )
            notice = NewNotice(f"{name} has to be connected again", body, "warning", key, FOR_GOOD)
            await deliver(notice, now=now, messenger=messenger)


async def _books_endings() -> list[Ending] | None:
    try:
        account = await connected_account()
    except OdooNotConnectedError:
        return None
    return [Ending("the API key for Odoo", account.key_expires_on)] if account.key_expires_on else []


async def _endings(platform: Platform) -> list[Ending] | None:
    from blocks.social.credentials import saved_access

    with prefect_asked():
        access = await saved_access(platform)
    return access.endings if access else None
