"""Work and opportunities: timesheets on projects (hr_timesheet), opportunities (crm), price lists; no sale_timesheet.

The demo's bot may make projects and people, which a real one need not: a demo is filled over the wire.
"""

from sandbox.odoo.columns import (
    ACTIVE,
    BOOLEAN,
    CHAR,
    COMPANY,
    DATETIME,
    FLOAT,
    HTML,
    INTEGER,
    MONETARY,
    NAME,
    choice,
    one,
    plain,
)
from sandbox.odoo.schema import FieldKind, Model

WORK: dict[str, Model] = {
    "uom.uom": Model("Unit of Measure", {"name": NAME}, writers=("Products/Create",)),
    "hr.employee": Model("Employee", {"name": NAME, "active": ACTIVE}),
    "project.project": Model(
        "Project",
        {"name": NAME, "partner_id": one("res.partner"), "active": ACTIVE, "allow_timesheets": BOOLEAN},
    ),
    "project.task": Model(
        "Task",
        {
            "name": NAME,
            "project_id": one("project.project"),
            "partner_id": one("res.partner"),
            "active": ACTIVE,
        },
    ),
    "account.analytic.line": Model(
        "Analytic Line",
        {
            "name": NAME,
            "date": plain(FieldKind.DATE, required=True),
            "unit_amount": FLOAT,
            "amount": MONETARY,
            "partner_id": one("res.partner"),
            "project_id": one("project.project"),
            "task_id": one("project.task"),
            "employee_id": one("hr.employee"),
            "product_uom_id": one("uom.uom"),
            "ref": plain(FieldKind.CHAR, label="Ref."),
            "company_id": COMPANY,
        },
        order="date desc, id desc",
    ),
    "product.pricelist": Model("Pricelist", {"name": NAME, "currency_id": one("res.currency")}),
    "product.pricelist.item": Model(
        "Pricelist Rule",
        {
            "pricelist_id": one("product.pricelist", required=True),
            "applied_on": choice(
                "3_global", "2_product_category", "1_product", "0_product_variant", default="3_global"
            ),
            "product_id": one("product.product"),
            "product_tmpl_id": one("product.template"),
            "categ_id": one("product.category"),
            "min_quantity": FLOAT,
            "compute_price": choice("fixed", "percentage", "formula", default="fixed"),
            "fixed_price": FLOAT,
            "percent_price": FLOAT,
            "base": choice("list_price", "standard_price", "pricelist", default="list_price"),
            "currency_id": one("res.currency", readonly=True),
            "date_start": DATETIME,
            "date_end": DATETIME,
        },
        order="applied_on, min_quantity desc, categ_id desc, id desc",
    ),
    "product.template": Model("Product", {"name": NAME}),
    "crm.stage": Model(
        "CRM Stages",
        {"name": NAME, "sequence": plain(FieldKind.INTEGER, default=1), "is_won": BOOLEAN},
        order="sequence, name, id",
        writers=("Sales/Administrator",),
    ),
    "crm.lead": Model(
        "Lead",
        {
            "name": NAME,
            "type": choice("lead", "opportunity", default="opportunity"),
            "partner_id": one("res.partner"),
            "stage_id": one("crm.stage"),
            "expected_revenue": MONETARY,
            "won_status": choice("won", "lost", "pending", readonly=True, default="pending"),
            "active": ACTIVE,
        },
        order="id desc",
    ),
    "mail.message": Model(
        "Message",
        {
            "model": CHAR,
            "res_id": INTEGER,
            "body": HTML,
            "message_type": choice("comment", "notification", default="notification"),
            "author_id": one("res.partner"),
            "date": DATETIME,
        },
        order="id desc",
        writers=("Role / Administrator",),
    ),
}
