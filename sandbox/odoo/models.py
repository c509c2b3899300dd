"""The models and fields that the stand-in has, as Odoo 19 Community declares them.

A field that is not here is unknown to the stand-in, as an uninstalled module's would be to Odoo.
"""

from typing import Any

from sandbox.odoo.schema import Field, Kind, Model


def _plain(kind: Kind, **more: Any) -> Field:
    return Field(kind, **more)


def _one(relation: str, **more: Any) -> Field:
    return Field(Kind.MANY2ONE, relation=relation, **more)


def _lines(relation: str, inverse: str) -> Field:
    return Field(Kind.ONE2MANY, relation=relation, inverse=inverse)


def _many(relation: str, **more: Any) -> Field:
    return Field(Kind.MANY2MANY, relation=relation, **more)


def _choice(*choices: str, **more: Any) -> Field:
    return Field(Kind.SELECTION, choices=choices, **more)


CHAR, TEXT, HTML = _plain(Kind.CHAR), _plain(Kind.TEXT), _plain(Kind.HTML)
INTEGER, FLOAT, MONETARY = _plain(Kind.INTEGER), _plain(Kind.FLOAT), _plain(Kind.MONETARY)
BOOLEAN, DATE, DATETIME = _plain(Kind.BOOLEAN), _plain(Kind.DATE), _plain(Kind.DATETIME)
BINARY = _plain(Kind.BINARY)
ACTIVE = _plain(Kind.BOOLEAN, default=True)
NAME = _plain(Kind.CHAR, required=True, label="Name")
COMPUTED = {
    kind: _plain(kind, readonly=True) for kind in (Kind.CHAR, Kind.MONETARY, Kind.INTEGER, Kind.BOOLEAN)
}
COMPUTED_CHAR, COMPUTED_MONEY = COMPUTED[Kind.CHAR], COMPUTED[Kind.MONETARY]
COMPUTED_INTEGER, COMPUTED_BOOLEAN = COMPUTED[Kind.INTEGER], COMPUTED[Kind.BOOLEAN]
COMPANY = _one("res.company", default=1)


LOCKS = (
    "fiscalyear_lock_date", "tax_lock_date", "sale_lock_date", "purchase_lock_date", "hard_lock_date",
)  # fmt: skip
_MOVE_TYPES = (
    "entry", "out_invoice", "out_refund", "in_invoice", "in_refund", "out_receipt", "in_receipt",
)  # fmt: skip
_ACCOUNT_TYPES = (
    "asset_receivable", "asset_cash", "asset_current", "asset_non_current", "asset_prepayments",
    "asset_fixed", "liability_payable", "liability_credit_card", "liability_current",
    "liability_non_current", "equity", "equity_unaffected", "income", "income_other", "expense",
    "expense_other", "expense_depreciation", "expense_direct_cost", "off_balance",
)  # fmt: skip
DISPLAY_TYPES = (
    "product", "cogs", "tax", "non_deductible_tax", "discount", "rounding", "payment_term",
    "line_section", "line_subsection", "line_note", "epd",
)  # fmt: skip

_PARTNER = {
    "name": NAME,
    "complete_name": COMPUTED_CHAR,
    "active": ACTIVE,
    "is_company": BOOLEAN,
    "company_type": _choice("person", "company", readonly=True),
    "parent_id": _one("res.partner"),
    "child_ids": _lines("res.partner", "parent_id"),
    "commercial_partner_id": _one("res.partner", readonly=True),
    "commercial_company_name": COMPUTED_CHAR,
    "company_name": CHAR,
    "company_id": _one("res.company"),
    "email": CHAR,
    "email_normalized": COMPUTED_CHAR,
    "phone": CHAR,
    "website": CHAR,
    "vat": CHAR,
    "company_registry": CHAR,
    "ref": CHAR,
    "street": CHAR,
    "street2": CHAR,
    "city": CHAR,
    "zip": CHAR,
    "country_id": _one("res.country"),
    "lang": _plain(Kind.CHAR, default="en_US"),
    "comment": HTML,
    "type": _choice("contact", "invoice", "delivery", "other", default="contact"),
    "supplier_rank": INTEGER,
    "customer_rank": INTEGER,
    "user_id": _one("res.users"),
    "category_id": _many("res.partner.category"),
    "property_account_payable_id": _one("account.account"),
    "property_account_receivable_id": _one("account.account"),
    "invoice_ids": _lines("account.move", "partner_id"),
    "bank_ids": _lines("res.partner.bank", "partner_id"),
}

