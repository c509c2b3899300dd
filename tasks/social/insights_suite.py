"""What a reading of a platform must hold to be kept: a Great Expectations suite.

One row that breaks it keeps the whole reading out: a rate of the rest would be another rate. What came of each
expectation is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.errors import ContractError
from domain.social.measured import AccountReading, Metric
from domain.social.post import Platform
from tasks.frames.kept_checks import keep_checks
from tasks.frames.suite import Broken, checked, named_ids, says

MOST = 10**12
DAY, CLOCKS_DIFFER = timedelta(days=1), timedelta(hours=1)


class ReadingBrokenError(ContractError):
    """The platform's answer cannot be right."""

    def __init__(self, platform: Platform, found: Sequence[Broken]) -> None:
        words = "; ".join(f"{sentence}: not so for {named_ids(ids)}" for sentence, ids in found)
        super().__init__(
            f"what {platform.title} answered cannot be right, and none of it is kept ({words}); the next run reads it "
            "again"
        )


@dataclass(frozen=True)
class Frame:
    """The time that a reading is of.

    Attributes:
        since: Nothing older was asked for.
        kept: When the last reading that is kept was made.
        now: The present.
    """

    since: datetime
    kept: datetime | None
    now: datetime


def check_reading(platform: Platform, reading: AccountReading, frame: Frame) -> None:
    """Nothing where the reading is sound. Takes seconds the first time.

    Raises:
        ReadingBrokenError: a row breaks an expectation.
    """
    metrics = {metric for one in reading.posts for metric in one.counts}
    title = platform.title
    frames = [
        checked(f"Posts on {title}", _posts(reading, metrics), partial(_post_suite, metrics, frame)),
        checked(f"Days counted by {title}", _days(reading), partial(_day_suite, frame)),
        checked(f"The reading of {title}", _itself(reading, frame), partial(_reading_suite, frame)),
    ]
    keep_checks(platform.value, frames)
    if found := [one for each in frames for one in each.broken]:
        raise ReadingBrokenError(platform, found)


def _posts(reading: AccountReading, metrics: Iterable[Metric]) -> dict[str, list[Any]]:
    made = {one.post.id: one.post.created_at for one in reading.posts}
    posts = [one.post for one in reading.posts]
    return {
        "id": [post.id for post in posts],
        "url": [post.url for post in posts],
        "created_at": [post.created_at.timestamp() for post in posts],
        "answered_at": [made[post.answers].timestamp() if post.answers in made else None for post in posts],
        **{metric.value: [one.counts.get(metric) for one in reading.posts] for metric in metrics},
    }


def _post_suite(metrics: Iterable[Metric], frame: Frame) -> list[Any]:
    from great_expectations import expectations as expect

    least, most = (frame.since - CLOCKS_DIFFER).timestamp(), (frame.now + CLOCKS_DIFFER).timestamp()
    return [
        expect.ExpectColumnValuesToBeUnique(column="id", meta=says("every post is there once")),
        expect.ExpectColumnValuesToMatchRegex(column="id", regex=r"^\S+$", meta=says("every post has an id")),
        expect.ExpectColumnValuesToMatchRegex(
            column="url", regex="^https?://", meta=says("every post has an address")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="created_at",
            min_value=least,
            max_value=most,
            meta=says("every post is of the time asked for"),
        ),
        expect.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="created_at",
            column_B="answered_at",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            meta=says("no answer is older than the post that it answers"),
        ),
        *(
            expect.ExpectColumnValuesToBeBetween(
                column=metric.value, min_value=0, max_value=MOST, meta=says(f"no post's {metric} are below 0")
            )
            for metric in sorted(metrics)
        ),
    ]


def _days(reading: AccountReading) -> dict[str, list[Any]]:
    rows = [(day, metric, count) for day, counts in reading.days.items() for metric, count in counts.items()]
    return {
        "id": [f"{metric} of {day}" for day, metric, _ in rows],
        "day": [day.toordinal() for day, _, _ in rows],
        "count": [count for _, _, count in rows],
    }


def _day_suite(frame: Frame) -> list[Any]:
    from great_expectations import expectations as expect

    return [
        expect.ExpectColumnValuesToBeBetween(
            column="day",
            min_value=(frame.since - DAY).toordinal(),
            max_value=(frame.now + CLOCKS_DIFFER).toordinal(),
            meta=says("every day is of the time asked for"),
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="count", min_value=-MOST, max_value=MOST, meta=says("no day's count is beyond all sums")
        ),
    ]


def _itself(reading: AccountReading, frame: Frame) -> dict[str, list[Any]]:
    kept = frame.kept or frame.now
    return {
        "id": ["the reading"],
        "followers": [reading.followers],
        "newer": [(frame.now - kept).total_seconds()],
    }


def _reading_suite(frame: Frame) -> list[Any]:
    from great_expectations import expectations as expect

    return [
        expect.ExpectColumnValuesToBeBetween(
            column="followers", min_value=0, max_value=MOST, meta=says("no fewer than 0 follow")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="newer",
            min_value=0,
            meta=says(f"nothing that is kept is newer than {frame.now:%Y-%m-%d %H:%M} UTC"),
        ),
    ]
