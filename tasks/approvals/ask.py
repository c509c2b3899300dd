"""Asking a person about one step: the request on record first, then its note and its run."""

from datetime import datetime
from typing import TYPE_CHECKING

from blocks.settings import Mode, settings
from domain.approvals.render import render_request
from domain.planning.catalogue import Action
from domain.policy.assess import Verdict
from domain.policy.handbook import Handbook
from tasks.approvals.requests import NewRequest, open_request
from tasks.approvals.runs import ensure_run

if TYPE_CHECKING:
    from tasks.reliability.effects import Request


async def ask_person(
    request: "Request", action: Action, verdict: Verdict, handbook: Handbook, now: datetime
) -> str:
    """Open the request and start the run that shows it.

    Dying in between is harmless: `collect_decisions` starts what is missing.

    Returns:
        The approval request's id.
    """
    step = request.step
    shown = action.inputs.model_validate(step.inputs).model_dump(mode="json")
    asked = open_request(
        NewRequest(
            task_id=request.task_id,
            step_id=step.id,
            action=step.action,
            inputs=step.inputs,
            shown_markdown=render_request(
                action.title, shown, reasons=verdict.reasons, sandbox=settings().mode is Mode.SANDBOX
            ),
            reasons=verdict.reasons,
            proof_required=verdict.proof_required,
        ),
        now,
        handbook,
    )
    if asked.is_open and asked.flow_run_id is None:
        await ensure_run(asked)
    return asked.id
