"""The items of one statement from the kept copy: its columns are asked by SQL, only the answer becomes objects."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from domain.accounting.copied_books import CopiedPart
from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import NO_ACCOUNT, BooksFrame, Excerpt, OpenItem, Paid
from domain.accounting.excerpt_parts import RESULT, ExcerptPart, TaxedItems, WantedExcerpt
from domain.accounting.excerpt_search import Sum
from domain.accounting.ledger import AccountType, FiscalYearEnd, JournalLine
from domain.accounting.ledger_rows import (
    LINE_FIELDS,
    Names,
    Record,
    columns_of,
    journal_lines,
    ledger_account,
    ledger_tax,
)
from domain.accounting.outlook import KINDS, MOST_CUT_OFFS, WEEK, WEEKS, Outlook, OwedItem, SettledMatch
from domain.accounting.report import ReportType
from domain.money import rounded
from tasks.accounting.excerpt import read_excerpt
from tasks.accounting.snapshot import SnapshotManifest, part_file

if TYPE_CHECKING:
    import duckdb

ENTRIES = f"""
create temp view items as select lines.*, account_type from lines join accounts on lines.account_id = accounts.id;
create temp view entries as select move_id,
    bool_or(account_type = '{AccountType.CASH}') or not bool_or(account_type in {tuple(map(str, RESULT))}) as pays,
    bool_or(account_type in {tuple(map(str, KINDS))}) as is_owed
from items group by move_id;
"""  # noqa: S608 (words of our own)
"""`pays` is the rule of `settlement`; `is_owed`: somebody has yet to pay it, or had."""


class CopiedItems:
    """Reads one generation of the copy."""

    def __init__(self, manifest: SnapshotManifest, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection
        company = manifest.company
        currencies = {row["id"]: row["name"] for row in self._rows("select id, name from currencies")}
        self._names = Names(
            currency=currencies[company.currency_id],
            currencies=currencies,
            partners={row["id"]: row["name"] or "" for row in self._rows("select id, name from partners")},
        )
        self.frame = BooksFrame(
            company.company_id,
            company.currency_id,
            self._names.currency,
            FiscalYearEnd(company.last_month, company.last_day),
            {row["id"]: ledger_account(row) for row in self._rows("select * from accounts")},
            {row["id"]: ledger_tax(row) for row in self._rows("select * from taxes")},
        )

    async def sums(self, part: ExcerptPart, *, with_ids: bool) -> list[Sum]:
        """A part summed by account, or by tax where it is one of taxes."""
        tax = _tax_column(part.taxed)
        where, values = _where(part)
        account = "account_id" if part.taxed is None else str(NO_ACCOUNT)
        ids = "list(id order by id)" if with_ids else "[]"
        rows = self._connection.execute(
            f"select account, sum(balance), count(*), {ids}, tax from "  # noqa: S608 (words of our own)
            f"(select items.*, {account} as account, {tax} as tax from items where {where}) "
            "group by account, tax order by 1, 5",
            values,
        ).fetchall()
        taxes = part.taxed.taxes if part.taxed else frozenset([None])
        return [
            Sum(account, amount, number, tuple(found), tax_id)
            for account, amount, number, found, tax_id in rows
            if tax_id in taxes
        ]

    async def lines(self, part: ExcerptPart) -> list[JournalLine]:
        """A part's items one by one."""
        where, values = _where(part)
        rows = self._rows(f"select * from items where {where} order by id", values)  # noqa: S608 (the same)
        return list(self._lines(rows))

    async def open_items(self, kinds: Sequence[AccountType], last: dt.date, *, named: bool) -> list[OpenItem]:
        """The items of some types that were open on a day; their partners' names are there in any case."""
        del named
        rows = list(self._rows(_OPEN, {"kinds": [kind.value for kind in kinds], "last": str(last)}))
        own = self._names.currency
        return [
            OpenItem(line, rounded(row["residual"], own), rounded(row["residual_currency"], line.currency))
            for row, line in zip(rows, self._lines(rows), strict=True)
        ]

    async def paid(self, days: DateRange) -> list[Paid]:
        """What customers paid in a period."""
        rows = self._connection.execute(_PAID, {"first": str(days.first), "last": str(days.last)}).fetchall()
        return [
            Paid(invoiced, paid, rounded(amount, self._names.currency)) for invoiced, paid, amount in rows
        ]

    def outlook(self, last: dt.date) -> Outlook:
        """What was owed and paid, and the cash of each day; what was settled before it matters only as habits."""
        ask = self._connection.execute
        ask(_OWED_ITEMS)
        ask(_PAYING)
        ask(_SETTLED, {"horizon": str(last - (MOST_CUT_OFFS + WEEKS) * WEEK)})
        (first,) = ask("select min(date)::date from lines").fetchone() or (None,)
        cash = ask(_CASH, {"kind": AccountType.CASH.value}).fetchall()
        owed = {kind: [*map(OwedItem._make, ask(_OWED, {"kind": kind.value}).fetchall())] for kind in KINDS}
        learned = {kind: ask(_LEARNED[kind], {"kind": kind.value}).fetchall() for kind in KINDS}
        return Outlook(first, dict(cash), owed, [*map(SettledMatch._make, ask(_MATCHES).fetchall())], learned)

    def _lines(self, rows: Iterable[Record]) -> tuple[JournalLine, ...]:
        return journal_lines(columns_of(rows, LINE_FIELDS), self._names)

    def _rows(self, sql: str, values: Any = None) -> Iterator[Record]:
        found = self._connection.execute(sql, values)
        names = [column[0] for column in found.description or ()]
        return (dict(zip(names, row, strict=True)) for row in found.fetchall())


