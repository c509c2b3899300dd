"""`fte audit`: what happened, and the proof of it."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from blocks.prefect_server import PrefectPasswordError
from blocks.settings import settings
from deployments.asking import PREFECT_SECONDS, ask
from deployments.commands.briefing import make as make_briefing
from deployments.environment import apply_environment
from deployments.printing import AsJson, busy, print_json, print_markdown, print_table, say
from domain.approvals.request import ApprovalRequest
from domain.audit.event import AuditStatus
from domain.errors import RejectedError, TransientError
from domain.vault.broken import BrokenNoteError
from tasks.audit.log import audit_log
from tasks.audit.report import generate_audit_report
from tasks.audit.retain import retain as drop_old_days
from tasks.audit.search import (
    ExportFormat,
    ExportTargetError,
    Query,
    export_audit_data,
    search_audit_log,
    task_of,
)
from tasks.audit.verify import Remembered, verify_audit_log
from tasks.reliability.waiting import all_requests
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import NoteMissingError, Vault


class NoPrivateContentError(RejectedError):
    """There is nothing to erase."""

    def __init__(self, event_id: str) -> None:
        super().__init__(
            f"event {event_id} has no private content; take an event_id of `fte audit search --json`"
        )


class CopiesRemainError(TransientError):
    """The Prefect server still shows documents."""

    def __init__(self, requests: list[ApprovalRequest], error: Exception, *, is_erased: bool) -> None:
        private = "the private content is erased" if is_erased else "there was no private content left"
        super().__init__(
            f"{private}, but copies of the document may remain on the pages of the runs of "
            f"{', '.join(request.id for request in requests)}: {error}; then run this again"
        )


app = typer.Typer(no_args_is_help=True)
app.command("week")(make_briefing)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise typer.BadParameter(f"'{said}' is no day; write it as year-month-day: 2026-11-28") from error


Since = Annotated[date | None, typer.Option(parser=_day, metavar="YYYY-MM-DD", help="First day, UTC.")]
Until = Annotated[date | None, typer.Option(parser=_day, metavar="YYYY-MM-DD", help="Last day, UTC.")]


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
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 100,
    alone: Annotated[
        bool, typer.Option("--alone", help="Without what else belongs to the same task or effect.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find records, and what belongs to the same task or effect, newest first."""
    query = Query(
        text, since, until, action=action, status=status or "", actor=actor, limit=limit, alone=alone
    )
    found = search_audit_log(settings().vault_path, query)
    if as_json:
        print_json(found)
    elif found:
        vault = Vault(settings().vault_path)
        subjects = {task: _subject(vault, task) for task in {row["resource"] for row in found}}
        names = ("No.", "When (UTC)", "Action", "Outcome", "Task", "Subject", "By", "Error")
        print_table(names, (_cells(row, subjects[row["resource"]]) for row in found), whole=2)
    else:
        say("Nothing fits.")


def _subject(vault: Vault, task: str) -> str:
    """What the task's note says that it is about; nothing where there is none that can be read."""
    try:
        folder = vault.find(task) if task else None
        return str(vault.read(folder, task).front.get("subject") or "") if folder else ""
    except (BrokenNoteError, NoteMissingError, OutsideVaultError):
        return ""


def _cells(row: dict[str, Any], subject: str) -> tuple[str, ...]:
    return (
        str(row["sequence"]),
        row["timestamp"][:19].replace("T", " "),
        row["action"],
        row["status"],
        row["resource"],
        subject,
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
    if target and (target.exists() or not target.parent.is_dir()):
        raise ExportTargetError(target)
    found = generate_audit_report(settings().vault_path, Query(since=since, until=until))
    if target:
        text = json.dumps(asdict(found), indent=2) if as_json else found.as_markdown()
        target.write_text(text + "\n", encoding="utf-8")
        say(f"Written to {target}.")
    elif as_json:
        print_json(asdict(found))
    else:
        print_markdown(found.as_markdown())


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="A new file ending in .csv, .parquet or .json.")],
    *,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Export records for an auditor."""
    try:
        wanted = ExportFormat(target.suffix.removeprefix("."))
    except ValueError as error:
        raise typer.BadParameter("the file must end in .csv, .parquet or .json") from error
    with busy("Exporting"):
        count = export_audit_data(settings().vault_path, Query(since=since, until=until), wanted, target)
    if as_json:
        print_json({"records": count, "file": str(target)})
    else:
        say(f"{count} records written to {target}.")


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
    here = settings()
    remembered = Remembered.parse(against) if against else None
    with busy("Proving every line"):
        here.check_vault()
        found = verify_audit_log(here.vault_path, here.keys, remembered)
    if as_json:
        print_json(asdict(found))
    else:
        place = f", {found.file}, line {found.line}" if found.file else ""
        why = f": {found.why}" if found.why else ""
        say(f"{found.state.value}{place}{why} ({found.rows} records read)")
    if not found.is_sound:
        raise typer.Exit(1)


@app.command()
def retain(
    days: Annotated[int, typer.Option(min=1, max=36_500, help="How many days to keep.")] = 90,
    *,
    as_json: AsJson = False,
) -> None:
    """Drop older days; the chain says so first."""
    dropped = drop_old_days(audit_log(), datetime.now(UTC), days)
    if as_json:
        print_json({"dropped": dropped})
    else:
        say(f"Dropped {len(dropped)} files." if dropped else "Nothing is older.")


@app.command()
def erase(event_id: Annotated[str, typer.Argument(help="As `fte audit search --json` shows it.")]) -> None:
    """Erase the private content of one event, and the copies of its task's documents on the Prefect server."""
    is_erased = audit_log().erase_private(event_id, datetime.now(UTC))
    shown = _requests_with_documents(task_of(settings().vault_path, event_id))
    copies = _erase_copies(shown, is_erased=is_erased) if shown else 0
    if not is_erased and not copies:
        raise NoPrivateContentError(event_id)
    say(f"Erased, with {copies} copies of documents on the Prefect server." if copies else "Erased.")


def _requests_with_documents(task: str) -> list[ApprovalRequest]:
    """What may have been shown on a page: the requests of the task, and those of others about the same document."""
    requests = [request for request in all_requests() if request.inputs.get("document")]
    documents = {request.inputs["document"] for request in requests if task and request.task_id == task}
    return [request for request in requests if request.inputs["document"] in documents]


def _erase_copies(requests: list[ApprovalRequest], *, is_erased: bool) -> int:
    apply_environment(settings())
    from tasks.approvals.document_page import erase_copies

    try:
        return ask(
            "the Prefect server", erase_copies(requests, datetime.now(UTC).date()), seconds=PREFECT_SECONDS
        )
    except (TransientError, PrefectPasswordError) as error:
        raise CopiesRemainError(requests, error, is_erased=is_erased) from error
