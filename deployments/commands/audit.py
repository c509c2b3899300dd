"""`fte audit`: what happened, and the proof of it."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Column, Table

from blocks.settings import settings
from domain.audit.event import AuditStatus
from domain.errors import RejectedError


class NoPrivateContentError(RejectedError):
    """There is nothing to erase."""

    def __init__(self, event_id: str) -> None:
        super().__init__(
            f"event {event_id} has no private content; take an event_id of `fte audit search --json`"
        )


app = typer.Typer(no_args_is_help=True)
console = Console()

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, UTC.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, UTC.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@app.command()
def search(  # noqa: PLR0913 (each is an option)
    text: Annotated[
        str, typer.Argument(help="Looked for in action, task, people, errors, details and private content.")
    ] = "",
    *,
    action: Annotated[str, typer.Option(help="Exactly this action.")] = "",
    status: Annotated[AuditStatus | None, typer.Option(help="Exactly this status.")] = None,
    actor: Annotated[str, typer.Option(help="Exactly this actor.")] = "",
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    alone: Annotated[
        bool, typer.Option("--alone", help="Without what else belongs to the same task or effect.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find records, and what belongs to the same task or effect, newest first."""
    from tasks.audit.search import Query, search_audit_log

    query = Query(
        text,
        _day(since),
        _day(until),
        action=action,
        status=status or "",
        actor=actor,
        limit=limit,
        alone=alone,
    )
    found = search_audit_log(settings().vault_path, query)
    if as_json:
        typer.echo(json.dumps(found))
        return
    if not found:
        console.print("Nothing fits.")
        return
    table = Table("No.", Column("When (UTC)", no_wrap=True), box=None)
    for name in ("Action", "Outcome", "Task", "By", "Error"):
        table.add_column(name, overflow="fold")
    for row in found:
        table.add_row(*(escape(cell) for cell in _cells(row)))
    console.print(table)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(row["sequence"]),
        row["timestamp"][:19].replace("T", " "),
        row["action"],
        row["status"],
        row["resource"],
        row["approved_by"] or row["actor"],
        row["error"] or "",
    )


@app.command()
def report(
    *,
    since: Since = None,
    until: Until = None,
    target: Annotated[Path | None, typer.Option("--to", help="A new Markdown file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Report on a period, on the screen or into a new file."""
    from tasks.audit.report import generate_audit_report
    from tasks.audit.search import ExportTargetError, Query

    if target and (target.exists() or not target.parent.is_dir()):
        raise ExportTargetError(target)
    found = generate_audit_report(settings().vault_path, Query(since=_day(since), until=_day(until)))
    text = json.dumps(asdict(found), indent=2) if as_json else found.as_markdown()
    if target:
        target.write_text(text + "\n", encoding="utf-8")
        console.print(f"Written to {target}.", soft_wrap=True)
    elif as_json:
        typer.echo(text)
    else:
        console.print(Markdown(text))


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="A new file ending in .csv, .parquet or .json.")],
    *,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Export records for an auditor."""
    from tasks.audit.search import ExportFormat, Query, export_audit_data

    try:
        wanted = ExportFormat(target.suffix.removeprefix("."))
    except ValueError as error:
        raise typer.BadParameter("the file must end in .csv, .parquet or .json") from error
    query = Query(since=_day(since), until=_day(until))
    with console.status("Exporting"):
        count = export_audit_data(settings().vault_path, query, wanted, target)
    if as_json:
        typer.echo(json.dumps({"records": count, "file": str(target)}))
    else:
        console.print(f"{count} records written to {target}.", soft_wrap=True)


@app.command()
def verify(
    *,
    against: Annotated[
        str,
        typer.Option(metavar="[NUMBER:]HASH", help="As a notification ends; finds an older copy put back."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Prove that nothing was changed, removed or forged; exit status 1 when it was."""
    from tasks.audit.verify import Remembered, verify_audit_log

    here = settings()
    remembered = Remembered.parse(against) if against else None
    with console.status("Proving every line"):
        here.check_vault()
        found = verify_audit_log(here.vault_path, here.keys, remembered)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
    else:
        place = f", {found.file}, line {found.line}" if found.file else ""
        why = f": {found.why}" if found.why else ""
        line = f"{found.state.value}{place}{why} ({found.rows} records read)"
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    if not found.is_sound:
        raise typer.Exit(1)


@app.command()
def retain(
    days: Annotated[int, typer.Option(min=1, help="How many days to keep.")] = 90, *, as_json: AsJson = False
) -> None:
    """Drop older days; the chain says so first."""
    from tasks.audit.log import audit_log
    from tasks.audit.retain import retain as drop_old_days

    dropped = drop_old_days(audit_log(), datetime.now(UTC), days)
    if as_json:
        typer.echo(json.dumps({"dropped": dropped}))
    else:
        console.print(f"Dropped {len(dropped)} files." if dropped else "Nothing is older.")


@app.command()
def erase(event_id: Annotated[str, typer.Argument(help="As `fte audit search --json` shows it.")]) -> None:
    """Erase the private content of one event; the chain stays whole and says so."""
    from tasks.audit.log import audit_log

    if not audit_log().erase_private(event_id, datetime.now(UTC)):
        raise NoPrivateContentError(event_id)
    console.print("Erased.")
