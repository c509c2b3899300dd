"""The models of taxes: what they are, and by which lines their amounts are booked and counted."""

from sandbox.odoo.columns import (
    ACTIVE,
    BOOLEAN,
    CHAR,
    COMPANY,
    FLOAT,
    HTML,
    INTEGER,
    NAME,
    choice,
    lines,
    many,
    one,
    plain,
)
from sandbox.odoo.schema import FieldKind, Model

_ACCOUNTANT = ("Accounting/Administrator",)

TAXES: dict[str, Model] = {
    "account.account.tag": Model("Account Tag", {"name": NAME, "active": ACTIVE}, writers=_ACCOUNTANT),
    "account.tax.repartition.line": Model(
        "Tax Repartition Line",
        {
            "tax_id": one("account.tax"),
            "document_type": choice("invoice", "refund", default="invoice"),
            "repartition_type": choice("base", "tax", default="tax"),
            "factor_percent": plain(FieldKind.FLOAT, default=100.0),
            "account_id": one("account.account"),
            "tag_ids": many("account.account.tag"),
        },
        writers=_ACCOUNTANT,
    ),
    "account.tax": Model(
        "Tax",
        {
            "name": NAME,
            "description": HTML,
            "invoice_label": CHAR,
            "amount": FLOAT,
            "amount_type": choice("percent", "fixed", "division", "group", default="percent"),
            "type_tax_use": choice("sale", "purchase", "none"),
            "price_include": BOOLEAN,
            "tax_exigibility": choice("on_invoice", "on_payment", default="on_invoice"),
            "children_tax_ids": many("account.tax"),
            "fiscal_position_ids": many("account.fiscal.position"),
            "original_tax_ids": many("account.tax"),
            "invoice_repartition_line_ids": lines("account.tax.repartition.line", "tax_id"),
            "is_domestic": plain(FieldKind.BOOLEAN, readonly=True),
            "active": ACTIVE,
            "sequence": INTEGER,
            "company_id": COMPANY,
            "country_id": one("res.country"),
        },
        order="sequence, id",
        writers=_ACCOUNTANT,
    ),
}
