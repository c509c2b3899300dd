"""The catalogue: every action the employee can take, with typed inputs and what the policy must know of it.

An action that is not here cannot be planned, whoever asks for it. How each is carried out stands in
`tasks/planning/performers.py` under the same name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.accounting.bank import plain_account
from domain.accounting.bill import BillInputs
from domain.accounting.payment import PaymentInputs
from domain.money import Money
from domain.policy.assess import Risk


class FileAwayInputs(BaseModel):
    """Why nothing needs to be done."""

    model_config = ConfigDict(extra="ignore")

    reason: str = Field(min_length=3, max_length=2000)


@dataclass(frozen=True)
class Action:
    """One kind of step.

    Attributes:
        title: What a person reads above the request.
        inputs: The model that every step's inputs must satisfy.
        base_risk: The risk before the policy looks at money, payee and doubts.
        service: The outside system it calls, for rate limits and circuit breakers; None stays in the Vault.
        money: What it spends or commits, None for nothing.
        payee: Who is paid, None for nobody.
        accounts: The bank accounts that are named to be paid to.
    """

    name: str
    title: str
    inputs: type[BaseModel]
    base_risk: Risk
    service: str | None
    money: Callable[[Any], Money | None] = lambda _inputs: None
    payee: Callable[[Any], str | None] = lambda _inputs: None
    accounts: Callable[[Any], tuple[str, ...]] = lambda _inputs: ()


CATALOGUE = {
    action.name: action
    for action in (
        Action(
            name="odoo.record_bill",
            title="Book a vendor bill in Odoo",
            inputs=BillInputs,
            base_risk=Risk.LOW,
            service="odoo",
            money=lambda bill: Money(amount=bill.total, currency=bill.currency),
            payee=lambda bill: bill.vendor,
            accounts=lambda bill: (plain_account(bill.vendor_iban), plain_account(bill.vendor_account)),
        ),
        Action(
            name="odoo.record_payment",
            title="Record a payment in Odoo",
            inputs=PaymentInputs,
            base_risk=Risk.LOW,
            service="odoo",
            money=lambda payment: Money(amount=payment.amount, currency=payment.currency),
            payee=lambda payment: payment.partner,
        ),
        Action(
            name="desk.file_away",
            title="File without action",
            inputs=FileAwayInputs,
            base_risk=Risk.LOW,
            service=None,
        ),
    )
}