_MOVE = {
    "name": _plain(Kind.CHAR, label="Number"),
    "ref": _plain(Kind.CHAR, label="Reference"),
    "state": _choice("draft", "posted", "cancel", default="draft", label="Status"),
    "move_type": _choice(*_MOVE_TYPES, required=True, default="entry", label="Type"),
    "date": DATE,
    "invoice_date": _plain(Kind.DATE, label="Invoice/Bill Date"),
    "invoice_date_due": _plain(Kind.DATE, label="Due Date"),
    "partner_id": _one("res.partner", label="Partner"),
    "commercial_partner_id": _one("res.partner", readonly=True),
    "invoice_partner_display_name": COMPUTED_CHAR,
    "journal_id": _one("account.journal", label="Journal"),
    "company_id": COMPANY,
    "currency_id": _one("res.currency", label="Currency"),
    "company_currency_id": _one("res.currency", readonly=True),
    "invoice_currency_rate": FLOAT,
    "invoice_line_ids": _lines("account.move.line", "move_id"),
    "line_ids": _lines("account.move.line", "move_id"),
    "amount_untaxed": COMPUTED_MONEY,
    "amount_tax": COMPUTED_MONEY,
    "amount_total": COMPUTED_MONEY,
    "amount_residual": COMPUTED_MONEY,
    "amount_untaxed_signed": COMPUTED_MONEY,
    "amount_tax_signed": COMPUTED_MONEY,
    "amount_total_signed": COMPUTED_MONEY,
    "amount_residual_signed": COMPUTED_MONEY,
    "amount_total_in_currency_signed": COMPUTED_MONEY,
    "payment_state": _choice(
        "not_paid", "in_payment", "paid", "partial", "reversed", "blocked", "invoicing_legacy", readonly=True
    ),
    "payment_reference": CHAR,
    "narration": HTML,
    "invoice_origin": CHAR,
    "invoice_user_id": _one("res.users"),
    "invoice_payment_term_id": _one("account.payment.term"),
    "fiscal_position_id": _one("account.fiscal.position"),
    "partner_bank_id": _one("res.partner.bank"),
    "reversed_entry_id": _one("account.move"),
    "auto_post": _choice("no", "at_date", "monthly", "quarterly", "yearly", default="no"),
    "posted_before": BOOLEAN,
    "is_manually_modified": BOOLEAN,
    "checked": BOOLEAN,
    "sequence_prefix": COMPUTED_CHAR,
    "sequence_number": COMPUTED_INTEGER,
    "duplicated_ref_ids": _many("account.move", readonly=True),
    "attachment_ids": _lines("ir.attachment", "res_id"),
    "message_attachment_count": COMPUTED_INTEGER,
    "has_reconciled_entries": COMPUTED_BOOLEAN,
    "origin_payment_id": _one("account.payment", readonly=True),
}

_MOVE_LINE = {
    "name": _plain(Kind.CHAR, label="Label"),
    "move_id": _one("account.move", required=True),
    "move_name": COMPUTED_CHAR,
    "move_type": _choice(*_MOVE_TYPES, readonly=True),
    "parent_state": _choice("draft", "posted", "cancel", readonly=True),
    "journal_id": _one("account.journal", readonly=True),
    "company_id": _one("res.company", readonly=True),
    "company_currency_id": _one("res.currency", readonly=True),
    "currency_id": _one("res.currency"),
    "account_id": _one("account.account"),
    "account_type": _choice(*_ACCOUNT_TYPES, readonly=True),
    "partner_id": _one("res.partner"),
    "ref": COMPUTED_CHAR,
    "date": _plain(Kind.DATE, readonly=True),
    "invoice_date": _plain(Kind.DATE, readonly=True),
    "date_maturity": DATE,
    "display_type": _choice(*DISPLAY_TYPES, default="product"),
    "sequence": _plain(Kind.INTEGER, default=100),
    "quantity": _plain(Kind.FLOAT, default=1.0, digits=2),
    "price_unit": _plain(Kind.FLOAT, digits=2),
    "discount": _plain(Kind.FLOAT, digits=2),
    "price_subtotal": COMPUTED_MONEY,
    "price_total": COMPUTED_MONEY,
    "tax_ids": _many("account.tax"),
    "tax_line_id": _one("account.tax", readonly=True),
    "tax_base_amount": COMPUTED_MONEY,
    "debit": MONETARY,
    "credit": MONETARY,
    "balance": MONETARY,
    "amount_currency": MONETARY,
    "amount_residual": COMPUTED_MONEY,
    "amount_residual_currency": COMPUTED_MONEY,
    "reconciled": COMPUTED_BOOLEAN,
    "payment_id": _one("account.payment", readonly=True),
    "matched_debit_ids": _lines("account.partial.reconcile", "credit_move_id"),
    "matched_credit_ids": _lines("account.partial.reconcile", "debit_move_id"),
}

