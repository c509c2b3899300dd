"""What is sold and how it is paid: products, payments and what they are set off against."""

from sandbox.odoo.columns import (
    ACTIVE,
    CHAR,
    COMPANY,
    COMPUTED_BOOLEAN,
    COMPUTED_CHAR,
    COMPUTED_MONEY,
    MONETARY,
    NAME,
    choice,
    many,
    one,
    plain,
)
from sandbox.odoo.schema import FieldKind, Model

_PAYMENT = {
    "name": COMPUTED_CHAR,
    "state": choice("draft", "in_process", "paid", "canceled", "rejected", default="draft"),
    "payment_type": choice("outbound", "inbound", required=True, default="inbound"),
    "partner_type": choice("customer", "supplier", required=True, default="customer"),
    "partner_id": one("res.partner", label="Customer/Vendor"),
    "amount": MONETARY,
    "currency_id": one("res.currency", label="Currency"),
    "date": plain(FieldKind.DATE, required=True, label="Date"),
    "memo": CHAR,
    "journal_id": one("account.journal", required=True),
    "company_id": COMPANY,
    "payment_method_line_id": one("account.payment.method.line"),
    "move_id": one("account.move", readonly=True),
    "outstanding_account_id": one("account.account", readonly=True),
    "destination_account_id": one("account.account", readonly=True),
    "is_reconciled": COMPUTED_BOOLEAN,
    "is_matched": COMPUTED_BOOLEAN,
    "reconciled_invoice_ids": many("account.move", readonly=True),
    "reconciled_bill_ids": many("account.move", readonly=True),
}

_PARTIAL = {
    "debit_move_id": one("account.move.line", readonly=True),
    "credit_move_id": one("account.move.line", readonly=True),
    "amount": COMPUTED_MONEY,
    "debit_amount_currency": COMPUTED_MONEY,
    "credit_amount_currency": COMPUTED_MONEY,
    "debit_currency_id": one("res.currency", readonly=True),
    "credit_currency_id": one("res.currency", readonly=True),
    "max_date": plain(FieldKind.DATE, readonly=True),
    "company_id": one("res.company", readonly=True),
}

_PRODUCT = {
    "name": NAME,
    "default_code": CHAR,
    "type": choice("consu", "service", "combo", required=True, default="consu"),
    "list_price": plain(FieldKind.FLOAT, digits=2, default=1.0),
    "lst_price": plain(FieldKind.FLOAT, digits=2, readonly=True),
    "categ_id": one("product.category"),
    "currency_id": one("res.currency", readonly=True),
    "taxes_id": many("account.tax"),
    "property_account_income_id": one("account.account"),
    "uom_id": one("uom.uom"),
    "product_tmpl_id": one("product.template", readonly=True),
    "active": ACTIVE,
}

_CATEGORY = {
    "name": NAME,
    "complete_name": COMPUTED_CHAR,
    "parent_id": one("product.category"),
    "property_account_income_categ_id": one("account.account"),
}

SALES: dict[str, Model] = {
    "account.payment": Model("Payments", _PAYMENT, order="date desc, name desc"),
    "account.payment.method.line": Model(
        "Payment Methods",
        {
            "name": CHAR,
            "code": COMPUTED_CHAR,
            "sequence": plain(FieldKind.INTEGER, default=10),
            "payment_type": choice("inbound", "outbound", readonly=True),
            "journal_id": one("account.journal"),
            "payment_account_id": one("account.account"),
        },
        order="sequence, id",
    ),
    "account.partial.reconcile": Model("Partial Reconcile", _PARTIAL, writers=("Accounting/Administrator",)),
    "product.product": Model("Product Variant", _PRODUCT, order="default_code, name, id"),
    "product.category": Model("Product Category", _CATEGORY, order="complete_name, id"),
}
