"""Odoo's records as ledger rows: which fields to read, and what their values mean.

Reads are made with `load: null`, so a many2one is its id; empty is `false`; amounts come as floats and become
exact by the currency's rounding. Only posted lines belong to a ledger, and only reconciliations between posted
lines: Odoo 19 keeps the reconciliations of an entry that is set back to draft.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.accounting.ledger import (
    AccountType,
    JournalLine,
    LedgerAccount,
    LedgerError,
    LedgerTax,
    PartialReconciliation,
)
from domain.money import rounded

Record = Mapping[str, Any]

LINE_DOMAIN = (("parent_state", "=", "posted"), ("account_id", "!=", False))
PARTIAL_DOMAIN = (
    ("debit_move_id.parent_state", "=", "posted"),
    ("credit_move_id.parent_state", "=", "posted"),
)
ACCOUNT_FIELDS = ("id", "code", "name", "account_type")
LINE_FIELDS = (
    "id",
    "move_id",
    "move_name",
    "date",
    "account_id",
    "partner_id",
    "name",
    "balance",
    "amount_currency",
    "currency_id",
    "date_maturity",
    "tax_ids",
    "tax_line_id",
    "amount_residual",
)
PARTIAL_FIELDS = (
    "id",
    "debit_move_id",
    "credit_move_id",
    "amount",
    "debit_amount_currency",
    "credit_amount_currency",
    "debit_currency_id",
    "credit_currency_id",
    "max_date",
)
TAX_FIELDS = ("id", "name", "type_tax_use", "tax_exigibility", "children_tax_ids")
"""Archived taxes are read as well (context `active_test: false`): old lines still name them."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a line's ids stand for."""

    currency: str
    """The company's own currency."""
    currencies: Mapping[int, str]
    partners: Mapping[int, str]
    cash_basis_moves: frozenset[int] = frozenset()
    """Entries with a `tax_cash_basis_rec_id`."""


def ledger_account(record: Record) -> LedgerAccount:
    """An `account.account`."""
    kind = AccountType(record["account_type"])
    return LedgerAccount(record["id"], record["code"] or "", record["name"], kind)


def ledger_tax(record: Record) -> LedgerTax:
    """An `account.tax`."""
    return LedgerTax(
        tax_id=record["id"],
        name=record["name"],
        use=record["type_tax_use"],
        on_payment=record["tax_exigibility"] == "on_payment",
        children=tuple(record["children_tax_ids"]),
    )


def journal_line(record: Record, names: Names) -> JournalLine:
    """A posted `account.move.line`."""
    currency = _currency(record["currency_id"], names)
    return JournalLine(
        line_id=record["id"],
        move_id=record["move_id"],
        move=record["move_name"] or "",
        day=dt.date.fromisoformat(record["date"]),
        account_id=record["account_id"],
        balance=rounded(record["balance"], names.currency),
        amount_currency=rounded(record["amount_currency"], currency),
        currency=currency,
        label=record["name"] or "",
        partner_id=record["partner_id"] or None,
        partner=names.partners.get(record["partner_id"], ""),
        due_on=dt.date.fromisoformat(record["date_maturity"]) if record["date_maturity"] else None,
        tax_ids=tuple(record["tax_ids"]),
        tax_id=record["tax_line_id"] or None,
        is_cash_basis=record["move_id"] in names.cash_basis_moves,
        residual_today=rounded(record["amount_residual"], names.currency),
    )


def partial_reconciliation(record: Record, names: Names) -> PartialReconciliation:
    """An `account.partial.reconcile`."""
    debit, credit = (_currency(record[f"{side}_currency_id"], names) for side in ("debit", "credit"))
    return PartialReconciliation(
        partial_id=record["id"],
        debit_line_id=record["debit_move_id"],
        credit_line_id=record["credit_move_id"],
        amount=rounded(record["amount"], names.currency),
        debit_amount_currency=rounded(record["debit_amount_currency"], debit),
        credit_amount_currency=rounded(record["credit_amount_currency"], credit),
        max_date=dt.date.fromisoformat(record["max_date"]),
    )


def _currency(currency_id: int, names: Names) -> str:
    if currency_id not in names.currencies:
        raise LedgerError(f"currency {currency_id} has no name")
    return names.currencies[currency_id]
