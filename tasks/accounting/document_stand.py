"""How the invoices and bills of a number stand, as Odoo has them now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.allocation import has_number
from domain.accounting.document_stand import (
    DocumentAnswer,
    DocumentAsked,
    DocumentStand,
    SetOff,
    document_answer,
    number_pattern,
)
from domain.accounting.payment import DIRECTIONS
from domain.money import Money, rounded
from tasks.accounting.moves import MODEL

LINE, PARTIAL = "account.move.line", "account.partial.reconcile"
DEBTS = ["asset_receivable", "liability_payable"]
SIDES = ["debit_move_id", "credit_move_id", "debit_amount_currency", "credit_amount_currency"]
FIELDS = [
    "name",
    "ref",
    "move_type",
    "partner_id",
    "state",
    "payment_state",
    "currency_id",
    "amount_total",
    "amount_residual",
    "invoice_date_due",
]


async def read_document(client: OdooClient, asked: DocumentAsked, today: dt.date) -> DocumentAnswer:
    """Whether it is paid and when, or what is open and when that is due; several may have the number."""
    order = "invoice_date desc, id desc"
    named = [["id", "in", await _numbered(client, asked)]]
    moves = await client.call(MODEL, "search_read", domain=named, fields=FIELDS, order=order)
    set_off = await _set_off(client, moves)
    return document_answer(asked, [_stand(row, set_off.get(row["id"], ())) for row in moves], today)


async def _numbered(client: OdooClient, asked: DocumentAsked) -> list[int]:
    """The ids of those with the number; of all whose numbers only end so, Odoo is asked for nothing but the numbers."""
    pattern = number_pattern(asked)
    alike = [
        ["move_type", "in", sorted(DIRECTIONS)],
        "|",
        ["name", "=ilike", pattern],
        ["ref", "=ilike", pattern],
    ]
    found = await client.rows(MODEL, alike, ("name", "ref", "move_type"))
    return [row["id"] for row in found if has_number((row["name"], _reference(row)), asked.plain_number)]


def _reference(row: dict[str, Any]) -> str:
    """The vendor's own number of a bill."""
    return (row["ref"] or "") if row["move_type"].startswith("in_") else ""


def _stand(row: dict[str, Any], set_off: Sequence[SetOff]) -> DocumentStand:
    currency = row["currency_id"][1]
    return DocumentStand(
        number=row["name"] if row["name"] and row["name"] != "/" else f"draft {row['id']}",
        reference=_reference(row),
        partner=row["partner_id"][1] if row["partner_id"] else "nobody",
        state=row["state"],
        payment_state=row["payment_state"],
        total=Money(amount=rounded(row["amount_total"], currency), currency=currency),
        left=Money(amount=rounded(row["amount_residual"], currency), currency=currency),
        due_on=dt.date.fromisoformat(row["invoice_date_due"]) if row["invoice_date_due"] else None,
        set_off=set_off,
    )


async def _set_off(client: OdooClient, moves: Sequence[dict[str, Any]]) -> dict[int, list[SetOff]]:
    """By document, what was set off against it, the earliest first."""
    currency = {row["id"]: row["currency_id"][1] for row in moves}
    domain = [["move_id", "in", sorted(currency)], ["account_id.account_type", "in", DEBTS]]
    debts = await client.call(LINE, "search_read", domain=domain, fields=["move_id"])
    of_line = {row["id"]: row["move_id"][0] for row in debts}
    ids = sorted(of_line)
    either = ["|", ["debit_move_id", "in", ids], ["credit_move_id", "in", ids]]
    partials = await client.call(PARTIAL, "search_read", domain=either, fields=SIDES)
    sides = [
        (row[f"{own}_move_id"][0], row[f"{other}_move_id"][0], row[f"{own}_amount_currency"])
        for row in partials
        for own, other in (("debit", "credit"), ("credit", "debit"))
        if row[f"{own}_move_id"][0] in of_line
    ]
    others = await _with_type(client, sorted({other for _, other, _ in sides}))
    found: dict[int, list[SetOff]] = defaultdict(list)
    for own, other, amount in sides:
        document, (day, move_type) = of_line[own], others[other]
        money = Money(amount=rounded(Decimal(str(amount)), currency[document]), currency=currency[document])
        found[document].append(SetOff(day, money, move_type in DIRECTIONS))
    return {document: sorted(rows, key=lambda one: one.day) for document, rows in found.items()}


async def _with_type(client: OdooClient, ids: Sequence[int]) -> dict[int, tuple[dt.date, str]]:
    """By journal item, its day and the type of its entry: a credit note's, or else a payment's."""
    lines = await client.call(LINE, "search_read", domain=[["id", "in", ids]], fields=["move_id", "date"])
    moves = sorted({row["move_id"][0] for row in lines})
    found = await client.call(MODEL, "search_read", domain=[["id", "in", moves]], fields=["move_type"])
    types = {row["id"]: row["move_type"] for row in found}
    return {row["id"]: (dt.date.fromisoformat(row["date"]), types[row["move_id"][0]]) for row in lines}
