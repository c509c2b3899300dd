"""Reading how posts did, checking it, and keeping it: a platform at a time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.settings import settings
from domain.social.measured import AccountReading
from domain.social.post import Platform
from domain.social.published import PublicAccount
from domain.social.rates import DEFINITIONS
from tasks.reliability.breakers import guarded
from tasks.reliability.retries import TRANSIENT_RETRIES
from tasks.social.access import platform_access
from tasks.social.kept_insights import InsightsManifest, add_reading, kept_manifest

if TYPE_CHECKING:
    from blocks.social.credentials import PlatformCredentials

YEAR = timedelta(days=365)
"""How far back the first look goes."""


@dataclass(frozen=True)
class WantedInsights:
    """What to read.

    Attributes:
        days: How far back; None: as its kept history needs.
        most: About so many posts at once.
        now: The present.
    """

    days: int | None
    most: int
    now: datetime


@dataclass(frozen=True)
class CollectedInsights:
    """What came of it, in words."""

    platform: Platform
    words: str
    is_whole: bool


@task(**TRANSIENT_RETRIES, cache_policy=NO_CACHE)
async def fetch_insights(fetch: Callable[[], Awaitable[AccountReading]]) -> AccountReading:
    """Read from a platform, tried again while that helps."""
    return await fetch()


@task(cache_policy=NO_CACHE)
async def check_insights(check: Callable[[], None]) -> None:
    """Validate what was read."""
    check()


async def collect(platform: Platform, wanted: WantedInsights) -> CollectedInsights:
    """Read, check and keep one platform's insights.

    Raises:
        NotConnectedError: nobody gave access.
        DigitalFteError: it is away, refuses, or answered what cannot be right; what is kept stays as it is.
    """
    access = await platform_access(platform)
    account = PublicAccount(id=access.account_id, name=access.account_name)
    old = kept_manifest(platform, account.id)
    since = wanted.now - _reach(platform, old, wanted)
    reading = await fetch_insights(lambda: _read(access, since, wanted.most))
    await check_insights(lambda: _check(platform, reading, since, old, wanted.now))
    manifest = InsightsManifest(
        mode=settings().mode.value,
        account=account,
        began_at=old.began_at if old else wanted.now,
        taken_at=wanted.now,
        is_cut=reading.is_cut if old is None else old.is_cut,
        ended=reading.ended,
        unread=reading.unread,
    )
    if not add_reading(platform, manifest, reading, before=old):
        return CollectedInsights(platform, f"{platform.title}: another run was faster", is_whole=True)
    return CollectedInsights(
        platform, words_of(platform, reading), is_whole=not (reading.ended or reading.unread)
    )


def words_of(platform: Platform, reading: AccountReading) -> str:
    """What was read, what it cost and what is missing, in one line."""
    cost = DEFINITIONS[platform].cost * len(reading.posts)
    said = [f"{platform.title}: {len(reading.posts)} posts{f' for {cost} USD' if cost else ''}"]
    said.append("followers unknown" if reading.followers is None else f"{reading.followers:,} followers")
    if reading.is_cut:
        said.append("older posts were not read")
    if reading.ended:
        said.append(f"no longer counted there: {', '.join(reading.ended)}")
    return ", ".join([*said, *reading.unread])


def _reach(platform: Platform, old: InsightsManifest | None, wanted: WantedInsights) -> timedelta:
    """A year at the first look; later what still moves, and what a pause left out."""
    if wanted.days is not None:
        return timedelta(days=wanted.days)
    if old is None:
        return YEAR
    pause = max(wanted.now - old.taken_at, timedelta())
    return min(DEFINITIONS[platform].again + pause, YEAR)


async def _read(access: "PlatformCredentials", since: datetime, most: int) -> AccountReading:
    async with guarded(access.platform.value), access.client() as client:
        return await client.insights(since, most)


def _check(
    platform: Platform, reading: AccountReading, since: datetime, old: InsightsManifest | None, now: datetime
) -> None:
    from tasks.social.insights_suite import (  # Great Expectations: seconds, for this step alone
        Frame,
        check_reading,
    )

    check_reading(platform, reading, Frame(since, old.taken_at if old else None, now))
