"""What Odoo computes of hours, price lists and opportunities."""

from html import escape
from typing import Any

from sandbox.odoo.books import BOT_USER, OdooBooks
from sandbox.odoo.values import Values


class Work:
    """Customers of hours, stages of opportunities and messages, hooked into the books."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books
        books.computed["account.analytic.line", "partner_id"] = self._customer
        books.computed["account.analytic.line", "display_name"] = self._line_name
        books.computed["crm.lead", "won_status"] = self._won
        books.defaults["crm.lead"] = self._in_first_stage
        books.computed["product.pricelist.item", "currency_id"] = self._list_currency
        books.computed["product.pricelist", "display_name"] = self._list_name

    def post(self, model: str, ids: list[int], body: str) -> int:
        """`message_post`: text is shown as it is written, never as HTML."""
        user = self._books.row("res.users", BOT_USER)
        values: dict[str, Any] = {
            "model": model,
            "res_id": ids[0],
            "body": f"<p>{escape(body, quote=False)}</p>",
            "message_type": "notification",
            "author_id": user["partner_id"],
            "create_uid": BOT_USER,
            "date": self._books.store.now().strftime("%Y-%m-%d %H:%M:%S"),
        }
        return self._books.table("mail.message").add(values)

    def _in_first_stage(self, values: Values) -> Values:
        stages = self._books.table("crm.stage").peek().items()
        first = min(stages, key=lambda item: item[1]["sequence"], default=(False, None))[0]
        return {"stage_id": first, **values}

    def _customer(self, line_id: int) -> int | bool:
        row = self._books.row("account.analytic.line", line_id)
        task = self._books.row("project.task", row["task_id"]) if row.get("task_id") else {}
        project = self._books.row("project.project", row["project_id"]) if row.get("project_id") else {}
        return task.get("partner_id") or project.get("partner_id") or row.get("partner_id") or False

    def _line_name(self, line_id: int) -> str:
        row = self._books.row("account.analytic.line", line_id)
        return str(row["name"])

    def _won(self, lead_id: int) -> str:
        row = self._books.row("crm.lead", lead_id)
        stage = self._books.row("crm.stage", row["stage_id"]) if row.get("stage_id") else {}
        if not row.get("active", True):
            return "lost"
        return "won" if stage.get("is_won") else "pending"

    def _list_currency(self, item_id: int) -> int:
        row = self._books.row("product.pricelist.item", item_id)
        return int(self._books.row("product.pricelist", row["pricelist_id"]).get("currency_id") or 1)

    def _list_name(self, list_id: int) -> str:
        row = self._books.row("product.pricelist", list_id)
        currency = self._books.row("res.currency", row.get("currency_id") or 1)
        return f"{row['name']} ({currency['name']})"
