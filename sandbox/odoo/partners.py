"""What Odoo computes for partners and attachments, and what it refuses of their bank accounts."""

import base64
import hashlib
import mimetypes
from email.utils import parseaddr
from functools import partial

from sandbox.odoo.books import Compute, OdooBooks
from sandbox.odoo.domains import sanitised
from sandbox.odoo.errors import AccessError, UserError, ValidationError
from sandbox.odoo.models import MODELS
from sandbox.odoo.values import Values
from sandbox.store import Row

PARTNER_ACCOUNTS = {
    "property_account_payable_id": "liability_payable",
    "property_account_receivable_id": "asset_receivable",
}


class Partners:
    """Names, the commercial entity, a normalised address and the accounts, hooked into the books."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        computed: dict[str, Compute] = {
            "complete_name": self._complete_name,
            "display_name": self._complete_name,
            "commercial_partner_id": self._commercial,
            "commercial_company_name": self._company_name,
            "email_normalized": self._normalised,
            "company_type": lambda i: "company" if self._row(i).get("is_company") else "person",
            "vat": lambda i: self._row(self._commercial(i)).get("vat") or False,
            **{name: partial(self._account, name) for name in PARTNER_ACCOUNTS},
        }
        for name, compute in computed.items():
            books.computed["res.partner", name] = compute
        books.before_unlink["res.partner"] = self._refuse_used

    def _row(self, partner_id: int) -> Row:
        return self._books.row("res.partner", partner_id)

    def _complete_name(self, partner_id: int) -> str:
        row = self._row(partner_id)
        parent = row.get("parent_id")
        if parent and not row.get("is_company"):
            return f"{self._complete_name(parent)}, {row['name']}"
        return str(row["name"])

    def _commercial(self, partner_id: int) -> int:
        row = self._row(partner_id)
        below = row.get("parent_id") and not row.get("is_company")
        return self._commercial(row["parent_id"]) if below else partner_id

    def _company_name(self, partner_id: int) -> str | bool:
        row = self._row(self._commercial(partner_id))
        return str(row["name"]) if row.get("is_company") else False

    def _normalised(self, partner_id: int) -> str | bool:
        address = parseaddr(self._row(partner_id).get("email") or "")[1].lower()
        return address if "@" in address else False

    def _account(self, field: str, partner_id: int) -> int:
        own = self._row(partner_id).get(field)
        accounts = self._books.table("account.account").peek().items()
        kind = PARTNER_ACCOUNTS[field]
        return int(own or next(key for key, row in accounts if row["account_type"] == kind))

    def _refuse_used(self, partner_id: int) -> None:
        if self._books.children("account.move", "partner_id", partner_id):
            raise UserError("The partner cannot be deleted because it is used in Accounting")


def hook_accounts(books: OdooBooks) -> None:
    """An account's group follows from its type."""
    books.computed["account.account", "internal_group"] = lambda account_id: books.row(
        "account.account", account_id
    )["account_type"].partition("_")[0]


def hook_products(books: OdooBooks) -> None:
    """A category's path, a product's currency; a product in use stays."""

    def path(category_id: int) -> str:
        row = books.row("product.category", category_id)
        return f"{path(row['parent_id'])} / {row['name']}" if row.get("parent_id") else str(row["name"])

    def refuse_used(product_id: int) -> None:
        if books.children("account.move.line", "product_id", product_id):
            raise ValidationError(
                "The operation cannot be completed: Another model is using the record you are trying to delete."
                "\n\nThe troublemaker is: 'Journal Item' (account.move.line)\nThanks to the following constraint: "
                "'Product' (product_id)\nHow about archiving the record instead?"
            )

    books.computed["product.category", "complete_name"] = path
    books.computed["product.category", "display_name"] = path
    books.computed["product.product", "currency_id"] = lambda _: int(
        books.row("res.company", 1)["currency_id"]
    )
    books.computed["product.product", "lst_price"] = lambda product_id: float(
        books.row("product.product", product_id)["list_price"]
    )
    books.before_unlink["product.product"] = refuse_used


