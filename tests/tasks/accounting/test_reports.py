"""The statements beside Odoo's own sums of the same books."""

import ast
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain, product
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooUnavailableError
from domain.accounting.date_range import DateRange, PeriodError, parse_period
from domain.accounting.excerpt_parts import WantedExcerpt
from domain.accounting.goals import Goals, Targets
from domain.accounting.ledger import AccountType
from domain.accounting.report import FinancialReport, FinancialSummary, ReportType, ReportTypeError, RowKind
from domain.accounting.report_text import report_markdown
from domain.accounting.reporting import report
from domain.errors import TransientError
from tasks.accounting.bills import record_bill
from tasks.accounting.ledger import read_books
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.accounting.reports import (
    FROM_COPY,
    OdooSilentError,
    ReportedBooks,
    fetch_books,
    generate_financial_report,
    get_accounts_payable,
    get_accounts_receivable,
    get_financial_summary,
)
from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAST, PAID_ON = date(2026, 11, 15), date(2026, 11, 20)
ALL_DAYS = DateRange(date(2000, 1, 1), date(2026, 12, 31))
POSTED = ["parent_state", "=", "posted"]
SHEET = {
    "bank_and_cash": AccountType.CASH,
    "receivables": AccountType.RECEIVABLE,
    "current_assets": AccountType.CURRENT_ASSET,
    "payables": AccountType.PAYABLE,
    "credit_cards": AccountType.CREDIT_CARD,
    "current_liabilities": AccountType.CURRENT_LIABILITY,
    "equity": AccountType.EQUITY,
}
RESULT = {
    "revenue": AccountType.INCOME,
    "cost_of_revenue": AccountType.DIRECT_COST,
    "operating_expenses": AccountType.EXPENSE,
    "depreciation": AccountType.DEPRECIATION,
    "other_income": AccountType.OTHER_INCOME,
    "other_expenses": AccountType.OTHER_EXPENSE,
}

KINDS = [None, *ReportType]
GOALS = Goals(
    budgets={"rent": Decimal(100), "other": Decimal(50)},
    targets=Targets.model_validate(dict.fromkeys(Targets.model_fields, 5)),
)


@asynccontextmanager
async def books_with_movement(
    odoo: OdooWorld, now: datetime = NOW
) -> AsyncIterator[tuple[OdooClient, ReportedBooks]]:
    """Beside what was there: an invoice paid in part after the past day, and a bill with deductible tax."""
    async with odoo.client() as client:
        invoice = await odoo.debt(client, 500)
        await record_bill(client, odoo.bill(tax=Decimal("15.00"), total=Decimal("115.00")), key=odoo.token)
        asked = await payment_inputs(
            client, invoice, amount=Decimal("200.10"), method="bank", paid_on=PAID_ON
        )
        await record_payment(client, asked, key=odoo.token)
        yield client, await books_of(odoo, now)


async def books_of(odoo: OdooWorld, now: datetime = NOW) -> ReportedBooks:
    return await fetch_books(odoo.client(), now)


async def odoos_sums(client: OdooClient, group: str, *domain: Any, of: str = "balance") -> dict[Any, Decimal]:
    if client.oldest_major < OdooClient.oldest_major:
        return await older_odoos_sums(client, group, [POSTED, *domain], of)
    rows = await client.call(
        "account.move.line",
        "formatted_read_group",
        domain=[POSTED, *domain],
        groupby=[group],
        aggregates=[f"{of}:sum"],
    )
    cent = Decimal("0.01")
    return {
        row[group][0] if isinstance(row[group], list) else row[group]: Decimal(row[f"{of}:sum"]).quantize(
            cent
        )
        for row in rows
    }


