"""Performing effects: what a task changes in the outside world goes through `perform`, at most once.

Order: approval looked up, policy and intent in one transaction, audit intent, rate limit, circuit breaker,
call, audit outcome, receipt, read back. A crash anywhere leaves a state from which the next call goes on:
an intent without a receipt is reconciled with the outside world before anything is repeated. The outcome is told
before it is kept: dying in between tells it twice, which the effect's key shows, and never leaves it unrecorded.
What a person starts by hand (setting Odoo up) and the notices to the owner do not pass here.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from blocks.odoo.repeats import each_read_once
from domain.accounting.bank import BankDetails
from domain.accounting.party import party_key
from domain.approvals.hashing import content_hash
from domain.approvals.request import ApprovalVoidError, Approved, ApproverProof
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError, RejectedError, TransientError, UnknownOutcomeError
from domain.markdown import said_in
from domain.money import Money
from domain.planning.catalogue import CATALOGUE, FILL_IN, UNDO, Action, own_part
from domain.planning.plan import Step, effect_key
from domain.policy.assess import Verdict, assess, joined
from domain.policy.facts import Facts, MovedMoney
from domain.policy.handbook import Handbook
from domain.reliability.breaker import abandoned
from domain.reliability.effect import BeginResult, BeginStatus, EffectState, NewEffect
from domain.reliability.rate_limits import NotDueError
from domain.times import shown_there
from tasks.actions.performer import AnyPerformer, EvidenceMissingError
from tasks.actions.performers import performer_of
from tasks.approvals.decide import approval_for
from tasks.audit.log import audit_log
from tasks.clock import Clock
from tasks.reliability import effect_ledger
from tasks.reliability.breakers import guarded
from tasks.reliability.kept_plans import refuse_stopped
from tasks.reliability.moved import Moved, Payee, counted, moved
from tasks.reliability.rate_limits import wait_turn


class ApprovalNeededError(RejectedError):
    """The policy wants a person to see this first; nothing was done."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__("; ".join(verdict.reasons))


class EffectRefusedError(RejectedError):
    """The same effect was refused before; asking again would get the same answer."""

    def __init__(self, action: str, reason: str | None) -> None:
        super().__init__(f"{action} was refused: {reason or 'no reason was given'}")


class TooLateError(RejectedError):
    """Its time passed while nobody could do it."""

    def __init__(self, title: str, due: datetime) -> None:
        super().__init__(
            f"{title}: its time, {shown_there(due)}, passed while the employee could not do it, so nothing was "
            "done; ask for it again with a new time, or without one"
        )


@dataclass(frozen=True)
class Evidence:
    """What proves that a step is done: the effect's key, its receipt and what was read back."""

    key: str
    receipt: dict[str, Any]
    read_back: dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A step about to be performed, with what is doubtful about its inputs."""

    task_id: str
    step: Step
    doubts: list[str]


async def perform(request: Request, handbook: Handbook, clock: Clock) -> Evidence:
    """Perform one step once, and prove it.

    Raises:
        ApprovalNeededError: a person has to decide first; nothing happened.
        TransientError: it provably did not happen; try again later.
        UnknownOutcomeError: it may have happened; the next call reconciles before anything else.
        RejectedError: the outside world or an earlier answer refused it, or its plan is stopped.
    """
    action, step = CATALOGUE[request.step.action], request.step
    approved = _approval(request, action, clock())
    inputs = action.inputs.model_validate(approved.inputs if approved else step.inputs)
    plain = inputs.model_dump(mode="json")
    key = effect_key(request.task_id, step.id, step.action, plain)
    if approved:
        _check_time(action, inputs, key, timedelta(minutes=handbook.post_grace_minutes), clock())
    with each_read_once():  # the looks before the policy decides and before it is done ask mostly the same
        return await _performed(_Effect(key, request, action, inputs, approved), handbook, clock)


async def _performed(effect: "_Effect", handbook: Handbook, clock: Clock) -> Evidence:
    async with performer_of(effect.action.name).with_one_client() as performer:
        begun = await _begin(effect, performer, handbook, clock)
        match begun.kind:
            case BeginStatus.DONE:
                return await _proven(effect, begun.receipt or {}, performer, clock)
            case BeginStatus.REFUSED | BeginStatus.COMPENSATED:
                raise EffectRefusedError(effect.action.name, begun.error)
            case _:
                return await _act(effect, performer, clock)


def _check_time(action: Action, inputs: BaseModel, key: str, grace: timedelta, now: datetime) -> None:
    """What was approved for a time is done then: not before it, and not long after it unless it was begun in time.

    Before it its service may be given it, where that does it then by itself.

    Raises:
        NotDueError: it is too early.
        TooLateError: nobody was at work when it was due.
    """
    due = action.due(inputs)
    begun = effect_ledger.find_effect(key)
    if due is None or (begun is not None and begun.state != EffectState.WITHDRAWN):
        return
    begins, ends = action.ahead(inputs) or (due, due)
    if now < begins or ends < now < due:
        raise NotDueError(action.title, due, again=begins if now < begins else due)
    if now > due + grace:
        raise TooLateError(action.title, due)


def _approval(request: Request, action: Action, now: datetime) -> Approved | None:
    """The approval of the step itself, else of a whole that holds it; what a person edited in it is what is done."""
    return _approval_by(request, action, request.step, now) or _approval_of_whole(request, action, now)


def _approval_of_whole(request: Request, action: Action, now: datetime) -> Approved | None:
    whole = CATALOGUE.get(action.approved_with or "")
    if whole is None:
        return None
    for decided in effect_ledger.effects_of(request.task_id):
        if decided.action == whole.name and decided.state == EffectState.DONE:
            asked = Step(id=decided.step_id, action=whole.name, inputs=decided.inputs)
            if approved := _approval_by(request, action, asked, now):
                return approved
    return None


def _approval_by(request: Request, action: Action, asked: Step, now: datetime) -> Approved | None:
    """The approval of what was asked, with the step's own inputs; a void one counts only to finish what was begun."""
    try:
        approved = approval_for(request.task_id, asked.id, asked.action, asked.inputs, now)
    except ApprovalVoidError as void:
        event = AuditEvent(
            action="approval.void", status=AuditStatus.FAILURE, resource=request.task_id, error=str(void)
        )
        audit_log().append(event, now)
        found = _own_part(void.approved, request, action, asked)
        return found if found and _is_begun(request, found) else None
    return _own_part(approved, request, action, asked)


