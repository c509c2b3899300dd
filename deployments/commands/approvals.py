"""`fte approvals`: what waits for a person, and deciding it. Works while the Prefect server is down."""

import asyncio
import re
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from blocks.settings import HANDBOOK, settings
from deployments.asking import PREFECT_SECONDS, NoAnswerError, answer_of
from deployments.environment import api_url, apply_environment
from deployments.listening import is_healthy
from deployments.printing import AsJson, busy, print_json, print_readable, print_table, say
from domain.approvals.answer import Answer, Channel, Decision
from domain.approvals.render import by_whom, render_decision, request_title
from domain.approvals.request import ApprovalRequest
from domain.errors import RejectedError
from domain.markdown import shown_inline
from tasks.reliability.waiting import all_requests, waiting_requests
from tasks.vault.clocks import shown_here

app = typer.Typer(no_args_is_help=True)

FILE = re.compile(r"!?\[([^\]]*)\]\(\.\./(Attachments/[A-Za-z0-9._-]+)\)")
"""A link to a file of the Vault, or a picture."""

Id = Annotated[str, typer.Argument(metavar="ID", help="From the list; its first letters are enough.")]
Approver = Annotated[str, typer.Option(help="Who decides; asked for where it is not given.")]
Comment = Annotated[str, typer.Option(help="Why, for the record.")]
Code = Annotated[str, typer.Option(help="One-time code of an enrolled approver.")]


class AmbiguousIdError(RejectedError):
    """Several requests begin so."""

    def __init__(self, beginning: str, ids: list[str]) -> None:
        super().__init__(f"'{beginning}' fits several requests ({', '.join(ids)}); give more letters")


class AnswerNotTakenError(RejectedError):
    """The answer was looked at and does not decide."""

    def __init__(self, request_id: str, reason: str) -> None:
        super().__init__(f"request {request_id} was not decided by this: {reason}")