async def older_odoos_sums(
    client: OdooClient, group: str, domain: Sequence[Any], of: str
) -> dict[Any, Decimal]:
    """Before Odoo 19 lines are not summed by their account's type, but by account."""
    by = "account_id" if group == "account_type" else group
    rows = await client.call(
        "account.move.line", "read_group", domain=domain, fields=[f"{of}:sum"], groupby=[by], lazy=False
    )
    accounts = await client.call("account.account", "search_read", domain=[], fields=["account_type"])
    kinds = {row["id"]: row["account_type"] for row in accounts}
    sums: dict[Any, Decimal] = {}
    for row in rows:
        key = row[by] and row[by][0]
        key = kinds[key] if by != group else key
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row[of]).quantize(Decimal("0.01"))
    return sums


async def test_statements_are_odoo_s_own_sums(odoo: OdooWorld) -> None:
    async with books_with_movement(odoo) as (client, books):
        for until in (PAST, date(2026, 12, 31)):
            before = ["date", "<=", str(until)]
            moved = await odoos_sums(client, "account_type", ["date", ">=", "2026-01-01"], before)
            assert_result(get_financial_summary(books, f"2026-01-01..{until}"), moved)
            balances = await odoos_sums(client, "account_type", before)
            assert_balances(books, until, balances)
            taxes = await odoos_sums(client, "tax_line_id", before)
            bases = await odoos_sums(client, "tax_ids", before)
            assert_taxes(books, until, taxes, bases)


def assert_result(found: FinancialSummary, moved: dict[str, Decimal]) -> None:
    for key, kind in RESULT.items():
        assert abs(found.profit_and_loss.amount(key)) == abs(moved.get(kind.value, 0)), key
    earned = sum(amount for kind, amount in moved.items() if AccountType(kind).is_result)
    assert found.profit_and_loss.amount("net_profit") == -earned


def assert_balances(books: ReportedBooks, until: date, balances: dict[str, Decimal]) -> None:
    sheet = generate_financial_report(books, "balance_sheet", str(until))
    for key, kind in SHEET.items():
        assert abs(sheet.amount(key)) == abs(balances.get(kind.value, 0)), key
    assert sheet.amount("total_assets") == sheet.amount("total_liabilities_and_equity")
    receivable = generate_financial_report(books, "receivable_ageing", str(until))
    assert receivable.amount("total") == balances["asset_receivable"]
    payable = generate_financial_report(books, "payable-ageing", str(until))
    assert payable.amount("total") == -balances["liability_payable"]


def assert_taxes(
    books: ReportedBooks, until: date, taxes: dict[int, Decimal], bases: dict[int, Decimal]
) -> None:
    found = generate_financial_report(books, "tax summary", f"2000-01-01..{until}")
    assert found.amount("to_pay") == -sum(amount for tax_id, amount in taxes.items() if tax_id)
    shown = [abs(row.amounts["base"]) for row in found.rows if row.kind is RowKind.DETAIL]
    assert sorted(shown) == sorted(abs(amount) for tax_id, amount in bases.items() if tax_id)


async def test_what_is_owed_now_is_odoo_s_residual_and_looks_back(odoo: OdooWorld) -> None:
    # Odoo keeps only what is open today, and the demo company goes on being paid; the recording stands still.
    now = datetime.now(UTC) if odoo.mode == "sandbox" else NOW
    async with books_with_movement(odoo, now) as (client, books):
        residuals = await odoos_sums(
            client,
            "account_type",
            ["account_type", "in", ["asset_receivable", "liability_payable"]],
            ["date", "<=", str(now.date())],
            of="amount_residual",
        )
    assert get_accounts_receivable(books).amount("total") == residuals["asset_receivable"]
    assert get_accounts_payable(books).amount("total") == -residuals["liability_payable"]
    assert owed_by(odoo, get_accounts_receivable(books)) == [Decimal("299.90")]
    entry_of = {line.line_id: line.move_id for line in books.ledger.lines}
    opened = [row for row in get_accounts_receivable(books).rows if row.kind is RowKind.DETAIL]
    assert [row.invoice_id for row in opened] == [entry_of[row.line_ids[0]] for row in opened]
    then = generate_financial_report(books, "receivable_ageing", str(PAST))
    assert owed_by(odoo, then) == [Decimal("500.00")]


