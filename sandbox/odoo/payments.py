"""What Odoo computes for payments: their journal entry, their states, what they are set off against."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sandbox.odoo.books import OdooBooks
from sandbox.odoo.errors import ValidationError
from sandbox.odoo.invoices import Invoices
from sandbox.odoo.matching import PARTIAL, SIDES
from sandbox.odoo.values import Values
from sandbox.store import Row

PAYMENT, LINE, MOVE, METHOD = (
    "account.payment",
    "account.move.line",
    "account.move",
    "account.payment.method.line",
)
_DEBT = {"customer": "property_account_receivable_id", "supplier": "property_account_payable_id"}
_BOOKED = ("in_process", "paid")


class Payments:
    """The accounting of `account.payment`, hooked into the books."""

    def __init__(self, books: OdooBooks, invoices: Invoices) -> None:
        self._books = books
        self._invoices = invoices
        books.defaults[PAYMENT] = self._defaults
        books.before_write[PAYMENT] = self._check_write
        books.before_unlink[PAYMENT] = self._check_unlink
        for name, compute in {
            "is_reconciled": self._is_reconciled,
            "is_matched": self._is_matched,
            "reconciled_invoice_ids": lambda i: self._documents(i, "out_"),
            "reconciled_bill_ids": lambda i: self._documents(i, "in_"),
            "outstanding_account_id": self._outstanding,
            "destination_account_id": self._destination,
            "display_name": lambda i: self._row(i).get("name") or "Draft Payment",
        }.items():
            books.computed[PAYMENT, name] = compute
        books.computed[METHOD, "display_name"] = self._method_name

    def post(self, ids: Iterable[int]) -> None:
        """`action_post`: the journal entry, where the method has an account; again: nothing."""
        for payment_id in ids:
            row = self._row(payment_id)
            if row["state"] not in ("draft", *_BOOKED):
                continue
            account = self._outstanding(payment_id)
            if account and not row.get("move_id"):
                self._refuse_other_currency(int(account), row)
                self._make_entry(payment_id, row, int(account))
            is_cash = (
                account and self._books.row("account.account", int(account))["account_type"] == "asset_cash"
            )
            self._books.set_values(PAYMENT, payment_id, state="paid" if is_cash else "in_process")

    def _refuse_other_currency(self, account: int, row: Row) -> None:
        """An account with a currency of its own takes no other."""
        own = self._books.row("account.account", account).get("currency_id")
        if own and own != row["currency_id"]:
            raise ValidationError(
                "The account selected on your journal entry forces to provide a secondary currency. You should "
                "remove the secondary currency on the account."
            )

    def to_draft(self, ids: Iterable[int]) -> None:
        """`action_draft`; what it was set off against is open again once it is cancelled or changed."""
        for payment_id in ids:
            row = self._row(payment_id)
            self._books.set_values(PAYMENT, payment_id, state="draft")
            if row.get("move_id"):
                self._invoices.to_draft([row["move_id"]])

    def cancel(self, ids: Iterable[int]) -> None:
        """`action_cancel`: the entry of a posted payment is cancelled, that of a draft deleted.

        Raises:
            UserError: it is cancelled already.
        """
        for payment_id in ids:
            move_id = self._row(payment_id).get("move_id")
            self._books.set_values(PAYMENT, payment_id, state="canceled")
            if not move_id:
                continue
            if self._books.row(MOVE, move_id)["state"] == "draft":
                self._books.set_values(PAYMENT, payment_id, move_id=False)
                self._books.unlink(MOVE, [move_id])
            else:
                self._invoices.cancel([move_id])

    def assign(self, move_id: int, line_id: int) -> None:
        """`js_assign_outstanding_line`: set the item off against the open items of its account."""
        account = self._books.row(LINE, line_id)["account_id"]
        rows = self._books.table(LINE).peek()
        here = [
            key
            for key in self._books.children(LINE, "move_id", move_id)
            if rows[key]["account_id"] == account and not rows[key].get("reconciled")
        ]
        self._invoices.match([line_id, *here])

    def _row(self, payment_id: int) -> Row:
        return self._books.row(PAYMENT, payment_id)

    def _method_name(self, method_id: int) -> str:
        row = self._books.row(METHOD, method_id)
        return f"{row['name']} ({self._books.display_name('account.journal', row['journal_id'])})"

    def _defaults(self, values: Values) -> Values:
        values.setdefault("payment_type", "inbound")
        values.setdefault("date", self._books.today().isoformat())
        values.setdefault("currency_id", self._books.row("res.company", 1)["currency_id"])
        if not values.get("payment_method_line_id"):
            wanted = (values.get("journal_id"), values["payment_type"])
            methods = self._books.table(METHOD).peek().items()
            fitting = (key for key, row in methods if (row["journal_id"], row["payment_type"]) == wanted)
            values["payment_method_line_id"] = next(fitting, False)
        _refuse_negative(values)
        return values

    def _check_write(self, payment_id: int, values: Values) -> None:
        del payment_id
        _refuse_negative(values)

    def _check_unlink(self, payment_id: int) -> None:
        if self._row(payment_id)["state"] in _BOOKED:
            raise ValidationError(
                "A payment with an outstanding account cannot be confirmed without having a journal entry."
            )

    def _make_entry(self, payment_id: int, row: Row, account: int) -> None:
        sign = 1 if row["payment_type"] == "inbound" else -1
        method = self._books.row(METHOD, row["payment_method_line_id"])["name"]
        label = f"{method}: {row['memo']}" if row.get("memo") else method
        debt = self._destination(payment_id)
        move_id = self._books.create(
            MOVE,
            {
                "move_type": "entry",
                "journal_id": row["journal_id"],
                "date": row["date"],
                "partner_id": row.get("partner_id") or False,
                "currency_id": row["currency_id"],
                "ref": row.get("memo") or False,
                "line_ids": [
                    [0, 0, self._item(label, account, sign * row["amount"], row)],
                    [0, 0, self._item(label, debt, -sign * row["amount"], row)],
                ],
            },
        )
        for line_id in self._books.children(LINE, "move_id", move_id):
            self._books.set_values(LINE, line_id, payment_id=payment_id, date_maturity=row["date"])
        self._books.set_values(MOVE, move_id, origin_payment_id=payment_id)
        self._invoices.post([move_id], numbered="P")
        name = self._books.row(MOVE, move_id)["name"]
        self._books.set_values(PAYMENT, payment_id, move_id=move_id, name=name)

    def _item(self, label: str, account: int, amount: float, row: Row) -> Values:
        rate = self._books.row("res.currency", row["currency_id"])["rate"]
        balance = round(amount / rate, 2)
        return {
            "name": label,
            "account_id": account,
            "partner_id": row.get("partner_id") or False,
            "currency_id": row["currency_id"],
            "amount_currency": amount,
            "balance": balance,
            "debit": max(balance, 0.0),
            "credit": max(-balance, 0.0),
            "tax_ids": [],
        }

    def _outstanding(self, payment_id: int) -> int | bool:
        method = self._row(payment_id).get("payment_method_line_id")
        account: int | bool = (
            self._books.row(METHOD, method).get("payment_account_id", False) if method else False
        )
        return account

    def _destination(self, payment_id: int) -> int:
        row = self._row(payment_id)
        account: int = self._books.value("res.partner", row["partner_id"], _DEBT[row["partner_type"]])
        return account

    def _debt_lines(self, payment_id: int) -> list[Row]:
        destination = self._destination(payment_id) if self._row(payment_id).get("partner_id") else 0
        rows = self._books.table(LINE).peek()
        lines = self._books.children(LINE, "payment_id", payment_id)
        return [{"id": key, **rows[key]} for key in lines if rows[key]["account_id"] == destination]

    def _is_reconciled(self, payment_id: int) -> bool:
        lines = self._debt_lines(payment_id)
        return bool(lines) and all(line.get("reconciled") for line in lines)

    def _is_matched(self, payment_id: int) -> bool:
        row = self._row(payment_id)
        journal = self._books.row("account.journal", row["journal_id"])
        return bool(row.get("move_id")) and journal.get("default_account_id") == self._outstanding(payment_id)

    def _documents(self, payment_id: int, prefix: str) -> list[int]:
        partials = self._books.table(PARTIAL).peek()
        found: list[int] = []
        for line in self._debt_lines(payment_id):
            for side, other in (SIDES, SIDES[::-1]):
                matched = self._books.children(PARTIAL, side, line["id"])
                found += [self._books.row(LINE, partials[key][other])["move_id"] for key in matched]
        return [m for m in dict.fromkeys(found) if self._books.row(MOVE, m)["move_type"].startswith(prefix)]


def pay(books: OdooBooks, payments: Payments, move_id: int, day: date) -> None:
    """Pay a posted document wholly through the bank (the demo's past)."""
    move = books.row(MOVE, move_id)
    incoming = move["move_type"].startswith("out_")
    journals = books.table("account.journal").peek().items()
    values: dict[str, Any] = {
        "payment_type": "inbound" if incoming else "outbound",
        "partner_type": "customer" if incoming else "supplier",
        "partner_id": move["partner_id"],
        "amount": move["amount_residual"],
        "currency_id": move["currency_id"],
        "date": day.isoformat(),
        "journal_id": next(key for key, row in journals if row["type"] == "bank"),
        "memo": move["name"],
    }
    payment_id = books.create(PAYMENT, values)
    payments.post([payment_id])
    rows = books.table(LINE).peek()
    debt = {rows[key]["account_id"] for key in books.children(LINE, "move_id", move_id)}
    line = next(
        key for key in books.children(LINE, "payment_id", payment_id) if rows[key]["account_id"] in debt
    )
    payments.assign(move_id, line)


def _refuse_negative(values: Values) -> None:
    if (values.get("amount") or 0) < 0:
        raise ValidationError("The payment amount cannot be negative.")
