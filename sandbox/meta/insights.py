"""Graph's counts of a page and its posts; a metric that it does not know fails the whole request, as Graph's does."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from sandbox.meta.graph import page_of, problem
from sandbox.past import SeenPost, followers, part
from sandbox.store import Row

FOLLOWERS = 640
POST_METRICS = {"post_media_view": 1.0, "post_total_media_view_unique": 0.75}
DAY_METRICS = frozenset({"page_media_view", "page_daily_follows_unique", "reach", "follower_count"})
GAINS = frozenset({"page_daily_follows_unique", "follower_count"})
MEDIA_METRICS = {"views": 1.3, "reach": 1.0}
INTERACTIONS = {"likes": 0.035, "comments": 0.004, "shares": 0.003, "saved": 0.006}
LATE = timedelta(days=2)
LONGEST = timedelta(days=93)
NESTED = re.compile(r"insights\.metric\(([\w,]+)\)")
REACTIONS, COMMENTS, SHARED = 0.024, 0.005, 0.004


def counted(rows: list[Row], request: Request, now: datetime) -> list[Row]:
    """Posts with the counts that are asked for inside their fields."""
    fields = request.query_params.get("fields", "")
    nested = NESTED.search(fields)
    names = nested[1].split(",") if nested else []
    _check(names, POST_METRICS)
    if "reactions" not in fields and not names:
        return rows
    return [row | _counts(row, names, now) for row in rows]


def counted_media(rows: list[Row], request: Request, now: datetime) -> list[Row]:
    """Instagram's posts with the metrics that are asked for inside their fields."""
    nested = NESTED.search(request.query_params.get("fields", ""))
    if nested is None:
        return rows
    names = nested[1].split(",")
    _check(names, {*MEDIA_METRICS, *INTERACTIONS, "total_interactions"})
    return [row | {"insights": {"data": _media_insights(row, names, now)}} for row in rows]


def _media_insights(row: Row, names: list[str], now: datetime) -> list[Row]:
    made_at = datetime.strptime(row["timestamp"], "%Y-%m-%dT%H:%M:%S%z")
    kind = "video" if row["media_type"] == "VIDEO" else "picture"
    post = SeenPost(row["id"], made_at, kind, row["caption"])
    counts = {name: post.answered(share, name, now) for name, share in INTERACTIONS.items()}
    counts |= {"total_interactions": sum(counts.values())}
    counts |= {name: int(post.reached(now) * share) for name, share in MEDIA_METRICS.items()}
    return [{"name": name, "period": "lifetime", "values": [{"value": counts[name]}]} for name in names]


def page_insights(request: Request, now: datetime) -> Row:
    """A metric of the page or account by day, up to two days ago."""
    names = request.query_params.get("metric", "").split(",")
    _check(names, DAY_METRICS)
    since, until = (
        datetime.fromtimestamp(int(request.query_params[name]), UTC) for name in ("since", "until")
    )
    if until - since > LONGEST:
        raise problem(100, "(#100) There cannot be more than 93 days between since and until")
    first = since.replace(hour=8, minute=0, second=0, microsecond=0)
    days = [first + timedelta(days=number) for number in range(1, (until - since).days + 1)]
    rows = [
        {"id": name, "name": name, "values": [_day(name, day) for day in days if day <= now - LATE]}
        for name in names
    ]
    return page_of(rows, request, usual="name,values")


def _check(names: list[str], known: Any) -> None:
    if any(name not in known for name in names):
        raise problem(100, "(#100) The value must be a valid insights metric")


def _counts(row: Row, names: list[str], now: datetime) -> Row:
    made_at = datetime.strptime(row["created_time"], "%Y-%m-%dT%H:%M:%S%z")
    post = SeenPost(row["id"], made_at, row.get("kind") or _kind(row), row["message"])
    shares = post.answered(SHARED, "shares", now)
    insights = [
        {
            "name": name,
            "period": "lifetime",
            "values": [{"value": int(post.reached(now) * POST_METRICS[name])}],
        }
        for name in names
    ]
    return {
        "reactions": _summary(post.answered(REACTIONS, "reactions", now)),
        "comments": _summary(post.answered(COMMENTS, "comments", now)),
        "shares": {"count": shares} if shares else None,
        "insights": {"data": insights} if insights else None,
    }


def _summary(count: int) -> Row:
    return {"data": [], "summary": {"total_count": count}}


def _kind(row: Row) -> str:
    if row["photos"]:
        return "picture"
    return "link" if row["link"] else "text"


def _day(name: str, end: datetime) -> Row:
    gained = followers(FOLLOWERS, end) - followers(FOLLOWERS, end - timedelta(days=1))
    value = max(gained, 0) if name in GAINS else int(200 + 400 * part(name, f"{end:%Y-%m-%d}"))
    return {"value": value, "end_time": end.strftime("%Y-%m-%dT%H:%M:%S+0000")}
