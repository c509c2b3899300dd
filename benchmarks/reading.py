"""What each reading tool costs as the books grow, beside the raw calls that suffice for its figures.

A part of `python -m benchmarks.odoo`: a stand-in server for each size is filled by copying the demo company's entries
into earlier days. With `ODOO_URL`, `ODOO_KEY` and `ODOO_DB` (several databases with commas between them) those books
are read as they are, and nothing is written. The raw calls are written by hand, one after the other. Two floors stand
beside each tool: the calls that suffice for its sums, and those that suffice for all that it says, with the codes and
kinds of accounts, the names of partners, the kinds of taxes, and what is matched on a later day and so open today. Who
asks by hand knows account and company, and does not check that nobody booked in between.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from benchmarks.odoo_server import account, bare, load, post, server
from blocks.odoo.client import OdooAccount
from domain.accounting.report import ReportType

SIZES = (3_000, 30_000, 100_000, 300_000)
YEARS = timedelta(days=1065)
LINE, PARTIAL, GROUPED = "account.move.line", "account.partial.reconcile", "formatted_read_group"
TODAY = datetime.now(UTC).date()
MONTH = f"{TODAY.replace(day=1)}..{TODAY}"
PAST = str(TODAY - timedelta(days=365))
POSTED: list[Any] = [["parent_state", "=", "posted"], ["account_id", "!=", False]]
RESULT = ["account_type", "in", ["income", "income_other", "expense", "expense_other", "expense_direct_cost"]]
OPEN_FIELDS = ["date_maturity", "date", "amount_residual"]
TOLD_FIELDS = [
    *OPEN_FIELDS,
    "move_name",
    "partner_id",
    "move_id",
    "name",
    "currency_id",
    "amount_residual_currency",
]
"""Where open items are told one by one: of each its number and words, its partner, invoice and own currency."""
MATCHED_FIELDS = ["debit_move_id", "credit_move_id", "amount", "max_date"]
SHOWN_FIELDS = ["move_name", "date", "account_id", "partner_id", "name", "balance"]


@dataclass(frozen=True)
class RawCall:
    """One call that a script by hand would make."""

    model: str
    method: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Tool:
    """A reading tool with its arguments, the raw calls that suffice for its sums, and what has to be asked besides."""

    name: str
    arguments: dict[str, Any]
    raw: tuple[RawCall, ...]
    besides: tuple[RawCall, ...] = ()


def sums(*conditions: Any, by: str = "account_id", of: str = "balance:sum") -> RawCall:
    """Journal items summed by Odoo."""
    body = {"domain": [*POSTED, *conditions], "groupby": [by], "aggregates": of.split()}
    return RawCall(LINE, GROUPED, body)


def rows(model: str, fields: list[str], *conditions: Any) -> RawCall:
    """Records one by one."""
    domain = [*POSTED, *conditions] if model == LINE else list(conditions)
    return RawCall(model, "search_read", {"domain": domain, "fields": fields, "load": None})


CHART = rows("account.account", ["code", "name", "account_type"])
TAXES = rows("account.tax", ["name", "type_tax_use", "tax_exigibility", "children_tax_ids"])
PARTNERS = RawCall("res.partner", "search_read", {"fields": ["name"], "load": None})
"""Those of the items that were read before."""
MATCHED_LATER = rows(PARTIAL, MATCHED_FIELDS, ["max_date", ">", str(TODAY)])
BESIDES: dict[ReportType, tuple[RawCall, ...]] = {
    ReportType.RECEIVABLE_AGEING: (PARTNERS,),
    ReportType.GENERAL_LEDGER: (CHART, PARTNERS),
    ReportType.TAX_SUMMARY: (TAXES,),
    ReportType.MEASURES: (CHART, MATCHED_LATER),
    ReportType.BUDGET: (CHART, MATCHED_LATER),
}
"""Of each statement; of the others the chart."""


def owed(kind: str, fields: list[str]) -> tuple[RawCall, ...]:
    """What is open now."""
    return (rows(LINE, fields, ["account_type", "=", kind], ["reconciled", "=", False]),)


def owed_then(kind: str, day: str) -> tuple[RawCall, ...]:
    """What was open on a day: what is open now, and what was matched later, with all that was matched."""
    there = (["account_type", "=", kind], ["date", "<=", day])
    later = ["max_date", ">", day]
    return (
        rows(LINE, TOLD_FIELDS, *there, ["reconciled", "=", False]),
        *(
            rows(LINE, TOLD_FIELDS, *there, [f"matched_{side}_ids.max_date", *later[1:]])
            for side in ("debit", "credit")
        ),
        rows(PARTIAL, MATCHED_FIELDS, later),
    )


def paid(*conditions: Any) -> tuple[RawCall, ...]:
    """How long customers took: all that was matched, less what has a result, and again what moved cash."""
    kinds = "credit_move_id.move_id.line_ids.account_type"
    with_result = [kinds, *RESULT[1:]]
    days = ["max_date:day", "debit_move_id.date:day"]
    there = [["debit_move_id.account_type", "=", "asset_receivable"], *conditions]
    return tuple(
        RawCall(PARTIAL, GROUPED, {"domain": [*there, *more], "groupby": days, "aggregates": ["amount:sum"]})
        for more in ([], [with_result], [with_result, [kinds, "=", "asset_cash"]])
    )


def tools() -> Iterator[Tool]:
    """Every reading tool; periods are this month, so that the answer does not grow with the books."""
    first, until = ["date", ">=", MONTH[:10]], ["date", "<=", str(TODAY)]
    year = ["date", ">=", f"{TODAY.year}-01-01"]
    before = ["date", "<", MONTH[:10]]
    sheet = (sums(until), sums(until, year, RESULT))
    named = (PARTNERS, MATCHED_LATER)
    yield Tool("get_financial_summary", {"period": MONTH}, (sums(first, until, RESULT), *sheet), (CHART,))
    yield Tool("get_accounts_receivable", {}, owed("asset_receivable", TOLD_FIELDS), named)
    yield Tool("get_accounts_payable", {}, owed("liability_payable", TOLD_FIELDS), named)
    cash = ["account_type", "=", "asset_cash"]
    opening = (sums(before), sums(before, year, RESULT))
    raw = {
        ReportType.PROFIT_AND_LOSS: (sums(first, until, RESULT),),
        ReportType.BALANCE_SHEET: sheet,
        ReportType.CASH_FLOW: (sums(cash, before), sums(first, until)),
        ReportType.TRIAL_BALANCE: (*opening, sums(first, until, of="debit:sum credit:sum")),
        ReportType.GENERAL_LEDGER: (
            *opening,
            rows(LINE, SHOWN_FIELDS, first, until),
        ),
        ReportType.TAX_SUMMARY: (
            sums(first, until, ["tax_ids", "!=", False], by="tax_ids"),
            sums(first, until, ["tax_line_id", "!=", False], by="tax_line_id"),
        ),
        ReportType.BUDGET: (
            sums(cash, before),
            sums(first, until),
            *owed("asset_receivable", OPEN_FIELDS),
            *paid(["max_date", ">=", MONTH[:10]], ["max_date", "<=", str(TODAY)]),
        ),
        ReportType.MEASURES: (
            sums(cash, before),
            sums(first, until),
            *owed("asset_receivable", OPEN_FIELDS),
            *owed("liability_payable", OPEN_FIELDS),
        ),
        ReportType.CASH_FORECAST: (
            rows(
                LINE,
                ["date", "date_maturity", "partner_id", "account_id", "balance"],
                ["account_type", "in", ["asset_receivable", "liability_payable", "asset_cash"]],
            ),
            rows(PARTIAL, MATCHED_FIELDS),
        ),
    }
    raw[ReportType.RECEIVABLE_AGEING] = owed_then("asset_receivable", PAST)
    for kind, calls in raw.items():
        days = PAST if kind is ReportType.RECEIVABLE_AGEING else MONTH
        arguments = {"report_type": kind.value, "date_range": days}
        yield Tool("generate_financial_report", arguments, calls, BESIDES.get(kind, (CHART,)))


def copied(state: Path, lines: int) -> None:
    """The demo company's entries copied into earlier days until there are so many lines."""
    from sandbox.store import Store

    store = Store(state)
    own = [store.table(f"odoo.{model}") for model in ("account.move", LINE, PARTIAL)]
    kept = [{key: row for key, row in table.rows().items() if _is_old(row)} for table in own]
    steps = [max(map(int, table.rows()), default=0) for table in own]
    times = max(0, -(-(lines - len(own[1].rows())) // max(1, len(kept[1]))))
    for number in range(1, times + 1):
        back = YEARS * number / max(times, 1)
        with store.transaction():
            for table, found, step in zip(own, kept, steps, strict=True):
                for key, row in found.items():
                    table.put(int(key) + number * step, _moved(row, number, steps, back))
    store.close()


def _is_old(row: dict[str, Any]) -> bool:
    """Settled demo entries: what is open stays a small share of the books."""
    return row.get("parent_state", row.get("state", "posted")) == "posted"


def _moved(row: dict[str, Any], number: int, steps: list[int], back: timedelta) -> dict[str, Any]:
    moves, lines, _partials = steps
    step_of = {"move_id": moves, "debit_move_id": lines, "credit_move_id": lines}
    changed = {key: row[key] + number * step for key, step in step_of.items() if row.get(key)}
    for name in ("date", "invoice_date", "invoice_date_due", "date_maturity", "max_date"):
        if row.get(name):
            changed[name] = str(date.fromisoformat(row[name]) - back)
    return {**row, **changed}


async def keep_copy(here: OdooAccount) -> None:
    """The copy that `sync_odoo` makes each hour; the forecast is made of it."""
    from blocks.odoo.client import OdooClient
    from blocks.settings import settings
    from tasks.accounting.ledger import read_books
    from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot

    source = SnapshotSource(mode=settings().mode.value, url=here.url, database=here.database)
    async with OdooClient(here) as client:
        books = await read_books(client)
    store_snapshot(books, source, before=snapshot_status(), taken_at=datetime.now(UTC))


async def measure(here: OdooAccount, rounds: int) -> None:
    """Each tool as an agent calls it, in turn with the raw calls."""
    from fastmcp import Client

    from blocks.odoo.credentials import OdooCredentials
    from mcp_servers.odoo_connector import build_server

    block = OdooCredentials(url=here.url, database=here.database, login="", api_key=here.api_key)
    await block.save("odoo", overwrite=True)
    await keep_copy(here)
    async with bare(here) as http, Client(build_server()) as agent:
        number = await post(http, LINE, "search_count", domain=POSTED)
        print(f"\n{number:,} journal lines, {load()}\n{'':<44}{'sums':>9}{'all':>9}{'tool':>9}")
        await measure_fixed(here, rounds)
        for tool in tools():
            taken: list[tuple[float, float, float]] = []
            for _ in range(rounds + 1):
                begun = time.perf_counter()
                found = await by_hand(http, tool.raw)
                summed = time.perf_counter()
                await by_hand(http, tool.besides, found)
                all_asked = time.perf_counter()
                said = await agent.call_tool(tool.name, tool.arguments, raise_on_error=False)
                taken.append((summed - begun, all_asked - begun, time.perf_counter() - all_asked))
            sums_, whole, ours = (statistics.median(times) for times in zip(*taken[1:], strict=True))
            name = " ".join([*tool.arguments.values()]) or tool.name
            refused = f"  {said.content[0].text[:60]}" if said.is_error else ""
            beside = f"{ours / sums_:>7.2f} x{ours / whole:>7.2f} x  {load()}{refused}"
            print(f"  {name:<42}{sums_:>7.3f} s{whole:>7.3f} s{ours:>7.3f} s{beside}", flush=True)


async def by_hand(
    http: httpx.AsyncClient, calls: Iterable[RawCall], known: Iterable[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Make the calls one after the other; the rows that they answer."""
    found = list(known)
    for call in calls:
        named = {row["partner_id"] for row in found if row.get("partner_id")}
        domain = {"domain": [["id", "in", sorted(named)]]} if call is PARTNERS else {}
        found += await post(http, call.model, call.method, **call.body | domain)
    return found


async def measure_fixed(here: OdooAccount, rounds: int) -> None:
    """What every tool asks anew, beside its items: it waits for them only where no processor is free."""
    from blocks.odoo.client import OdooClient
    from domain.accounting.ledger_rows import ACCOUNT_FIELDS
    from tasks.actions.connected import connected_account

    async with OdooClient(here) as client:
        asked = {
            "the account, of the Prefect server": connected_account,
            "the chart of accounts, of Odoo": partial(
                client.call, "account.account", "search_read", domain=[], fields=ACCOUNT_FIELDS, load=None
            ),
        }
        for name, ask in asked.items():
            taken = []
            for _ in range(rounds + 1):
                begun = time.perf_counter()
                await ask()
                taken.append(time.perf_counter() - begun)
            print(f"  {name:<42}{'':>11}{statistics.median(taken[1:]):>7.3f} s")


def measure_growth(sizes: list[int], rounds: int) -> None:
    """Every tool at every size; beside a Prefect server, which keeps the account."""
    from tasks.accounting import reports

    reports.LIVE_SECONDS = 600.0
    for here in books(sizes):
        asyncio.run(measure(here, rounds))


def books(sizes: list[int]) -> Iterator[OdooAccount]:
    """The databases that are named, or a stand-in of each size."""
    if os.environ.get("ODOO_URL"):
        for name in os.environ["ODOO_DB"].split(","):
            yield account(os.environ["ODOO_URL"], name, os.environ["ODOO_KEY"])
        return
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            with server(folder):
                pass
            copied(Path(folder), size)
            yield stack.enter_context(server(folder))
