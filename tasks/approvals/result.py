"""What came of a decision, as the effect ledger has it: for a second look at the request's run."""

from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.markdown import shown_inline
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan_page import shown_record
from domain.reliability.effect import EffectState
from tasks.approvals.requests import find
from tasks.approvals.runs import show_decision
from tasks.reliability.ledger import Effect, effects_of

NOTHING = {
    ApprovalState.REJECTED: "Nothing was done.",
    ApprovalState.EXPIRED: "Nobody decided in time; nothing was done.",
    ApprovalState.SUPERSEDED: "The content changed; the new content is a request of its own.",
}


def result_of(request: ApprovalRequest, said: str) -> str:
    """One sentence of Markdown.

    Args:
        request: A request that has an end.
        said: What is said of going on, for an approval that changed the rules or whose effect has not begun.
    """
    if request.state is not ApprovalState.APPROVED:
        return NOTHING.get(request.state, shown_inline(said))
    if request.action not in CATALOGUE:
        return shown_inline(f"{said[:1].upper()}{said[1:]}.")
    effects = [effect for effect in effects_of(request.task_id) if effect.approval_id == request.id]
    return _sentence(effects[-1]) if effects else f"Nothing was done so far: {shown_inline(said)}"


async def show_late_results(task_id: str) -> None:
    """Show on the runs of earlier decisions what came of them since: a service may have been away then."""
    for effect in effects_of(task_id):
        request = find(effect.approval_id) if effect.approval_id else None
        if request is not None and request.finished_at and request.flow_run_id:
            await show_decision(request, request.flow_run_id, _sentence(effect))


def _sentence(effect: Effect) -> str:
    record = shown_record(effect.receipt or {})
    match EffectState(effect.state):
        case EffectState.DONE:
            return f"Done: {record}" if record else "Done."
        case EffectState.COMPENSATED:
            return f"Done, and undone afterwards: {record}".rstrip(": ")
        case EffectState.REFUSED:
            return f"Refused, nothing was done: {shown_inline(effect.error or 'no reason was given')}"
        case EffectState.WITHDRAWN:
            return "Not done."
        case _:
            why = shown_inline(effect.error or "the answer was lost")
            return f"Not certain yet: {why}. It is looked up before anything is repeated."
