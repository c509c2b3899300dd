"""What each hour costs, with its source; nothing of these: the rate is asked for, and never 0.

In this order: the sales order's line that the entry delivers; the handbook's rate of the project, the customer or the
employee; the customer's price list for the handbook's product of hours, else its list price; the handbook's `hour`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.hours import NoRateError, TimesheetEntry
from domain.accounting.partner import Partner
from domain.accounting.rates import HourRate, HourRates, table_rate
from domain.errors import RejectedError
from domain.money import rounded
from tasks.accounting.invoice_orders import SalesTerms
from tasks.accounting.products import known_products
from tasks.accounting.records import find_record

HUNDRED = Decimal(100)
RULE_FIELDS = [
    "applied_on",
    "product_id",
    "product_tmpl_id",
    "categ_id",
    "compute_price",
    "fixed_price",
    "percent_price",
    "base",
    "currency_id",
    "date_start",
    "date_end",
]


class TaxNotPercentError(RejectedError):
    """The taxes of what is invoiced are not one percentage that is added to the price."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the taxes of {what} in Odoo are not one percentage that is added to the price; give it one such tax, or "
            "invoice these hours in Odoo"
        )


class PricedByTheDayError(RejectedError):
    """A price of a day is no price of an hour."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} in Odoo is priced by the day, and the timesheets are in hours: give the rate of an hour in the "
            "handbook's rates, or price it by the hour"
        )


@dataclass(frozen=True)
class HourRateTable:
    """The handbook's rates, and the currency that they are in."""

    rates: HourRates
    currency: str

    @property
    def any_hour(self) -> tuple[Decimal, str] | None:
        """What any hour costs."""
        return (self.rates.hour, "the handbook's rates.hour") if self.rates.hour else None


@dataclass(frozen=True)
class _Tax:
    tax_id: int | None
    percent: Decimal


@dataclass(frozen=True)
class _Product:
    product_id: int
    name: str
    tax: _Tax
    prices: Mapping[str, Any]


async def fetch_rates(
    client: OdooClient,
    entries: Sequence[TimesheetEntry],
    customer: Partner,
    table: HourRateTable,
    terms: SalesTerms,
) -> dict[int, HourRate]:
    """The rate of each entry, by its id.

    Raises:
        NoRateError: nothing says one for some of them; all of them are named.
        TaxNotPercentError: the taxes are others than one percentage on top.
        PricedByTheDayError: an order or the product has the price of a day.
        UnknownProductError, AmbiguousProductError, ArchivedProductError: the handbook's product is not one of Odoo's.
    """
    ordered = await _sale_rates(
        client, {entry.sale_line_id for entry in entries if entry.sale_line_id}, terms
    )
    product = await _product(client, table.rates, terms)
    listed, why = await _list_price(client, product, customer, terms) if product else (None, "")
    found = {}
    for entry in entries:
        of_table = table_rate(
            table.rates, project=entry.project, customer=customer.name, employee=entry.employee
        )
        rate = ordered.get(entry.sale_line_id or 0) or _said(of_table, table, product, terms) or listed
        rate = rate or _said(table.any_hour, table, product, terms)
        if rate:
            found[entry.entry_id] = rate
    missing = [entry for entry in entries if entry.entry_id not in found]
    if missing:
        raise NoRateError(missing, why)
    return found


def _said(
    said: tuple[Decimal, str] | None, table: HourRateTable, product: _Product | None, terms: SalesTerms
) -> HourRate | None:
    """What the handbook says of an hour, in the handbook's currency."""
    if said is None:
        return None
    return _as_product(*said, product, terms).model_copy(update={"currency": table.currency})


def _as_product(amount: Decimal, source: str, product: _Product | None, terms: SalesTerms) -> HourRate:
    tax = product.tax if product else _Tax(None, terms.usual_tax)
    return HourRate(
        amount=amount,
        currency=terms.currency,
        source=source,
        product_id=product.product_id if product else None,
        tax_id=tax.tax_id,
        tax_percent=tax.percent,
    )


async def _sale_rates(client: OdooClient, ids: set[int], terms: SalesTerms) -> dict[int, HourRate]:
    if not ids:
        return {}
    fields = ["price_unit", "discount", "currency_id", "product_id", "tax_ids", "order_id", "product_uom_id"]
    rows = await client.call("sale.order.line", "read", sorted(ids), fields=fields)
    found = {}
    for row in rows:
        order, currency = row["order_id"][1], row["currency_id"][1]
        await _refuse_days(client, row["product_uom_id"], f"sales order {order}")
        price = Decimal(str(row["price_unit"])) * (HUNDRED - Decimal(str(row["discount"]))) / HUNDRED
        tax = await _tax(client, row["tax_ids"], f"sales order {order}", terms)
        if price > 0:
            found[row["id"]] = HourRate(
                amount=rounded(price, currency),
                currency=currency,
                source=f"sales order {order}",
                product_id=row["product_id"][0] if row["product_id"] else None,
                tax_id=tax.tax_id,
                tax_percent=tax.percent,
                sale_line_id=row["id"],
            )
    return found


