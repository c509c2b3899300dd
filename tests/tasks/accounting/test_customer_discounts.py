"""A customer who pays an invoice less the discount that its payment term grants: a person is told what stays open."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting.customer import CustomerInputs
from tasks.accounting.customer_discounts import discount_oddities
from tasks.accounting.customers import create_customer
from tasks.accounting.payables import read_payable
from tasks.accounting.payments import payment_inputs, record_payment
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient, sandbox_with

ENDS = date(2026, 11, 17)
TERMS = {"2/7 Net 30": True, "Net 30": False}


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxClient]:
    with sandbox_with(tmp_path_factory.mktemp("discounts"), _add_terms) as client:
        yield client


def _add_terms(made: Any) -> None:
    for name, grants in TERMS.items():
        made._add("account.payment.term", name=name, early_discount=grants, discount_days=7)


@pytest.fixture
def odoo(stand_in: SandboxClient) -> OdooWorld:
    return sandbox_world(stand_in.url)


@pytest.fixture
async def client(odoo: OdooWorld) -> AsyncIterator[OdooClient]:
    async with odoo.client() as client:
        yield client


async def invoice(client: OdooClient, odoo: OdooWorld, term: str = "2/7 Net 30") -> int:
    """Over 1,000.00, made in Odoo by a person on 10 November."""
    customer = await create_customer(client, CustomerInputs(name=f"Larch {odoo.token}"))
    (term_id,) = await client.call("account.payment.term", "search", domain=[["name", "=", term]])
    line = {"name": "Shelf", "quantity": 1, "price_unit": 1000.0, "tax_ids": []}
    values = {
        "move_type": "out_invoice", "partner_id": customer.customer_id, "invoice_date": "2026-11-10",
        "invoice_payment_term_id": term_id, "invoice_line_ids": [[0, 0, line]],
    }  # fmt: skip
    ids: list[int] = await client.call("account.move", "create", vals_list=[values])
    await client.call("account.move", "action_post", ids)
    return ids[0]


async def said(client: OdooClient, invoice_id: int, amount: str, paid_on: date = ENDS) -> list[str]:
    inputs = await payment_inputs(client, invoice_id, amount=Decimal(amount), method="bank", paid_on=paid_on)
    return await discount_oddities(client, inputs, await read_payable(client, invoice_id))


async def test_the_discounted_sum_in_time_is_told_with_what_to_do(
    client: OdooClient, odoo: OdooWorld
) -> None:
    (told,) = await said(client, await invoice(client, odoo), "980.00")
    assert "less 20.00 USD for early payment until 2026-11-17, a discount that is yours to give" in told
    assert "20.00 USD stay open: register it in Odoo instead" in told


async def test_the_discounted_sum_too_late_is_told_as_that(client: OdooClient, odoo: OdooWorld) -> None:
    (told,) = await said(client, await invoice(client, odoo), "980.00", date(2026, 11, 18))
    assert "a discount of 20.00 USD for early payment, which ended on 2026-11-17" in told


async def test_two_parts_may_make_the_discounted_sum(client: OdooClient, odoo: OdooWorld) -> None:
    invoice_id = await invoice(client, odoo)
    inputs = await payment_inputs(
        client, invoice_id, amount=Decimal("400.00"), method="bank", paid_on=date(2026, 11, 12)
    )
    await record_payment(client, inputs, odoo.token)
    assert len(await said(client, invoice_id, "580.00")) == 1
    assert await said(client, invoice_id, "600.00") == []


@pytest.mark.parametrize("amount", ["1000.00", "979.99", "20.00"])
async def test_any_other_sum_is_told_nothing_about(client: OdooClient, odoo: OdooWorld, amount: str) -> None:
    assert await said(client, await invoice(client, odoo), amount) == []


async def test_terms_without_a_discount_grant_none(client: OdooClient, odoo: OdooWorld) -> None:
    assert await said(client, await invoice(client, odoo, "Net 30"), "980.00") == []
