"""What the employee moved by itself so far, by whom it was with: what limits count."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.accounting.party import party_key
from domain.planning.catalogue import claims_in, moves_money_out, paid_by
from domain.reliability.effect import SPENDING
from tasks.reliability.table import Effect

PARTNER_FIELDS = ("vendor_id", "customer_id", "partner_id")
"""How the receipts of bills, invoices and payments call the partner in the books."""
MADE_FIELDS = ("bill_id", "invoice_id")
"""How the receipts of bills and invoices call the document in the books."""


@dataclass(frozen=True)
class Payee:
    """Who is paid or pays: the name, and the partner in the books where one is known."""

    name: str
    partner_id: int | None = None


@dataclass(frozen=True)
class Moved:
    """A sum in one direction and who paid it or was paid.

    Attributes:
        made: The bill or invoice in the books that was made of it.
        paid: The one that it paid.
    """

    payee: Payee
    amount: Decimal
    begun_at: datetime
    made: int | None = None
    paid: int | None = None

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
        payee = Payee(row.payee or "", _first(receipt, PARTNER_FIELDS))
        paid = paid_by(row.action, row.inputs)
        made = None if paid else _first(receipt, MADE_FIELDS)
        return [Moved(payee, row.amount or Decimal(0), row.begun_at, made, paid)]
    invoices = receipt.get("invoices") or [{}] * len(claims)
    return [
        Moved(Payee(name, _first(one, PARTNER_FIELDS)), money.amount, row.begun_at, _first(one, MADE_FIELDS))
        for (name, money), one in zip(claims, invoices, strict=True)
    ]


def _first(receipt: dict[str, Any], names: tuple[str, ...]) -> int | None:
    return next((receipt[name] for name in names if name in receipt), None)


def counted(sums: Iterable[Moved], amount: Decimal, paid: int | None) -> Decimal:
    """What these sums count for beside a step; a bill or invoice and the payments of it are one sum, the larger.

    Args:
        sums: What was moved.
        amount: What the step moves.
        paid: The document in the books that the step pays, if it is a payment.
    """
    of_made, of_paid, others = (
        defaultdict[int, Decimal](Decimal),
        defaultdict[int, Decimal](Decimal),
        Decimal(0),
    )
    for one in sums:
        if one.paid is not None:
            of_paid[one.paid] += one.amount
        elif one.made is not None:
            of_made[one.made] += one.amount
        else:
            others += one.amount
    if paid is not None:
        of_paid[paid] += amount
        others -= amount
    return others + sum(max(of_made[one], of_paid[one]) for one in {*of_made, *of_paid})