async def _product(client: OdooClient, rates: HourRates, terms: SalesTerms) -> _Product | None:
    """What hours are invoiced as."""
    if rates.product is None:
        return None
    product_id = (await known_products(client, [rates.product]))[rates.product]
    fields = ["name", "lst_price", "taxes_id", "categ_id", "product_tmpl_id", "uom_id"]
    (row,) = await client.call("product.product", "read", [product_id], fields=fields)
    await _refuse_days(client, row["uom_id"], row["name"])
    tax = await _tax(client, row["taxes_id"], row["name"], terms)
    return _Product(product_id, row["name"], tax, row)


async def _refuse_days(client: OdooClient, unit: Any, what: str) -> None:
    """Days are one of Odoo's own units.

    Raises:
        PricedByTheDayError: the unit is a day.
    """
    if unit and unit[0] == await find_record(client, "uom.uom", "uom.product_uom_day"):
        raise PricedByTheDayError(what)


async def _tax(client: OdooClient, ids: Sequence[int], what: str, terms: SalesTerms) -> _Tax:
    """One percentage on top of the price; what has no tax is not taxed.

    Raises:
        TaxNotPercentError: it is something else.
    """
    if not ids:
        return _Tax(None, Decimal(0))
    fields = ["amount", "amount_type", "price_include", "company_id"]
    found = await client.call("account.tax", "read", list(ids), fields=fields)
    own = [row for row in found if row["company_id"][0] == terms.company_id]
    if not own:
        return _Tax(None, Decimal(0))
    if len(own) > 1 or own[0]["amount_type"] != "percent" or own[0]["price_include"]:
        raise TaxNotPercentError(what)
    return _Tax(own[0]["id"], Decimal(str(own[0]["amount"])))


async def _list_price(
    client: OdooClient, product: _Product, customer: Partner, terms: SalesTerms
) -> tuple[HourRate | None, str]:
    """The customer's price, else the product's; else why there is none."""
    fields = ["property_product_pricelist"]
    (row,) = await client.call("res.partner", "read", [customer.partner_id], fields=fields)
    if row["property_product_pricelist"]:
        list_id, name = row["property_product_pricelist"]
        rules = await _rules(client, list_id, product)
        if rules:
            return _by_rule(rules[0], name, product, terms)
    price = Decimal(str(product.prices["lst_price"]))
    if price > 0:
        return _as_product(price, f"the list price of {product.name}", product, terms), ""
    return None, f" ({product.name} has no price in Odoo)"


async def _rules(client: OdooClient, list_id: int, product: _Product) -> list[dict[str, Any]]:
    """The price list's rules that hold for one hour of the product today, the closest first, as Odoo orders them."""
    rows = await client.call(
        "product.pricelist.item",
        "search_read",
        domain=[["pricelist_id", "=", list_id], ["min_quantity", "<=", 1]],
        fields=RULE_FIELDS,
        order="applied_on, min_quantity desc, categ_id desc, id desc",
    )
    today = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    return [row for row in rows if _is_in_force(row, today) and _is_about(row, product)]


def _is_in_force(row: Mapping[str, Any], today: str) -> bool:
    return not (row["date_start"] and row["date_start"] > today) and not (
        row["date_end"] and row["date_end"] < today
    )


def _is_about(row: Mapping[str, Any], product: _Product) -> bool:
    match row["applied_on"]:
        case "0_product_variant":
            return bool(row["product_id"]) and row["product_id"][0] == product.product_id
        case "1_product":
            return (
                bool(row["product_tmpl_id"]) and row["product_tmpl_id"] == product.prices["product_tmpl_id"]
            )
        case "2_product_category":
            theirs, own = row["categ_id"], product.prices["categ_id"]
            return bool(theirs and own) and f"{own[1]} / ".startswith(f"{theirs[1]} / ")
        case _:
            return True


def _by_rule(
    rule: Mapping[str, Any], name: str, product: _Product, terms: SalesTerms
) -> tuple[HourRate | None, str]:
    currency, listed = rule["currency_id"][1], Decimal(str(product.prices["lst_price"]))
    is_share = (
        rule["compute_price"] == "percentage" and rule["base"] == "list_price" and currency == terms.currency
    )
    if rule["compute_price"] == "fixed":
        price = Decimal(str(rule["fixed_price"]))
    elif is_share:
        price = rounded(listed * (HUNDRED - Decimal(str(rule["percent_price"]))) / HUNDRED, currency)
    else:
        return None, f" (the price list {name} computes it by a formula, which only Odoo can)"
    if price <= 0:
        return None, f" (the price list {name} makes it 0)"
    rate = _as_product(price, f"the price list {name}, {product.name}", product, terms)
    return rate.model_copy(update={"currency": currency}), ""
