"""LinkedIn's statistics of a page: of its posts, and of who began to follow on each day."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from domain.social.little_text import shown_text
from sandbox.past import SeenPost, followers
from sandbox.store import Row, StoreTable

FOLLOWERS = 870
SHARES = {"clickCount": 0.03, "likeCount": 0.02, "commentCount": 0.004, "shareCount": 0.003}
OWN = frozenset({"is_past"})
"""What of a row is the stand-in's own."""
RANGE = re.compile(r"timeRange:\(start:(\d+),end:(\d+)\)")
KINDS = {"urn:li:image:": "picture", "urn:li:video:": "video"}


def open_row(row: Row) -> Row:
    """A post as LinkedIn shows it."""
    return {name: value for name, value in row.items() if name not in OWN}


def share_statistics(request: Request, posts: StoreTable, now: datetime) -> dict[str, Any]:
    """Of each post that is asked for; LinkedIn leaves out what nobody has seen yet."""
    asked = re.findall(r"urn:li:share:\d+", request.query_params.get("shares", ""))
    rows = [row for urn in asked if (row := posts.get(urn)) is not None]
    entity = request.query_params.get("organizationalEntity")
    elements = [
        {"organizationalEntity": entity, "share": row["id"], "totalShareStatistics": counts}
        for row in rows
        if (counts := _counts(row, now))["impressionCount"]
    ]
    return {"elements": elements, "paging": {"start": 0, "count": len(elements), "links": []}}


def follower_statistics(request: Request, now: datetime) -> dict[str, Any]:
    """Who began to follow, by day, up to the day before yesterday."""
    asked = RANGE.search(request.query_params.get("timeIntervals", ""))
    start, end = (
        datetime.fromtimestamp(int(part) / 1000, UTC) for part in (asked.groups() if asked else (0, 0))
    )
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    elements = []
    while day + timedelta(days=1) <= min(end, now - timedelta(days=2)):
        after = day + timedelta(days=1)
        gained = max(followers(FOLLOWERS, after) - followers(FOLLOWERS, day), 0)
        elements.append(
            {
                "timeRange": {"start": _milliseconds(day), "end": _milliseconds(after)},
                "followerGains": {"organicFollowerGain": gained, "paidFollowerGain": 0},
                "organizationalEntity": request.query_params.get("organizationalEntity"),
            }
        )
        day = after
    return {"elements": elements, "paging": {"start": 0, "count": len(elements), "links": []}}


def _counts(row: Row, now: datetime) -> dict[str, Any]:
    made_at = datetime.fromtimestamp(row["createdAt"] / 1000, UTC)
    post = SeenPost(row["id"], made_at, _kind(row), shown_text(row["commentary"]))
    seen = int(post.reached(now))
    counts = {name: post.answered(share, name, now) for name, share in SHARES.items()}
    engagement = sum(counts.values()) / seen if seen else 0.0
    return {
        "impressionCount": seen,
        "uniqueImpressionsCount": int(seen * 0.7),
        "engagement": engagement,
        **counts,
    }


def _kind(row: Row) -> str:
    content = row.get("content", {})
    if "article" in content:
        return "link"
    urn = str(content.get("media", {}).get("id", ""))
    return next((kind for start, kind in KINDS.items() if urn.startswith(start)), "text")


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
