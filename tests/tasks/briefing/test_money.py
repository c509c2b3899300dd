"""The money of a week, computed again from the stand-in's raw records by another path."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.briefing.part import Part, Standing
from domain.week import Week
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot
from tasks.briefing.money import money_part
from tasks.vault.vault import current_vault, init_vault
from tests.odoo_world import sandbox_world
from tests.sandbox_fixture import SandboxClient

ZONE = ZoneInfo("UTC")
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
"""The stand-in company's 18 months of books end today."""
WEEKS_AGO = (72, 34, 6, 2)
INCOME = {"income", "income_other"}
COSTS = {"expense", "expense_other", "expense_depreciation", "expense_direct_cost"}


def week_ago(weeks: int) -> Week:
    monday = NOW.date() - dt.timedelta(days=NOW.weekday())
    return Week(monday - dt.timedelta(weeks=weeks), ZONE)


@dataclass(frozen=True)
class Raw:
    """Journal items and reconciliations as the API hands them out."""

    lines: list[dict[str, Any]]
    partials: list[dict[str, Any]]

    def balance(self, kinds: set[str], first: str, last: str) -> Decimal:
        rows = (line for line in self.lines if line["kind"] in kinds and first <= line["date"] <= last)
        return sum((Decimal(str(line["balance"])) for line in rows), Decimal(0))

    def open_on(self, kind: str, day: str) -> Iterator[tuple[dict[str, Any], Decimal]]:
        for line in self.lines:
            if line["kind"] == kind and line["date"] <= day:
                left = Decimal(str(line["balance"]))
                for one in self.partials:
                    if one["max_date"] <= day:
                        amount = Decimal(str(one["amount"]))
                        left -= amount * (one["debit_move_id"] == line["id"])
                        left += amount * (one["credit_move_id"] == line["id"])
                if left:
                    yield line, left


async def raw_records(sandbox: SandboxClient) -> Raw:
    async with sandbox_world(sandbox.url).client() as client:

        async def rows(model: str, *fields: str, **asked: Any) -> list[dict[str, Any]]:
            return list(
                await client.call(model, "search_read", domain=asked.get("domain", []), fields=list(fields))
            )

        accounts = {one["id"]: one["account_type"] for one in await rows("account.account", "account_type")}
        fields = ("date", "balance", "account_id", "partner_id", "date_maturity")
        lines = await rows("account.move.line", *fields, domain=[["parent_state", "=", "posted"]])
        partials = await rows(
            "account.partial.reconcile", "debit_move_id", "credit_move_id", "amount", "max_date"
        )
    for line in lines:
        line["kind"] = accounts[line["account_id"][0]]
    for one in partials:
        one |= {name: one[name][0] for name in ("debit_move_id", "credit_move_id")}
    return Raw(lines, partials)


