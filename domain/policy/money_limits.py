"""The handbook's limits for money: for one sum, a payee's sums of many days, a day's sums, what nobody is named for."""

from decimal import Decimal

from domain.accounting.bank import BankDetails
from domain.accounting.bill import SUNDRY
from domain.accounting.party import party_key
from domain.money import Money
from domain.policy.facts import Facts, MovedMoney, spelling_of
from domain.policy.handbook import Handbook


def is_known_payee(facts: Facts, handbook: Handbook) -> bool:
    """Whether the books or the handbook know who is paid; what comes in pays nobody."""
    if facts.is_sundry or not facts.is_outgoing:
        return True
    if facts.payee is None or party_key(facts.payee) in {"", party_key(SUNDRY)}:
        return False
    return facts.payee_known or spelling_of(facts.payee) in map(spelling_of, handbook.known_payees)


def money_reasons(facts: Facts, money: Money, handbook: Handbook, history: MovedMoney) -> list[str]:
    """Why a person is asked about a sum: alone, with the payee's sums of so many days, with the day's."""
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


def sundry_reasons(money: Money, handbook: Handbook, history: MovedMoney) -> list[str]:
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


def payee_reasons(facts: Facts, handbook: Handbook) -> list[str]:
    """Why a person is asked about who is paid: somebody new, or an account that is not known as theirs."""
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


def money_needs_proof(facts: Facts, money: Money, handbook: Handbook, history: MovedMoney) -> bool:
    """Whether a name is not enough to approve it: the handbook wants a one-time code."""
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
