"""Cash and what is overdue on the Dashboard, computed again from the stand-in's raw records by another path."""

import asyncio
import datetime as dt
from decimal import Decimal

import httpx
import pytest

from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import SnapshotSource, snapshot_folder, snapshot_status, store_snapshot
from tasks.dashboard.look import Keeper
from tasks.vault.vault import current_vault, init_vault
from tests.odoo_world import sandbox_world
from tests.sandbox_fixture import SandboxClient
from tests.tasks.briefing.test_money import Raw, raw_records

NOW = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
TODAY = "2026-11-27"


@pytest.fixture
async def records(sandbox: SandboxClient) -> Raw:
    """A copy of the books as of NOW, and the records that it was made from."""
    init_vault(current_vault().root)
    async with sandbox_world(sandbox.url).client() as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    assert store_snapshot(books, source, before=snapshot_status(), taken_at=NOW)
    return await raw_records(sandbox)


async def shown(now: dt.datetime, keeper: Keeper | None = None) -> str:
    await asyncio.to_thread((keeper or Keeper()).write, now)
    return current_vault().path("Dashboard.md").read_text()


def late_with(records: Raw, kind: str, sign: int) -> list[Decimal]:
    return [
        sign * left
        for line, left in records.open_on(kind, TODAY)
        if sign * left > 0 and (line["date_maturity"] or line["date"]) < TODAY
    ]


async def test_the_numbers_are_what_the_raw_records_say_and_lead_to_them(
    records: Raw,
) -> None:
    text = await shown(NOW + dt.timedelta(minutes=30))
    cash = records.balance({"asset_cash"}, "0000", TODAY)
    customers, vendors = (
        late_with(records, "asset_receivable", 1),
        late_with(records, "liability_payable", -1),
    )
    assert customers, "the demo company has a late customer"
    for said in (
        f"Cash and bank: {cash:,.2f} USD",
        f"Customers are late with {sum(customers):,.2f} USD",
        f"We are late with {sum(vendors, Decimal(0)):,.2f} USD",
    ):
        assert said in text
    section = text.split("\n## Customers are late\n")[1].split("\n## ")[0]
    assert section.count("\n- [") == len(customers)
    assert "As of 2026-11-27 09:00 UTC." in section
    addresses = [
        line.split("](<")[1].split(">)")[0] for line in section.splitlines() if line.startswith("- [")
    ]
    addresses.append(text.split("[Cash and bank")[1].split("](<")[1].split(">)")[0])
    async with httpx.AsyncClient() as person:
        for address in addresses:
            assert (await person.get(address)).is_success, address


@pytest.mark.usefixtures("records")
async def test_old_books_are_never_told_as_new() -> None:
    text = await shown(NOW + dt.timedelta(hours=30))
    old = "Odoo has not been read since 2026-11-27 09:00 UTC: this is as it was then."
    assert text.count(old) == 3
    assert "USD](<#Customers%20are%20late>)<br>on 2026-11-27 09:00 UTC" in text
    assert "As of 2026-11-27 09:00 UTC." not in text


@pytest.mark.usefixtures("records")
async def test_books_of_a_later_time_than_now_are_not_new_either() -> None:
    assert "Odoo has not been read since" in await shown(NOW - dt.timedelta(hours=1))


@pytest.mark.usefixtures("records")
async def test_damaged_books_are_said_and_no_number_is_shown() -> None:
    for path in snapshot_folder().rglob("*.parquet"):
        path.write_bytes(b"nothing")
    text = await shown(NOW)
    assert "Nobody knows: the copy of the books is damaged" in text
    assert " USD" not in text


@pytest.mark.usefixtures("records")
async def test_the_copy_is_read_once_and_a_minute_writes_nothing() -> None:
    keeper = Keeper()
    await shown(NOW, keeper)
    for path in snapshot_folder().rglob("*.parquet"):
        path.unlink()
    written = await asyncio.to_thread(keeper.write, NOW + dt.timedelta(minutes=9))
    assert not written.is_new
