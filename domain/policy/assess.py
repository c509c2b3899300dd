"""Whether a step may go ahead alone. The only inputs are the action, its typed inputs, the handbook and the ledger."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.accounting.bank import BankDetails
from domain.accounting.bill import SUNDRY
from domain.accounting.party import party_key
from domain.money import Money
from domain.policy.addressees import Addressees, mail_reasons
from domain.policy.handbook import Handbook

_VENDOR_DOUBT = "vendor '"


class Risk(StrEnum):
    """What an action is before anyone has looked at its inputs."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True)
class Facts:
    """What the policy must know of one step.

    Attributes:
        payee_id: the payee's partner in the books, where they know one.
        payee_known: the books know this payee from before.
        payee_name: the payee's name in the books, where they know one.
        bank_details: how the account to pay to stands to what is known of the payee.
        public: everybody can read the result.
        is_sundry: nobody said who is paid; the purchase has limits of its own.
        is_outgoing: the money leaves the business; else it is claimed or received, and pays nobody.
        doubts: what is uncertain about the inputs, each one sentence.
        oddities: what is unusual about them, as the books tell, each one sentence.
        mail: of a mail, who gets it and what it carries; None: it is none.
    """

    action: str
    base_risk: Risk
    money: Money | None = None
    payee: str | None = None
    payee_id: int | None = None
    payee_known: bool = False
    payee_name: str | None = None
    bank_details: BankDetails = BankDetails.KNOWN
    public: bool = False
    is_outgoing: bool = True
    is_sundry: bool = False
    doubts: list[str] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)
    mail: Addressees | None = None


@dataclass(frozen=True)
class MovedMoney:
    """What has moved or may have moved already in the step's direction and currency.

    `payee_spent` counts the handbook's `payee_days`, `day_spent` the present day, `payee_day_spent` both: the payee's
    present day.
    """

    payee_spent: Decimal = Decimal(0)
    day_spent: Decimal = Decimal(0)
    payee_day_spent: Decimal = Decimal(0)


@dataclass(frozen=True)
class Verdict:
    """The decision and each reason for it."""

    needs_approval: bool
    proof_required: bool
    reasons: list[str]


def spelling_of(name: str) -> str:
    """A payee's name without case and punctuation: whom the handbook lists is known under that name alone."""
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())


def is_known_payee(facts: Facts, handbook: Handbook) -> bool:
    """Whether the books or the handbook know who is paid; what comes in pays nobody."""
    if facts.is_sundry or not facts.is_outgoing:
        return True
    if facts.payee is None or party_key(facts.payee) in {"", party_key(SUNDRY)}:
        return False
    return facts.payee_known or spelling_of(facts.payee) in map(spelling_of, handbook.known_payees)


def assess(facts: Facts, handbook: Handbook, history: MovedMoney) -> Verdict:
    """Decide about one step; sums are cumulative, so splitting one never avoids the question."""
    reasons = _action_reasons(facts, handbook)
    proof = facts.public and handbook.proof.public_posts
    if facts.money is not None:
        reasons += _money_reasons(facts, facts.money, handbook, history)
        reasons += (
            _sundry_reasons(facts.money, handbook, history)
            if facts.is_sundry
            else _payee_reasons(facts, handbook)
        )
        proof = proof or _money_needs_proof(facts, facts.money, handbook, history)
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


def _money_reasons(facts: Facts, money: Money, handbook: Handbook, history: MovedMoney) -> list[str]:
    if money.amount < 0:
        return [f"{money} is negative"]
    if money.currency != handbook.currency:
        return [f"{money} cannot be compared with limits in {handbook.currency}"]
    reasons = []
    if money.amount > handbook.ask_above:
        reasons.append(f"{money} is above {_limit(handbook.ask_above, handbook, 'ask_above')}")
    return reasons + _sum_reasons(facts, money, handbook, history, is_asked=bool(reasons))


def _sum_reasons(
    facts: Facts, money: Money, handbook: Handbook, history: MovedMoney, *, is_asked: bool
) -> list[str]:
    """What the sums of a payee and of a day say; a sum that is this step alone is no second reason."""
    side = "" if facts.is_outgoing else "incoming_"
    payee_limit, day_limit = (
        (handbook.payee_threshold, handbook.day_threshold)
        if facts.is_outgoing
        else (handbook.incoming_payee_limit, handbook.incoming_day_limit)
    )
    reasons = []
    payee_sum = money.amount + max(history.payee_spent, Decimal(0))
    if payee_limit is not None and payee_sum > payee_limit and payee_sum != money.amount:
        reasons.append(
            f"{facts.payee or 'this payee'} would come to {Money(amount=payee_sum, currency=money.currency)} in "
            f"{handbook.payee_days} days, above {_limit(payee_limit, handbook, f'{side}payee_limit')}"
        )
    elif payee_limit is not None and payee_sum > payee_limit and not is_asked:
        reasons.append(f"{money} is above {_limit(payee_limit, handbook, f'{side}payee_limit')}")
    day_sum = money.amount + max(history.day_spent, Decimal(0))
    is_asked = is_asked or bool(reasons)
    if day_limit is not None and day_sum > day_limit and (day_sum != money.amount or not is_asked):
        reasons.append(
            f"what was done today without asking would come to {Money(amount=day_sum, currency=money.currency)}, "
            f"above {_limit(day_limit, handbook, f'{side}day_limit')}"
        )
    return reasons


def _sundry_reasons(money: Money, handbook: Handbook, history: MovedMoney) -> list[str]:
    """A purchase of which nobody said who was paid: small ones go ahead, within limits of their own."""
    if money.currency != handbook.currency:
        return ["nobody is named as payee"]
    day_sum = money.amount + max(history.payee_day_spent, Decimal(0))
    if money.amount > handbook.sundry_limit:
        return [
            f"nobody is named as payee of more than {_limit(handbook.sundry_limit, handbook, 'sundry_limit')}"
        ]
    if day_sum > handbook.sundry_day_limit:
        return [
            (
                f"the day's purchases without a payee would be {Money(amount=day_sum, currency=money.currency)}, "
                f"above {_limit(handbook.sundry_day_limit, handbook, 'sundry_day_limit')}"
            )
        ]
    return []


def _payee_reasons(facts: Facts, handbook: Handbook) -> list[str]:
    reasons = []
    if handbook.ask_for_new_payees and not is_known_payee(facts, handbook):
        reasons.append(f"{facts.payee} is a new payee" if facts.payee else "nobody is named as payee")
    payee, is_new = facts.payee or "the payee", facts.bank_details is BankDetails.NEW
    if facts.bank_details is BankDetails.CHANGED:
        reasons.append(f"the bank details of {payee} have changed")
    elif is_new and is_known_payee(facts, handbook):
        reasons.append(
            f"the bank details of {payee} are new: neither Odoo nor a bill approved before has that account"
        )
    return reasons


def _money_needs_proof(facts: Facts, money: Money, handbook: Handbook, history: MovedMoney) -> bool:
    rules = handbook.proof
    is_known = is_known_payee(facts, handbook) and facts.bank_details is BankDetails.KNOWN
    if rules.new_payees and not is_known:
        return True
    if rules.amount_above is None:
        return False
    before = max(history.payee_spent, history.day_spent, Decimal(0)) if facts.is_outgoing else Decimal(0)
    total = money.amount + before
    return money.currency != handbook.currency or total > rules.amount_above


def _limit(amount: Decimal, handbook: Handbook, rule: str) -> str:
    return f"{Money(amount=amount, currency=handbook.currency)} (the handbook's {rule})"
