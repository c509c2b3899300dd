"""Asking a person about one step: the request is stored, shown, and waited for by a run of its own."""

from dataclasses import dataclass
from datetime import datetime

from blocks.settings import Mode, settings
from domain.approvals.render import Background, render_request
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import Step
from domain.policy.assess import Verdict
from domain.policy.handbook import Handbook
from tasks.approvals.requests import NewRequest, open_request
from tasks.approvals.runs import ensure_run


@dataclass(frozen=True)
class Question:
    """One step that a person decides about, and why."""

    task_id: str
    step: Step
    verdict: Verdict
    background: Background


async def ask_person(asked: Question, handbook: Handbook, now: datetime) -> str:
    """Ask once; the same question again finds the same request and the same run.

    Returns:
        The request's id. Should the Prefect server be away, `collect_decisions` starts the waiting run later.
    """
    step, verdict = asked.step, asked.verdict
    action = CATALOGUE[step.action]
    shown = render_request(
        action.title,
        action.shown(action.inputs.model_validate(step.inputs)),
        reasons=verdict.reasons,
        sandbox=settings().mode is Mode.SANDBOX,
        background=asked.background,
    )
    new = NewRequest(
        task_id=asked.task_id,
        step_id=step.id,
        action=action.name,
        inputs=step.inputs,
        shown_markdown=shown,
        reasons=verdict.reasons,
        proof_required=verdict.proof_required,
    )
    request = open_request(new, now, handbook)
    await ensure_run(request)
    return request.id