@pytest.fixture
async def raw(sandbox: SandboxClient, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Raw:
    monkeypatch.setenv("FTE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "Vault"))
    init_vault(current_vault().root)
    await copy_books(sandbox)
    return await raw_records(sandbox)


async def copy_books(sandbox: SandboxClient) -> None:
    async with sandbox_world(sandbox.url).client() as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    assert store_snapshot(books, source, before=snapshot_status(), taken_at=NOW)


def value(part: Part, key: str) -> Decimal | None:
    number = part.number(f"money.{key}")
    assert number is not None, key
    return number.value


@pytest.mark.parametrize("weeks", WEEKS_AGO)
async def test_each_number_is_what_the_raw_records_say(raw: Raw, weeks: int) -> None:
    week = week_ago(weeks)
    part = money_part(week, NOW)
    first, last = week.monday.isoformat(), week.sunday.isoformat()
    assert value(part, "revenue") == -raw.balance(INCOME, first, last)
    assert value(part, "expenses") == raw.balance(COSTS, first, last)
    assert value(part, "profit") == -raw.balance(INCOME | COSTS, first, last)
    assert value(part, "cash") == raw.balance({"asset_cash"}, "", last)
    owed = list(raw.open_on("asset_receivable", last))
    late = [
        (line, left) for line, left in owed if left > 0 and (line["date_maturity"] or line["date"]) < last
    ]
    assert value(part, "receivable") == sum(left for _, left in owed)
    assert value(part, "credits") == -sum(left for _, left in owed if left < 0)
    assert value(part, "overdue") == sum(left for _, left in late)
    owing = list(raw.open_on("liability_payable", last))
    assert value(part, "payable") == -sum(left for _, left in owing)
    assert value(part, "late") == -sum(
        left for line, left in owing if left < 0 and (line["date_maturity"] or line["date"]) < last
    )
    before = (week.monday - dt.timedelta(days=1)).isoformat()
    assert value(part, "flow.change") == value(part, "cash") - raw.balance({"asset_cash"}, "", before)
    flows = [value(part, f"flow.{kind}") for kind in ("operations", "investing", "financing")]
    assert sum(flows) == value(part, "flow.change")
    names = {line["partner_id"][1] for line, _ in late if line["partner_id"]}
    tabled = {
        row.label for table in part.tables if table.title == "Customers who are late" for row in table.rows
    }
    assert tabled <= names
    assert len(tabled) == min(len(names), 5)


@pytest.mark.parametrize("weeks", WEEKS_AGO)
async def test_the_records_of_a_number_add_up_to_it(raw: Raw, weeks: int) -> None:
    known = {line["id"]: Decimal(str(line["balance"])) for line in raw.lines}
    part = money_part(week_ago(weeks), NOW)
    for key, sign in (("revenue", -1), ("expenses", 1), ("profit", -1)):
        number = part.number(f"money.{key}")
        assert number is not None
        ids = [int(record.id.removeprefix("journal item ")) for record in number.records]
        assert number.record_count == len(ids)
        assert sum((sign * known[one] for one in ids), Decimal(0)) == number.value
        assert all(record.url.startswith("http") for record in number.records)


@pytest.mark.usefixtures("raw")
@pytest.mark.parametrize("weeks", WEEKS_AGO)
async def test_every_number_has_its_records_and_a_name_of_its_own(weeks: int) -> None:
    numbers = money_part(week_ago(weeks), NOW).all_numbers
    assert len({one.key for one in numbers}) == len(numbers)
    assert [one.key for one in numbers if one.value and not one.records] == []


@pytest.mark.usefixtures("raw")
async def test_what_is_unusual_names_who_and_which_entry(sandbox: SandboxClient) -> None:
    week = week_ago(WEEKS_AGO[-1])
    vendor = sandbox.odoo(
        "res.partner", "search_read", domain=[["supplier_rank", ">", 0]], fields=["name"], limit=1
    )[0]
    day = week.sunday.isoformat()
    line = [0, 0, {"name": "New roof", "quantity": 1, "price_unit": 99_000.0, "tax_ids": [[6, 0, []]]}]
    bill = {"move_type": "in_invoice", "partner_id": vendor["id"], "invoice_date": day, "date": day}
    ids = sandbox.odoo("account.move", "create", vals_list=[bill | {"invoice_line_ids": [line]}])
    sandbox.odoo("account.move", "action_post", ids=ids)
    [name] = [move["name"] for move in sandbox.odoo("account.move", "read", ids=ids, fields=["name"])]
    await copy_books(sandbox)
    [found] = [one for one in money_part(week, NOW).findings if one.startswith("Expenses of the week")]
    assert f"{vendor['name']} 99,000.00 USD ({name}, usually" in found


@pytest.mark.usefixtures("raw")
async def test_a_copy_that_is_not_fresh_is_said_with_its_age() -> None:
    late = money_part(week_ago(WEEKS_AGO[-1]), NOW + dt.timedelta(hours=5))
    assert late.standing is Standing.STALE
    assert f"as of {NOW:%Y-%m-%d %H:%M} UTC, 5 h old" in late.said[0]
    early = money_part(week_ago(0), NOW)
    assert "older than the end of the week" in early.said[0]


@pytest.mark.usefixtures("raw")
async def test_a_week_before_the_books_begin_is_unknown_and_not_zero() -> None:
    part = money_part(week_ago(200), NOW)
    assert (part.standing, part.numbers, part.charts) == (Standing.MISSING, (), ())
    assert re.match(r"The books begin on \d{4}-", part.said[0])


def test_without_books_nothing_is_zero(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_HOME", str(tmp_path / "home"))
    part = money_part(week_ago(WEEKS_AGO[-1]), NOW)
    assert (part.standing, part.numbers) == (Standing.MISSING, ())
    assert "fte run sync_odoo" in part.said[0]
