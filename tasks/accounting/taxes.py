"""The percentage taxes of the books, as a bill or an invoice line may have them; changes nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.plain_taxes import ChartTax, ordinary_first
from domain.accounting.tax import PurchaseTax
from tasks.accounting.chart import Journal

TAX, SHARES = "account.tax", "invoice_repartition_line_ids"
USUAL = {"sale": "account_sale_tax_id", "purchase": "account_purchase_tax_id"}
FIELDS = {"sale": ["amount", "price_include"], "purchase": ["name", "amount", "price_include"]}
FEWEST_TO_CHOOSE = 2
SHARE_FIELDS = ["repartition_type", "factor_percent", "account_id", "tag_ids"]
IN_ORDER = "sequence, id"


async def fetch_percent_taxes(client: OdooClient, journal: Journal) -> list[Mapping[str, Any]]:
    """The active percentage taxes of the journal's kind, those of an ordinary purchase or sale at home first.

    Odoo before 19 does not say which those are: there they come in the books' order.
    """
    domain: list[Any] = [
        ["type_tax_use", "=", journal.kind],
        ["amount_type", "=", "percent"],
        ["company_id", "=", journal.company_id],
    ]
    rows: list[Mapping[str, Any]] = await client.call(
        TAX, "search_read", domain=domain, fields=FIELDS[journal.kind], order=IN_ORDER
    )
    is_clear = sum(bool(row["amount"]) for row in rows) < FEWEST_TO_CHOOSE
    if is_clear or client.oldest_major < OdooClient.oldest_major:
        return rows
    usual = USUAL[journal.kind]
    inside = {SHARES: SHARE_FIELDS, "company_id": [usual]}
    found = await client.rows(TAX, domain, ["amount", "is_domestic"], inside=inside, order=IN_ORDER)
    usual_id = found[0]["company_id"][usual] if found else None
    by_id = {row["id"]: row for row in rows}
    meant = ordinary_first([_tax(row) for row in found], usual_id or None)
    return [by_id[one.tax_id] for one in meant if one.tax_id in by_id]


async def fetch_purchase_taxes(client: OdooClient, journal: Journal) -> list[PurchaseTax]:
    """The active percentage taxes on purchases, the ordinary ones first."""
    return [
        PurchaseTax(
            tax_id=row["id"],
            name=row["name"],
            rate=Decimal(str(row["amount"])),
            is_price_included=row["price_include"],
        )
        for row in await fetch_percent_taxes(client, journal)
    ]


def _tax(row: Mapping[str, Any]) -> ChartTax:
    amounts = [share for share in row[SHARES] if share["repartition_type"] == "tax"]
    return ChartTax(
        tax_id=row["id"],
        rate=Decimal(str(row["amount"])),
        is_domestic=row["is_domestic"],
        booked=sum((Decimal(str(share["factor_percent"])) for share in amounts), Decimal(0)),
        accounts=frozenset(share["account_id"] for share in amounts if share["account_id"]),
        boxes=frozenset(tag for share in row[SHARES] for tag in share["tag_ids"]),
    )
