"""What was traded with one customer or vendor, as Odoo has it now."""

from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.date_range import parse_period
from domain.accounting.partner import CUSTOMER, VENDOR, Identity
from domain.accounting.trade import Traded, TradeDocument, TradeLine, TradeWanted, traded_in
from domain.money import Money
from tasks.accounting.customers import known_partner
from tasks.accounting.moves import MODEL

LINE = "account.move.line"
FIELDS = ["move_type", "currency_id", "amount_total", "amount_residual"]


async def read_trade(client: OdooClient, wanted: TradeWanted) -> Traded:
    """The posted documents of one customer or vendor, and what they are for.

    Raises:
        UnclearNameError: the books have nobody of that name, or several.
        ArchivedPartnerError: they have, but archived.
    """
    role = VENDOR if wanted.vendor else CUSTOMER
    name = wanted.vendor or wanted.customer or ""
    partner = await known_partner(client, role, Identity(name=name))
    days = parse_period(wanted.period) if wanted.period else None
    domain = [
        ["commercial_partner_id", "=", partner.partner_id],
        ["move_type", "in", [*wanted.kinds]],
        ["state", "=", "posted"],
        *([["invoice_date", ">=", str(days.first)], ["invoice_date", "<=", str(days.last)]] if days else []),
    ]
    moves = await client.call(MODEL, "search_read", domain=domain, fields=FIELDS)
    of_move = {row["id"]: row for row in moves}
    lines = await client.call(
        LINE,
        "search_read",
        domain=[["move_id", "in", sorted(of_move)], ["display_type", "=", "product"]],
        fields=["name", "move_id", "price_subtotal"],
    )
    sign = {key: -1 if row["move_type"] == wanted.kinds[1] else 1 for key, row in of_move.items()}

    def money(row: dict[str, Any], value: str, move: int) -> Money:
        return Money(amount=sign[move] * Decimal(str(row[value])), currency=of_move[move]["currency_id"][1])

    documents = [
        TradeDocument(money(row, "amount_total", key), money(row, "amount_residual", key))
        for key, row in of_move.items()
    ]
    things = [
        TradeLine(
            (row["name"] or "").partition("\n")[0] or "(no words)",
            money(row, "price_subtotal", row["move_id"][0]),
        )
        for row in lines
    ]
    return traded_in(wanted, partner.name, documents, things)
