"""One effect of a plan: done, put to a person, or put off."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.approvals.render import Background
from domain.approvals.request import ApprovalRejectedError
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.planning.catalogue import CATALOGUE, order_keys
from domain.planning.plan import Step, StepStatus
from domain.planning.plan_page import shown_record
from domain.policy.assess import Verdict
from domain.policy.handbook import Handbook
from domain.reliability.rate_limits import DueLaterError
from tasks.actions.effects import Evidence, Request
from tasks.actions.performer import EvidenceMissingError
from tasks.actions.performers import preview_step
from tasks.actions.step import Tried, performed_or_remedied
from tasks.approvals.ask import ask_person
from tasks.approvals.record import as_decided
from tasks.clock import Clock
from tasks.planning.plan_outcome import Delay, PlanOutcome, said_of_step
from tasks.planning.prepare import Prepared
from tasks.reliability import outbox


@dataclass
class Terms:
    """What every step is done under."""

    prepared: Prepared
    handbook: Handbook
    clock: Clock
    outcome: PlanOutcome = field(default_factory=PlanOutcome)

    @property
    def task_id(self) -> str:
        """Whose plan it is."""
        return self.prepared.task_id


async def do_effect(
    step: Step, terms: Terms, *, on_record: bool = True, because: Sequence[str] = ()
) -> Evidence | None:
    """Perform one step, or ask a person; what is done, None where nothing is yet.

    Args:
        step: The step, its inputs complete.
        terms: What it is done under.
        on_record: Whether every end of it is written into the outcome; else errors are the caller's.
        because: What is doubtful about this step alone.
    """
    outcome, service = terms.outcome, CATALOGUE[step.action].service
    order = (
        order_keys(step.action, as_decided(terms.task_id, {step.id: step.inputs})[step.id]) if service else []
    )
    if service and outbox.is_behind(service, terms.task_id, order, is_called=terms.prepared.is_new):
        outcome.delays.append(behind(step.id, service, terms.clock()))
        return None
    tried = Tried(Request(terms.task_id, step, [*terms.prepared.doubts, *because]))
    try:
        done = await performed_or_remedied(tried, terms.handbook)
    except (TransientError, UnknownOutcomeError) as error:
        if not on_record:
            raise
        outcome.delays.append(delay_of(step.id, service, error, terms.clock()))
        return None
    except (RejectedError, EvidenceMissingError) as error:
        outcome.is_refused |= isinstance(error, ApprovalRejectedError)
        if not on_record:
            raise
        outcome.statuses[step.id] = StepStatus.FAILED
        outcome.failures.append(said_of_step(step.id, error))
        return None
    finally:
        outcome.tried += [said_of_step(step.id, sentence) for sentence in tried.sentences]
    if isinstance(done, Verdict):
        await ask(tried.request.step, done, terms)
        return None
    if on_record:
        outcome.statuses[step.id] = StepStatus.DONE
        outcome.evidence[step.id] = proof_of(done)
        outcome.records[step.id] = shown_record(done.receipt)
    return done


async def ask(step: Step, verdict: Verdict, terms: Terms) -> None:
    """Put it to a person."""
    later = [f"doubtful: {said}" for said in terms.prepared.later]
    verdict = replace(verdict, reasons=list(dict.fromkeys([*verdict.reasons, *later])))
    background = Background(read=terms.prepared.rows, outcome=await preview_step(step))
    asked = await ask_person(
        terms.task_id, step, verdict, background, handbook=terms.handbook, now=terms.clock()
    )
    terms.outcome.statuses[step.id] = StepStatus.WAITING
    terms.outcome.waiting_for.append(asked)


def behind(step: str, service: str, now: datetime) -> Delay:
    """It stands in the service's queue."""
    return Delay(step, service, f"others wait for {service} before it", now)


def delay_of(step: str, service: str | None, error: Exception, now: datetime) -> Delay:
    """When it is tried again."""
    if isinstance(error, DueLaterError):
        return Delay(step, outbox.SCHEDULE, str(error), error.due)
    due = outbox.next_try(service, 1, now) if service else None
    return Delay(step, service, str(error), due or now)


def proof_of(done: Evidence) -> dict[str, Any]:
    """What the note shows of it: the effect, what was read back, and what is worth knowing of how it was done."""
    notes = done.receipt.get("notes")
    return {"effect": done.key, **done.read_back, **({"notes": notes} if notes else {})}
