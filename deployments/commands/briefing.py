"""`fte briefing`: how the week was, and where each of its numbers comes from."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from blocks.settings import settings
from deployments.environment import apply_environment, ui_url
from deployments.printing import AsJson, busy, print_json, print_markdown, print_table, say
from domain.briefing.number import Record, Unit, shown
from domain.times import shown_time
from tasks.briefing.kept import kept_briefing, week_meant

app = typer.Typer(no_args_is_help=True)
SaidWeek = Annotated[
    str, typer.Argument(metavar="[WEEK]", help="2026-W47 or a day of it; none: the last one.")
]


@app.command()
def make(
    week: SaidWeek = "",
    *,
    anew: Annotated[bool, typer.Option("--anew", help="Read every source again, known or not.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the briefing of a week, and write it into the Vault."""
    from deployments.commands.run import ended_run, show_end

    wanted, here = week_meant(week), settings()
    apply_environment(here)
    address = ui_url(here)
    ended = ended_run("weekly_audit", address, week=wanted.number, anew=anew)
    show_end(*ended, address, as_json=as_json)


@app.command()
def show(week: SaidWeek = "", *, as_json: AsJson = False) -> None:
    """Show a briefing that was made."""
    from domain.briefing.layout import laid_out
    from tasks.briefing.page import as_markdown

    found = kept_briefing(week_meant(week))
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        print_markdown(as_markdown(laid_out(found)))


@app.command()
def checks(week: SaidWeek = "", *, as_json: AsJson = False) -> None:
    """Show what was expected of the rows behind a briefing's numbers, and which rows fail."""
    from tasks.briefing.page import checks_page

    found = kept_briefing(week_meant(week))
    if as_json:
        print_json({part.key: [one.model_dump(mode="json") for one in part.checks] for part in found.parts})
    else:
        print_markdown(checks_page(found))


@app.command()
def pdf(
    week: SaidWeek = "",
    *,
    out: Annotated[Path | None, typer.Option(help="Where to write it; none: Reports/ in the Vault.")] = None,
) -> None:
    """Set a briefing that was made as a PDF."""
    with busy("Setting the pages ..."):
        from tasks.briefing.print import write_pdf

        path = write_pdf(kept_briefing(week_meant(week)), out)
    say(str(path))


@app.command()
def mail(
    week: SaidWeek = "",
    *,
    to: Annotated[list[str] | None, typer.Option(help="An address; repeat for more. None: yours.")] = None,
) -> None:
    """Send a briefing, with its charts in the page and the PDF beside it; to anybody but the owner you are asked."""
    found = kept_briefing(week_meant(week))
    apply_environment(settings())
    with busy("Setting the page and its PDF ..."):
        from deployments.commands.mail import place_mail
        from tasks.briefing.mail import ordered_mail, owners_addresses

        said = ordered_mail(found, to or asyncio.run(owners_addresses()))
    place_mail(said)


@app.command()
def explain(
    number: Annotated[str, typer.Argument(help="Its key, such as money.overdue; the briefing names it.")],
    *,
    week: Annotated[str, typer.Option(help="2026-W47 or a day of it; none: the last one.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what a number of a briefing was computed from."""
    briefing = kept_briefing(week_meant(week))
    found = briefing.number(number)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    say(f"{found.label}: {found.text}, {briefing.first} to {briefing.last}")
    say(f"From {found.source}, as of {shown_time(found.as_of)}. Records: {found.record_count}")
    if found.records:
        print_table(
            ("Record", "What", "Value", "Where"), (_cells(one, found.currency) for one in found.records)
        )
    if found.record_count > len(found.records):
        say(f"... and {found.record_count - len(found.records)} more, the smaller ones")


def _cells(record: Record, currency: str) -> tuple[str, ...]:
    value = (
        "" if record.value is None else shown(record.value, Unit.MONEY if currency else Unit.COUNT, currency)
    )
    return record.id, record.said, value, record.url