def _own_part(approved: Approved | None, request: Request, action: Action, asked: Step) -> Approved | None:
    if approved is None:
        return None
    inputs = own_part(asked.action, approved.inputs, action, request.step.inputs)
    return approved.model_copy(update={"inputs": inputs}) if inputs is not None else None


def _is_begun(request: Request, approved: Approved) -> bool:
    step = request.step
    inputs = CATALOGUE[step.action].inputs.model_validate(approved.inputs).model_dump(mode="json")
    begun = effect_ledger.find_effect(effect_key(request.task_id, step.id, step.action, inputs))
    return begun is not None and begun.state != EffectState.WITHDRAWN


@dataclass(frozen=True)
class _Effect:
    key: str
    request: Request
    action: Action
    inputs: BaseModel
    approved: Approved | None


async def _begin(effect: _Effect, performer: AnyPerformer, handbook: Handbook, clock: Clock) -> BeginResult:
    """Policy and intent, in one transaction: two workers cannot both slip under a cumulative limit."""
    request, action, inputs, approved = effect.request, effect.action, effect.inputs, effect.approved
    plain = inputs.model_dump(mode="json")
    signed = content_hash(action.name, plain)
    known = effect_ledger.settled(effect_ledger.find_effect(effect.key), signed, clock())
    if known is not None:
        return known
    looked = await _look(effect, performer, clock)
    money, payee = action.money(inputs), action.payee(inputs)
    facts = Facts(
        action=action.name,
        base_risk=action.base_risk,
        money=money,
        payee=payee,
        public=action.is_public,
        is_outgoing=action.is_outgoing(inputs),
        is_sundry=action.is_sundry(inputs),
        pays=action.pays(inputs),
        doubts=[] if approved else request.doubts,
        **looked,
    )

    def check(session: Session) -> None:
        if action.name != UNDO:
            refuse_stopped(session, request.task_id, request.step.id)
        verdict = _verdict(session, facts, action.parts(inputs), handbook, clock())
        unproven = verdict.proof_required and approved and approved.proof is not ApproverProof.CODE
        if verdict.needs_approval and (approved is None or unproven or not _is_seen(approved, facts)):
            raise ApprovalNeededError(verdict)

    intent = NewEffect(
        key=effect.key,
        task_id=request.task_id,
        step_id=request.step.id,
        action=action.name,
        inputs=plain,
        content_hash=signed,
        amount=money.amount if money else None,
        currency=money.currency if money else None,
        payee=party_key(payee) if payee else None,
        approval_id=approved.request_id if approved else None,
    )
    return effect_ledger.begin_effect(intent, now=clock(), check=check)


def _is_seen(approved: Approved, facts: Facts) -> bool:
    """Whether who said yes to what was understood of their words read there what is unusual about it, too.

    That an account to pay to is another than is known stands in no such question.
    """
    if approved.action != FILL_IN:
        return True
    told = said_in(approved.shown)
    return facts.bank_details is BankDetails.KNOWN and all(oddity in told for oddity in facts.oddities)


async def _look(effect: _Effect, performer: AnyPerformer, clock: Clock) -> dict[str, Any]:
    """What the policy must know; a service that does not answer is known to be away from here on."""
    service = effect.action.service
    if service is None:
        return await performer.look(effect.key, effect.inputs)
    well = {"well": abandoned} if performer.recalls or performer.check is None else {}
    async with guarded(service, clock=clock, **well):
        return await performer.look(effect.key, effect.inputs)


