"""The public part of the briefing, from the insights that are kept on this machine."""

from datetime import datetime, timedelta

from domain.briefing.part import Part, missing, unused
from domain.briefing.social import KEY, TITLE, KnownPlatform, definition_of, social
from domain.social.rates import DEFINITIONS
from domain.week import Week
from tasks.frames.generations import age_words
from tasks.frames.kept_checks import kept_checks
from tasks.social.kept_insights import InsightsDamagedError, InsightsManifest, open_insights

SOURCE = "the connected platforms"
NEVER_READ = "nothing was read of it yet"
NOT_CONNECTED = (
    "No platform was read yet. What is connected (fte connect x, linkedin or meta) is read every day, or now: "
    "fte run collect_insights."
)
FRESH = timedelta(days=2)
"""They are read once a day."""


def social_part(week: Week, now: datetime) -> Part:
    """How the posts of the week did, on each platform that was ever read."""
    checks = [check for platform in DEFINITIONS for check in kept_checks(platform.value)]
    return _part(week, now).checked(checks)


def _part(week: Week, now: datetime) -> Part:
    known: list[KnownPlatform] = []
    problems = {}
    for platform in DEFINITIONS:
        try:
            kept = open_insights(platform)
        except InsightsDamagedError as error:
            problems[platform] = str(error)
            continue
        if kept is None:
            problems[platform] = NEVER_READ
        else:
            manifest = kept.manifest
            definition = definition_of(platform, manifest.ended)
            is_old = now - manifest.taken_at > FRESH or manifest.taken_at < week.until
            said = tuple(_problems(manifest, week, now))
            known.append(
                KnownPlatform(platform, kept.posts, kept.days, manifest.taken_at, definition, said, is_old)
            )
    if not known and set(problems.values()) == {NEVER_READ}:
        return unused(KEY, TITLE, SOURCE, NOT_CONNECTED)
    if not known:
        return missing(
            KEY,
            TITLE,
            SOURCE,
            f"No platform's posts can be read: {'; '.join(dict.fromkeys(problems.values()))}.",
        )
    unread = {platform: said for platform, said in problems.items() if said != NEVER_READ}
    return social(week, known, unread, SOURCE)


def _problems(manifest: InsightsManifest, week: Week, now: datetime) -> list[str]:
    said = [one.removesuffix(".") for one in manifest.unread]
    if manifest.taken_at < week.until:
        said.append(f"read before the week had ended, {age_words(manifest.taken_at, now)}")
    elif now - manifest.taken_at > FRESH:
        said.append(f"not read lately, {age_words(manifest.taken_at, now)}")
    if manifest.ended:
        said.append(f"it no longer counts {', '.join(manifest.ended)}: missing, not 0")
    return said
