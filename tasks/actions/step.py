"""One step of a plan, tried again for some seconds: as a task run of Prefect's where a flow runs, else by itself.

What is refused is tried otherwise where there is a remedy, and a person is asked before it is done that way.
"""

import asyncio
from dataclasses import dataclass, field, replace

from prefect import task
from prefect.context import TagsContext
from prefect.runtime import flow_run

from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.planning.remedy import MOST_REMEDIES, Remedy, remedy_for
from domain.policy.assess import Verdict
from domain.policy.handbook import Handbook
from tasks.actions.effects import ApprovalNeededError, Evidence, Request, perform
from tasks.clock import present
from tasks.reliability.retries import STEP_PAUSES_SECONDS, is_soon_better, may_repeat


async def performed(request: Request, handbook: Handbook) -> Evidence | Verdict:
    """What proves that the step is done, or why a person has to decide first.

    Raises:
        DigitalFteError: as `perform` does, after the tries.
    """
    step = request.step
    if flow_run.get_id() is not None:
        with TagsContext(
            current_tags=set()
        ):  # of each tag Prefect asks its server whether it limits such steps
            named = perform_step.with_options(task_run_name=f"{step.id}: {step.action}")
            return await named(request, handbook)
    for pause in STEP_PAUSES_SECONDS:
        try:
            return await perform_step.fn(request, handbook)
        except (TransientError, UnknownOutcomeError) as error:
            if not is_soon_better(error):
                raise
        await asyncio.sleep(pause)
    return await perform_step.fn(request, handbook)


@task(
    retries=len(STEP_PAUSES_SECONDS),
    retry_delay_seconds=STEP_PAUSES_SECONDS,
    retry_jitter_factor=0.5,
    retry_condition_fn=may_repeat,
)
async def perform_step(request: Request, handbook: Handbook) -> Evidence | Verdict:
    """Perform one step (`tasks/actions/effects.py`), or say why a person has to decide first."""
    try:
        return await perform(request, handbook, present)
    except ApprovalNeededError as error:
        return error.verdict


@dataclass
class Tried:
    """The step as it was tried last, and what was tried before, one sentence each."""

    request: Request
    sentences: list[str] = field(default_factory=list)


async def performed_or_remedied(tried: Tried, handbook: Handbook) -> Evidence | Verdict:
    """What proves that the step is done, or why a person has to decide first; `tried` follows what is changed.

    Raises:
        DigitalFteError: as `performed` does, where there is no remedy, or none is left.
    """
    for _ in range(MOST_REMEDIES):
        try:
            return await performed(tried.request, handbook)
        except RejectedError as refused:
            remedy = remedy_for(tried.request.step, refused)
            if remedy is None:
                raise
            _take(tried, remedy)
    return await performed(tried.request, handbook)


def _take(tried: Tried, remedy: Remedy) -> None:
    doubts = [*tried.request.doubts, remedy.because]
    tried.request = replace(tried.request, step=remedy.step, doubts=doubts)
    tried.sentences.append(remedy.because)
