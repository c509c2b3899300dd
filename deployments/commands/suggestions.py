"""`fte suggestions`: what decisions and corrections speak for, and having it written."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from deployments.commands.approvals import Approver, Code, Comment, Id, decide_as_said, named_request
from deployments.printing import AsJson, busy, print_json, print_readable, print_table, say
from domain.approvals.answer import Decision
from domain.approvals.request import ApprovalRequest
from domain.errors import RejectedError
from tasks.approvals.record import find
from tasks.planning.suggestions import SuggestionRow, look_for_lessons, make_accepted, suggested
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook

app = typer.Typer(no_args_is_help=True)


class NoSuggestionError(RejectedError):
    """The request is no suggestion."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"{request_id} is no suggestion; see: fte suggestions list")


@app.command("list")
def list_suggestions(
    *,
    every: Annotated[bool, typer.Option("--all", help="Decided and expired ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is suggested, once what has ended since the last look is counted."""
    with busy("Counting what has ended since the last look ..."):
        look_for_lessons(datetime.now(UTC))
    found = [(row, find(row.request_id)) for row in suggested()]
    shown = [(row, request) for row, request in found if request and (every or request.is_open)]
    if as_json:
        print_json([_facts(row, request) for row, request in shown])
    elif shown:
        print_table(
            ("Suggestion", "State", "Note", "What"),
            ((row.request_id, request.state.value, row.file, row.said) for row, request in shown),
        )
        say("Look: fte suggestions show ID")
    else:
        say("Nothing is suggested.")


@app.command()
def show(suggestion: Id, *, as_json: AsJson = False) -> None:
    """Show the change to the letter, and what speaks for it."""
    row, request = _named(suggestion)
    if as_json:
        print_json(_facts(row, request) | {"shown": request.shown})
        return
    print_readable(request.shown)
    if row.problem:
        say(row.problem)
    if request.is_open:
        say(f"Decide: fte suggestions accept {request.id}, or: fte suggestions reject {request.id}")


@app.command()
def accept(
    suggestion: Id,
    *,
    approver: Approver = "",
    comment: Comment = "",
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Have it written, as it is shown; the note must not have been changed meanwhile."""
    row, request = _named(suggestion)
    decide_as_said(request, Decision.APPROVE, (approver, comment, code), as_json=as_json)
    problem = make_accepted(datetime.now(UTC)).get(row.request_id) or _named(row.request_id)[0].problem
    read_handbook()
    read_playbooks()
    if not as_json:
        say(problem or f"{row.file} is changed, and holds.")


@app.command()
def reject(
    suggestion: Id,
    *,
    approver: Approver = "",
    comment: Comment = "",
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Leave the note as it is: it is suggested again only for new evidence."""
    _, request = _named(suggestion)
    decide_as_said(request, Decision.REJECT, (approver, comment, code), as_json=as_json)


def _named(beginning: str) -> tuple[SuggestionRow, ApprovalRequest]:
    request = named_request(beginning)
    row = next((row for row in suggested() if row.request_id == request.id), None)
    if row is None:
        raise NoSuggestionError(request.id)
    return row, request


def _facts(row: SuggestionRow, request: ApprovalRequest) -> dict[str, Any]:
    return {
        "id": row.request_id,
        "state": request.state.value,
        "said": row.said,
        "file": row.file,
        "change": row.change,
        "evidence": row.evidence,
        "made_at": row.made_at.isoformat(),
        "needs": "code" if request.proof_required else "name",
        "problem": row.problem,
    }
