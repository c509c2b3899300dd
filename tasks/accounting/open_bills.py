"""Which open bills are for something, or from somebody, as a person says it; changes nothing."""

from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.spending_words import spending_words

NO_WORDS = spending_words(
    "the our my a an next this last due monthly yearly of for from to and bill bills invoice payment"
    " die der das den dem unsere unser meine nächste nächsten rechnung zahlung von für"
    " le la l les notre prochain prochaine facture de du pour el los las nuestro nuestra próxima factura del para"
    " il lo nostro nostra prossima fattura di da per het onze volgende rekening factuur van voor"
)
"""Words that say nothing of what a bill is for."""
LINE = "account.move.line"


async def open_bills_about(client: OdooClient, what: str) -> set[int]:
    """The ids of the open bills of which a line, its account or the vendor has each of these words."""
    domain = [
        ["parent_state", "=", "posted"],
        ["move_id.move_type", "in", ["in_invoice", "in_receipt"]],
        ["move_id.amount_residual", ">", 0],
        ["display_type", "=", "product"],
    ]
    wanted = spending_words(what) - NO_WORDS
    fields = ["name", "account_id", "partner_id", "move_id"]
    rows = await client.call(LINE, "search_read", domain=domain, fields=fields)
    return {row["move_id"][0] for row in rows if wanted <= spending_words(_said_by(row))}


def _said_by(row: dict[str, Any]) -> str:
    """The words of a bill's line, its account and its vendor."""
    names = [row[name][1] for name in ("account_id", "partner_id") if row[name]]
    return " ".join([row["name"] or "", *names])
