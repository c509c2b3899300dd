"""The items of one statement, asked of Odoo: what it sums itself, and what has to be seen one by one."""

import asyncio
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import Paid
from domain.accounting.excerpt_parts import Part
from domain.accounting.excerpt_search import (
    BALANCE,
    COUNT,
    IDS,
    PAID_BY,
    Sum,
    groups_of,
    matched_until,
    matched_with_unposted,
    open_on,
    paid_in,
    paid_of,
    search_of,
    sum_of,
)
from domain.accounting.ledger import AccountType, FiscalYearEnd, JournalLine, LedgerAccount, LedgerTax
from domain.accounting.ledger_rows import (
    ACCOUNT_FIELDS,
    LINE_FIELDS,
    PARTIAL_FIELDS,
    TAX_FIELDS,
    Names,
    Record,
    journal_line,
    ledger_account,
    ledger_tax,
    partial_reconciliation,
)
from tasks.accounting.excerpt import BooksFrame, OpenItems
from tasks.accounting.ledger import ARCHIVED_TOO, COMPANY_FIELDS

LINE, PARTIAL = "account.move.line", "account.partial.reconcile"


class OdooItems:
    """Reads of one key's company; `frame` comes first."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client
        self._frame: BooksFrame

    async def frame(self) -> BooksFrame:
        """The company in which the key's user works: a new record would be its."""
        new, companies = await asyncio.gather(
            self._client.call("account.tax", "default_get", fields=["company_id"]),
            self._client.call("res.company", "search_read", domain=[], fields=COMPANY_FIELDS),
        )
        found = next(row for row in companies if row["id"] == new["company_id"])
        currency_id, currency = found["currency_id"]
        year_end = FiscalYearEnd(int(found["fiscalyear_last_month"]), found["fiscalyear_last_day"])
        self._frame = BooksFrame(found["id"], currency_id, currency, year_end)
        return self._frame

    async def accounts(self) -> dict[int, LedgerAccount]:
        """The chart."""
        rows = await self._all("account.account", [], ACCOUNT_FIELDS)
        return {row["id"]: ledger_account(row) for row in rows}

    async def taxes(self) -> dict[int, LedgerTax]:
        """The company's taxes, archived ones too."""
        rows = await self._all("account.tax", [["company_id", "=", self._frame.company_id]], TAX_FIELDS)
        return {row["id"]: ledger_tax(row) for row in rows}

    async def sums(self, part: Part, *, with_ids: bool) -> list[Sum]:
        """A part summed by account, and by tax where it is one of taxes."""
        rows = await self._client.call(
            LINE,
            "formatted_read_group",
            domain=search_of(part, self._frame.company_id),
            groupby=groups_of(part),
            aggregates=[BALANCE, COUNT, *([IDS] if with_ids else [])],
        )
        return [found for row in rows if (found := sum_of(part, row))]

    async def lines(self, part: Part) -> list[JournalLine]:
        """A part's items one by one."""
        records = await self._all(LINE, search_of(part, self._frame.company_id), LINE_FIELDS)
        names = await self._names(records, [])
        return [journal_line(record, names) for record in records]

    async def open_items(self, kind: AccountType, last: dt.date) -> OpenItems:
        """The items of one type that were open on a day, and what had been matched with them by then."""
        records = await self._open(kind, last)
        ids = sorted(records)
        matched = await self._all(PARTIAL, matched_until(ids, last), PARTIAL_FIELDS) if ids else []
        names = await self._names(records.values(), matched)
        return [journal_line(records[line_id], names) for line_id in ids], [
            partial_reconciliation(one, names) for one in matched
        ]

    async def _open(self, kind: AccountType, last: dt.date) -> dict[int, Record]:
        """What was open, some of what was not; by id."""
        company_id, sides = self._frame.company_id, ("debit_move_id", "credit_move_id")
        unposted, *found = await asyncio.gather(
            self._all(PARTIAL, matched_with_unposted(company_id), sides),
            *(self._all(LINE, one, LINE_FIELDS) for one in open_on(kind, last, company_id)),
        )
        if unposted:
            ids = sorted({row[side] for row in unposted for side in sides})
            there = search_of(Part(last, kinds=(kind,)), company_id)
            found.append(await self._all(LINE, [*there, ["id", "in", ids]], LINE_FIELDS))
        return {row["id"]: row for rows in found for row in rows}

    async def paid(self, days: DateRange) -> list[Paid]:
        """What customers paid in a period."""
        rows = await self._client.call(
            PARTIAL,
            "formatted_read_group",
            domain=paid_in(days, self._frame.company_id),
            groupby=PAID_BY,
            aggregates=["amount:sum"],
        )
        return [paid_of(row, self._frame.currency) for row in rows]

    async def _names(self, lines: Collection[Record], matched: Sequence[Record]) -> Names:
        """The names of the currencies and partners on these records."""
        own = {self._frame.currency_id: self._frame.currency}
        used = {row["currency_id"] for row in lines}
        used |= {row[f"{side}_currency_id"] for row in matched for side in ("debit", "credit")}
        currencies, partners = await asyncio.gather(
            self._named("res.currency", used - own.keys()),
            self._named("res.partner", {row["partner_id"] for row in lines if row["partner_id"]}),
        )
        return Names(currency=self._frame.currency, currencies=own | currencies, partners=partners)

    async def _named(self, model: str, ids: Iterable[int]) -> dict[int, str]:
        wanted = sorted(ids)
        rows = await self._all(model, [["id", "in", wanted]], ("name",)) if wanted else []
        return {row["id"]: row["name"] or "" for row in rows}

    async def _all(self, model: str, domain: Sequence[Any], fields: Sequence[str]) -> list[Record]:
        pages = self._client.pages(model, domain, fields, context=ARCHIVED_TOO)
        return [row async for page in pages for row in page]
