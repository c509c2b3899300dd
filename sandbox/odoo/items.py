"""The journal items of a bill or an invoice: priced lines, taxes, the payable line, and the totals."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from domain.money import rounded
from sandbox.odoo.books import OdooBooks
from sandbox.odoo.matching import PARTIAL, SIDES, open_amount, open_balance
from sandbox.odoo.taxes import Taxes
from sandbox.odoo.values import Values
from sandbox.store import Row

PURCHASE = ("in_invoice", "in_refund", "in_receipt")
SALE = ("out_invoice", "out_refund", "out_receipt")
_DEBIT_TYPES = ("in_invoice", "in_receipt", "out_refund")
_DEBT_ACCOUNTS = ("asset_receivable", "liability_payable")
_CASH_ACCOUNTS = ("asset_cash", "liability_credit_card")
"""Their items too show what no statement is set off against."""
_SEQUENCES = {"tax": 10_000, "payment_term": 12_000}


class BalancedItems:
    """Keeps the items of `account.move` records balanced while they are drafts."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        self._taxes = Taxes(books)

    def recompute(self, move_id: int) -> None:
        """Items, totals and the lines' copies of the record's fields."""
        move = self._books.row("account.move", move_id)
        if move["move_type"] in (*PURCHASE, *SALE) and move["state"] != "posted":
            self._lay_items(move_id, move)
        elif move["state"] == "posted":
            self._price_again(move_id)
        self.total(move_id)
        self._copy_to_lines(move_id)

    def total(self, move_id: int) -> None:
        """The record's amounts from its items."""
        move = self._books.row("account.move", move_id)
        lines = [
            self._item(line_id) for line_id in self._books.children("account.move.line", "move_id", move_id)
        ]
        sign = 1 if move["move_type"] in _DEBIT_TYPES else -1
        net = sum((_amount(line) for line in lines if line["display_type"] == "product"), Decimal(0))
        tax = sum((_amount(line) for line in lines if line["display_type"] == "tax"), Decimal(0))
        home_net = sum((_balance(line) for line in lines if line["display_type"] == "product"), Decimal(0))
        home_tax = sum((_balance(line) for line in lines if line["display_type"] == "tax"), Decimal(0))
        terms = [line for line in lines if line["display_type"] == "payment_term"]
        is_touched = any(line.get("matched_amount") for line in lines)
        is_open = sum((open_amount(line) for line in terms), Decimal(0))
        is_open_home = sum((open_balance(line) for line in terms), Decimal(0))
        total, home_total = sign * (net + tax), -(home_net + home_tax)
        if move["move_type"] == "entry":
            total = home_total = sum((_balance(line) for line in lines if line["balance"] > 0), Decimal(0))
        self._books.set_values(
            "account.move",
            move_id,
            amount_untaxed=float(sign * net),
            amount_tax=float(sign * tax),
            amount_total=float(total),
            amount_residual=float(is_open.copy_sign(total)),
            amount_untaxed_signed=float(-home_net),
            amount_tax_signed=float(-home_tax),
            amount_total_signed=float(home_total),
            amount_residual_signed=float(is_open_home.copy_sign(home_total)),
            amount_total_in_currency_signed=float(-sign * total),
            payment_state=self._payment_state(move_id, move, total, is_open),
            has_reconciled_entries=is_touched,
        )

    def _payment_state(self, move_id: int, move: Row, total: Decimal, is_open: Decimal) -> str:
        if move["state"] != "posted" or move["move_type"] == "entry" or is_open == abs(total):
            return "not_paid"
        return "partial" if is_open else "reversed" if self._is_reversed(move_id, move) else "paid"

    def _is_reversed(self, move_id: int, move: Row) -> bool:
        """Whether credit notes alone settle it."""
        notes = {"out_invoice": "out_refund", "in_invoice": "in_refund"}.get(move["move_type"])
        mine = self._books.children("account.move.line", "move_id", move_id)
        other = {
            self._item(row[theirs])["move_type"]
            for side, theirs in (SIDES, SIDES[::-1])
            for line_id in mine
            for key in self._books.children(PARTIAL, side, line_id)
            for row in (self._books.row(PARTIAL, key),)
        }
        return other == {notes}

    def settle(self, move_id: int) -> None:
        """What is open after items were set off, or no longer are."""
        self._copy_to_lines(move_id)
        self.total(move_id)

    def lines(self, move_id: int, display_type: str) -> list[int]:
        """Ids of the items of one kind."""
        rows = self._books.table("account.move.line").peek()
        return [
            line_id
            for line_id in self._books.children("account.move.line", "move_id", move_id)
            if rows[line_id]["display_type"] == display_type
        ]

    def company(self) -> Row:
        """The one company."""
        return self._books.row("res.company", 1)

    def _item(self, line_id: int) -> Mapping[str, Any]:
        """A journal item to look at; most of the time of large books goes into copying them."""
        return self._books.table("account.move.line").peek()[line_id]

    def _lay_items(self, move_id: int, move: Row) -> None:
        sign = 1 if move["move_type"] in _DEBIT_TYPES else -1
        currency = self._currency(move)
        taxes: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
        bases: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for line_id in self.lines(move_id, "product"):
            line = self._item(line_id)
            net, line_taxes = self._priced(line, currency["name"])
            gross = net
            for tax_id, amount in line_taxes.items():
                for share in self._taxes.amounts(tax_id):
                    place = tax_id, share["account_id"] or line["account_id"]
                    part = amount * Decimal(str(share["factor_percent"])) / 100
                    taxes[place] += part
                    bases[place] += net
                    gross += part
            self._set_amounts(line_id, sign * net, currency)
            self._books.set_values(
                "account.move.line", line_id, price_subtotal=float(net), price_total=float(gross)
            )
        self._lay_taxes(move_id, taxes, bases)
        self._lay_term(move_id, move)

    def _price_again(self, move_id: int) -> None:
        """A price changed on a posted line shows there, and nowhere else (so it is in Odoo 19)."""
        currency = self._currency(self._books.row("account.move", move_id))["name"]
        for line_id in self.lines(move_id, "product"):
            net, taxes = self._priced(self._item(line_id), currency)
            self._books.set_values(
                "account.move.line",
                line_id,
                price_subtotal=float(net),
                price_total=float(net + sum(taxes.values())),
            )

    def _priced(self, line: Mapping[str, Any], currency: str) -> tuple[Decimal, dict[int, Decimal]]:
        price = Decimal(str(line["price_unit"])) * (1 - Decimal(str(line["discount"])) / 100)
        quantity = Decimal(str(line["quantity"]))
        amount = rounded(price * quantity, currency)
        taxes = {tax_id: self._books.row("account.tax", tax_id) for tax_id in line["tax_ids"]}
        included = [tax for tax in taxes.values() if tax["price_include"]]
        percent = sum((Decimal(str(tax["amount"])) for tax in included), Decimal(0))
        net = rounded(amount / (1 + percent / 100), currency)
        parts = {}
        for tax_id, tax in taxes.items():
            rate = Decimal(str(tax["amount"]))
            part = rate * quantity if tax["amount_type"] == "fixed" else net * rate / 100
            parts[tax_id] = rounded(part, currency)
        if len(included) == 1 == len(taxes):
            parts = dict.fromkeys(taxes, amount - net)
        return net, parts

    def _lay_taxes(
        self, move_id: int, taxes: dict[tuple[int, int], Decimal], bases: dict[tuple[int, int], Decimal]
    ) -> None:
        move = self._books.row("account.move", move_id)
        currency = self._currency(move)
        sign = 1 if move["move_type"] in _DEBIT_TYPES else -1
        there = {
            (row["tax_line_id"], row["account_id"]): line_id
            for line_id in self.lines(move_id, "tax")
            for row in [self._item(line_id)]
        }
        for place in there.keys() - taxes.keys():
            self._books.table("account.move.line").remove(there[place])
        for place, amount in taxes.items():
            if not amount and place not in there:
                continue
            line_id = there.get(place) or self._add_item(move_id, "tax", place[1])
            self._books.set_values(
                "account.move.line",
                line_id,
                tax_line_id=place[0],
                name=self._books.display_name("account.tax", place[0]),
                tax_base_amount=float(sign * bases[place]),
            )
            by_hand = self._item(line_id).get("set_by_hand")
            self._set_amounts(
                line_id, Decimal(str(by_hand)) if by_hand is not None else sign * amount, currency
            )

    def _lay_term(self, move_id: int, move: Row) -> None:
        others = [
            self._item(line_id) for line_id in self._books.children("account.move.line", "move_id", move_id)
        ]
        others = [line for line in others if line["display_type"] != "payment_term"]
        there = self.lines(move_id, "payment_term")
        if not others:
            for line_id in there:
                self._books.table("account.move.line").remove(line_id)
            return
        kind = (
            "property_account_payable_id"
            if move["move_type"] in PURCHASE
            else "property_account_receivable_id"
        )
        line_id = (
            there[0] if there else self._add_item(move_id, "payment_term", self._term_account(move, kind))
        )
        total = -sum((Decimal(str(line["amount_currency"])) for line in others), Decimal(0))
        balance = -sum((Decimal(str(line["balance"])) for line in others), Decimal(0))
        due = move.get("invoice_date_due") or move.get("invoice_date") or False
        self._books.set_values(
            "account.move.line",
            line_id,
            amount_currency=float(total),
            name=move.get("payment_reference") or False,
            date_maturity=due,
            **_sides(balance),
            **self._early_discount(move, total),
        )

    def _early_discount(self, move: Row, total: Decimal) -> dict[str, Any]:
        """Until which day which sum pays the document, by its payment term."""
        term_id, issued = move.get("invoice_payment_term_id"), move.get("invoice_date")
        term = self._books.row("account.payment.term", term_id) if term_id else {}
        if not term.get("early_discount") or not issued:
            return {"discount_date": False, "discount_amount_currency": 0.0}
        percent = Decimal(str(term["discount_percentage"]))
        left = rounded(total * (100 - percent) / 100, self._currency(move)["name"])
        until = date.fromisoformat(issued) + timedelta(days=term["discount_days"])
        return {"discount_date": until.isoformat(), "discount_amount_currency": float(left)}

    def _term_account(self, move: Row, kind: str) -> int:
        partner = self._books.row("res.partner", move["partner_id"]) if move.get("partner_id") else {}
        if partner.get(kind):
            account: int = partner[kind]
            return account
        wanted = "liability_payable" if kind.endswith("payable_id") else "asset_receivable"
        accounts = self._books.table("account.account").peek()
        return int(next(key for key, row in accounts.items() if row["account_type"] == wanted))

    def _add_item(self, move_id: int, display_type: str, account_id: int) -> int:
        move = self._books.row("account.move", move_id)
        return self._books.table("account.move.line").add(
            {
                "move_id": move_id,
                "display_type": display_type,
                "account_id": account_id,
                "currency_id": move["currency_id"],
                "sequence": _SEQUENCES[display_type],
                "quantity": 0.0,
                "price_unit": 0.0,
                "discount": 0.0,
                "tax_ids": [],
                "create_date": move["create_date"],
                "write_date": move["write_date"],
                "create_uid": move["create_uid"],
                "write_uid": move["write_uid"],
            }
        )

    def _set_amounts(self, line_id: int, amount: Decimal, currency: Row) -> None:
        home = self._books.row("res.currency", self.company()["currency_id"])
        balance = rounded(amount / Decimal(str(currency["rate"])), home["name"])
        self._books.set_values("account.move.line", line_id, amount_currency=float(amount), **_sides(balance))

    def _copy_to_lines(self, move_id: int) -> None:
        move = self._books.row("account.move", move_id)
        partner = move.get("partner_id") or False
        commercial: int | Literal[False] = self._commercial(partner) if partner else False
        company = self.company()
        self._books.set_values(
            "account.move",
            move_id,
            commercial_partner_id=commercial,
            company_currency_id=company["currency_id"],
            invoice_currency_rate=self._currency(move)["rate"],
            invoice_partner_display_name=self._books.display_name("res.partner", partner)
            if partner
            else False,
        )
        for line_id in self._books.children("account.move.line", "move_id", move_id):
            self._copy_to_line(line_id, move, commercial)

    def _copy_to_line(self, line_id: int, move: Row, commercial: int | Literal[False]) -> None:
        line = self._item(line_id)
        account = self._books.table("account.account").get(line.get("account_id") or 0) or {}
        kind = account.get("account_type", False)
        holds_debt = kind in _DEBT_ACCOUNTS
        shows_rest = holds_debt or kind in _CASH_ACCOUNTS
        sign = -1 if line["amount_currency"] < 0 else 1
        self._books.set_values(
            "account.move.line",
            line_id,
            parent_state=move["state"],
            move_name=move.get("name") or False,
            move_type=move["move_type"],
            journal_id=move["journal_id"],
            company_id=move["company_id"],
            company_currency_id=self.company()["currency_id"],
            currency_id=move["currency_id"],
            partner_id=commercial,
            ref=move.get("ref") or False,
            date=move.get("date") or False,
            invoice_date=move.get("invoice_date") or False,
            account_type=kind,
            amount_residual=float(open_balance(line) * sign) if shows_rest else 0.0,
            amount_residual_currency=float(open_amount(line) * sign) if shows_rest else 0.0,
            reconciled=bool(holds_debt and line.get("matched_amount") and not open_amount(line)),
        )

    def _commercial(self, partner_id: int) -> int:
        row = self._books.row("res.partner", partner_id)
        while row.get("parent_id") and not row.get("is_company"):
            partner_id = row["parent_id"]
            row = self._books.row("res.partner", partner_id)
        return partner_id

    def _currency(self, move: Row) -> Row:
        return self._books.row("res.currency", move["currency_id"])


def _sides(balance: Decimal) -> Values:
    return {
        "balance": float(balance),
        "debit": float(max(balance, Decimal(0))),
        "credit": float(max(-balance, Decimal(0))),
    }


def _amount(line: Mapping[str, Any]) -> Decimal:
    return Decimal(str(line["amount_currency"]))


def _balance(line: Mapping[str, Any]) -> Decimal:
    return Decimal(str(line["balance"]))
