"""What was said in public in a week and how it did, platform by platform; nothing is added up or averaged over them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.briefing.chart import Chart
from domain.briefing.comparison import usual
from domain.briefing.number import MOST_RECORDS, Number, Record, Unit
from domain.briefing.part import Advice, Part, Standing, Table, TableRow
from domain.briefing.social_charts import Engaged, engagement_chart, followers_chart
from domain.social.history import Days, followers_of
from domain.social.insights import TimeTally, TooLittleHistoryError, best_posts, by_kind, engagement_rate
from domain.social.measured import MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.rates import DEFINITIONS, Definition
from domain.social.tally import RateTally
from domain.week import Week

KEY, TITLE = "social", "Social Media Performance"
COMPARED_WEEKS = 8
MOST_POSTS = 5
LONGEST_TEXT = 80


@dataclass(frozen=True)
class KnownPlatform:
    """What is kept of one platform.

    Attributes:
        posts: Of any time; gone through once.
        days: What was counted of the account itself.
        problems: What a reader has to know of the reading, one sentence each.
        is_old: It was not read lately.
    """

    platform: Platform
    posts: Iterable[MeasuredPost]
    days: Days
    as_of: datetime
    definition: Definition
    problems: tuple[str, ...] = ()
    is_old: bool = False


def social(week: Week, known: Sequence[KnownPlatform], missing: Mapping[Platform, str], source: str) -> Part:
    """The public part of a week's briefing; `missing` says of each platform that was not read why."""
    seen = [_seen(one, week) for one in known]
    said = [f"{one.known.platform.title}: {problem}." for one in seen for problem in one.known.problems]
    said += [f"{platform.title}: {problem}." for platform, problem in missing.items()]
    stale, partial = any(one.is_old for one in known), bool(said)
    tables = [
        Table(
            title="Each platform by its own definition",
            columns=COLUMNS,
            rows=tuple(one.row() for one in seen),
            note=" ".join(f"{one.known.platform.title}: {one.known.definition.words}." for one in seen),
        )
    ]
    tables += [table for one in seen if (table := one.best()).rows]
    return Part(
        key=KEY,
        title=TITLE,
        source=source,
        standing=Standing.STALE if stale else Standing.PARTIAL if partial else Standing.KNOWN,
        as_of=min(one.as_of for one in known),
        said=tuple(said),
        tables=tuple(tables),
        charts=tuple(_charts(seen)),
        recommendations=tuple(advice for one in seen for advice in one.advice()),
    )


def _charts(seen: Sequence["_Seen"]) -> Iterator[Chart]:
    """How the posts of the last weeks did, and who followed; nothing of what nobody counted."""
    engaged = engagement_chart([one.engaged() for one in seen])
    if engaged.points:
        yield engaged.model_copy(update={"title": f"{engaged.title}, {COMPARED_WEEKS + 1} weeks"})
    followers = followers_chart({one.known.platform.title: one.followed() for one in seen})
    if followers.points:
        yield followers


COLUMNS = ("posts", "usually", "engagement rate", "week before", "seen", "followers", "gained")


