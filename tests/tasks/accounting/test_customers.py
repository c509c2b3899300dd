import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.odoo.client import OdooClient
from domain.accounting.customer import (
    Address,
    CustomerFacts,
    CustomerInputs,
    UnknownCustomerError,
    customer_problems,
)
from domain.accounting.partner import AmbiguousPartnerError, ArchivedPartnerError, Identity, KnownBy
from tasks.accounting.customers import (
    check_customer,
    create_customer,
    known_customers,
    read_customer,
    remove_customer,
)
from tasks.accounting.partners import CountryUnknownError
from tasks.accounting.records import RecordMissingError
from tests.books_asked import facts_of
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient


def asked(world: OdooWorld, **changed: Any) -> CustomerInputs:
    values: dict[str, Any] = {
        "name": f"Birch {world.token} LLC",
        "email": f"hello@{world.token}.example",
        "phone": "+1 555 0100",
        "address": Address(street="1 Mill Lane", city="Dover", zip_code="19901", country="US"),
        "vat": f"US{world.token}",
    }
    return CustomerInputs(**{**values, **changed})


async def named(client: OdooClient, world: OdooWorld) -> int:
    count: int = await client.call("res.partner", "search_count", domain=[["name", "ilike", world.token]])
    return count


async def test_a_customer_is_created_and_read_back(odoo: OdooWorld) -> None:
    inputs = asked(odoo)
    async with odoo.client() as client:
        receipt = await create_customer(client, inputs)
        assert await read_customer(client, receipt.customer_id) == facts_of(receipt, CustomerFacts)
        fields = ["street", "city", "zip", "country_id", "is_company", "customer_rank"]
        row = (await client.call("res.partner", "read", [receipt.customer_id], fields=fields))[0]
    assert customer_problems(inputs, receipt) == []
    assert (receipt.is_new, receipt.email, receipt.phone) == (True, inputs.email, inputs.phone)
    assert (row["street"], row["city"], row["zip"]) == ("1 Mill Lane", "Dover", "19901")
    assert (row["country_id"][1], row["is_company"], row["customer_rank"]) == ("United States", True, 1)


async def test_an_archived_customer_is_called_archived(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await create_customer(client, asked(odoo))
        await client.call("res.partner", "write", [receipt.customer_id], vals={"active": False})
        for inputs in (asked(odoo), asked(odoo, email=None, vat=None), asked(odoo, name="Elm", vat=None)):
            with pytest.raises(ArchivedPartnerError, match=r"is archived in Odoo .* choose Unarchive"):
                await known_customers(client, [inputs.identity()])
            with pytest.raises(ArchivedPartnerError):
                await check_customer(client, inputs)
        other = await create_customer(client, asked(odoo, email=None, vat=None, name=f"Elm {odoo.token}"))
        assert other.is_new


async def test_one_in_use_is_taken_before_one_who_is_archived(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        old = await create_customer(client, asked(odoo, email=f"old@{odoo.token}.example", vat=None))
        await client.call("res.partner", "write", [old.customer_id], vals={"active": False})
        name = f"Birch {odoo.token}"
        values = [{"name": name, "email": f"new@{odoo.token}.example", "customer_rank": 1}]
        new = await client.call("res.partner", "create", vals_list=values)
        assert (await known_customers(client, [Identity(name=name)]))[0].partner_id == new[0]


async def test_a_known_customer_is_not_created_again(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        first = await create_customer(client, asked(odoo))
        for changed, known_by in (
            ({"name": "Somebody Else", "email": asked(odoo).email.upper(), "vat": None}, KnownBy.EMAIL),  # type: ignore[union-attr]  # it has one
            ({"name": "Somebody Else", "email": None}, KnownBy.VAT),
            ({"name": f"BIRCH {odoo.token}, L.L.C", "email": None, "vat": None}, KnownBy.NAME),
        ):
            again = await create_customer(client, asked(odoo, **changed))
            assert (again.customer_id, again.is_new, again.known_by) == (first.customer_id, False, known_by)
        assert await named(client, odoo) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "other@else.example", "vat": None}, "another e-mail address"),
        ({"email": None, "vat": "US999"}, "another tax number"),
    ],
    ids=["email", "vat"],
)
async def test_a_namesake_that_contradicts_is_asked_about(
    odoo: OdooWorld, changed: dict[str, Any], said: str
) -> None:
    async with odoo.client() as client:
        await create_customer(client, asked(odoo))
        for refusing in (check_customer, create_customer):
            with pytest.raises(AmbiguousPartnerError, match=said):
                await refusing(client, asked(odoo, **changed))
        assert await named(client, odoo) == 1