def owed_by(odoo: OdooWorld, found: FinancialReport) -> list[Decimal]:
    """What this test's customer owes."""
    return [
        row.amounts["total"] for row in found.rows if row.kind is RowKind.TOTAL and odoo.token in row.label
    ]


async def test_every_report_names_its_source_and_its_lines(running_odoo: OdooWorld) -> None:
    async with books_with_movement(running_odoo) as (_client, books):
        pass
    for kind in ("cash_flow", "general_ledger", "trial_balance"):
        found = generate_financial_report(books, kind, "2026-11")
        assert found.origin.is_sandbox
        assert "nothing is real" in found.origin.source
        named = {line_id for row in found.rows for line_id in row.line_ids}
        assert named <= set(books.ledger.by_id)
        assert named
    cash = generate_financial_report(books, "cash_flow", "2026")
    change = cash.amount("closing_cash") - cash.amount("opening_cash")
    assert cash.amount("change_in_cash") == change
    assert cash.notes == ("The period has not ended: it holds what was booked until then.",)


async def test_a_wrong_period_or_report_is_one_sentence(sandbox: SandboxClient) -> None:
    odoo = sandbox_world(sandbox.url)
    books = await books_of(odoo)
    with pytest.raises(PeriodError, match=r"^'soon' is no period; use a month \(2026-10\)"):
        get_financial_summary(books, "soon")
    with pytest.raises(ReportTypeError, match="'horoscope' is no report; use one of profit_and_loss, "):
        generate_financial_report(books, "horoscope", "2026")
    sandbox.fault("refuse_before", service="odoo", times=100)
    with pytest.raises(OdooUnavailableError):
        await books_of(odoo)


async def test_while_odoo_is_away_the_kept_copy_is_read_and_says_so(sandbox: SandboxClient) -> None:
    odoo = sandbox_world(sandbox.url)

    async with odoo.client() as client:
        books = await read_books(client)
    sandbox.fault("refuse_before", service="odoo", times=1_000)
    with pytest.raises(TransientError):
        await fetch_books(odoo.client(), NOW)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    taken_at = NOW - timedelta(hours=3)
    store_snapshot(books, source, before=snapshot_status(), taken_at=taken_at)
    found = await fetch_books(odoo.client(), NOW)
    assert found.ledger == books.ledger
    assert (found.origin.read_at, bool(found.origin.problem)) == (taken_at, True)
    assert "This is the copy that was kept" in report_markdown(get_accounts_receivable(found))


@pytest.mark.parametrize("kind", KINDS)
async def test_while_odoo_is_away_each_statement_is_the_one_of_the_kept_copy(
    sandbox: SandboxClient, kind: ReportType | None
) -> None:
    odoo = sandbox_world(sandbox.url)

    async with books_with_movement(odoo) as (client, books):
        source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
        store_snapshot(await read_books(client), source, before=snapshot_status(), taken_at=NOW)
    sandbox.fault("refuse_before", service="odoo", times=1_000)
    found = await fetch_books(
        odoo.client(), NOW, WantedExcerpt(kind, ALL_DAYS, frozenset(Targets.model_fields))
    )
    assert found.origin.problem
    whole = statement(replace(books, origin=found.origin), kind, str(ALL_DAYS))
    assert without(statement(found, kind, str(ALL_DAYS)), "found_by", "line_ids") == without(
        whole, "line_ids"
    )


async def test_a_forecast_is_made_of_the_copy_while_it_is_fresh(sandbox: SandboxClient) -> None:
    odoo = sandbox_world(sandbox.url)

    wanted = WantedExcerpt(ReportType.CASH_FORECAST, DateRange(PAST, PAST))
    assert not (await fetch_books(odoo.client(), NOW, wanted)).origin.problem
    async with odoo.client() as client:
        source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
        store_snapshot(await read_books(client), source, before=snapshot_status(), taken_at=NOW)
    fresh = await fetch_books(odoo.client(), NOW + timedelta(minutes=50), wanted)
    assert (fresh.origin.read_at, fresh.origin.problem) == (NOW, FROM_COPY)
    late = await fetch_books(odoo.client(), NOW + timedelta(hours=3), wanted)
    assert not late.origin.problem


