"""What Odoo computes for bills and invoices: items, taxes, totals, numbers, states."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from sandbox.odoo.books import INVOICE_DISPLAY, OdooBooks
from sandbox.odoo.errors import UserError
from sandbox.odoo.items import PURCHASE, SALE, BalancedItems
from sandbox.odoo.matching import Matching
from sandbox.odoo.values import Values
from sandbox.store import Row

_PREFIXES = {"in_refund": "RBILL", "out_refund": "RINV"}
REVERSED = {"out_invoice": "out_refund", "in_invoice": "in_refund"}
LOCKED_WHEN_POSTED = (
    "invoice_line_ids", "line_ids", "invoice_date", "date", "partner_id", "invoice_payment_term_id",
    "currency_id", "fiscal_position_id",
)  # fmt: skip
_DRAFT_NAMES = {
    "in_invoice": "Draft Bill",
    "in_refund": "Draft Vendor Credit Note",
    "in_receipt": "Draft Purchase Receipt",
    "out_invoice": "Draft Invoice",
    "out_refund": "Draft Customer Credit Note",
    "out_receipt": "Draft Sales Receipt",
}


class Invoices:
    """The accounting of `account.move`, hooked into the books."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        self._items = BalancedItems(books)
        self._matching = Matching(books)
        move, line = "account.move", "account.move.line"
        books.defaults[move] = self._move_defaults
        books.defaults[line] = self._line_defaults
        books.before_write[move] = self._check_posted
        books.before_write[line] = self._check_posted_line
        books.after_change[move] = self._moves_changed
        books.after_change[line] = self._lines_changed
        books.before_unlink[move] = self._unlink_move
        books.before_unlink[line] = self._unlink_line
        books.computed[move, "duplicated_ref_ids"] = self._duplicates
        books.computed[move, "display_name"] = self._move_name
        books.computed[move, "message_attachment_count"] = self._attachment_count
        books.computed[line, "display_name"] = self._line_name
        books.computed[move, "sequence_prefix"] = lambda move_id: (
            books.row(move, move_id).get("sequence_prefix") or ""
        )

    def post(self, ids: Iterable[int], *, numbered: str = "") -> None:
        """`action_post`; a payment's entry is numbered in a series of its own.

        Raises:
            UserError: what is missing, or that it is posted already; then nothing is posted.
        """
        ids = list(ids)
        problems = [problem for move_id in ids for problem in self._post_problems(move_id)]
        if problems:
            raise UserError("\n".join(dict.fromkeys(problems)))
        for move_id in ids:
            move = self._books.row("account.move", move_id)
            if not move.get("invoice_date") and move["move_type"] in SALE:
                self._books.write("account.move", [move_id], {"invoice_date": str(self._books.today())})
            self._number(move_id, numbered)
            self._set_state(move_id, "posted", posted_before=True, checked=True)
            self._set_off_reversed(move_id)

    def to_draft(self, ids: Iterable[int]) -> None:
        """`button_draft`; payments of the record are undone."""
        ids = list(ids)
        for move_id in ids:
            if self._books.row("account.move", move_id)["state"] not in ("posted", "cancel"):
                raise UserError("Only posted/cancelled journal entries can be reset to draft.")
        for move_id in ids:
            self._set_state(move_id, "draft", checked=False, is_manually_modified=True)

    def cancel(self, ids: Iterable[int]) -> None:
        """`button_cancel`: from draft, or from posted by way of draft."""
        ids = list(ids)
        posted = [i for i in ids if self._books.row("account.move", i)["state"] == "posted"]
        self.to_draft(posted)
        if any(self._books.row("account.move", i)["state"] != "draft" for i in ids):
            raise UserError("Only draft journal entries can be cancelled.")
        for move_id in ids:
            self._set_state(move_id, "cancel", auto_post="no", is_manually_modified=True)

    def match(self, line_ids: list[int]) -> None:
        """Set items off against each other.

        Raises:
            UserError: one of them is set off already.
        """
        for move_id in self._matching.match(line_ids):
            self._items.settle(move_id)

    def reverse(self, wizard_id: int) -> int:
        """`account.move.reversal.reverse_moves` of one invoice: a draft credit note of the same lines."""
        wizard = self._books.row("account.move.reversal", wizard_id)
        (move_id,) = wizard["move_ids"]
        move, rows = self._books.row("account.move", move_id), self._books.table("account.move.line").peek()
        kept = (
            "name",
            "quantity",
            "price_unit",
            "discount",
            "tax_ids",
            "account_id",
            "product_id",
            "display_type",
        )
        lines = [
            {name: rows[key][name] for name in kept if name in rows[key]}
            for key in self._books.children("account.move.line", "move_id", move_id)
            if rows[key]["display_type"] in INVOICE_DISPLAY
        ]
        reason = f", {wizard['reason']}" if wizard.get("reason") else ""
        day = wizard.get("date") or self._books.today().isoformat()
        made = self._books.create(
            "account.move",
            {
                "move_type": REVERSED[move["move_type"]],
                "reversed_entry_id": move_id,
                "partner_id": move["partner_id"],
                "currency_id": move["currency_id"],
                "journal_id": wizard["journal_id"],
                "ref": f"Reversal of: {move['name']}{reason}",
                "date": day,
                "invoice_date": day,
                "invoice_date_due": day,
                "invoice_line_ids": [
                    [0, 0, {**line, "tax_ids": [[6, 0, line.get("tax_ids") or []]]}] for line in lines
                ],
            },
        )
        self._books.set_values("account.move.reversal", wizard_id, new_move_ids=[made])
        return made

    def _set_off_reversed(self, move_id: int) -> None:
        """What a document reverses is set off against it as it is posted."""
        reversed_id = self._books.row("account.move", move_id).get("reversed_entry_id")
        if not reversed_id or self._books.row("account.move", reversed_id)["state"] != "posted":
            return
        rows = self._books.table("account.move.line").peek()
        lines = [
            key
            for move in (reversed_id, move_id)
            for key in self._books.children("account.move.line", "move_id", move)
            if rows[key]["account_type"] in ("asset_receivable", "liability_payable")
            and not rows[key].get("reconciled")
        ]
        self.match(lines)

    def _post_problems(self, move_id: int) -> list[str]:
        move = self._books.row("account.move", move_id)
        problems = []
        if move["move_type"] in PURCHASE and not move.get("partner_id"):
            problems.append("The field 'Vendor' is required, please complete it to validate the Vendor Bill.")
        if move["move_type"] in SALE and not move.get("partner_id"):
            problems.append("The 'Customer' field is required to validate the invoice.")
        if move["move_type"] in PURCHASE and not move.get("invoice_date"):
            problems.append("The Bill/Refund date is required to validate this document.")
        if move["amount_total"] < 0:
            problems.append(
                "You cannot validate an invoice with a negative total amount. "
                "You should create a credit note instead. "
                "Use the action menu to transform it into a credit note or refund."
            )
        if move["state"] in ("posted", "cancel"):
            problems.append(f"The entry {move['name']} (id {move_id}) must be in draft.")
        if not self._books.children("account.move.line", "move_id", move_id):
            problems.append("Even magicians can't post nothing!")
        currency = self._books.row("res.currency", move["currency_id"])
        if not currency["active"]:
            problems.append(f"You cannot validate a document with an inactive currency: {currency['name']}")
        return problems

    def _move_defaults(self, values: Values) -> Values:
        kind = values.get("move_type") or "entry"
        if values.get("state", "draft") == "posted":
            raise UserError(
                "You cannot create a move already in the posted state. "
                "Please create a draft move and post it after."
            )
        journal_type = "purchase" if kind in PURCHASE else "sale" if kind in SALE else "general"
        journals = self._books.table("account.journal").peek()
        values.setdefault(
            "journal_id", next((key for key, row in journals.items() if row["type"] == journal_type), False)
        )
        values.setdefault("currency_id", self._items.company()["currency_id"])
        if kind in (*PURCHASE, *SALE) and not values.get("invoice_date_due"):
            values["invoice_date_due"] = self._books.today().isoformat()
        return values

    def _line_defaults(self, values: Values) -> Values:
        move_id = values.get("move_id")
        if not move_id:
            return values
        move = self._books.row("account.move", move_id)
        if move["state"] == "posted":
            raise UserError("You cannot add or modify items of a posted entry; reset it to draft first.")
        journal = self._books.row("account.journal", move["journal_id"])
        own = self._product_account(values) if move["move_type"] in SALE else False
        values.setdefault("account_id", own or journal.get("default_account_id", False))
        values.setdefault("partner_id", move.get("partner_id", False))
        values.setdefault("currency_id", move["currency_id"])
        account = values.get("account_id")
        if "tax_ids" not in values and account:
            values["tax_ids"] = [[6, 0, self._account_taxes(account, move["move_type"])]]
        return values

    def _product_account(self, values: Values) -> int | bool:
        """The income account of the line's product, else of its category."""
        if not values.get("product_id"):
            return False
        product = self._books.row("product.product", values["product_id"])
        of_category = (
            self._books.row("product.category", product["categ_id"]).get("property_account_income_categ_id")
            if product.get("categ_id")
            else False
        )
        return product.get("property_account_income_id") or of_category or False

    def _account_taxes(self, account_id: int, move_type: str) -> list[int]:
        use = "purchase" if move_type in PURCHASE else "sale"
        taxes = self._books.table("account.tax").peek()
        account = self._books.row("account.account", account_id)
        return [tax for tax in account.get("tax_ids", []) if taxes[tax]["type_tax_use"] == use]

    def _check_posted(self, move_id: int, values: Values) -> None:
        move = self._books.row("account.move", move_id)
        if "is_manually_modified" not in values:
            self._books.set_values("account.move", move_id, is_manually_modified=True)
        locked = [name for name in values if name in LOCKED_WHEN_POSTED]
        if move["state"] == "posted" and locked:
            raise UserError(
                f"You cannot modify the following readonly fields on a posted move: {', '.join(locked)}"
            )

    def _check_posted_line(self, line_id: int, values: Values) -> None:
        line = self._books.row("account.move.line", line_id)
        taxes = {"tax_ids", "tax_line_id"} & values.keys()
        if line.get("parent_state") == "posted" and taxes:
            raise UserError(
                "You cannot modify the taxes related to a posted journal item, "
                "you should reset the journal entry to draft to do so."
            )

    def _moves_changed(self, ids: list[int], named: set[str]) -> None:
        for move_id in ids:
            self._date(move_id, keep="date" in named)
            self._items.recompute(move_id)

    def _lines_changed(self, ids: list[int], named: set[str]) -> None:
        for line_id in ids:
            line = self._books.row("account.move.line", line_id)
            if line["display_type"] == "tax" and {"amount_currency", "balance", "debit"} & named:
                amount = line["amount_currency"] if "amount_currency" in named else line["balance"]
                self._books.set_values("account.move.line", line_id, set_by_hand=amount)
            if not self._books.is_obeying:
                self._items.recompute(line["move_id"])

    def _unlink_move(self, move_id: int) -> None:
        move = self._books.row("account.move", move_id)
        if move["state"] == "posted":
            raise UserError(
                "You can't delete a posted journal item. Don’t play games with your accounting records; "  # noqa: RUF001
                "reset the journal entry to draft before deleting it."
            )
        if move.get("name") and not self._is_last_of_chain(move):
            raise UserError(
                "You cannot delete this entry, as it has already consumed a sequence number and is not the "
                "last one in the chain. You should probably revert it instead."
            )
        for line_id in self._books.children("account.move.line", "move_id", move_id):
            self._books.table("account.move.line").remove(line_id)

    def _unlink_line(self, line_id: int) -> None:
        line = self._books.row("account.move.line", line_id)
        if line.get("parent_state") == "posted":
            raise UserError(
                "You can't delete a posted journal item. Don’t play games with your accounting records; "  # noqa: RUF001
                "reset the journal entry to draft before deleting it."
            )
        self._books.table("account.move.line").remove(line_id)
        self._items.recompute(line["move_id"])

    def _is_last_of_chain(self, move: Row) -> bool:
        rows = self._books.table("account.move").peek().values()
        numbers = [
            row["sequence_number"] for row in rows if row.get("sequence_prefix") == move["sequence_prefix"]
        ]
        return bool(move["sequence_number"] == max(numbers))

    def _date(self, move_id: int, *, keep: bool) -> None:
        """The accounting date; a bill of a past month belongs to the end of that month."""
        move = self._books.row("account.move", move_id)
        today = self._books.today()
        given = move.get("invoice_date")
        if keep or move["state"] == "posted" or (move.get("date") and not given):
            return
        if not given or move["move_type"] not in (*PURCHASE, *SALE):
            chosen = today
        elif move["move_type"] in SALE:
            chosen = date.fromisoformat(given)
        else:
            chosen = _booking_day(date.fromisoformat(given), today)
        self._books.set_values("account.move", move_id, date=chosen.isoformat())

    def _number(self, move_id: int, series: str) -> None:
        move = self._books.row("account.move", move_id)
        if move.get("name"):
            return
        journal = self._books.row("account.journal", move["journal_id"])
        code = f"{series}{_PREFIXES.get(move['move_type'], journal['code'])}"
        day = date.fromisoformat(move["date"])
        monthly = move["move_type"] in PURCHASE
        prefix = f"{code}/{day:%Y/%m}/" if monthly else f"{code}/{day:%Y}/"
        rows = self._books.table("account.move").peek().values()
        highest = max(
            (row["sequence_number"] for row in rows if row.get("sequence_prefix") == prefix), default=0
        )
        name = f"{prefix}{highest + 1:0{4 if monthly else 5}d}"
        self._books.set_values(
            "account.move", move_id, name=name, sequence_prefix=prefix, sequence_number=highest + 1
        )

    def _set_state(self, move_id: int, state: str, **more: Any) -> None:
        self._books.set_values("account.move", move_id, state=state, **more)
        if state != "posted":
            for line_id in self._books.children("account.move.line", "move_id", move_id):
                for other in self._matching.unmatch(line_id):
                    self._items.settle(other)
        self._items.recompute(move_id)

    def _duplicates(self, move_id: int) -> list[int]:
        move = self._books.row("account.move", move_id)
        if not move.get("ref") or move["move_type"] not in PURCHASE:
            return []
        year = (move.get("invoice_date") or "")[:4]
        return [
            int(key)
            for key, row in self._books.table("account.move").peek().items()
            if key != move_id
            and row["state"] in ("draft", "posted")
            and (row["move_type"], row.get("ref")) == (move["move_type"], move["ref"])
            and row.get("commercial_partner_id") == move.get("commercial_partner_id")
            and (not year or not row.get("invoice_date") or row["invoice_date"][:4] == year)
        ]

    def _attachment_count(self, move_id: int) -> int:
        attached: list[int] = self._books.value("account.move", move_id, "attachment_ids")
        return len(attached)

    def _move_name(self, move_id: int) -> str:
        move = self._books.row("account.move", move_id)
        draft = _DRAFT_NAMES.get(move["move_type"], "Draft Entry") if move["state"] == "draft" else ""
        reference = f"({move['ref']})" if move.get("ref") else ""
        return " ".join(part for part in (draft, move.get("name"), reference) if part)

    def _line_name(self, line_id: int) -> str:
        line = self._books.row("account.move.line", line_id)
        reference = f"({line['ref']})" if line.get("ref") else ""
        return (
            " ".join(part for part in (line.get("move_name"), reference, line.get("name")) if part)
            or "Draft Entry"
        )


def _booking_day(invoice_date: date, today: date) -> date:
    """Odoo keeps the numbers of bills rising within their month."""
    if (today.year, today.month) > (invoice_date.year, invoice_date.month):
        return invoice_date.replace(day=monthrange(invoice_date.year, invoice_date.month)[1])
    return max(invoice_date, today)
