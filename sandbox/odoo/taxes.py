"""How a tax's amount is divided among accounts and the lines of the tax return, and whether it is one of home."""

from collections.abc import Mapping
from typing import Any

from sandbox.odoo.books import OdooBooks

TAX, SHARE, SHARES = "account.tax", "account.tax.repartition.line", "invoice_repartition_line_ids"


class Taxes:
    """Odoo gives each tax a line for its base and one for all of its amount, where nobody says otherwise."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        books.computed[TAX, SHARES] = self.shares
        books.computed[TAX, "is_domestic"] = lambda tax_id: (
            not books.row(TAX, tax_id).get("fiscal_position_ids")
        )
        books.computed[TAX, "has_negative_factor"] = lambda tax_id: any(
            row["factor_percent"] < 0 for row in self.amounts(tax_id)
        )

    def shares(self, tax_id: int) -> list[int]:
        """The ids of its lines; those of a tax without any are made."""
        found = self._books.children(SHARE, "tax_id", tax_id)
        return found or [self._usual(tax_id, kind) for kind in ("base", "tax")]

    def amounts(self, tax_id: int) -> list[Mapping[str, Any]]:
        """The lines that its amount is booked by."""
        found = [self._books.row(SHARE, key) for key in self.shares(tax_id)]
        return [row for row in found if row["repartition_type"] == "tax"]

    def _usual(self, tax_id: int, kind: str) -> int:
        account = self._books.row(TAX, tax_id).get("tax_account") if kind == "tax" else False
        return self._books.table(SHARE).add(
            {
                "tax_id": tax_id,
                "document_type": "invoice",
                "repartition_type": kind,
                "factor_percent": 100.0,
                "account_id": account or False,
                "tag_ids": [],
            }
        )
