"""A currency of which Odoo has no rate: Odoo would book it one to one without a word."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from blocks.odoo.client import OdooClient
from domain.planning.plan import Step
from domain.policy.handbook import Handbook
from tasks.accounting.chart import CurrencyRateMissingError
from tasks.actions import connected
from tasks.actions.effects import ApprovalNeededError, Request, perform
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import sandbox_thread

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def books(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[OdooWorld]:
    """The stand-in, connected, whose euro is active and has no rate, as currencies begin in a real Odoo."""
    seed = importlib.import_module("sandbox.odoo.seed")
    currencies = [(*row[:3], 1.0, row[4]) if row[0] == "EUR" else row for row in seed.CURRENCIES]
    monkeypatch.setattr(seed, "CURRENCIES", currencies)
    with sandbox_thread(tmp_path_factory.mktemp("unrated")) as client:
        world = sandbox_world(client.url)

        async def odoo_client() -> OdooClient:
            return world.client()

        monkeypatch.setattr(connected, "odoo_client", odoo_client)
        yield world


async def book(action: str, inputs: dict[str, object]) -> None:
    step = Step(id="bill", action=action, inputs=inputs)
    await perform(Request(task_id="t1", step=step, doubts=[]), Handbook(currency="EUR"), lambda: NOW)


@pytest.mark.parametrize("action", ["odoo.record_bill", "odoo.reimburse_expenses", "odoo.record_credit_note"])
async def test_nothing_is_booked_in_it_and_nobody_is_asked(books: OdooWorld, action: str) -> None:
    inputs = books.bill(currency="EUR").model_dump(mode="json")
    with pytest.raises(CurrencyRateMissingError, match="Odoo has no rate of EUR"):
        await book(action, inputs)
    async with books.client() as client:
        assert await client.call("account.move", "search_count", domain=[["ref", "=", inputs["number"]]]) == 0


async def test_the_companys_own_currency_needs_none(books: OdooWorld) -> None:
    with pytest.raises(ApprovalNeededError, match="is a new payee"):
        await book("odoo.record_bill", books.bill().model_dump(mode="json"))