@app.command("list")
def list_requests(
    *,
    every: Annotated[bool, typer.Option("--all", help="Decided and expired ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what waits for a decision, oldest first."""
    requests = all_requests() if every else waiting_requests()
    if as_json:
        print_json([_facts(request) for request in requests])
    elif requests:
        names = ("Request", *(("State",) if every else ()), "Decide with", "Until", "What")
        print_table(names, (_cells(request, every=every) for request in requests), whole=len(names) - 1)
        say("Look: fte approvals show ID")
    else:
        say("Nothing waits for a decision.")


def _cells(request: ApprovalRequest, *, every: bool) -> tuple[str, ...]:
    needs = "name and code" if request.proof_required else "a name"
    waits = (needs, shown_here(request.expires_at)) if request.is_open else ("", "")
    state = (request.state.value,) if every else ()  # all that wait are pending
    return request.id, *state, *waits, request_title(request)


@app.command()
def show(request_id: Id, *, as_json: AsJson = False) -> None:
    """Show exactly what will happen, or what was decided and what came of it."""
    request = named_request(request_id)
    if as_json:
        print_json(_facts(request) | {"shown": request.shown})
        return
    if request.is_open and request.problem:
        say(f"The last answer was not taken: {request.problem}\n")
    print_readable(_on_paper(request.shown if request.is_open else _decision(request)))
    if request.is_open:
        say(f"Decide: fte approvals approve {request.id} --approver NAME, or reject in place of approve")


def _on_paper(page: str) -> str:
    """The page without links: each file with where it lies, once, and the blank lines of a text as they are."""

    def lies_at(found: re.Match[str]) -> str:
        name, file = found.groups()
        path = shown_inline(str(settings().vault_path / file))
        return path if name == shown_inline(file) else f"{name}: {path}"

    return FILE.sub(lies_at, page).replace("\n>\n", "\n> \u00a0  \n")


def _decision(request: ApprovalRequest) -> str:
    from tasks.approvals.notes import (  # opens the ledger, which one that waits has no need of
        by_own_clocks,
        result_of,
    )

    return render_decision(by_own_clocks(request), result_of(request))


@app.command()
def approve(  # noqa: PLR0913 (a command's options)
    request_id: Id,
    *,
    approver: Approver = "",
    comment: Comment = "",
    code: Code = "",
    changed: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Approve with this change; repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Approve a request as shown, or with changes."""
    changes = dict(_change(text) for text in changed or [])
    request = named_request(request_id)
    approver = decider(request, approver)
    if _is_waiting(request) and request.proof_required and not code and sys.stdin.isatty():
        code = typer.prompt("One-time code")
    answer = Answer(
        decision=Decision.EDIT if changes else Decision.APPROVE,
        approver=approver,
        channel=Channel.CLI,
        comment=comment,
        code=code,
        changes=changes,
    )
    decide_request(request, answer, as_json=as_json)


@app.command()
def reject(
    request_id: Id,
    *,
    approver: Approver = "",
    comment: Comment = "",
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Reject a request: it is not done, and not asked again."""
    decide_as_said(named_request(request_id), Decision.REJECT, (approver, comment, code), as_json=as_json)


@app.command()
def again(request_id: Id, *, as_json: AsJson = False) -> None:
    """Ask once more about a request that expired, or that a reply without a one-time code refused."""
    with busy("Asking once more ..."):
        from tasks.approvals.ask import open_again
        from tasks.policy.handbook import read_handbook

        request = open_again(named_request(request_id).id, datetime.now(UTC), read_handbook())
    _say(request, asyncio.run(_follow_up(request)), as_json=as_json)


def decider(request: ApprovalRequest, name: str) -> str:
    """Who decides; nobody is asked for a name about what cannot be decided any more."""
    return name or (str(typer.prompt("Your name")) if _is_waiting(request) else "")


def _is_waiting(request: ApprovalRequest) -> bool:
    return request.is_open and not request.is_overdue(datetime.now(UTC))


def decide_as_said(
    request: ApprovalRequest, decision: Decision, said: tuple[str, str, str], *, as_json: bool
) -> None:
    """Take a decision with its approver, comment and one-time code, and say what came of it.

    Raises:
        AnswerNotTakenError: it does not decide.
    """
    approver, comment, code = said
    answer = Answer(
        decision=decision,
        approver=decider(request, approver),
        channel=Channel.CLI,
        comment=comment,
        code=code,
    )
    decide_request(request, answer, as_json=as_json)


def decide_request(request: ApprovalRequest, answer: Answer, *, as_json: bool) -> None:
    """Take an answer and say what came of it.

    Raises:
        AnswerNotTakenError: it does not decide.
    """
    with busy("Taking the decision ..."):
        from tasks.approvals.decide import AnswerResult, record_answer
        from tasks.approvals.overdue import expire_due
        from tasks.policy.handbook import read_handbook

        expire_due(datetime.now(UTC))
        outcome = record_answer(request.id, answer, datetime.now(UTC), read_handbook)
    if outcome.reason:
        who = by_whom(outcome.request) if outcome.kind is AnswerResult.ALREADY else ""
        raise AnswerNotTakenError(request.id, outcome.reason + who)
    _say(outcome.request, asyncio.run(_follow_up(outcome.request)), as_json=as_json)


async def _follow_up(request: ApprovalRequest) -> str:
    """Move the note and resume the run; what cannot be done now, `collect_decisions` does."""
    from tasks.approvals.notes import place_note

    here = settings()
    if (here.vault_path / HANDBOOK).exists():
        place_note(request)
    if not is_healthy(f"{api_url(here)}/health"):
        return "the employee is not at work; it goes on from here when it is"
    apply_environment(here)
    from tasks.approvals.runs import ensure_run

    try:
        return (await answer_of("the Prefect server", ensure_run(request), seconds=PREFECT_SECONDS)).value
    except NoAnswerError:
        return "the Prefect server has not answered; the decision is on record, and it goes on from here by itself"


def _say(request: ApprovalRequest, run: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(request) | {"run": run})
    else:
        say(f"{request.id}: {request.state.value} (run: {run})")


def named_request(beginning: str) -> ApprovalRequest:
    """The request that begins so.

    Raises:
        AmbiguousIdError, NoSuchRequestError: none does, or several do.
    """
    requests, start = all_requests(), beginning.removeprefix("ask-") or " "
    exact = [request for request in requests if request.id == beginning]
    fitting = exact or [request for request in requests if request.id.removeprefix("ask-").startswith(start)]
    if len(fitting) > 1:
        raise AmbiguousIdError(beginning, [request.id for request in fitting])
    if not fitting:
        from tasks.approvals.record import NoSuchRequestError

        raise NoSuchRequestError(beginning)
    return fitting[0]


def _change(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise typer.BadParameter(f"--set wants KEY=VALUE, not '{text}'")
    return key.strip(), value


def _facts(request: ApprovalRequest) -> dict[str, Any]:
    facts = request.model_dump(
        mode="json", exclude={"shown", "remind_at", "escalate_at", "round", "run_attempts"}
    )
    return facts | {"needs": "code" if request.proof_required else "name"}
