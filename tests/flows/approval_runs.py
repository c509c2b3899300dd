"""Runs of the approval flows in this process, as a runner would execute them; for tests."""

import sys
from contextlib import suppress
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Pause, PrefectHTTPStatusError
from prefect.flow_engine import run_flow

from domain.approvals.request import ApprovalRequest
from flows.request_approval import request_approval
from tasks.approvals.record import get
from tasks.approvals.runs import RunStatus, ensure_run


async def deploy() -> None:
    """Register the deployment; nothing polls it, so its runs wait for `execute`."""
    deployment = await request_approval.ato_deployment(name="request-approval")
    await deployment.aapply()


async def show(request: ApprovalRequest) -> FlowRun:
    """Start the request's run and let it suspend."""
    assert await ensure_run(request) is RunStatus.STARTED
    return await execute(run_id(request))


async def execute(flow_run: UUID) -> FlowRun:
    """What the runner does with a run that is due: execute it until it ends or suspends."""
    async with get_client() as client:
        run = await client.read_flow_run(flow_run)
        execution: Any = run_flow(request_approval, flow_run=run, parameters=run.parameters)
        with suppress(Pause):  # how the Prefect server leaves a flow that suspends
            await execution
        return await client.read_flow_run(flow_run)


async def resume(flow_run: UUID, **form: str) -> str:
    """A person fills in the form; Prefect's own word on it, its reason being printed."""
    async with get_client() as client:
        try:
            answer = await client.resume_flow_run(flow_run, run_input=form)
        except PrefectHTTPStatusError as error:
            return str(error.response.status_code)
    sys.stdout.write(f"{answer.details}\n")
    return str(answer.status.value)


def run_id(request: ApprovalRequest) -> UUID:
    return UUID(get(request.id).flow_run_id or "")
