"""The protocol of Odoo 14 to 18 behind the same client; a live Odoo 19 speaks it too."""

import traceback
from datetime import date
from decimal import Decimal

import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount
from blocks.odoo.errors import (
    OdooCallError,
    OdooDatabaseMissingError,
    OdooKeyError,
    OdooMissingError,
    OdooModuleMissingError,
    OdooRefusedError,
    OdooUnavailableError,
)
from domain.accounting.payment import payment_problems
from domain.errors import DigitalFteError, UnknownOutcomeError
from tasks.accounting.connection import check_connection
from tasks.accounting.payments import payment_inputs, record_payment
from tests.odoo_world import OdooWorld
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
        with pytest.raises(OdooRefusedError, match="must be in draft"):
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
