"""The models of taxes, by which lines they are booked and counted, and of fiscal positions, whom they are for."""

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
            "has_negative_factor": plain(FieldKind.BOOLEAN, readonly=True),
            "active": ACTIVE,
            "sequence": INTEGER,
            "company_id": COMPANY,
            "country_id": one("res.country"),
        },
        order="sequence, id",
        writers=_ACCOUNTANT,
    ),
    "account.fiscal.position": Model(
        "Fiscal Position",
        {
            "name": NAME,
            "active": ACTIVE,
            "auto_apply": BOOLEAN,
            "vat_required": BOOLEAN,
            "country_id": one("res.country"),
            "country_group_id": one("res.country.group"),
            "state_ids": many("res.country.state"),
            "zip_from": CHAR,
            "sequence": INTEGER,
        },
        order="sequence, id",
        writers=_ACCOUNTANT,
    ),
    "res.country.group": Model(
        "Country Group",
        {"name": NAME, "country_ids": many("res.country")},
        order="name, id",
        writers=_ACCOUNTANT,
    ),
}
