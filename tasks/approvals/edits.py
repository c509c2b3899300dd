"""What an edited request must satisfy before it counts: the action's own types, and the policy once more."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from domain.accounting.party import party_key
from domain.approvals.answer import Reassess, Validate
from domain.approvals.request import ApprovalRequest
from domain.errors import DigitalFteError
from domain.planning.catalogue import CATALOGUE
from domain.policy.assess import Facts, History, Verdict, assess
from domain.policy.handbook import Handbook
from domain.refused_values import refusals


def validation_of(action: str) -> Validate:
    """A check of edited inputs by the catalogue's model; its ValueError is one sentence for the person."""

    def validate(inputs: dict[str, Any]) -> dict[str, Any]:
        known = CATALOGUE.get(action)
        if action == "rules.change":
            raise ValueError(
                "approve the rules as shown or reject them; another wording is written in the Vault"
            )
        if known is None:
            raise ValueError(f"there is no action '{action}' any more; reject this request")
        try:
            return known.inputs.model_validate(inputs).model_dump(mode="json")
        except ValidationError as error:
            raise ValueError(refusals(error)[0]) from error

    return validate


def reassessment_of(request: ApprovalRequest, read_handbook: Callable[[], Handbook]) -> Reassess:
    """The policy's word on edited inputs: a payee or an account that was typed in is a new one.

    What was spent before is looked at again when the effect is performed.
    """

    def reassess(inputs: dict[str, Any]) -> Verdict:
        try:
            handbook = read_handbook()
        except DigitalFteError as error:
            raise ValueError(f"edits cannot be judged now: {error}") from error
        action = CATALOGUE[request.action]
        before = action.inputs.model_validate(request.asked)
        after = action.inputs.model_validate(inputs)
        payee, was = action.payee(after), action.payee(before)
        same = payee is not None and was is not None and party_key(payee) == party_key(was)
        facts = Facts(
            action=action.name,
            base_risk=action.base_risk,
            money=action.money(after),
            payee=payee,
            payee_known=same,
            is_outgoing=action.is_outgoing(after),
            is_sundry=action.is_sundry(after),
            bank_details_changed=action.accounts(after) != action.accounts(before),
        )
        return assess(facts, handbook, History())

    return reassess
