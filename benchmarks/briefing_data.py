"""What a benchmark's briefing is made of: books, posts and the employee's own records of the wanted size."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.odoo_server import server
from benchmarks.reading import copied, keep_copy
from blocks.settings import settings
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.published import PublicAccount, Published
from domain.social.rates import DEFINITIONS
from tasks.social.kept_insights import InsightsManifest, add_reading
from tests.worked_weeks import ENDED, work

WEEKS = 60
RECORDS_OF_A_TASK = 5.5
"""How many audit records one made-up task leaves, about."""


def make(folder: Path, lines: int, posts: int, records: int) -> None:
    """All of it, in the state and the Vault that the settings name."""
    state = folder / "odoo"
    state.mkdir()
    with server(str(state)):
        pass
    copied(state, lines)
    with server(str(state)) as here:
        asyncio.run(keep_copy(here))
    for platform in DEFINITIONS:
        keep_posts(platform, posts // len(DEFINITIONS))
    work(tasks=round(records / RECORDS_OF_A_TASK))


def keep_posts(platform: Platform, count: int) -> None:
    """An account's posts over a year, and its followers by day."""
    chance = random.Random(platform.value)  # noqa: S311 (the same each time)
    began = ENDED - timedelta(weeks=WEEKS)
    definition, found = DEFINITIONS[platform], []
    for number in range(count):
        at = began + (ENDED - began) * number / count
        seen = chance.randint(200, 4000)
        counts = {metric: chance.randint(0, seen // 20) for metric in definition.engagements}
        post = Published(
            id=f"{platform}-{number}",
            text=f"Post {number} of the year #{chance.choice(('news', 'tour', 'garden'))}",
            created_at=at,
            url=f"https://example.com/{platform}/{number}",
        )
        kind = chance.choice(list(ContentKind))
        found.append(MeasuredPost(post=post, kind=kind, counts=counts | {definition.seen: seen}))
    days = {
        (began + timedelta(days=day)).date(): {Metric.FOLLOWERS: 1000 + 3 * day} for day in range(7 * WEEKS)
    }
    manifest = InsightsManifest(
        mode=settings().mode.value,
        account=PublicAccount(id="1", name="Made up"),
        began_at=began,
        taken_at=datetime.now(UTC),
    )
    add_reading(platform, manifest, AccountReading(posts=found, days=days), before=None)