@pytest.mark.parametrize(("most_read", "problem"), [(10, FROM_COPY), (10_000, "")])
async def test_where_odoo_before_19_would_read_many_lines_the_fresh_copy_is_read(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, most_read: int, problem: str
) -> None:
    odoo = sandbox_world(sandbox.url)
    monkeypatch.setattr("tasks.accounting.reports.MOST_READ", most_read)
    async with books_with_movement(odoo) as (client, books):
        source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
        store_snapshot(await read_books(client), source, before=snapshot_status(), taken_at=NOW)
    wanted = WantedExcerpt(ReportType.PROFIT_AND_LOSS, ALL_DAYS)
    found = await fetch_books(odoo.rpc_client(), NOW + timedelta(minutes=50), wanted)
    assert found.origin.problem == problem
    here, there = (statement(one, wanted.kind, str(ALL_DAYS)).rows for one in (found, books))
    assert [row.amounts for row in here] == [row.amounts for row in there]


@pytest.mark.parametrize("other", [{"database": "other"}, {"url": "http://127.0.0.1:9"}, {"mode": "live"}])
async def test_a_copy_of_other_books_is_not_shown_for_these(
    sandbox: SandboxClient, other: dict[str, str]
) -> None:
    odoo = sandbox_world(sandbox.url)
    async with odoo.client() as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo").model_copy(update=other)
    store_snapshot(books, source, before=snapshot_status(), taken_at=NOW)
    sandbox.fault("refuse_before", service="odoo", times=1_000)
    with pytest.raises(OdooUnavailableError):
        await books_of(odoo)


async def test_a_statement_of_sums_is_the_one_of_all_journal_items(running_odoo: OdooWorld) -> None:
    periods = ("2026-11-01..2026-11-15", "2026-11-16..2026-12-31", "2025-11-03..2026-11-20", "2024")
    async with books_with_movement(running_odoo) as (_client, books):
        for kind, said in product(KINDS, periods):
            wanted = WantedExcerpt(kind, parse_period(said), frozenset(Targets.model_fields))
            part = await fetch_books(running_odoo.client(), NOW, wanted)
            named = await fetch_books(running_odoo.client(), NOW, replace(wanted, with_ids=True))
            whole = statement(books, kind, said)
            assert without(statement(named, kind, said), "found_by") == whole
            assert without(statement(part, kind, said), "found_by", "line_ids") == without(whole, "line_ids")
            assert books.origin == part.origin


@pytest.mark.parametrize("kind", [ReportType.TRIAL_BALANCE, ReportType.TAX_SUMMARY, ReportType.BUDGET])
async def test_the_condition_beside_a_sum_finds_its_journal_items(
    running_odoo: OdooWorld, kind: ReportType
) -> None:
    async with books_with_movement(running_odoo) as (client, _books):
        books = await fetch_books(running_odoo.client(), NOW, WantedExcerpt(kind, ALL_DAYS, with_ids=True))
        rows = [row for row in statement(books, kind, str(ALL_DAYS)).rows if row.found_by]
        assert rows
        for row in rows:
            found = [
                await client.call("account.move.line", "search", domain=ast.literal_eval(one))
                for one in row.found_by
            ]
            assert tuple(sorted(chain(*found))) == row.line_ids


def statement(books: ReportedBooks, kind: ReportType | None, said: str) -> FinancialReport:
    if kind is None:
        found = get_financial_summary(books, said)
        rows = (*found.profit_and_loss.rows, *found.balance_sheet.rows)
        return found.balance_sheet.model_copy(update={"rows": rows})
    return report(books.ledger, kind, parse_period(said), books.origin, GOALS)


def without(found: FinancialReport, *fields: str) -> FinancialReport:
    update = dict.fromkeys(fields, ())
    return found.model_copy(update={"rows": tuple(replace(row, **update) for row in found.rows)})


