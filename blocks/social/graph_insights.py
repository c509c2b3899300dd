"""How the posts of a page or an Instagram account did, as Graph counts them.

A metric that Meta has retired makes Graph refuse the whole request: then each is asked for alone, and what is refused
is left out and named. Source: developers.facebook.com, Page insights, Instagram insights; Graph API v26.0; 2026-11.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from blocks.social.errors import PermissionMissingError, ReadRefusedError
from blocks.social.graph import GraphClient, moment
from domain.social.measured import AccountReading, MeasuredPost, Metric

AT_ONCE = 50
"""Posts in one page with their counts."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What one of Meta's platforms counts.

    Attributes:
        edge: Where its posts are.
        fields: What is asked for of a post beside the metrics.
        time: The field that says when it was published.
        metrics: Of a post, by Meta's names.
        day_metrics: Of the account by day, by Meta's names.
        longest: Most days in one request.
        measured: A post as it was answered.
    """

    edge: str
    fields: str
    time: str
    metrics: Mapping[str, Metric]
    day_metrics: Mapping[str, Metric]
    longest: timedelta
    measured: Callable[[dict[str, Any]], MeasuredPost]


async def graph_insights(client: GraphClient, counted: Counted, since: datetime, most: int) -> AccountReading:
    """The account's posts since then with their counts, who follows, and what was counted of it by day."""
    node = await client.node(f"/{client.account_id}", "followers_count")
    found, metrics = AccountReading(followers=node.get("followers_count")), dict(counted.metrics)
    try:
        await _read_posts(client, counted, metrics, found, since, most)
    except PermissionMissingError as error:
        found.unread.append(str(error))
        await _read_posts(client, counted, {}, found, since, most)
        return found
    except ReadRefusedError:
        await _end(client, counted, metrics, found)
        if not found.ended:
            raise
        await _read_posts(client, counted, metrics, found, since, most)
    await _read_days(client, counted, found, since)
    return found


def values_of(row: Mapping[str, Any], metrics: Mapping[str, Metric]) -> dict[Metric, int | None]:
    """A post's metrics; what was not said is None."""
    given = {one["name"]: one["values"][0].get("value") for one in row.get("insights", {}).get("data", [])}
    return {metric: given.get(name) for name, metric in metrics.items()}


def known(counts: Mapping[Metric, int | None]) -> dict[Metric, int]:
    """What was said; the rest is missing, not 0."""
    return {metric: int(count) for metric, count in counts.items() if count is not None}


async def _read_posts(  # noqa: PLR0913, PLR0917 (what is read, and where it goes)
    client: GraphClient,
    counted: Counted,
    metrics: Mapping[str, Metric],
    found: AccountReading,
    since: datetime,
    most: int,
) -> None:
    fields = f"{counted.fields}{_asked(metrics)}"
    async for row in client.edge(f"/{client.account_id}/{counted.edge}", fields, limit=AT_ONCE):
        if moment(row[counted.time]) < since:
            return
        if len(found.posts) == most:
            found.is_cut = True
            return
        found.posts.append(counted.measured(row))


async def _end(
    client: GraphClient, counted: Counted, metrics: dict[str, Metric], found: AccountReading
) -> None:
    """Find the metrics that are no more, and take them out."""
    for name, metric in counted.metrics.items():
        try:
            path = f"/{client.account_id}/{counted.edge}"
            await client.node(path, f"id{_asked({name: metric})}", limit=1)
        except ReadRefusedError:
            found.ended[name] = metric
            del metrics[name]


async def _read_days(client: GraphClient, counted: Counted, found: AccountReading, since: datetime) -> None:
    until = datetime.now(UTC)
    begin = max(since, until - counted.longest)
    times = {"since": int(begin.timestamp()), "until": int(until.timestamp())}
    for name, metric in counted.day_metrics.items():
        path = f"/{client.account_id}/insights"
        try:
            answer = await client.node(path, "name,values", "data", metric=name, period="day", **times)
        except ReadRefusedError:
            found.ended[name] = metric
            continue
        for value in (value for row in answer["data"] for value in row["values"]):
            if value.get("value") is not None:  # what Meta has not counted yet is missing
                day = (moment(value["end_time"]) - timedelta(days=1)).date()
                found.add_day(day, metric, int(value["value"]))


def _asked(metrics: Mapping[str, Metric]) -> str:
    return f",insights.metric({','.join(metrics)}){{name,values}}" if metrics else ""
