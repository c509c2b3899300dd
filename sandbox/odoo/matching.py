"""Setting items off against each other: `account.partial.reconcile` and what it leaves open."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.odoo.books import BOT_USER, OdooBooks
from sandbox.odoo.errors import UserError

LINE, PARTIAL = "account.move.line", "account.partial.reconcile"
SIDES = ("debit_move_id", "credit_move_id")


class Matching:
    """Partial reconciliations between journal items; each item keeps the sum that is set off."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        self._store = books.store

    def match(self, line_ids: list[int]) -> list[int]:
        """Set these items off, oldest first; the entries whose items changed.

        Raises:
            UserError: one of them is set off already.
        """
        rows = {line_id: self._books.row(LINE, line_id) for line_id in line_ids}
        if any(row.get("reconciled") for row in rows.values()):
            raise UserError("You are trying to reconcile some entries that are already reconciled.")
        debits = [i for i, row in rows.items() if row["amount_currency"] > 0]
        credits_ = [i for i, row in rows.items() if row["amount_currency"] < 0]
        for debit in debits:
            for credit in credits_:
                self._match_two(debit, credit)
        return list(dict.fromkeys(row["move_id"] for row in rows.values()))

    def unmatch(self, line_id: int) -> list[int]:
        """Take back what this item was set off against; the other side's entries."""
        partials = {key for side in SIDES for key in self._books.children(PARTIAL, side, line_id)}
        others = []
        for partial_id in sorted(partials):
            row = self._books.row(PARTIAL, partial_id)
            self._books.table(PARTIAL).remove(partial_id)
            for side in (row[name] for name in SIDES):
                self._add(side, -_money(row["debit_amount_currency"]), -_money(row["amount"]))
                others.append(self._books.row(LINE, side)["move_id"])
        return list(dict.fromkeys(others))

    def _match_two(self, debit: int, credit: int) -> None:
        rows = [self._books.row(LINE, side) for side in (debit, credit)]
        amount = min(open_amount(row) for row in rows)
        if amount <= 0:
            return
        balance = min(_balance_of(row, amount) for row in rows)
        now = self._store.now().strftime("%Y-%m-%d %H:%M:%S")
        self._books.table(PARTIAL).add(
            {
                "debit_move_id": debit,
                "credit_move_id": credit,
                "amount": float(balance),
                "debit_amount_currency": float(amount),
                "credit_amount_currency": float(amount),
                "debit_currency_id": rows[0]["currency_id"],
                "credit_currency_id": rows[1]["currency_id"],
                "max_date": max(row["date"] for row in rows),
                "company_id": 1,
                "create_date": now,
                "write_date": now,
                "create_uid": BOT_USER,
                "write_uid": BOT_USER,
            }
        )
        for side in (debit, credit):
            self._add(side, amount, balance)

    def _add(self, line_id: int, amount: Decimal, balance: Decimal) -> None:
        row = self._books.row(LINE, line_id)
        self._books.set_values(
            LINE,
            line_id,
            matched_amount=float(_money(row.get("matched_amount", 0)) + amount),
            matched_balance=float(_money(row.get("matched_balance", 0)) + balance),
        )


def open_amount(line: Mapping[str, Any]) -> Decimal:
    """What is not set off, in the item's currency, without its sign."""
    return abs(_money(line["amount_currency"])) - _money(line.get("matched_amount", 0))


def open_balance(line: Mapping[str, Any]) -> Decimal:
    """The same in the company's currency."""
    return abs(_money(line["balance"])) - _money(line.get("matched_balance", 0))


def _balance_of(line: Mapping[str, Any], amount: Decimal) -> Decimal:
    """The part of the open balance that goes with an amount; all of it with the whole amount."""
    balance = open_balance(line)
    whole = open_amount(line)
    return balance if amount == whole else (balance * amount / whole).quantize(Decimal("0.01"))


def _money(value: float) -> Decimal:
    return Decimal(str(value))