async def test_an_address_of_one_and_a_tax_number_of_another_is_asked_about(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        await create_customer(client, asked(odoo, vat=None))
        other = asked(odoo, name=f"Alder {odoo.token}", email=None)
        await create_customer(client, other)
        with pytest.raises(AmbiguousPartnerError, match="of one and the tax number of another"):
            await create_customer(client, asked(odoo, name=f"Rowan {odoo.token}"))


async def test_two_customers_of_one_name_are_not_guessed(odoo: OdooWorld) -> None:
    inputs = asked(odoo, email=None, vat=None)
    async with odoo.client() as client:
        await client.call("res.partner", "create", vals_list=[{"name": inputs.name}, {"name": inputs.name}])
        with pytest.raises(AmbiguousPartnerError, match="fits several"):
            await create_customer(client, inputs)


async def test_two_callers_at_once_make_one_customer(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as one, running_odoo.client() as other:
        first, second = await asyncio.gather(
            *(create_customer(client, asked(running_odoo)) for client in (one, other))
        )
        assert first.customer_id == second.customer_id
        assert await named(one, running_odoo) == 1


async def test_an_unknown_country_is_refused_and_leaves_nothing(odoo: OdooWorld) -> None:
    inputs = asked(odoo, address=Address(street="1 Mill Lane", country="ZQ"))
    async with odoo.client() as client:
        with pytest.raises(CountryUnknownError, match="ZQ"):
            await create_customer(client, inputs)
        with pytest.raises(UnknownCustomerError, match="create the customer first"):
            await known_customers(client, [inputs.identity()])


async def test_only_a_new_and_unused_customer_is_removed(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        created = await create_customer(client, asked(odoo))
        again = await create_customer(client, asked(odoo))
        assert await remove_customer(client, again.model_dump())
        assert (await read_customer(client, created.customer_id)).is_active
        for _ in range(2):
            assert await remove_customer(client, created.model_dump())
        with pytest.raises(RecordMissingError):
            await read_customer(client, created.customer_id)
        used = await create_customer(client, asked(odoo))
        values = {"move_type": "out_invoice", "partner_id": used.customer_id}
        await client.call("account.move", "create", vals_list=[values])
        assert not await remove_customer(client, used.model_dump())


@pytest.mark.parametrize(
    "wrong",
    [{"name": "  "}, {"email": "nobody"}, {"address": {"country": "Utopia"}}],
    ids=["name", "email", "country"],
)
def test_what_cannot_be_a_customer_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CustomerInputs.model_validate({"name": "Birch", **wrong})


def test_an_address_may_be_one_text() -> None:
    inputs = CustomerInputs.model_validate({"name": "Birch", "address": "1 Mill Lane\nDover\n19901"})
    assert (inputs.address.street, inputs.address.street2) == ("1 Mill Lane", "Dover, 19901")


@pytest.mark.parametrize(
    "said",
    [
        {"address": "Ring 1\n10115 Berlin\nDeutschland", "vat": None},
        {"vat": "DE136695976", "address": Address()},
    ],
    ids=["address", "tax number"],
)
async def test_the_country_is_in_the_address_or_the_tax_number(
    sandbox: SandboxClient, said: dict[str, Any]
) -> None:
    world = sandbox_world(sandbox.url)
    inputs = CustomerInputs.model_validate(asked(world).model_dump() | said)
    async with world.client() as client:
        receipt = await create_customer(client, inputs)
        (row,) = await client.call("res.partner", "read", [receipt.customer_id], fields=["country_id"])
    assert row["country_id"][1] == "Germany"
