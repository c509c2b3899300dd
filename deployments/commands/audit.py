"""`fte audit`: what happened, and the proof of it."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from blocks.settings import settings

app = typer.Typer(no_args_is_help=True)
console = Console()

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, UTC.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, UTC.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@app.command()
def search(  # noqa: PLR0913 (each is an option)
    text: Annotated[str, typer.Argument(help="Looked for in action, task, people, errors and details.")] = "",
    *,
    action: Annotated[str, typer.Option(help="Exactly this action.")] = "",
    status: Annotated[str, typer.Option(help="intent, success, failure, unknown or info.")] = "",
    actor: Annotated[str, typer.Option(help="Exactly this actor.")] = "",
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """Find records, newest first."""
    from tasks.audit.search import Query, search_audit_log

    query = Query(text, _day(since), _day(until), action=action, status=status, actor=actor, limit=limit)
    found = search_audit_log(settings().vault_path, query)
    if as_json:
        typer.echo(json.dumps(found))
        return
    table = Table("No.", "When (UTC)", "Action", "Outcome", "Task", "By", "Error", box=None)
    for row in found:
        table.add_row(
            str(row["sequence"]),
            str(row["timestamp"])[:19],
            row["action"],
            row["status"],
            row["resource"],
            row["approved_by"] or row["actor"],
            row["error"] or "",
        )
    console.print(table)


@app.command()
def report(
    *, since: Since = None, until: Until = None, target: Annotated[Path | None, typer.Option("--to")] = None
) -> None:
    """Report on a period, on the screen or into a new file."""
    from tasks.audit.search import ExportTargetError, Query, generate_audit_report

    text = generate_audit_report(settings().vault_path, Query(since=_day(since), until=_day(until)))
    if target is None:
        console.print(Markdown(text))
        return
    if target.exists() or not target.parent.is_dir():
        raise ExportTargetError(target)
    target.write_text(text + "\n", encoding="utf-8")
    console.print(f"Written to {target}.")


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="A new file ending in .csv, .parquet or .json.")],
    *,
    since: Since = None,
    until: Until = None,
) -> None:
    """Export records for an auditor."""
    from tasks.audit.search import ExportFormat, Query, export_audit_data

    try:
        wanted = ExportFormat(target.suffix.removeprefix("."))
    except ValueError as error:
        raise typer.BadParameter("the file must end in .csv, .parquet or .json") from error
    count = export_audit_data(
        settings().vault_path, Query(since=_day(since), until=_day(until)), wanted, target
    )
    console.print(f"{count} records written to {target}.")


@app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Prove that nothing was changed, removed or forged; exit status 1 when it was."""
    from tasks.audit.verify import verify_audit_log

    here = settings()
    found = verify_audit_log(here.vault_path, here.keys)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
    else:
        place = f" at {found.file}, line {found.line}" if found.file else ""
        why = f": {found.why}" if found.why else ""
        console.print(f"{found.state.value}: {found.rows} records{place}{why}", soft_wrap=True)
    if not found.is_sound:
        raise typer.Exit(1)


@app.command()
def retain(days: Annotated[int, typer.Option(min=1, help="Keep so many days.")] = 90) -> None:
    """Drop older days; the chain says so first."""
    from tasks.audit.log import audit_log
    from tasks.audit.retain import retain as drop_old_days

    dropped = drop_old_days(audit_log(), datetime.now(UTC), days)
    console.print(f"Dropped {len(dropped)} files." if dropped else "Nothing is older.")
