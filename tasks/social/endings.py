"""Telling the owner, in time, of what only they can renew: a consent, or a version of an API that ends."""

from datetime import datetime, timedelta

from domain.reliability.ending import Ending
from domain.reliability.look import Found
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON
from tasks.reliability.notify import Messenger, NewNotice, deliver

FOR_GOOD = timedelta(days=365)


async def look_for_endings(now: datetime, messenger: Messenger | None = None) -> Found:
    """Look at the connected platforms' consents and versions; each that ends soon is told once at each stage.

    Raises:
        PrefectAwayError, PrefectPasswordError: the Prefect server does not hand them out.
    """
    for platform in PUBLISHED_ON:
        for ending in await _endings(platform):
            if (stage := ending.stage(now.date())) is not None:
                await deliver(_notice(platform, ending, stage, now), now=now, messenger=messenger)
    return Found.NOTHING


def _notice(platform: Platform, ending: Ending, stage: int, now: datetime) -> NewNotice:
    body = (
        f"{ending.words(now.date())}; then nothing is published there. Connect it again, with the newest Digital FTE: "
        f"fte connect {platform.access}"
    )
    key = f"{ending.what} until {ending.ends}, {stage} days"
    return NewNotice(f"{platform.title} has to be connected again", body, "warning", key, FOR_GOOD)


async def _endings(platform: Platform) -> list[Ending]:
    from blocks.prefect_server import prefect_asked
    from blocks.social.credentials import saved_access

    with prefect_asked():
        access = await saved_access(platform)
    return access.endings if access else []
