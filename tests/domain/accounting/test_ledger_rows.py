"""Records as Odoo 19's JSON-2 gives them with `load: null`."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from domain.accounting.copied_books import stored
from domain.accounting.ledger import AccountType, JournalLine, LedgerError
from domain.accounting.ledger_rows import (
    LINE_FIELDS,
    PARTIAL_FIELDS,
    Names,
    columns_of,
    journal_lines,
    ledger_account,
    ledger_tax,
    partial_reconciliations,
)

NAMES = Names("USD", {1: "USD", 25: "JPY"}, {7: "Cedar Paper Inc."}, frozenset({55}))
LINE: dict[str, Any] = {
    "id": 11,
    "move_id": 5,
    "move_name": "INV/2026/00001",
    "date": "2026-01-15",
    "account_id": 6,
    "partner_id": 7,
    "name": False,
    "balance": 1150.1,
    "amount_currency": 170000.0,
    "currency_id": 25,
    "date_maturity": "2026-02-14",
    "tax_ids": [3],
    "tax_line_id": False,
    "amount_residual": 0.30000000000000004,
}
PARTIAL: dict[str, Any] = {
    "id": 1,
    "debit_move_id": 11,
    "credit_move_id": 12,
    "amount": 10.15,
    "debit_amount_currency": 1500.0,
    "credit_amount_currency": 10.15,
    "debit_currency_id": 25,
    "credit_currency_id": 1,
    "max_date": "2026-02-10",
}


def journal_line(record: dict[str, Any]) -> JournalLine:
    """One line."""
    (line,) = journal_lines(columns_of([record], LINE_FIELDS), NAMES)
    return line


def kept(record: dict[str, Any]) -> dict[str, Any]:
    """As the copy keeps it, and hands it on."""
    return stored([record])[record["id"]]


def test_a_lines_floats_become_exact_in_their_own_currencies() -> None:
    line = journal_line(kept(LINE))
    assert (str(line.balance), str(line.amount_currency), line.currency) == ("1150.10", "170000", "JPY")
    assert (str(line.debit), str(line.credit), str(line.residual_today)) == ("1150.10", "0", "0.30")
    assert (line.partner, line.due, line.tax_ids) == ("Cedar Paper Inc.", dt.date(2026, 2, 14), (3,))


def test_odoos_false_is_absence() -> None:
    empty = {"move_name": False, "partner_id": False, "date_maturity": False, "tax_ids": [], "move_id": 55}
    line = journal_line(kept({**LINE, **empty}))
    assert (line.move, line.partner_id, line.partner, line.due) == ("", None, "", line.day)
    assert line.is_cash_basis


def test_a_reconciliation_keeps_each_sides_currency() -> None:
    [partial] = partial_reconciliations(columns_of([kept(PARTIAL)], PARTIAL_FIELDS), NAMES)
    assert (str(partial.debit_amount_currency), str(partial.credit_amount_currency)) == ("1500", "10.15")
    assert (partial.amount, partial.max_date) == (Decimal("10.15"), dt.date(2026, 2, 10))


def test_the_fields_that_are_read_are_the_fields_that_are_used() -> None:
    assert (set(LINE), set(PARTIAL)) == (set(LINE_FIELDS), set(PARTIAL_FIELDS))


def test_a_currency_without_a_name_is_refused() -> None:
    with pytest.raises(LedgerError, match="currency 2 has no name"):
        journal_line(kept({**LINE, "currency_id": 2}))


def test_accounts_and_taxes_are_read() -> None:
    account = ledger_account({"id": 6, "code": False, "name": "Debtors", "account_type": "asset_receivable"})
    assert (account.code, account.account_type) == ("", AccountType.RECEIVABLE)
    tax = ledger_tax(
        {
            "id": 3,
            "name": "15%",
            "type_tax_use": "sale",
            "tax_exigibility": "on_payment",
            "children_tax_ids": [],
        }
    )
    assert (tax.on_payment, tax.children) == (True, ())