_PAYMENT = {
    "name": COMPUTED_CHAR,
    "state": _choice("draft", "in_process", "paid", "canceled", "rejected", default="draft"),
    "payment_type": _choice("outbound", "inbound", required=True, default="inbound"),
    "partner_type": _choice("customer", "supplier", required=True, default="customer"),
    "partner_id": _one("res.partner", label="Customer/Vendor"),
    "amount": MONETARY,
    "currency_id": _one("res.currency", label="Currency"),
    "date": _plain(Kind.DATE, required=True, label="Date"),
    "memo": CHAR,
    "journal_id": _one("account.journal", required=True),
    "company_id": COMPANY,
    "payment_method_line_id": _one("account.payment.method.line"),
    "move_id": _one("account.move", readonly=True),
    "outstanding_account_id": _one("account.account", readonly=True),
    "destination_account_id": _one("account.account", readonly=True),
    "is_reconciled": COMPUTED_BOOLEAN,
    "is_matched": COMPUTED_BOOLEAN,
    "reconciled_invoice_ids": _many("account.move", readonly=True),
    "reconciled_bill_ids": _many("account.move", readonly=True),
}

_PARTIAL = {
    "debit_move_id": _one("account.move.line", readonly=True),
    "credit_move_id": _one("account.move.line", readonly=True),
    "amount": COMPUTED_MONEY,
    "debit_amount_currency": COMPUTED_MONEY,
    "credit_amount_currency": COMPUTED_MONEY,
    "debit_currency_id": _one("res.currency", readonly=True),
    "credit_currency_id": _one("res.currency", readonly=True),
    "max_date": _plain(Kind.DATE, readonly=True),
    "company_id": _one("res.company", readonly=True),
}

_RIGHTS = ("Access Rights",)
_ACCOUNTANT = ("Accounting/Administrator",)
_CURRENCY = (*_ACCOUNTANT, "Role / Administrator")

