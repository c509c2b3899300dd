"""Telling the owner, in time, of a consent that only they can renew."""

from datetime import datetime, timedelta

from domain.reliability.ending import Ending
from domain.reliability.look import Found
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON
from tasks.reliability.notify import Messenger, NewNotice, deliver

FOR_GOOD = timedelta(days=365)


async def look_for_endings(now: datetime, messenger: Messenger | None = None) -> Found:
    """Look at the consents of the connected platforms; each that ends soon is told once at each stage.

    Raises:
        PrefectAwayError, PrefectPasswordError: the Prefect server does not hand them out.
    """
    for platform in PUBLISHED_ON:
        ending = await _ending(platform)
        stage = ending.stage(now.date()) if ending else None
        if ending is None or stage is None:
            continue
        body = (
            f"{ending.words(now.date())}; then nothing is published there. Connect it again: "
            f"fte connect {platform.value}"
        )
        key = f"{ending.what} until {ending.ends}, {stage} days"
        notice = NewNotice(f"{platform.title} has to be connected again", body, "warning", key, FOR_GOOD)
        await deliver(notice, now=now, messenger=messenger)
    return Found.NOTHING


async def _ending(platform: Platform) -> Ending | None:
    from blocks.prefect_server import prefect_asked
    from blocks.social.credentials import saved_access

    with prefect_asked():
        access = await saved_access(platform)
    if access is None or access.consent_ends_on is None:
        return None
    return Ending(f"the consent for {platform.title}", access.consent_ends_on)
