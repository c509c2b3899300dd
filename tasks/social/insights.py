"""How posts did, from what is kept: nothing is asked of a platform, so the answer is there at once, with its age."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from pydantic import BaseModel, Field

from domain.errors import RejectedError
from domain.social.post import Platform
from domain.social.rates import DEFINITIONS
from domain.social.report import InsightsOrigin, InsightsQuestion, PlatformInsights, platform_insights
from tasks.frames.generations import age_words
from tasks.social.kept_insights import InsightsManifest, kept_manifest, open_insights

OLD = timedelta(days=2)


class NothingKeptError(RejectedError):
    """No insights were read yet."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        names = " or ".join(platform.title for platform in platforms)
        super().__init__(f"nothing was read of {names} yet; once it is connected: fte run collect_insights")


class SocialSummary(BaseModel):
    """Each platform by its own definition; nothing is added up or averaged over them."""

    platforms: list[PlatformInsights]
    not_read: list[str] = Field(description="platforms of which nothing is kept")


def timeline_insights(platform: Platform, days: int, now: datetime, zone: tzinfo) -> PlatformInsights:
    """How the posts of the last days did, today included.

    Raises:
        NothingKeptError: nothing was read yet.
        InsightsDamagedError: what is kept cannot be used.
    """
    return _insights(platform, _last(days, now, zone), now)


def recent_insights(platforms: Sequence[Platform], days: int, now: datetime, zone: tzinfo) -> SocialSummary:
    """The same of several platforms; none named: of all that were read.

    Raises:
        NothingKeptError: nothing was read of one that is named, or of any.
        InsightsDamagedError: as `timeline_insights`.
    """
    return summary(platforms, _last(days, now, zone), now)


def summary(platforms: Sequence[Platform], question: InsightsQuestion, now: datetime) -> SocialSummary:
    """How the posts of a period did on these platforms; none named: on all that were read.

    Raises:
        NothingKeptError, InsightsDamagedError: as `recent_insights`.
    """
    wanted = platforms or [platform for platform in DEFINITIONS if kept_manifest(platform)]
    if not wanted:
        raise NothingKeptError(list(DEFINITIONS))
    return SocialSummary(
        platforms=[_insights(platform, question, now) for platform in wanted],
        not_read=[] if platforms else [one.title for one in DEFINITIONS if one not in wanted],
    )


def _last(days: int, now: datetime, zone: tzinfo) -> InsightsQuestion:
    today = now.astimezone(zone).date()
    return InsightsQuestion(today - timedelta(days=days - 1), today, zone)


def _insights(platform: Platform, question: InsightsQuestion, now: datetime) -> PlatformInsights:
    kept = open_insights(platform)
    if kept is None:
        raise NothingKeptError([platform])
    origin = _origin(kept.manifest, now)
    return platform_insights(platform, kept.posts, kept.days, origin=origin, question=question)


def _origin(manifest: InsightsManifest, now: datetime) -> InsightsOrigin:
    notes = list(manifest.unread)
    if now - manifest.taken_at > OLD:
        days = (now - manifest.taken_at).days
        notes.insert(0, f"these counts are {days} days old; to read them anew: fte run collect_insights")
    if manifest.is_cut:
        notes.append(
            "the first reading was bounded (insight_posts of the handbook): older posts are not in it"
        )
    return InsightsOrigin(
        account=manifest.account.name,
        source=manifest.mode,
        as_of=age_words(manifest.taken_at, now),
        began=manifest.began_at.date(),
        ended=manifest.ended,
        notes=notes,
    )
