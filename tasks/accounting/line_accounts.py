"""Which account a line goes to where the usual one is for lines of another rate of tax (`Revenue, 19 % VAT`).

Odoo keeps a line on its journal's or product's account whatever its tax; charts that divide revenue and purchases by
rate, as German ones do, then show sums at a rate that they never had.
"""

from collections.abc import Sequence

from blocks.odoo.client import OdooClient
from domain.accounting.rated_account import RatedAccount, account_of_tax, says_a_rate
from tasks.accounting.chart import Journal
from tasks.accounting.records import name_in, named_id


async def fetch_account_of_tax(
    client: OdooClient, account_id: int, name: str, tax_id: int | None
) -> RatedAccount | None:
    """The account that a line of this tax goes to in place of one whose name says another rate; None: it stays."""
    if not says_a_rate(name):
        return None
    own = (
        await client.call("account.account", "read", [account_id], fields=["account_type", "company_ids"])
    )[0]
    found = await client.call(
        "account.account",
        "search_read",
        domain=[["account_type", "=", own["account_type"]], ["company_ids", "in", own["company_ids"]]],
        fields=["name", "tax_ids"],
        order="code, id",
    )
    accounts = [
        RatedAccount(account_id=row["id"], name=row["name"], taxes=frozenset(row["tax_ids"])) for row in found
    ]
    return account_of_tax(account_id, tax_id, accounts)


async def fetch_line_accounts(
    client: OdooClient, journal: Journal, lines: Sequence[tuple[int | None, int | None]]
) -> list[int]:
    """The account of each line, by its product and tax; empty where Odoo's own choice stays for all of them."""
    if journal.default_account_id is None or not says_a_rate(journal.default_account):
        return []
    usual = (journal.default_account_id, journal.default_account)
    own = await _fetch_product_accounts(client, {product for product, _ in lines if product})
    found = []
    for product, tax_id in lines:
        account_id, name = own.get(product or 0) or usual
        other = await fetch_account_of_tax(client, account_id, name, tax_id)
        found.append(other.account_id if other else account_id)
    return found


async def _fetch_product_accounts(client: OdooClient, products: set[int]) -> dict[int, tuple[int, str]]:
    """Id and name of the income account that a product, else its category, has."""
    if not products:
        return {}
    fields = ["property_account_income_id", "categ_id"]
    rows = await client.call("product.product", "read", sorted(products), fields=fields)
    categories = sorted({category for row in rows if (category := named_id(row["categ_id"]))})
    of_category = ["property_account_income_categ_id"]
    read = await client.call("product.category", "read", categories, fields=of_category) if categories else []
    shared = {row["id"]: row["property_account_income_categ_id"] for row in read}
    accounts = {
        row["id"]: row["property_account_income_id"] or shared.get(named_id(row["categ_id"])) for row in rows
    }
    return {
        product: (account_id, name_in(account))
        for product, account in accounts.items()
        if (account_id := named_id(account)) is not None
    }
