"""What the employee moved by itself so far, by whom it was with: what limits count."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.accounting.party import party_key
from domain.planning.catalogue import claims_in, moves_money_out
from domain.reliability.effect import SPENDING
from tasks.reliability.table import Effect

PARTNER_FIELDS = ("vendor_id", "customer_id", "partner_id")
"""How the receipts of bills, invoices and payments call the partner in the books."""


@dataclass(frozen=True)
class Payee:
    """Who is paid or pays: the name, and the partner in the books where one is known."""

    name: str
    partner_id: int | None = None


@dataclass(frozen=True)
class Moved:
    """A sum in one direction and who paid it or was paid."""

    payee: Payee
    amount: Decimal
    begun_at: datetime

    def is_of(self, payee: Payee) -> bool:
        """Whether it is this payee's: the same partner in the books, or a spelling of the same name."""
        is_partner = self.payee.partner_id is not None and self.payee.partner_id == payee.partner_id
        return is_partner or party_key(self.payee.name) == party_key(payee.name)


def moved(session: Session, *, currency: str, since: datetime, is_outgoing: bool = True) -> list[Moved]:
    """What the employee moved, or may have moved, in one direction by itself since then.

    Intents, unknown outcomes and done effects count; what a person approved does not, since it was seen. What was done
    for many as one is told apart.
    """
    query = select(Effect).where(
        Effect.approval_id.is_(None),
        Effect.currency == currency,
        Effect.begun_at >= since,
        Effect.amount.is_not(None),
        Effect.state.in_([state.value for state in SPENDING]),
    )
    return [
        one
        for row in session.scalars(query)
        if moves_money_out(row.action, row.inputs) is is_outgoing
        for one in _moved_by(row)
    ]


def _moved_by(row: Effect) -> list[Moved]:
    """The sums of one effect; its receipt tells the partner in the books once it is done."""
    receipt = row.receipt or {}
    claims = claims_in(row.action, row.inputs)
    if not claims:
        payee = Payee(row.payee or "", _partner(receipt))
        return [Moved(payee, row.amount or Decimal(0), row.begun_at)]
    made = receipt.get("invoices") or [{}] * len(claims)
    return [
        Moved(Payee(name, _partner(one)), money.amount, row.begun_at)
        for (name, money), one in zip(claims, made, strict=True)
    ]


def _partner(receipt: dict[str, Any]) -> int | None:
    return next((receipt[name] for name in PARTNER_FIELDS if name in receipt), None)
