"""Products in Odoo: matched before they are created, created once with their category, never changed."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.product import (
    AmbiguousCategoryError,
    Product,
    ProductInputs,
    ProductReceipt,
    SoldProduct,
    TaxInPriceError,
    UnknownProductError,
    match_product,
    plain_product,
    product_notes,
)
from domain.money import rounded
from tasks.accounting.records import external_id, find_record, literal, load_once, read_record, remove_made

PRODUCT_FIELDS = ["name", "default_code", "list_price", "currency_id", "categ_id", "active"]
MOST_CANDIDATES = 200


async def find_product(client: OdooClient, name: str, code: str | None = None) -> Product | None:
    """The product of the books that is meant, or None.

    Raises:
        AmbiguousProductError: several fit.
        ArchivedProductError: the one that fits is archived.
    """
    found = await client.call(
        "product.product",
        "search_read",
        domain=_any_like(name, code),
        fields=PRODUCT_FIELDS,
        limit=MOST_CANDIDATES,
        order="active desc, id",
        context={"active_test": False},
    )
    return match_product(name, code, [_product(row) for row in found])


def _any_like(name: str, code: str | None) -> list[Any]:
    any_blanks = "%".join(literal(word) for word in name.split())
    codes = [["default_code", "=ilike", literal(one)] for one in (name, code) if one]
    return [*["|"] * len(codes), ["name", "=ilike", any_blanks], *codes]


async def known_products(client: OdooClient, names: Iterable[str]) -> dict[str, int]:
    """The id of each product by the name that was used for it.

    Raises:
        UnknownProductError: the books have no such product.
        ArchivedProductError: they have, but archived.
        AmbiguousProductError: several fit.
    """
    ids = {}
    for name in dict.fromkeys(names):
        product = await find_product(client, name)
        if product is None:
            raise UnknownProductError(name)
        ids[name] = product.product_id
    return ids


async def fetch_sold_products(client: OdooClient, names: Iterable[str]) -> dict[str, SoldProduct]:
    """Each product's name and list price, by the name that was used for it.

    Raises:
        UnknownProductError: the books have no such product.
        ArchivedProductError: they have, but archived.
        AmbiguousProductError: several fit.
        TaxInPriceError: its list price contains tax.
    """
    known = await known_products(client, names)
    if not known:
        return {}
    fields = ["name", "lst_price", "taxes_id"]
    found = await client.call("product.product", "read", list(set(known.values())), fields=fields)
    rows = {row["id"]: row for row in found}
    taxed = await _fetch_included(client, sorted({tax for row in found for tax in row["taxes_id"]}))
    for name, product_id in known.items():
        if taxed.intersection(rows[product_id]["taxes_id"]):
            raise TaxInPriceError(name)
    return {name: _sold(rows[product_id]) for name, product_id in known.items()}


async def _fetch_included(client: OdooClient, taxes: list[int]) -> set[int]:
    """Those of the taxes that are part of the price."""
    if not taxes:
        return set()
    found = await client.call("account.tax", "read", taxes, fields=["price_include"])
    return {row["id"] for row in found if row["price_include"]}


def _sold(row: dict[str, Any]) -> SoldProduct:
    return SoldProduct(name=row["name"], price=row["lst_price"])


async def check_product(client: OdooClient, inputs: ProductInputs) -> None:
    """Refuse what `create_product` would refuse, before a person is asked; changes nothing.

    Raises:
        AmbiguousProductError: several products fit.
        AmbiguousCategoryError: several categories have that name.
        ArchivedProductError: the one that fits is archived.
    """
    if await find_product(client, inputs.name, inputs.code) is None:
        await _find_category(client, inputs.category)


async def create_product(client: OdooClient, inputs: ProductInputs) -> ProductReceipt:
    """The product, created with its category if the books do not know it; safe to call again.

    Raises:
        AmbiguousProductError: several products fit.
        ArchivedProductError: the one that fits is archived.
        AmbiguousCategoryError: several categories have that name.
        OdooRefusedError: Odoo refuses, with its own sentence.
    """
    existing = await find_product(client, inputs.name, inputs.code)
    if existing is not None:
        return _receipt(client, inputs, existing, is_new=False)
    identity = inputs.code or plain_product(inputs.name)
    name = external_id("product", _hashed(identity))
    is_new = await find_record(client, "product.product", name) is None
    category_id = await _ensure_category(client, inputs.category)
    values = {
        "id": name,
        "name": inputs.name,
        "type": inputs.kind.value,
        "list_price": str(inputs.price),
        "default_code": inputs.code or "",
        "categ_id/.id": str(category_id),
    }
    product_id = await load_once(client, "product.product", values)
    return _receipt(client, inputs, await read_product(client, product_id), is_new=is_new)


async def read_product(client: OdooClient, product_id: int) -> Product:
    """What the books say about the product now.

    Raises:
        RecordMissingError: it is not there.
    """
    return _product(await read_record(client, "product.product", product_id, PRODUCT_FIELDS, "product"))


async def remove_product(client: OdooClient, receipt: Mapping[str, Any]) -> bool:
    """Undo `create_product`: False if it is in use."""
    return await remove_made(client, "product.product", receipt["product_id"], is_new=receipt["is_new"])


async def _ensure_category(client: OdooClient, category: str) -> int:
    existing = await _find_category(client, category)
    if existing is not None:
        return existing
    values = {"id": external_id("category", _hashed(plain_product(category))), "name": category}
    return await load_once(client, "product.category", values)


async def _find_category(client: OdooClient, category: str) -> int | None:
    last = category.rpartition("/")[2].strip()
    found = await client.call(
        "product.category",
        "search_read",
        domain=[["name", "=ilike", literal(last)]],
        fields=["complete_name"],
        order="id",
    )
    if "/" in category:
        found = [row for row in found if plain_product(row["complete_name"]) == plain_product(category)]
    if len(found) > 1:
        raise AmbiguousCategoryError(category, [row["complete_name"] for row in found])
    return int(found[0]["id"]) if found else None


def _hashed(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _product(row: dict[str, Any]) -> Product:
    currency = row["currency_id"][1]
    return Product(
        product_id=row["id"],
        name=row["name"],
        code=row["default_code"] or None,
        price=rounded(row["list_price"], currency),
        currency=currency,
        category=row["categ_id"][1] if row["categ_id"] else "",
        is_active=row["active"],
    )


def _receipt(client: OdooClient, inputs: ProductInputs, facts: Product, *, is_new: bool) -> ProductReceipt:
    url = client.page("product.product_normal_action_sell", facts.product_id)
    return ProductReceipt(**facts.model_dump(), is_new=is_new, url=url, notes=product_notes(inputs, facts))
