"""The chart of the employee's work: what came and what was done, day by day."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from domain.briefing.chart import Chart, ChartKind, Series, Value
from domain.briefing.recorded import DONE, AuditRecord
from domain.briefing.worked import Worked, once
from domain.week import Week


def throughput_charts(worked: Worked, week: Week) -> Iterator[Chart]:
    """The tasks of each day; a day before the records began has no bars, and a week before them no chart."""
    if worked.log.unknown(week):
        return
    rows = worked.log.of(week)
    came = _by_day((row for row in rows if row.is_arrival), week)
    done = _by_day((row for row in rows if row.action == DONE), week)
    days = [week.monday + timedelta(days=number) for number in range(7)]
    begun = worked.log.since.astimezone(week.zone).date() if worked.log.since else week.monday

    def values(counts: Counter[date]) -> tuple[Value, ...]:
        return tuple(Decimal(counts[day]) if day >= begun else None for day in days)

    yield Chart(
        key="operations.throughput",
        kind=ChartKind.THROUGHPUT,
        title="Tasks by day",
        unit="tasks",
        points=tuple(f"{day:%a}" for day in days),
        series=(Series(name="came", values=values(came)), Series(name="done", values=values(done))),
        said=f"{came.total()} tasks came, {done.total()} were done.",
    )


def _by_day(rows: Iterable[AuditRecord], week: Week) -> Counter[date]:
    return Counter(row.at.astimezone(week.zone).date() for row in once(rows))
