"""Carrying a plan out: what is ready runs side by side, what needs an unverified step waits, what fails goes back.

A kept plan (`tasks/reliability/kept_plans.py`) is unfolded anew after each step, from what is known by then. Its
direction is on disk before its first step back: a scope that is stopped is only ever undone, last effect first, each
through the same door as it was done by.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from pydantic import ValidationError

from domain.approvals.request import ApprovalExpiredError
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import RejectedError, TransientError, UnclearNameError, UnknownOutcomeError
from domain.planning.catalogue import CATALOGUE, FILL_IN
from domain.planning.order import BadInputError
from domain.planning.plan import Step, StepStatus
from domain.planning.plan_page import shown_record
from domain.planning.playbook import Playbook
from domain.planning.reads import ODOO, READS
from domain.planning.remedy import who_is_meant
from domain.planning.unfold import Unfolded, unfold
from domain.policy.handbook import Handbook
from tasks.actions.performer import EvidenceMissingError
from tasks.actions.performers import oddities_of, performer_of
from tasks.actions.reader import read_step
from tasks.audit.log import audit_log
from tasks.clock import Clock
from tasks.mail.awaited import DocumentMissingError
from tasks.planning.effect_step import Terms, delay_of, do_effect, proof_of
from tasks.planning.open_tasks import is_stop_wanted
from tasks.planning.plan_outcome import Delay, PlanOutcome, said_of_step
from tasks.planning.prepare import Prepared
from tasks.planning.progress import note_milestone
from tasks.planning.roll_back import roll_back
from tasks.planning.run_page import RunPage
from tasks.planning.waits import Waiting, look_at
from tasks.reliability import outbox
from tasks.reliability.breakers import guarded
from tasks.reliability.kept_plans import (
    WHOLE,
    KeptPlan,
    PlanStoppedError,
    begin_plan,
    find_plan,
    is_of,
    keep_step,
    stop_plan,
)

STOPPED_BY_A_PERSON = "you wrote status: stop"


async def carry_out(prepared: Prepared, handbook: Handbook, page: RunPage, clock: Clock) -> PlanOutcome:
    """Do what can be done of a task's plan now; the outcome's `plan` is the plan as it stands afterwards."""
    terms = Terms(prepared, handbook, clock)
    if prepared.program is None and prepared.is_stopped:
        await roll_back(WHOLE, STOPPED_BY_A_PERSON, "", terms)
        return terms.outcome
    if prepared.program is None:
        carrying: _Carrying = _Carrying(terms, page)
    else:
        kept = begin_plan(prepared.task_id, prepared.program, clock())
        carrying = _CarryingKept(terms, page, kept)
    await carrying.run()
    return terms.outcome


class _Carrying:
    """A plan whose steps all stand from the beginning."""

    def __init__(self, terms: Terms, page: RunPage) -> None:
        self._terms, self._page, self.outcome = terms, page, terms.outcome
        self._begun: set[str] = set()
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(outbox.TOGETHER))

    async def run(self) -> None:
        """Until nothing more can be done now."""
        self._begin(self.ready())
        while self._under_way:
            ended, _ = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            for one in ended:
                self._under_way.pop(one)
            await self._raise_first(ended)
            self._begin(self.ready())
            self._page.show(self.outcome.progress)

    def ready(self) -> list[Step]:
        """The steps that can be begun."""
        plan = self._terms.prepared.plan
        self.outcome.plan = plan
        done = {name for name, status in self.outcome.statuses.items() if status is StepStatus.DONE}
        return [step for step in plan.steps if done >= set(step.needs)] if plan else []

    async def one(self, step: Step) -> None:
        """Do one step, and write down what came of it."""
        await do_effect(step, self._terms)

    def _begin(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if step.id not in self._begun:
                self._begun.add(step.id)
                self._under_way[asyncio.create_task(self._in_turn(step))] = step.id

    async def _in_turn(self, step: Step) -> None:
        """At most so many at once of one service."""
        async with self._turns[_service(step) or step.id]:
            await self.one(step)

    async def _raise_first(self, ended: set[asyncio.Task[None]]) -> None:
        """A fault of our own ends the run, after what is under way has ended."""
        faults = [one.exception() for one in ended]
        fault = next(filter(None, faults), None)
        if fault is not None:
            await asyncio.gather(*self._under_way, return_exceptions=True)
            raise fault


class _CarryingKept(_Carrying):
    """A kept plan: steps appear as what they come from is known, and what is known outlives the run."""

    def __init__(self, terms: Terms, page: RunPage, kept: KeptPlan) -> None:
        super().__init__(terms, page)
        self._kept, self._facts, self._stopped = kept, kept.facts, dict(kept.stopped)
        self.outcome.evidence |= {name: kept.steps[name].evidence for name in self._facts}
        self._unfolded = self._now()

    async def run(self) -> None:
        """Forward until nothing more can be done, then back where it was stopped, here or by another worker."""
        await super().run()
        latest = find_plan(self._terms.task_id)
        self._stopped = self._stopped | (latest.stopped if latest else {})
        self._unfolded = self._now()
        for scope, why in sorted(self._stopped.items(), reverse=True):
            if any(scope != wider and scope.startswith(wider) for wider in self._stopped):
                self.outcome.failures.append(why)  # its steps are undone with the wider scope's
            else:
                await roll_back(scope, why, self._kept.program.prefix, self._terms)

    def ready(self) -> list[Step]:
        """The steps that can be begun; nothing in a scope that is stopped."""
        prepared = self._terms.prepared
        if WHOLE not in self._stopped and (prepared.is_stopped or is_stop_wanted(prepared.task_id)):
            self._stop(WHOLE, STOPPED_BY_A_PERSON)
        self._unfolded = self._now()
        for step in self._unfolded.plan.steps:
            problem = self._unfolded.problems.get(step.id)
            if problem and step.id not in self._begun:
                self._begun.add(step.id)
                self._fail(step, f"{step.id}: {problem}")
        wanted = set(self._unfolded.ready)
        return [
            step for step in self._unfolded.plan.steps if step.id in wanted and not self._is_stopped(step)
        ]

    async def one(self, step: Step) -> None:
        """A wait, a read or an effect; its result is kept before anything that needs it begins."""
        try:
            if step.wait is not None:
                await self._wait(step)
            elif step.action in READS:
                await self._read(step)
            else:
                await self._act(step)
        except (TransientError, UnknownOutcomeError) as error:
            self.outcome.statuses[step.id] = StepStatus.LATER
            self.outcome.delays.append(delay_of(step.id, _service(step), error, self._terms.clock()))
        except PlanStoppedError:
            return  # why is known, and told when it is undone
        except (RejectedError, EvidenceMissingError) as error:
            if isinstance(error, DocumentMissingError):
                self.outcome.tried += [said_of_step(step.id, sentence) for sentence in error.tried]
            why = str(error) if step.action in READS else said_of_step(step.id, error)
            self._fail(step, why, is_final=not isinstance(error, ApprovalExpiredError))

    async def _wait(self, step: Step) -> None:
        known = self._kept.steps.get(step.id)
        found = await look_at(step, self._terms.task_id, known, self._terms.handbook, self._terms.clock())
        if isinstance(found, Waiting):
            self.outcome.statuses[step.id] = StepStatus.LATER
            self.outcome.delays.append(Delay(step.id, outbox.SCHEDULE, found.said, found.due))
        else:
            await self._keep(step, found, found)

    async def _read(self, step: Step) -> None:
        facts = await self._looked_up(step)
        if facts is None:
            return
        self._audit(step.action, AuditStatus.SUCCESS, {"step": step.id}, {"inputs": step.inputs})
        await self._keep(step, facts, {"read": READS[step.action].title, **_counts(facts)})

    async def _looked_up(self, step: Step) -> dict[str, Any] | None:
        """What is read; None while a person is asked who is meant by a name that is nobody's alone."""
        try:
            return await read_step(step)
        except UnclearNameError as refused:
            question = who_is_meant(step, self._book, refused)
            if question is None:
                raise
            because = str(refused)
        kept = keep_step(self._terms.task_id, question.id, self._terms.clock(), inputs=question.inputs)
        asked = question.model_copy(update={"inputs": kept.inputs})
        said = await do_effect(asked, self._terms, on_record=False, because=[because])
        if said is None:
            return None
        meant = step.inputs | said.receipt["values"]
        return await read_step(step.model_copy(update={"inputs": meant}))

    async def _act(self, step: Step) -> None:
        whole = await self._completed(step)
        refused = await self._refused_ahead(step) if step.action == FILL_IN else []
        done = await do_effect(whole, self._terms, on_record=False, because=refused)
        if done is not None:
            facts = {"effect": done.key, **done.receipt, **done.read_back}
            self.outcome.records[step.id] = shown_record(done.receipt)
            await self._keep(step, facts, proof_of(done))

    async def _refused_ahead(self, question: Step) -> list[str]:
        """What the books refuse of the values that are shown, such as a name that nobody has, and what is unusual.

        Books that are away do not keep the question back: the step itself says so once its turn comes.
        """
        facts = self._facts | {question.id: {"values": question.inputs["values"]}}
        refused, seen = list[str](), set[str]()
        while ahead := self._ahead(facts, seen):
            seen.add(ahead.id)
            try:
                if ahead.action in READS:
                    facts |= {ahead.id: await read_step(ahead)}
                else:
                    refused += await oddities_of(self._terms.task_id, ahead)
            except RejectedError as error:
                refused.append(str(error))
            except TransientError:
                break
        return refused

    def _ahead(self, facts: Mapping[str, Mapping[str, Any]], seen: Collection[str]) -> Step | None:
        """The next step that would be looked at once the question is answered so."""
        ahead = unfold(self._kept.program, self._terms.task_id, facts)
        return next(
            (
                one
                for one in ahead.plan.steps
                if one.id in ahead.ready and one.id not in seen and _is_looked_at(one)
            ),
            None,
        )

    async def _completed(self, step: Step) -> Step:
        """The step with what its service adds to what a playbook says, once: what it said first is what is done."""
        action = CATALOGUE[step.action]
        known = self._kept.steps.get(step.id)
        if known is not None and known.inputs:
            return step.model_copy(update={"inputs": known.inputs})
        if action.said is None or _fits(action.inputs, step.inputs):
            return step
        said = action.said.model_validate(step.inputs)
        try:
            async with guarded(action.service) if action.service else nullcontext():
                inputs = await performer_of(step.action).completed(said)
        except ValidationError as error:
            raise BadInputError(error) from error
        kept = keep_step(self._terms.task_id, step.id, self._terms.clock(), inputs=inputs)
        return step.model_copy(update={"inputs": kept.inputs})

    async def _keep(self, step: Step, facts: dict[str, Any], evidence: dict[str, Any]) -> None:
        now = self._terms.clock()
        kept = keep_step(self._terms.task_id, step.id, now, facts=facts, evidence=evidence)
        self._facts[step.id] = kept.facts or {}
        self.outcome.evidence[step.id] = kept.evidence
        if step.milestone:
            self._unfolded = self._now()
            await note_milestone(self._terms.prepared, self.outcome, step, now, notify=self._book.notify)

    @property
    def _book(self) -> Playbook:
        """The playbook that the plan is made by."""
        return self._kept.program.read[self._kept.program.playbook]

    def _now(self) -> Unfolded:
        """The plan as it is by now, and where each step stands."""
        unfolded = unfold(self._kept.program, self._terms.task_id, self._facts)
        statuses = self.outcome.statuses
        statuses |= dict.fromkeys(unfolded.skipped, StepStatus.SKIPPED)
        statuses |= {step.id: StepStatus.DONE for step in unfolded.plan.steps if step.id in self._facts}
        self.outcome.plan, self.outcome.is_whole = unfolded.plan, unfolded.is_done
        return unfolded

    def _fail(self, step: Step, why: str, *, is_final: bool = True) -> None:
        self.outcome.statuses[step.id] = StepStatus.FAILED
        if is_final:
            self._stop(step.scope, why)
        else:
            self.outcome.failures.append(why)

    def _stop(self, scope: str, why: str) -> None:
        self._stopped[scope] = stop_plan(self._terms.task_id, scope, why)
        self._audit("plan.stopped", AuditStatus.FAILURE, {"scope": scope}, {"why": why})

    def _audit(
        self, action: str, status: AuditStatus, details: dict[str, Any], private: dict[str, Any]
    ) -> None:
        event = AuditEvent(
            action=action,
            status=status,
            actor="work_tasks",
            resource=self._terms.task_id,
            details=details,
            private=private,
        )
        audit_log().append(event, self._terms.clock())

    def _is_stopped(self, step: Step) -> bool:
        return any(is_of(step.id, scope) for scope in self._stopped)


def _is_looked_at(step: Step) -> bool:
    """Whether the books are asked about it before who said it is: a read, or what that one yes is for."""
    if step.action in READS:
        return READS[step.action].service == ODOO
    return CATALOGUE[step.action].approved_with == FILL_IN


def _service(step: Step) -> str | None:
    known = READS.get(step.action) or CATALOGUE.get(step.action)
    return known.service if known else None


def _fits(model: Any, inputs: dict[str, Any]) -> bool:
    try:
        model.model_validate(inputs)
    except ValidationError:
        return False
    return True


def _counts(facts: dict[str, Any]) -> dict[str, Any]:
    """Of what was read, for the note: single values as they are, lists by their length."""
    return {
        name: f"{len(value)} records" if isinstance(value, list) else value
        for name, value in facts.items()
        if not isinstance(value, dict)
    }