def hook_attachments(books: OdooBooks) -> None:
    """Content is checked and measured; a record attached to must exist."""

    def defaults(values: Values) -> Values:
        if values.get("res_model") and values.get("res_id"):
            parent = int(values["res_id"])
            if values["res_model"] not in MODELS or not books.exists(values["res_model"], parent):
                raise AccessError("Sorry, you are not allowed to access this document.")
        return values

    def changed(ids: list[int], named: set[str]) -> None:
        if "datas" in named or "raw" in named:
            for attachment_id in ids:
                _measure(books, attachment_id)

    def parent_name(attachment_id: int) -> str | bool:
        row = books.row("ir.attachment", attachment_id)
        has_parent = row.get("res_model") in MODELS and row.get("res_id")
        return books.display_name(row["res_model"], row["res_id"]) if has_parent else False

    books.computed["ir.attachment", "res_name"] = parent_name
    books.defaults["ir.attachment"] = defaults
    books.after_change["ir.attachment"] = changed


def _measure(books: OdooBooks, attachment_id: int) -> None:
    row = books.row("ir.attachment", attachment_id)
    content = base64.b64decode(row.get("datas") or "")
    guessed = mimetypes.guess_type(row["name"])[0]
    books.set_values(
        "ir.attachment",
        attachment_id,
        file_size=len(content),
        checksum=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        mimetype=row.get("mimetype") or _sniffed(content) or guessed or "application/octet-stream",
    )


def _sniffed(content: bytes) -> str:
    signatures = {b"%PDF": "application/pdf", b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg"}
    return next((kind for start, kind in signatures.items() if content.startswith(start)), "")


BANK = "res.partner.bank"


class Banks:
    """Numbers are compared sanitised and unique per partner; deleting one archives it; none is trusted."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        books.computed[BANK, "display_name"] = lambda i: books.row(BANK, i)["acc_number"]
        books.computed[BANK, "sanitized_acc_number"] = self._number
        books.computed[BANK, "acc_type"] = lambda _: "bank"
        books.computed[BANK, "company_id"] = lambda i: self._of_holder(i, "company_id")
        books.defaults[BANK] = self._defaults
        books.before_write[BANK] = _refuse_trust
        books.after_change[BANK] = self._changed
        books.archives.add(BANK)

    def _number(self, bank_id: int) -> str | bool:
        return sanitised(self._books.row(BANK, bank_id)["acc_number"])

    def _of_holder(self, bank_id: int, field: str) -> object:
        return self._books.value("res.partner", self._books.row(BANK, bank_id)["partner_id"], field)

    def _twins(self, partner: object, number: object) -> list[int]:
        held = self._books.children(BANK, "partner_id", partner) if isinstance(partner, int) else []
        return [bank_id for bank_id in held if self._number(bank_id) == number]

    def _defaults(self, values: Values) -> Values:
        partner = values.get("partner_id")
        for twin in self._twins(partner, sanitised(values.get("acc_number"))):
            if not self._books.row(BANK, twin)["active"]:
                raise UserError(
                    f"A bank account with Account Number {values['acc_number']} already exists for Partner "
                    f"{self._of_holder(twin, 'name')}, but is archived. Please unarchive it instead."
                )
        return {**values, "allow_out_payment": False}

    def _changed(self, ids: list[int], _named: set[str]) -> None:
        for bank_id in ids:
            row = self._books.row(BANK, bank_id)
            if self._twins(row["partner_id"], self._number(bank_id)) != [bank_id]:
                raise ValidationError(
                    "The operation cannot be completed: The combination Account Number/Partner must be unique."
                )
            if not row.get("acc_holder_name"):
                self._books.set_values(BANK, bank_id, acc_holder_name=self._of_holder(bank_id, "name"))


def _refuse_trust(_bank_id: int, values: Values) -> None:
    if "allow_out_payment" in values:
        raise UserError("You do not have the rights to trust or un-trust accounts.")