@dataclass(frozen=True)
class _Seen:
    """One platform as one week shows it.

    Attributes:
        recent: The posts of this week and of those that it is compared with, oldest first.
        begun: When the first post that is known was published.
        rate, times: Of all posts until the week's end.
    """

    known: KnownPlatform
    week: Week
    recent: Sequence[MeasuredPost]
    begun: datetime
    rate: float | None
    times: TimeTally

    def posts(self, week: Week) -> Sequence[MeasuredPost]:
        """Those that were published in a week."""
        first, last = (bisect_left(self.recent, at, key=_published) for at in (week.since, week.until))
        return self.recent[first:last]

    def engaged(self) -> Engaged:
        """How the posts of this week and of those that it is compared with did, by kind."""
        posts = [post for week in (*self._known_weeks(), self.week) for post in self.posts(week)]
        kinds = by_kind(posts, self.known.definition)
        return Engaged(
            self.known.platform.title,
            self.known.definition.words,
            {str(kind): (rate.value, rate.posts) for kind, rate in kinds.items()},
        )

    def followed(self) -> dict[date, int]:
        """How many followed on each known day of these weeks."""
        first = self.week.previous(COMPARED_WEEKS).monday
        days = followers_of(self.known.days).items()
        return {day: count for day, count in days if first <= day <= self.week.sunday}

    def row(self) -> TableRow:
        posts = self.posts(self.week)
        rate = engagement_rate(posts, self.known.definition)
        before = engagement_rate(self.posts(self.week.previous()), self.known.definition)
        counts = [Decimal(len(self.posts(week))) for week in self._known_weeks()]
        numbers = (
            self._number(
                "posts",
                "posts published",
                Unit.COUNT,
                Decimal(len(posts)) if self.week.until > self.begun else None,
                posts,
                problem=f"known from {self.begun.astimezone(self.week.zone).date()} on",
            ),
            self._number(
                "usual_posts",
                "posts in a usual week",
                Unit.COUNT,
                usual(counts),
                [],
                problem="too few weeks are known",
            ),
            self._number(
                "engagement",
                "engagement rate",
                Unit.SHARE,
                _share(rate.value),
                posts,
                problem=_why(rate.left_out),
            ),
            self._number(
                "engagement_before",
                "engagement rate of the week before",
                Unit.SHARE,
                _share(before.value),
                [],
                problem="nothing was counted",
            ),
            self._number(
                "seen",
                f"seen ({self.known.definition.seen})",
                Unit.COUNT,
                Decimal(rate.seen) if rate.posts else None,
                posts,
                problem="nothing was counted",
            ),
            *self._followers(),
        )
        return TableRow(label=self.known.platform.title, numbers=numbers)

    def _followers(self) -> Iterator[Number]:
        days = {day: count for day, count in followers_of(self.known.days).items() if day <= self.week.sunday}
        within = {day: count for day, count in days.items() if day >= self.week.monday}
        start = {
            day: count
            for day, count in days.items()
            if day < self.week.monday and day >= self.week.previous().monday
        }
        last = within[max(within)] if within else None
        gained = last - start[max(start)] if last is not None and start else None
        problem = "not read in this week" if last is None else "not known of the week before"
        records = [
            Record(id=f"reading of {day}", value=Decimal(count))
            for day, count in sorted({**start, **within}.items())
        ]
        for key, label, value in (("followers", "followers", last), ("gained", "followers gained", gained)):
            number = self._number(
                key, label, Unit.COUNT, None if value is None else Decimal(value), [], problem=problem
            )
            yield number.model_copy(update={"records": tuple(records), "record_count": len(records)})

    def best(self) -> Table:
        """The posts of the week with the most engagements."""
        definition = self.known.definition
        rows = []
        for place, one in enumerate(best_posts(self.posts(self.week), definition, MOST_POSTS), start=1):
            engagements = sum(one.counts[metric] for metric in definition.engagements if metric in one.counts)
            numbers = (
                self._number(
                    f"best{place}", f"engagements of post {place}", Unit.COUNT, Decimal(engagements), [one]
                ),
                self._number(
                    f"best{place}_seen",
                    f"seen of post {place}",
                    Unit.COUNT,
                    Decimal(one.counts[definition.seen]),
                    [one],
                ),
            )
            rows.append(TableRow(label=_words(one), numbers=numbers))
        title = f"Best posts on {self.known.platform.title}"
        return Table(title=title, columns=("engagements", str(definition.seen)), rows=tuple(rows))

    def advice(self) -> Iterator[Advice]:
        """When to post, where one time of the week beats the account's mean beyond chance."""
        try:
            best = self.times.best()[0]
        except TooLittleHistoryError:
            return
        if self.rate is not None and best.low > self.rate:
            yield Advice(
                said=f"{self.known.platform.title}: post on {best.group}; {best.posts} posts then had {best.rate:.1%} "
                f"(probably {best.low:.1%} to {best.high:.1%}), all together {self.rate:.1%}.",
                rule="a time of the week does better than the account's mean, by more than chance explains",
                numbers=(f"{KEY}.{self.known.platform.value}.engagement",),
            )

    def _known_weeks(self) -> list[Week]:
        return [week for week in self.week.earlier(COMPARED_WEEKS) if week.since >= self.begun]

    def _number(  # noqa: PLR0913 (a number's own parts)
        self,
        key: str,
        label: str,
        unit: Unit,
        value: Decimal | None,
        posts: Sequence[MeasuredPost],
        *,
        problem: str = "",
    ) -> Number:
        title = self.known.platform.title
        return Number(
            key=f"{KEY}.{self.known.platform.value}.{key}",
            label=f"{title}: {label}",
            unit=unit,
            value=value,
            as_of=self.known.as_of,
            source=title,
            problem=problem if value is None else "",
            records=tuple(
                Record(id=one.post.id, said=_words(one), url=one.post.url) for one in posts[:MOST_RECORDS]
            ),
            record_count=len(posts),
        )


def _seen(known: KnownPlatform, week: Week) -> _Seen:
    """Of older posts no more is held than what they come to."""
    since, begun, recent = week.previous(COMPARED_WEEKS).since, None, []
    rate, times = RateTally(known.definition), TimeTally(known.definition, week.zone)
    for one in known.posts:
        at = one.post.created_at
        begun = min(begun or at, at)
        if at < week.until:
            rate.add(one)
            times.add(one)
            if at >= since:
                recent.append(one)
    recent.sort(key=lambda one: (one.post.created_at, one.post.id))
    return _Seen(known, week, recent, begun or week.since, rate.rate().value, times)


def definition_of(platform: Platform, ended: Mapping[str, Metric]) -> Definition:
    """The platform's own definition, without the metrics that it no longer answers."""
    return DEFINITIONS[platform].without(set(ended.values()))


def _share(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _why(left_out: int) -> str:
    return f"nothing was counted ({left_out} posts without counts)" if left_out else "no posts"


def _published(one: MeasuredPost) -> datetime:
    return one.post.created_at


def _words(one: MeasuredPost) -> str:
    text = " ".join(one.post.text.split()) or f"a {one.kind} without words"
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
