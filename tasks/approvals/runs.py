"""The Prefect server's side of a request: the suspended run that shows its form. Imports Prefect only when used."""

import logging
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import httpx

from blocks.prefect_server import is_password_refused, prefect_client
from blocks.settings import settings
from domain.approvals.render import render_decision, request_title
from domain.approvals.request import ApprovalRequest
from domain.planning.catalogue import CATALOGUE
from tasks.approvals import record
from tasks.approvals.notes import by_own_clocks, place_note, result_of
from tasks.reliability.effect_ledger import effects_of

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

log = logging.getLogger(__name__)

NEUTRAL_INPUT = {"decision": "reject", "approver": "", "comment": ""}
"""Resumes a run whose decision is on record; without a name it can't be an answer itself."""

FORM_GRACE = timedelta(minutes=1)
"""A run that has just suspended is still storing its form."""

WAITS = "waits-for-you"
"""The tag of a run that waits for a person; the UI lists them at `/runs?tag=waits-for-you`."""

APPROVALS = "approvals"
"""The tag of every run that is about decisions."""

DECISION = "decision"
"""Key of the artifact that says what was decided."""

MOST_RUNS = 20
"""Runs that are started for one request before a person has to look why they die."""


class RunStatus(StrEnum):
    """What was found of a request's run, and done about it."""

    STARTED = "started"
    RESUMED = "resumed"
    UNDER_WAY = "under way"
    ENDED = "ended"
    WAITING = "waiting for a person"
    REFUSED = "its run did not take it yet; it goes on by itself within a minute or two"
    GIVEN_UP = "its runs die again and again"
    AWAY = "the Prefect server is away; it goes on by itself once it is back"
    LOCKED_OUT = "the Prefect server refused the password; fte doctor says what to do"


STUCK = frozenset({RunStatus.REFUSED, RunStatus.GIVEN_UP, RunStatus.AWAY, RunStatus.LOCKED_OUT})


async def ensure_run(request: ApprovalRequest) -> RunStatus:
    """Make the Prefect server show the request, or go on from its decision.

    A run that is missing or died is started anew; a suspended one is resumed once the decision is on record.
    """
    if request.finished_at is not None:
        return RunStatus.ENDED
    from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

    try:
        async with prefect_client() as client:
            run = await _read_run(client, request)
            if run is not None and run.state is not None and not run.state.is_final():
                return await _resume(client, run, request)
    except PrefectHTTPStatusError as error:
        if is_password_refused(error):
            return RunStatus.LOCKED_OUT
        is_conflict = error.response.status_code == httpx.codes.CONFLICT
        return RunStatus.UNDER_WAY if is_conflict else RunStatus.AWAY
    except (httpx.HTTPError, ObjectNotFound):
        return RunStatus.AWAY
    return await _start(request)


async def is_shown_elsewhere(request: ApprovalRequest, run_id: str) -> bool:
    """Whether another run, alive, shows this request; two forms for one question only confuse."""
    if request.flow_run_id in {None, run_id}:
        return False
    async with prefect_client() as client:
        run = await _read_run(client, request)
    return run is not None and run.state is not None and not run.state.is_final()


async def _read_run(client: "PrefectClient", request: ApprovalRequest) -> "FlowRun | None":
    from prefect.exceptions import ObjectNotFound

    if request.flow_run_id is None:
        return None
    try:
        return await client.read_flow_run(UUID(request.flow_run_id))
    except ObjectNotFound:
        return None


async def _resume(client: "PrefectClient", run: "FlowRun", request: ApprovalRequest) -> RunStatus:
    if run.state is None or not run.state.is_paused():
        return RunStatus.UNDER_WAY
    if await _is_form_missing(client, run):
        return await _replace(client, run, request)
    if request.is_open:
        return RunStatus.WAITING
    # Refusals answer 200 too, except that of several at once, which is a conflict: only ACCEPT is a yes.
    answer = await client.resume_flow_run(run.id, run_input=NEUTRAL_INPUT)
    return RunStatus.RESUMED if answer.status.value == "ACCEPT" else RunStatus.REFUSED


async def _is_form_missing(client: "PrefectClient", run: "FlowRun") -> bool:
    """Whether the process died after it suspended and before it stored the form: nobody can resume that."""
    if run.state is None or run.state.timestamp > datetime.now(UTC) - FORM_GRACE:
        return False
    from prefect.exceptions import PrefectHTTPStatusError

    keyset = run.state.state_details.run_input_keyset or {}
    try:
        await client.read_flow_run_input(run.id, keyset.get("schema", ""))
    except PrefectHTTPStatusError as error:
        if error.response.status_code == httpx.codes.NOT_FOUND:
            return True
        raise
    return False


async def _replace(client: "PrefectClient", run: "FlowRun", request: ApprovalRequest) -> RunStatus:
    from prefect.states import Crashed

    await client.set_flow_run_state(run.id, Crashed(message="it died before its form was stored"), force=True)
    return await _start(request)


async def _start(request: ApprovalRequest) -> RunStatus:
    """Start a run; the key makes several callers at the same moment get the same one."""
    from tasks.flow_runs.runs import start_run

    if request.run_attempts >= MOST_RUNS:
        return RunStatus.GIVEN_UP
    run_id = await start_run(
        "request_approval",
        parameters={"request_id": request.id},
        key=run_key(request),
        name=request_title(request),
        tags=[*run_tags(request), WAITS],
    )
    if run_id is None:
        return RunStatus.AWAY
    record.attach_run(request.id, str(run_id))
    return RunStatus.STARTED


def run_tags(request: ApprovalRequest) -> list[str]:
    """What the UI can filter by, whether it still waits or not."""
    about = (
        CATALOGUE[request.action].tags if request.action in CATALOGUE else (request.action.partition(".")[0],)
    )
    return [settings().mode.value, APPROVALS, *about]


async def show_decision(request: ApprovalRequest, run_id: str, said: str = "") -> None:
    """Show on the run what was decided and what came of it; it waits for nobody any more.

    The decision is on record and was acted on, so a Prefect server that cannot show it does not fail the run.

    Args:
        request: As it is on record.
        run_id: Of the run that asked.
        said: What is said of going on, for an approval whose effect has not begun.
    """
    from tasks.flow_runs.artifacts import create_artifact, find_artifact, update_artifact

    run, markdown = UUID(run_id), render_decision(by_own_clocks(request), result_of(request, said))
    try:
        async with prefect_client() as client:
            if shown := await find_artifact(client, run, DECISION):
                await update_artifact(client, shown, markdown)
            else:
                await create_artifact(client, run, DECISION, markdown, request_title(request))
            await client.update_flow_run(run, tags=run_tags(request))
    except httpx.HTTPError as error:
        log.warning("the decision about %s is not shown on its run: %s", request.id, error)


async def show_late_results(task_id: str) -> None:
    """Show of earlier decisions, in their notes and on their runs, what came of them since: a service was away then."""
    for effect in effects_of(task_id):
        request = record.find(effect.approval_id) if effect.approval_id else None
        if request is not None and request.finished_at and request.flow_run_id:
            place_note(request)
            await show_decision(request, request.flow_run_id)


def run_key(request: ApprovalRequest) -> str:
    """The first run has the request's id as its key; each later one adds its attempt number."""
    return run_keys(request)[-1]


def run_keys(request: ApprovalRequest) -> list[str]:
    """The keys of all runs that may have been started for it, the next one last."""
    return [request.id, *(f"{request.id}-{attempt}" for attempt in range(1, request.run_attempts + 1))]
