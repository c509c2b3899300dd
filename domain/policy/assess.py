"""Whether a step may go ahead alone. The only inputs are the action, its typed inputs, the handbook and the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.policy.addressees import mail_reasons
from domain.policy.facts import Facts, MovedMoney, Risk, spelling_of
from domain.policy.handbook import Handbook
from domain.policy.money_limits import money_needs_proof, money_reasons, payee_reasons, sundry_reasons

_VENDOR_DOUBT = "vendor '"


@dataclass(frozen=True)
class Verdict:
    """The decision and each reason for it."""

    needs_approval: bool
    proof_required: bool
    reasons: list[str]


def assess(facts: Facts, handbook: Handbook, history: MovedMoney) -> Verdict:
    """Decide about one step; sums are cumulative, so splitting one never avoids the question."""
    reasons = _action_reasons(facts, handbook)
    proof = facts.public and handbook.proof.public_posts
    if facts.money is not None:
        reasons += money_reasons(facts, facts.money, handbook, history)
        reasons += (
            sundry_reasons(facts.money, handbook, history)
            if facts.is_sundry
            else payee_reasons(facts, handbook)
        )
        proof = proof or money_needs_proof(facts, facts.money, handbook, history)
        if proof and not reasons:
            reasons = ["the handbook asks for a one-time code for this"]
    return Verdict(bool(reasons), proof and bool(reasons), reasons)


def joined(verdicts: Sequence[Verdict]) -> Verdict:
    """One decision about many things that are done as one: each reason once."""
    return Verdict(
        needs_approval=any(one.needs_approval for one in verdicts),
        proof_required=any(one.proof_required for one in verdicts),
        reasons=list(dict.fromkeys(reason for one in verdicts for reason in one.reasons)),
    )


def _action_reasons(facts: Facts, handbook: Handbook) -> list[str]:
    reasons = []
    if facts.base_risk is Risk.HIGH:
        reasons.append("this is always shown to a person first")
    if facts.action in handbook.autonomy.always_ask:
        reasons.append(f"the handbook lists {facts.action} under always_ask")
    if facts.public:
        reasons.append("the public can read the result")
    if facts.mail is not None:
        reasons += mail_reasons(facts.mail, handbook.mail, handbook.people)
    reasons += [f"doubtful: {doubt}" for doubt in facts.doubts if not _is_settled(doubt, facts)]
    return reasons + [f"unusual: {oddity}" for oddity in facts.oddities]


def vendor_doubt(name: object, why: str) -> str:
    """That a vendor's name may be misread."""
    return f"{_VENDOR_DOUBT}{name}' is uncertain ({why})"


def _is_settled(doubt: str, facts: Facts) -> bool:
    """A name read letter by letter as the books have a payee of theirs is no misreading."""
    is_name = facts.payee_known and spelling_of(facts.payee or "") == spelling_of(facts.payee_name or "")
    return is_name and doubt.startswith(_VENDOR_DOUBT)
