import asyncio
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.accounting.product import (
    AmbiguousCategoryError,
    AmbiguousProductError,
    ArchivedProductError,
    Product,
    ProductInputs,
    SoldProduct,
    TaxInPriceError,
    UnknownProductError,
    product_problems,
)
from tasks.accounting.products import (
    check_product,
    create_product,
    fetch_sold_products,
    known_products,
    read_product,
    remove_product,
)
from tasks.accounting.records import RecordMissingError
from tests.books_asked import facts_of
from tests.odoo_world import OdooWorld


def asked(world: OdooWorld, **changed: Any) -> ProductInputs:
    values: dict[str, Any] = {
        "name": f"Site survey {world.token}",
        "price": Decimal("120.50"),
        "category": f"Field work {world.token}",
    }
    return ProductInputs(**{**values, **changed})


async def test_a_product_is_created_with_its_category_and_read_back(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await create_product(client, asked(odoo))
        assert await read_product(client, receipt.product_id) == facts_of(receipt, Product)
    assert product_problems(asked(odoo), receipt) == []
    assert (receipt.is_new, receipt.price, receipt.notes) == (True, Decimal("120.50"), [])
    assert receipt.category == f"Field work {odoo.token}"


async def test_a_known_product_is_left_as_it_is_and_its_differences_are_said(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        first = await create_product(client, asked(odoo))
        other = asked(odoo, name=f"site  SURVEY {odoo.token}", price=Decimal(99), category="Other work")
        await check_product(client, other)
        again = await create_product(client, other)
    assert (again.product_id, again.is_new) == (first.product_id, False)
    assert again.price == Decimal("120.50")
    assert "120.50 USD, not for 99" in again.notes[0]
    assert "not in Other work" in again.notes[1]


async def test_a_code_tells_products_of_one_name_apart(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        one = await create_product(client, asked(odoo, code=f"A-{odoo.token}"))
        two = await create_product(client, asked(odoo, code=f"B-{odoo.token}"))
        assert one.product_id != two.product_id
        for refusing in (check_product, create_product):
            with pytest.raises(AmbiguousProductError, match="by its code"):
                await refusing(client, asked(odoo))
        assert await known_products(client, [f"B-{odoo.token}"]) == {f"B-{odoo.token}": two.product_id}


async def test_a_category_that_means_several_is_asked_about(odoo: OdooWorld) -> None:
    name = f"Field work {odoo.token}"
    async with odoo.client() as client:
        top = await client.call("product.category", "create", vals_list=[{"name": name}])
        await client.call("product.category", "create", vals_list=[{"name": name, "parent_id": top[0]}])
        for refusing in (check_product, create_product):
            with pytest.raises(AmbiguousCategoryError, match="whole path"):
                await refusing(client, asked(odoo))
        receipt = await create_product(client, asked(odoo, category=f"{name} / {name}"))
    assert receipt.category == f"{name} / {name}"


async def test_two_callers_at_once_make_one_product(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as one, running_odoo.client() as other:
        first, second = await asyncio.gather(
            *(create_product(client, asked(running_odoo)) for client in (one, other))
        )
    assert first.product_id == second.product_id


async def test_an_archived_product_is_called_archived(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await create_product(client, asked(odoo))
        await client.call("product.product", "write", [receipt.product_id], vals={"active": False})
        for refused in (known_products(client, [asked(odoo).name]), check_product(client, asked(odoo))):
            with pytest.raises(ArchivedProductError, match=r"is archived in Odoo .* choose Unarchive"):
                await refused


class Sells:
    """Books with one product, under one tax."""

    def __init__(self, *, price: Decimal, price_include: bool) -> None:
        self.rows: dict[str, dict[str, Any]] = {
            "product.product": {
                "id": 7,
                "name": "Survey",
                "default_code": False,
                "list_price": price,
                "lst_price": price,
                "currency_id": [1, "USD"],
                "categ_id": False,
                "active": True,
                "taxes_id": [3],
            },
            "account.tax": {"id": 3, "price_include": price_include},
        }

    async def call(self, model: str, _method: str, *_ids: Any, **_arguments: Any) -> list[dict[str, Any]]:
        return [self.rows[model]]


async def test_a_list_price_before_tax_is_taken_over_and_one_with_tax_is_not() -> None:
    clear: Any = Sells(price=Decimal("120.5"), price_include=False)
    assert await fetch_sold_products(clear, ["Survey"]) == {
        "Survey": SoldProduct(name="Survey", price=Decimal("120.5"))
    }
    taxed: Any = Sells(price=Decimal("120.5"), price_include=True)
    with pytest.raises(TaxInPriceError, match="give the price before tax"):
        await fetch_sold_products(taxed, ["Survey"])


async def test_an_unknown_product_is_named(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        with pytest.raises(UnknownProductError, match=odoo.token):
            await known_products(client, [f"Nothing {odoo.token}"])


async def test_only_a_new_and_unused_product_is_removed(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        created = await create_product(client, asked(odoo))
        again = await create_product(client, asked(odoo))
        assert await remove_product(client, again.model_dump())
        for _ in range(2):
            assert await remove_product(client, created.model_dump())
        with pytest.raises(RecordMissingError):
            await read_product(client, created.product_id)
        used = await create_product(client, asked(odoo))
        line = {"name": "x", "product_id": used.product_id, "price_unit": 1.0, "tax_ids": [[6, 0, []]]}
        values = {"move_type": "out_invoice", "invoice_line_ids": [[0, 0, line]]}
        await client.call("account.move", "create", vals_list=[values])
        assert not await remove_product(client, used.model_dump())


@pytest.mark.parametrize("wrong", [{"name": ""}, {"price": "-1"}, {"price": "1.005"}, {"category": ""}])
def test_what_cannot_be_a_product_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProductInputs.model_validate({"name": "Survey", "price": "1", "category": "Work", **wrong})
