"""Fiscal positions: which one Odoo gives to a new document of a partner."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.odoo.books import OdooBooks

MODEL, FIELD = "account.fiscal.position", "fiscal_position_id"


class FiscalPositions:
    """`onchange` of `account.move`: of all that Odoo computes in a form only the fiscal position."""

    def __init__(self, books: OdooBooks) -> None:
        self._books = books

    def onchange(
        self,
        call: object,
        values: Mapping[str, Any],
        field_names: Sequence[str],
        fields_spec: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The values that change; a field that stays empty is not named."""
        del call, field_names
        position = self._of(values.get("partner_id"))
        if position is None or FIELD not in fields_spec:
            return {"value": {}}
        row = self._books.row(MODEL, position)
        asked = fields_spec[FIELD].get("fields", {})
        own = {name: row.get(name, False) for name in asked if name != "display_name"}
        return {"value": {FIELD: {"id": position, "display_name": row["name"], **own}}}

    def _of(self, partner_id: int | None) -> int | None:
        """The first that applies by itself to the partner's country, or its group, and to their tax number."""
        partner = self._books.row("res.partner", partner_id) if partner_id else {}
        country = partner.get("country_id")
        if not country:
            return None
        positions = sorted(
            self._books.table(MODEL).peek().items(), key=lambda one: one[1].get("sequence") or 0
        )
        fitting = (
            int(key)
            for key, row in positions
            if row.get("auto_apply")
            and row.get("country_id") in (country, None, False)
            and self._is_in_group(country, row.get("country_group_id"))
            and (partner.get("vat") or not row.get("vat_required"))
        )
        return next(fitting, None)

    def _is_in_group(self, country: int, group: int | None) -> bool:
        return not group or country in self._books.row("res.country.group", group)["country_ids"]