async def test_an_item_that_is_matched_with_a_draft_is_open(running_odoo: OdooWorld) -> None:
    async with books_with_movement(running_odoo) as (client, _books):
        paid = await client.call(
            "account.payment", "search", domain=[["date", "=", str(PAID_ON)]], order="id desc", limit=1
        )
        await client.call("account.payment", "action_draft", paid)
        for said in (str(PAST), "2026-12-31"):
            wanted = WantedExcerpt(ReportType.RECEIVABLE_AGEING, parse_period(said))
            part, whole = await fetch_books(running_odoo.client(), NOW, wanted), await books_of(running_odoo)
            assert statement(part, wanted.kind, said) == statement(whole, wanted.kind, said)


async def test_what_is_paid_on_a_later_day_is_open_today_and_one_question_finds_it(
    running_odoo: OdooWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime(2026, 11, 16, 9, tzinfo=UTC)  # the payment is dated the 20th
    wanted = WantedExcerpt(ReportType.RECEIVABLE_AGEING, parse_period(str(today.date())))
    asked: list[str] = []
    call = OdooClient.call

    async def noted(client: OdooClient, model: str, *said: Any, **named: Any) -> Any:
        asked.append(model)
        return await call(client, model, *said, **named)

    async with books_with_movement(running_odoo):
        whole = await books_of(running_odoo)
        monkeypatch.setattr(OdooClient, "call", noted)
        part = await fetch_books(running_odoo.client(), today, wanted)
    found = statement(part, wanted.kind, str(today.date()))
    assert owed_by(running_odoo, found) == [Decimal("500.00")]
    assert found.rows == statement(whole, wanted.kind, str(today.date())).rows
    assert asked.count("account.partial.reconcile") == 1


async def test_open_items_come_with_the_names_of_now_and_nothing_of_others_is_asked(
    running_odoo: OdooWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(UTC) + timedelta(days=1)
    asked: list[str] = []
    call = OdooClient.call

    async def noted(client: OdooClient, model: str, *said: Any, **named: Any) -> Any:
        asked.append(model)
        return await call(client, model, *said, **named)

    async def shown(kind: ReportType) -> str:
        wanted = WantedExcerpt(kind, parse_period(str(today.date())))
        found = statement(await fetch_books(running_odoo.client(), today, wanted), kind, str(today.date()))
        return " ".join(row.label for row in found.rows)

    async with books_with_movement(running_odoo) as (client, _books):
        paid = await client.call(
            "account.payment", "search", domain=[["date", "=", str(PAID_ON)]], order="id desc", limit=1
        )
        await client.call("account.payment", "action_draft", paid)
        await shown(ReportType.PAYABLE_AGEING)
        ids = await client.call("res.partner", "search", domain=[["name", "ilike", running_odoo.token]])
        await client.call("res.partner", "write", ids, vals={"name": f"Renamed {running_odoo.token}"})
        monkeypatch.setattr(OdooClient, "call", noted)
        assert f"Renamed {running_odoo.token}" in await shown(ReportType.PAYABLE_AGEING)
    # beside them the chart, and what is matched and does not count: an invoice, whose items are not among these
    questions = ["account.account", "account.move.line", "account.partial.reconcile", "res.partner"]
    assert sorted(asked) == questions


async def test_an_odoo_that_takes_the_question_and_hangs_is_answered_for_by_the_kept_copy(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo = sandbox_world(sandbox.url)

    async with odoo.client() as client:
        kept = await read_books(client, None)
        here = SnapshotSource(mode="sandbox", url=client.url, database=client.database)
    monkeypatch.setattr("tasks.accounting.reports.LIVE_SECONDS", 0.2)
    sandbox.fault("latency", service="odoo", seconds=2, times=50)
    with pytest.raises(OdooSilentError, match="has not answered"):
        await fetch_books(odoo.client(), NOW)
    store_snapshot(kept, here, before=snapshot_status(), taken_at=NOW)
    books = await fetch_books(odoo.client(), NOW + timedelta(hours=2))
    assert books.origin.read_at == NOW
    assert "has not answered" in books.origin.problem
    sandbox.clear_faults()