MODELS: dict[str, Model] = {
    "res.partner": Model(
        "Contact", _PARTNER, order="complete_name, id desc", required_message="Contacts require a name"
    ),
    "account.move": Model("Journal Entry", _MOVE, order="date desc, name desc, invoice_date desc, id desc"),
    "account.move.line": Model("Journal Item", _MOVE_LINE, order="date desc, move_name desc, id"),
    "ir.attachment": Model(
        "Attachment",
        {
            "name": NAME,
            "description": TEXT,
            "res_name": COMPUTED_CHAR,
            "res_model": CHAR,
            "res_field": CHAR,
            "res_id": INTEGER,
            "company_id": COMPANY,
            "type": _choice("url", "binary", required=True, default="binary"),
            "url": CHAR,
            "public": BOOLEAN,
            "datas": BINARY,
            "raw": BINARY,
            "file_size": COMPUTED_INTEGER,
            "checksum": COMPUTED_CHAR,
            "mimetype": CHAR,
        },
        order="id desc",
    ),
    "ir.model.data": Model(
        "Model Data",
        {
            "name": NAME,
            "module": CHAR,
            "model": CHAR,
            "res_id": INTEGER,
            "noupdate": BOOLEAN,
            "complete_name": COMPUTED_CHAR,
        },
        order="module, model, name",
        writers=_RIGHTS,
        readable=False,
    ),
    "res.company": Model(
        "Companies",
        {
            "name": NAME,
            "partner_id": _one("res.partner"),
            "currency_id": _one("res.currency"),
            "country_id": _one("res.country"),
            "email": CHAR,
            "active": ACTIVE,
            "account_purchase_tax_id": _one("account.tax"),
            "account_sale_tax_id": _one("account.tax"),
            **dict.fromkeys(LOCKS, DATE),
            "expense_account_id": _one("account.account"),
        },
        order="name, id",
        writers=_RIGHTS,
    ),
    "res.users": Model(
        "User",
        {
            "name": NAME,
            "login": _plain(Kind.CHAR, required=True),
            "active": ACTIVE,
            "partner_id": _one("res.partner"),
            "company_id": COMPANY,
            "company_ids": _many("res.company"),
            "email": CHAR,
            "lang": CHAR,
            "tz": CHAR,
        },
        order="name, login",
        writers=_RIGHTS,
    ),
    "res.country": Model("Country", {"name": NAME, "code": CHAR}, order="name, id", writers=_RIGHTS),
    "res.currency": Model(
        "Currency",
        {
            "name": NAME,
            "full_name": CHAR,
            "symbol": CHAR,
            "rate": FLOAT,
            "inverse_rate": FLOAT,
            "decimal_places": INTEGER,
            "rounding": FLOAT,
            "active": ACTIVE,
        },
        order="active desc, name",
        writers=_CURRENCY,
    ),
    "account.account": Model(
        "Account",
        {
            "name": NAME,
            "code": CHAR,
            "account_type": _choice(*_ACCOUNT_TYPES, required=True),
            "active": ACTIVE,
            "reconcile": BOOLEAN,
            "description": TEXT,
            "currency_id": _one("res.currency"),
            "company_ids": _many("res.company"),
            "tax_ids": _many("account.tax"),
            "internal_group": _choice(
                "equity", "asset", "liability", "income", "expense", "off", readonly=True
            ),
        },
        order="code, id",
        writers=_ACCOUNTANT,
    ),
    "account.journal": Model(
        "Journal",
        {
            "name": NAME,
            "code": CHAR,
            "type": _choice("sale", "purchase", "cash", "bank", "credit", "general", required=True),
            "active": ACTIVE,
            "sequence": INTEGER,
            "company_id": COMPANY,
            "currency_id": _one("res.currency"),
            "default_account_id": _one("account.account"),
        },
        order="sequence, type, code",
        writers=_ACCOUNTANT,
    ),
    "account.tax": Model(
        "Tax",
        {
            "name": NAME,
            "description": HTML,
            "invoice_label": CHAR,
            "amount": FLOAT,
            "amount_type": _choice("percent", "fixed", "division", "group", default="percent"),
            "type_tax_use": _choice("sale", "purchase", "none"),
            "price_include": BOOLEAN,
            "price_include_override": _choice("tax_included", "tax_excluded"),
            "include_base_amount": BOOLEAN,
            "active": ACTIVE,
            "sequence": INTEGER,
            "company_id": COMPANY,
            "country_id": _one("res.country"),
        },
        order="sequence, id",
        writers=_ACCOUNTANT,
    ),
    "res.partner.category": Model("Partner Tags", {"name": NAME, "active": ACTIVE}, order="name, id"),
    "res.partner.bank": Model(
        "Bank Accounts",
        {
            "active": ACTIVE,
            "acc_type": _choice("bank", readonly=True),
            "acc_number": _plain(Kind.CHAR, required=True, label="Account Number"),
            "clearing_number": CHAR,
            "sanitized_acc_number": COMPUTED_CHAR,
            "acc_holder_name": CHAR,
            "partner_id": _one("res.partner", required=True, label="Account Holder"),
            "allow_out_payment": BOOLEAN,
            "sequence": _plain(Kind.INTEGER, default=10),
            "currency_id": _one("res.currency"),
            "company_id": _one("res.company", readonly=True),
            "note": TEXT,
        },
        order="sequence, id",
    ),
    "account.payment": Model("Payments", _PAYMENT, order="date desc, name desc"),
    "account.payment.method.line": Model(
        "Payment Methods",
        {
            "name": CHAR,
            "code": COMPUTED_CHAR,
            "sequence": _plain(Kind.INTEGER, default=10),
            "payment_type": _choice("inbound", "outbound", readonly=True),
            "journal_id": _one("account.journal"),
            "payment_account_id": _one("account.account"),
        },
        order="sequence, id",
    ),
    "account.partial.reconcile": Model("Partial Reconcile", _PARTIAL, writers=_ACCOUNTANT),
    "account.payment.term": Model("Payment Terms", {"name": NAME, "active": ACTIVE}, writers=_ACCOUNTANT),
    "account.fiscal.position": Model(
        "Fiscal Position", {"name": NAME, "active": ACTIVE}, writers=_ACCOUNTANT
    ),
}
