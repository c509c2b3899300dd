"""What is drawn of how everything was: answers by the hour, uptime by the day, the machine by the hour; pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from domain.briefing.chart import Chart, ChartKind, Series, Value
from domain.dashboard.services import service_name
from domain.health.page import PERCENT, Machine
from domain.health.spell import EMPLOYEE, WATCHER, Spell, by_hour, days_between, hour_of, uptime

HOURS, DAYS, MOST_SERVICES = 24, 30, 4
HOUR = timedelta(hours=1)


def health_charts(spells: Sequence[Spell], beats: Iterable[Machine], now: datetime) -> list[Chart]:
    """Those of which there is something to show."""
    charts = [_answers(spells, now), _days(spells, now), _machine(list(beats), now)]
    return [chart for chart in charts if chart.series]


def _answers(spells: Sequence[Spell], now: datetime) -> Chart:
    """Of the services that took longest."""
    since = hour_of(now) - HOUR * (HOURS - 1)
    times = {
        name: by_hour(its, since, now)
        for name, its in _by_service(spells).items()
        if name != EMPLOYEE and not name.startswith(WATCHER)
    }
    asked = [name for name, its in times.items() if any(its.values())]
    slowest = sorted(asked, key=lambda name: -max(times[name].values()))[:MOST_SERVICES]
    hours = [since + HOUR * number for number in range(HOURS)]
    return _lines(
        "answers",
        "How long answers took",
        "seconds",
        hours,
        {name: [times[name].get(hour) for hour in hours] for name in slowest},
    )


def _days(spells: Sequence[Spell], now: datetime) -> Chart:
    """Of the employee as a whole."""
    its = _by_service(spells).get(EMPLOYEE, [])
    begun = min((one.since for one in its), default=now)
    days = list(days_between(now - timedelta(days=DAYS), now))
    shares = [uptime(its, since, until, begun).share for since, until in days]
    values = [None if share is None else float(share * PERCENT) for share in shares]
    return _lines(
        "uptime", "Uptime by day", "%", [until for _, until in days], {EMPLOYEE: values} if its else {}
    )


def _machine(beats: Sequence[Machine], now: datetime) -> Chart:
    hours = [hour_of(now) - HOUR * number for number in reversed(range(HOURS))]

    def means(value: Callable[[Machine], float | None]) -> list[float | None]:
        of_hour: dict[datetime, list[float]] = {}
        for beat in beats:
            if (found := value(beat)) is not None:
                of_hour.setdefault(hour_of(beat.at), []).append(found)
        return [sum(its) / len(its) if (its := of_hour.get(hour)) else None for hour in hours]

    series: dict[str, Sequence[float | None]] = {}
    if beats:
        series = {"processors": means(lambda one: one.cpu), "memory": means(lambda one: one.memory)}
    return _lines("machine", "The machine", "% in use", hours, series)


def _lines(
    key: str, title: str, unit: str, points: Sequence[datetime], series: dict[str, Sequence[float | None]]
) -> Chart:
    shown = [
        Series(name=service_name(name), values=tuple(_values(values)))
        for name, values in series.items()
        if len(values) - values.count(None) > 1  # one point is no line, and its axis would span years
    ]
    said = "; ".join(f"{one.name}: {_said(one.values)} {unit}" for one in shown)
    return Chart(
        key=f"health.{key}",
        kind=ChartKind.LINES,
        title=title,
        unit=unit,
        points=tuple(f"{point:%Y-%m-%dT%H:%M}" for point in points),
        series=tuple(shown),
        said=f"{title}. {said}",
    )


def _values(values: Iterable[float | None]) -> Iterator[Value]:
    return (None if value is None else Decimal(str(round(value, 4))) for value in values)


def _said(values: Sequence[Value]) -> str:
    known = [value for value in values if value is not None]
    return f"{min(known)} to {max(known)}" if known else "not known"


def _by_service(spells: Iterable[Spell]) -> dict[str, list[Spell]]:
    found: dict[str, list[Spell]] = {}
    for spell in spells:
        found.setdefault(spell.service, []).append(spell)
    return found
