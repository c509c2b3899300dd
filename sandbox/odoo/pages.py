"""The pages on which a person sees a record; Odoo's own have much more on them."""

import html
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sandbox.odoo.errors import OdooError
from sandbox.odoo.methods import Odoo, OdooCall

MODELS_OF_PAGES = {
    "action-account.action_account_form": "account.account",
    "action-account.action_move_journal_line": "account.move",
    "action-account.action_move_in_invoice_type": "account.move",
    "action-account.action_move_out_invoice_type": "account.move",
    "action-account.action_account_payments": "account.payment",
    "action-product.product_normal_action_sell": "product.product",
    "contacts": "res.partner",
}
FIELDS = {
    "account.account": ("code", "account_type"),
    "account.move": (
        "partner_id",
        "ref",
        "invoice_date",
        "state",
        "currency_id",
        "amount_total",
        "payment_state",
    ),
    "account.payment": ("partner_id", "date", "state", "currency_id", "amount"),
    "product.product": ("default_code", "list_price"),
    "res.partner": ("email", "phone", "vat"),
}


def record_page(odoo: Odoo, request: Request) -> Response:
    """A record under its address in Odoo's web client."""
    model = MODELS_OF_PAGES.get(request.path_params["page"])
    if model is None:
        return HTMLResponse("<!doctype html><title>Sandbox</title><p>There is no such page.", 404)
    names = ["display_name", *FIELDS[model]]
    try:
        found = odoo.call(OdooCall(model, [request.path_params["record_id"]]), "read", {"fields": names})
    except OdooError:
        found = []
    if not found:
        return HTMLResponse("<!doctype html><title>Sandbox</title><p>There is no such record.", 404)
    return HTMLResponse(_page(found[0], names[1:]))


def _page(record: dict[str, Any], names: list[str]) -> str:
    title = html.escape(str(record["display_name"]))
    rows = "".join(
        f"<tr><th align=left>{name.removesuffix('_id').replace('_', ' ')}<td>{html.escape(_shown(record[name]))}"
        for name in names
    )
    return (
        f"<!doctype html><title>{title}</title><p>Sandbox: stand-in Odoo<h1>{title}</h1><table>{rows}</table>"
    )


def _shown(value: Any) -> str:
    if value is False:
        return ""
    return str(value[1] if isinstance(value, list | tuple) else value)
