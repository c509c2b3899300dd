"""The engine's side of a request: the suspended run that shows its form."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx

from domain.approvals.request import ApprovalRequest
from tasks.approvals import progress

DEPLOYMENT = "request-approval/request-approval"

NEUTRAL_INPUT = {"decision": "reject", "approver": "", "comment": "", "code": "", "changes": ""}
"""Wakes a run whose decision is on record; without a name it can't be an answer itself."""


class RunStanding(StrEnum):
    """What was found of a request's run, and done about it."""

    STARTED = "started"
    RESUMED = "resumed"
    UNDER_WAY = "under way"
    WAITING = "waiting"
    REFUSED = "refused"
    AWAY = "the engine is away"


async def ensure_run(request: ApprovalRequest) -> RunStanding:
    """Make the engine show, or go on from, where the request stands.

    A run that is missing or died is started anew; a suspended one is resumed once the decision is on record.
    """
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

    try:
        async with get_client() as client:
            run = None
            if request.flow_run_id:
                try:
                    run = await client.read_flow_run(UUID(request.flow_run_id))
                except ObjectNotFound:
                    run = None
            if run is None or run.state is None or run.state.is_final():
                return await _start(client, request)
            if not run.state.is_paused():
                return RunStanding.UNDER_WAY
            return await _resume(client, run.id, request)
    except (httpx.HTTPError, PrefectHTTPStatusError, ObjectNotFound):
        return RunStanding.AWAY


async def _start(client: Any, request: ApprovalRequest) -> RunStanding:
    """Start a run; the key makes several callers at once get the same one."""
    deployment = await client.read_deployment_by_name(DEPLOYMENT)
    run = await client.create_flow_run_from_deployment(
        deployment.id,
        parameters={"request_id": request.id},
        name=f"approve {request.id}",
        idempotency_key=f"{request.id}-{request.run_attempts}",
    )
    progress.attach_run(request.id, str(run.id), attempt=request.run_attempts + 1)
    return RunStanding.STARTED


async def _resume(client: Any, run_id: UUID, request: ApprovalRequest) -> RunStanding:
    if request.is_open:
        return RunStanding.WAITING
    # Refusals answer 200 too: only the status in the body says what happened.
    answer = await client.resume_flow_run(run_id, run_input=NEUTRAL_INPUT)
    return RunStanding.RESUMED if answer.status.value == "ACCEPT" else RunStanding.REFUSED
