"""`fte learning`: what outcomes say of actions, playbooks, counterparties and kinds, and how good estimates were."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from deployments.printing import AsJson, busy, print_json, print_table, say
from domain.learning.outcome import Dimension
from domain.learning.rate import ObservedRate
from domain.learning.statistics import statistics
from tasks.learning.estimates import calibrated
from tasks.learning.record import forget as forget_outcomes
from tasks.learning.record import learn, learned
from tasks.learning.record import rebuild as rebuild_outcomes

app = typer.Typer(no_args_is_help=True)


@app.command()
def show(
    dimension: Annotated[Dimension | None, typer.Option("--of", help="Only these subjects.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show how often things succeed, are refused or edited, and how long they take."""
    learn()
    found = [one for one in statistics(learned()) if dimension in {None, one.dimension}]
    if as_json:
        print_json([asdict(one) for one in found])
    elif found:
        columns = ("Subject", "Succeeded", "Refused", "Edited", "Done alone", "Lasts", "Retries on average")
        rows = (
            (
                f"{one.dimension.value} {one.subject}",
                *map(_said, (one.success, one.refused, one.edited, one.alone)),
                str(one.lasts or ""),
                f"{one.retries:.2f}" if one.retries else "",
            )
            for one in found
        )
        print_table(columns, rows)
    else:
        say("Nothing has come to an end yet.")


@app.command()
def calibration(*, as_json: AsJson = False) -> None:
    """Show how what was expected of tasks agrees with what came of them."""
    learn()
    found = calibrated()
    if as_json:
        print_json(asdict(found))
        return
    if not found.bins:
        say("No task has ended of which something was expected.")
        return
    rows = (
        (f"{one.low:.0%} to {one.high:.0%}", f"{one.n}", f"{one.said:.0%}", f"{one.came:.0%}")
        for one in found.bins
    )
    print_table(("Said to be done alone", "Tasks", "Said on average", "Came"), rows)
    say(f"Brier score {found.brier:.3f} (0 is best, 0.25 is a coin's).")
    if found.timed:
        say(
            f"{found.inside} of {found.timed} durations ({found.inside / found.timed:.0%}) lay in their 80% interval."
        )


@app.command()
def rebuild(*, as_json: AsJson = False) -> None:
    """Make all that was learned anew from the ledger and the audit log."""
    with busy("Counting ..."):
        count = rebuild_outcomes()
    print_json({"outcomes": count}) if as_json else say(f"{count} outcomes were counted anew.")


@app.command()
def forget(
    before: Annotated[str, typer.Option(metavar="DAY", help="2026-11-20; none: today and all before.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Forget what ended before a day (UTC), for good: it is not learned again when all is made anew."""
    day = _day(before) if before else None
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime.now(UTC)
    learn()
    count = forget_outcomes(since)
    print_json({"forgotten": count}) if as_json else say(f"{count} outcomes were forgotten.")


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise typer.BadParameter(f"'{said}' is no day such as 2026-11-20") from error


def _said(rate: ObservedRate | None) -> str:
    return "" if rate is None else f"{rate.k} of {rate.n}, expected next time {rate.mean:.0%}"