async def read_from_copy(manifest: SnapshotManifest, wanted: WantedExcerpt) -> Excerpt:
    """What a statement is made from; in a thread, so that no other question waits for it.

    Raises:
        SnapshotDamagedError: a file is missing, or is not what was written.
    """
    return await asyncio.to_thread(asyncio.run, _read(manifest, wanted))


async def _read(manifest: SnapshotManifest, wanted: WantedExcerpt) -> Excerpt:
    with opened_copy(manifest) as items:
        found = await read_excerpt(items, wanted)
        is_forecast = wanted.kind is ReportType.CASH_FORECAST
        return replace(found, outlook=items.outlook(wanted.days.last)) if is_forecast else found


@contextmanager
def opened_copy(manifest: SnapshotManifest) -> Iterator[CopiedItems]:
    """The columns of the copy, each file checked against its digest.

    Raises:
        SnapshotDamagedError: a file is missing, or is not what was written.
    """
    with _database().cursor() as connection:
        for part in CopiedPart:
            path = str(part_file(manifest, part)).replace("'", "''")
            name = part.name.lower()
            connection.execute(f"create temp view {name} as from read_parquet('{path}')")
        connection.execute(ENTRIES)
        yield CopiedItems(manifest, connection)


@cache
def _database() -> "duckdb.DuckDBPyConnection":
    """An empty one, whose making takes longer than many questions; each of its cursors has tables of its own."""
    import duckdb

    return duckdb.connect(":memory:")


def _where(part: ExcerptPart) -> tuple[str, dict[str, Any]]:
    conditions, values = ["date <= $last"], {"last": str(part.last)}
    if part.first:
        conditions.append("date >= $first")
        values["first"] = str(part.first)
    if part.kinds:
        conditions.append(f"account_type in ({_texts(part.kinds)})")
    if part.side:
        conditions.append(f"balance {part.side} 0")
    return " and ".join([*conditions, *_taxed(part.taxed)]), values


def _taxed(items: TaxedItems | None) -> Iterator[str]:
    if items is None:
        return
    taxes = sorted(items.taxes)
    yield f"list_has_any(tax_ids, {taxes})" if items.is_base else f"tax_line_id in {taxes}"
    if items.is_due_on_payment:
        yield _DUE


def _tax_column(items: TaxedItems | None) -> str:
    if items is None:
        return "null"
    if items.stands_for is not None:
        return str(items.stands_for)
    return "unnest(tax_ids)" if items.is_base else "tax_line_id"


def _texts(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_DUE = (
    "(move_id in (select id from cash_basis) or move_id not in (select move_id from entries where is_owed))"
)
_OPEN = """
with matched as (
    select debit_move_id as id, amount, debit_amount_currency as foreign_amount from partials
    where max_date <= $last
    union all
    select credit_move_id, -amount, -credit_amount_currency from partials where max_date <= $last
), taken as (select id, sum(amount) as amount, sum(foreign_amount) as foreign_amount from matched group by id)
select items.*, balance - coalesce(taken.amount, 0) as residual,
    amount_currency - coalesce(foreign_amount, 0) as residual_currency
from items left join taken using (id)
where list_contains($kinds, account_type) and date <= $last and (residual <> 0 or residual_currency <> 0) order by id
"""
_PAID = f"""
select debit.date::date, max_date::date, sum(amount) from partials
join items as debit on debit.id = debit_move_id
join lines as credit on credit.id = credit_move_id
join entries on entries.move_id = credit.move_id
where debit.account_type = '{AccountType.RECEIVABLE}' and pays and max_date between $first and $last
group by all
"""  # noqa: S608 (words of our own)
_CASH = "select date::date, sum(balance) from items where account_type = $kind group by all"
_OWED_ITEMS = f"""
create or replace temp table owed_items as
select id, partner_id, date, coalesce(date_maturity, date)::date as due, balance, account_type from items
where account_type in ({_texts(KINDS)})
"""  # noqa: S608 (words of our own)
_PAYING = """
create or replace temp table paying as select lines.id, pays from lines join entries using (move_id)
where id in (select debit_move_id from partials union all select credit_move_id from partials)
"""
_OWED = """
select id, partner_id, date::date, due, balance from owed_items
where account_type = $kind and id not in (select id from settled)
"""
_MATCHES = """
select max_date::date, debit_move_id, credit_move_id, amount, debit.pays, credit.pays from partials
join paying as debit on debit.id = debit_move_id join paying as credit on credit.id = credit_move_id
where debit_move_id not in (select id from settled) or credit_move_id not in (select id from settled)
"""
_SETTLED = """
create or replace temp table settled as
with matched as (
    select debit_move_id as id, amount, max_date from partials
    union all
    select credit_move_id, -amount, max_date from partials
), taken as (select id, sum(amount) as amount, max(max_date) as latest from matched group by id)
select owed_items.id from owed_items left join taken using (id)
where date <= $horizon and balance = coalesce(taken.amount, 0) and coalesce(latest, '') <= $horizon
"""
_LEARNED = {
    kind: f"""
select owed.partner_id, date_diff('day', owed.due, max_date::date), count(*)
from partials join owed_items as owed on owed.id = {mine}_move_id
join paying on paying.id = {others}_move_id
where owed.account_type = $kind and pays and owed.id in (select id from settled)
group by all
"""  # noqa: S608 (the same)
    for kind, mine, others in zip(KINDS, ("debit", "credit"), ("credit", "debit"), strict=True)
}