def _verdict(
    session: Session, facts: Facts, parts: list[tuple[str, str, Money]], handbook: Handbook, now: datetime
) -> Verdict:
    """Of the step; where it claims many sums as one, of the whole by day and of each customer's part by payee."""
    if facts.money is None:
        return assess(facts, handbook, MovedMoney())
    since = min(now - timedelta(days=handbook.payee_days), _day(now))
    before = moved(session, currency=facts.money.currency, since=since, is_outgoing=facts.is_outgoing)
    if not parts:
        return assess(facts, handbook, _history(before, facts, handbook, now))
    by_day = handbook.model_copy(update={"incoming_payee_limit": None})
    by_payee = handbook.model_copy(update={"incoming_day_limit": None})
    whole = assess(facts, by_day, _history(before, facts, handbook, now))
    each = [assess(part, by_payee, _history(before, part, handbook, now)) for part in _parts(facts, parts)]
    return joined([whole, *each])


def _parts(facts: Facts, parts: list[tuple[str, str, Money]]) -> list[Facts]:
    """The facts of each payee; several sums of one payee are one."""
    sums: dict[tuple[str, str], Facts] = {}
    for action, payee, money in parts:
        known = sums.get((action, party_key(payee)))
        amount = money.amount + (known.money.amount if known and known.money else 0)
        sums[action, party_key(payee)] = replace(
            facts,
            action=action,
            payee=payee,
            payee_id=None,
            money=Money(amount=amount, currency=money.currency),
            doubts=[],
            oddities=[],
        )
    return list(sums.values())


def _history(before: list[Moved], facts: Facts, handbook: Handbook, now: datetime) -> MovedMoney:
    window, day = now - timedelta(days=handbook.payee_days), _day(now)
    payee = Payee(facts.payee or "", facts.payee_id)
    theirs = [one for one in before if one.is_of(payee)]
    amount = facts.money.amount if facts.money else Decimal(0)

    def spent(sums: list[Moved], since: datetime) -> Decimal:
        return counted((one for one in sums if one.begun_at >= since), amount, facts.pays)

    return MovedMoney(
        payee_spent=spent(theirs, window), day_spent=spent(before, day), payee_day_spent=spent(theirs, day)
    )


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


async def _act(effect: _Effect, performer: AnyPerformer, clock: Clock) -> Evidence:
    _audit(effect, AuditStatus.INTENT, clock())
    try:
        if effect.action.service is None:
            receipt = await performer.perform(effect.key, effect.inputs)
        else:
            await wait_turn(effect.action.service, clock=clock)
            async with guarded(effect.action.service, clock=clock):
                receipt = await performer.perform(effect.key, effect.inputs)
    except UnknownOutcomeError as error:
        _audit(effect, AuditStatus.UNKNOWN, clock(), error=error)
        effect_ledger.mark_unknown(effect.key, str(error), clock())
        raise
    except TransientError as error:
        _audit(effect, AuditStatus.FAILURE, clock(), error=error)
        if performer.untouched and performer.untouched(effect.key):
            effect_ledger.withdraw_effect(effect.key, clock())
        else:  # an earlier try may have got further than this one, so the intent stays and is reconciled
            effect_ledger.mark_unknown(effect.key, str(error), clock())
        raise
    except RejectedError as error:
        _audit(effect, AuditStatus.FAILURE, clock(), error=error)
        effect_ledger.refuse_effect(effect.key, str(error), clock())
        raise
    _audit(effect, AuditStatus.SUCCESS, clock(), receipt=receipt)
    effect_ledger.finish_effect(effect.key, receipt, clock())
    return await _proven(effect, receipt, performer, clock)


async def _proven(
    effect: _Effect, receipt: dict[str, Any], performer: AnyPerformer, clock: Clock
) -> Evidence:
    receipt = {name: value for name, value in receipt.items() if name != effect_ledger.READ_BACK}
    try:
        facts = await performer.read_back(receipt, effect.inputs)
    except KeyError as error:
        raise EvidenceMissingError(f"effect {effect.key}", [f"its receipt says no {error}"]) from error
    if effect.action.is_public:
        effect_ledger.keep_read_back(effect.key, facts, clock())
    return Evidence(effect.key, receipt, facts)


def _audit(
    effect: _Effect,
    status: AuditStatus,
    now: datetime,
    *,
    receipt: dict[str, Any] | None = None,
    error: DigitalFteError | None = None,
) -> None:
    approved = effect.approved
    event = AuditEvent(
        action=effect.action.name,
        status=status,
        actor="work_tasks",
        resource=effect.request.task_id,
        details={
            "effect": effect.key,
            "step": effect.request.step.id,
            **({"receipt": receipt} if receipt else {}),
        },
        private={"inputs": effect.inputs.model_dump(mode="json")},
        approval_required=approved is not None,
        approved_by=approved.approver if approved else None,
        approver_channel=approved.channel if approved else None,
        payload_hash=content_hash(effect.action.name, effect.inputs.model_dump(mode="json")),
        error=str(error) if error else None,
    )
    audit_log().append(event, now)
