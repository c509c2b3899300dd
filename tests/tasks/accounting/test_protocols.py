"""The protocol of Odoo 14 to 18 behind the same client; a live Odoo 19 speaks it too."""

import traceback
from datetime import date
from decimal import Decimal

import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, major_version
from blocks.odoo.errors import (
    OdooCallError,
    OdooDatabaseMissingError,
    OdooKeyError,
    OdooMissingError,
    OdooModuleMissingError,
    OdooRefusedError,
    OdooUnavailableError,
)
from domain.accounting.bill import bill_problems
from domain.accounting.duplicate import DuplicateBillError
from domain.accounting.payment import PaymentState, payment_problems
from domain.errors import DigitalFteError, UnknownOutcomeError
from tasks.accounting.bills import record_bill
from tasks.accounting.connection import check_connection
from tasks.accounting.payments import cancel_payment, payment_inputs, record_payment
from tests.odoo_world import OdooWorld, older_world
from tests.sandbox_fixture import SandboxClient

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


async def test_a_payment_is_recorded_over_json_rpc(running_odoo: OdooWorld) -> None:
    async with running_odoo.rpc_client() as client:
        assert (await check_connection(client)).company
        inputs = await payment_inputs(
            client,
            await running_odoo.debt(client),
            amount=Decimal("200.10"),
            method="bank",
            paid_on=date(2026, 11, 20),
        )
        receipt = await record_payment(client, inputs, key=running_odoo.token)
        assert await record_payment(client, inputs, key=running_odoo.token) == receipt
    assert payment_problems(inputs, receipt) == []
    assert receipt.invoice_residual == Decimal("299.90")


@pytest.mark.parametrize("major", ["14", "16", "17", "18"])
async def test_older_servers_keep_the_books(major: str) -> None:
    with older_world(major) as (world, client):
        async with client:
            assert major_version((await check_connection(client)).version) == int(major)
            invoice = await world.debt(client)
            inputs = await payment_inputs(
                client, invoice, amount=Decimal("200.10"), method="bank", paid_on=date(2026, 11, 20)
            )
            paid = await record_payment(client, inputs, key=world.token)
            undone = await cancel_payment(client, world.token, invoice)
            asked = world.bill(document="Attachments/receipt.pdf")
            bill = await record_bill(
                client, asked, key=world.token, document=b"%PDF-1.4", filename="receipt.pdf"
            )
            with pytest.raises(DuplicateBillError):
                await record_bill(client, world.bill(), key=f"{world.token}-again")
    assert payment_problems(inputs, paid) == []
    assert paid.invoice_residual == Decimal("299.90")
    assert undone is not None
    assert (undone.state, undone.invoice_residual) == (PaymentState.CANCELLED, Decimal("500.00"))
    assert bill_problems(asked, bill) == []
    assert bill.attachment_count == 1


async def test_json_rpc_s_errors_are_the_same_as_json_2_s(running_odoo: OdooWorld) -> None:
    async with running_odoo.rpc_client() as client:
        with pytest.raises(OdooModuleMissingError, match="install the module hr_expense"):
            await client.call("hr.expense", "search_count", domain=[])
        with pytest.raises(OdooMissingError):
            await client.call("account.move", "write", [999999999], vals={"ref": "x"})
        with pytest.raises(OdooCallError, match="nofield"):
            await client.call("res.partner", "search_read", domain=[], fields=["nofield"])
        with pytest.raises(OdooCallError, match="names no records"):
            await client.call("account.move", "action_post", [])
        invoice = await running_odoo.debt(client)
        with pytest.raises(OdooRefusedError, match=running_odoo.posted_twice):
            await client.call("account.move", "action_post", [invoice])


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"api_key": SecretStr("a-wrong-key")}, OdooKeyError),
        ({"database": "no-such-books"}, OdooDatabaseMissingError),
        ({"url": "http://127.0.0.1:9"}, OdooUnavailableError),
    ],
    ids=["key", "database", "address"],
)
async def test_who_cannot_come_in_is_told_why(
    running_odoo: OdooWorld, changed: dict[str, str], error: type[DigitalFteError]
) -> None:
    async with running_odoo.rpc_client(**changed) as client:
        with pytest.raises(error):
            await client.call("res.partner", "search_count", domain=[])


@pytest.mark.parametrize("kind", ["wrong_json", "truncate", "drop_after_effect"])
async def test_a_broken_answer_is_an_unknown_outcome_and_never_shows_the_key(
    sandbox: SandboxClient, kind: str
) -> None:
    from blocks.odoo.rpc import OdooRpcClient

    account = OdooAccount(
        url=sandbox.url, database="demo", login="bot@sandbox", api_key=SecretStr("sandbox-odoo-key")
    )
    async with OdooRpcClient(account) as client:
        await client.call("res.partner", "search_count", domain=[])
        sandbox.fault(kind, path="jsonrpc", times=1)
        with pytest.raises(UnknownOutcomeError) as caught:
            await client.call("res.partner", "create", vals_list=[{"name": f"Elm {kind}"}])
    assert "sandbox-odoo-key" not in "".join(traceback.format_exception(caught.value))
    assert sandbox.odoo("res.partner", "search_count", domain=[["name", "=", f"Elm {kind}"]]) == 1


def test_every_request_has_a_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import requests

    from blocks.odoo.rpc import OdooRpcClient

    seen: list[object] = []

    def post(*_: object, timeout: object, **__: object) -> object:
        seen.append(timeout)
        raise requests.ConnectTimeout

    monkeypatch.setattr(requests, "post", post)
    account = OdooAccount(url="https://odoo.example", database="b", login="x", api_key=SecretStr("k"))
    client = OdooRpcClient(account)
    for is_read in (True, False):
        client._ask_now("object", "execute_kw", (), is_read=is_read)
    assert seen == [(10.0, 30.0), (10.0, 120.0)]
