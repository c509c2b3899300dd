"""What Odoo computes for partners and attachments."""

import base64
import binascii
import hashlib
import mimetypes
from email.utils import parseaddr

from sandbox.odoo.books import Books, Values
from sandbox.odoo.errors import MissingError, UserError


def hook_partners(books: Books) -> None:
    """Names, the commercial entity and a normalised address."""

    def complete_name(partner_id: int) -> str:
        row = books.row("res.partner", partner_id)
        parent = row.get("parent_id")
        return (
            f"{complete_name(parent)}, {row['name']}" if parent and not row.get("is_company") else row["name"]
        )

    def commercial(partner_id: int) -> int:
        row = books.row("res.partner", partner_id)
        return (
            commercial(row["parent_id"]) if row.get("parent_id") and not row.get("is_company") else partner_id
        )

    def normalised(partner_id: int) -> str | bool:
        address = parseaddr(books.row("res.partner", partner_id).get("email") or "")[1].lower()
        return address if "@" in address else False

    def company_type(partner_id: int) -> str:
        return "company" if books.row("res.partner", partner_id).get("is_company") else "person"

    books.computed["res.partner", "complete_name"] = complete_name
    books.computed["res.partner", "display_name"] = complete_name
    books.computed["res.partner", "commercial_partner_id"] = commercial
    books.computed["res.partner", "email_normalized"] = normalised
    books.computed["res.partner", "company_type"] = company_type

    def account_name(account_id: int) -> str:
        row = books.row("account.account", account_id)
        return f"{row['code']} {row['name']}"

    books.computed["account.account", "display_name"] = account_name
    books.computed["account.account", "internal_group"] = lambda account_id: books.row(
        "account.account", account_id
    )["account_type"].partition("_")[0]


def hook_attachments(books: Books) -> None:
    """Content is checked and measured; a record attached to must exist."""

    def defaults(values: Values) -> Values:
        if values.get("res_model") and values.get("res_id"):
            parent = int(values["res_id"])
            if not books.exists(values["res_model"], parent):
                raise MissingError(values["res_model"], parent)
        return values

    def changed(ids: list[int], named: set[str]) -> None:
        if "datas" in named or "raw" in named:
            for attachment_id in ids:
                _measure(books, attachment_id)

    books.defaults["ir.attachment"] = defaults
    books.after_change["ir.attachment"] = changed


def _measure(books: Books, attachment_id: int) -> None:
    row = books.row("ir.attachment", attachment_id)
    try:
        content = base64.b64decode(row.get("datas") or "")
    except binascii.Error:
        raise UserError("Attachment is not encoded in base64.") from None
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
