"""The items of one statement, asked of Odoo: what it sums itself, and what has to be seen one by one."""

import asyncio
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
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
    Signed,
    Sum,
    groups_of,
    matched_until,
    matched_with_unposted,
    merged,
    no_payment,
    open_on,
    paid_in,
    paid_of,
    search_of,
    signed_searches,
    sum_of,
)
from domain.accounting.ledger import AccountType, FiscalYearEnd, JournalLine, LedgerAccount, LedgerTax
from domain.accounting.ledger_rows import (
    ACCOUNT_FIELDS,
    LINE_DOMAIN,
    LINE_FIELDS,
    PARTIAL_DOMAIN,
    PARTIAL_FIELDS,
    TAX_FIELDS,
    Names,
    Record,
    journal_line,
    ledger_account,
    ledger_tax,
    partial_reconciliation,
)
from domain.accounting.outlook import KINDS, Match, Outlook, OwedItem
from domain.money import rounded
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
        aggregates = [BALANCE, COUNT, *([IDS] if with_ids else [])]
        found = await self._grouped(
            LINE, signed_searches(part, self._frame.company_id), groups_of(part), aggregates
        )
        return merged((sign, one) for sign, row in found if (one := sum_of(part, row)))

    async def _grouped(
        self, model: str, searches: Sequence[Signed], by: Sequence[str], aggregates: Sequence[str]
    ) -> list[tuple[int, Record]]:
        answers = await asyncio.gather(
            *(
                self._client.call(
                    model, "formatted_read_group", domain=domain, groupby=by, aggregates=aggregates
                )
                for _sign, domain in searches
            )
        )
        return [(sign, row) for (sign, _), rows in zip(searches, answers, strict=True) for row in rows]

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
        searches = paid_in(days, self._frame.company_id)
        found = await self._grouped(PARTIAL, searches, PAID_BY, ["amount:sum"])
        return [paid_of(row, self._frame.currency, sign) for sign, row in found]

    async def outlook(self, last: dt.date) -> Outlook:
        """What was ever owed and paid: every receivable and payable item, which takes long in large books."""
        del last  # what a past day does not know is left out by the forecast itself
        own = ["company_id", "=", self._frame.company_id]
        cash, first, owed, matches = await asyncio.gather(
            self._cash(),
            self._client.call(
                LINE,
                "search_read",
                domain=[*map(list, LINE_DOMAIN), own],
                fields=["date"],
                order="date",
                limit=1,
            ),
            asyncio.gather(*(self._owed(kind) for kind in KINDS)),
            self._matches([*map(list, PARTIAL_DOMAIN), own]),
        )
        first_day = dt.date.fromisoformat(first[0]["date"]) if first else None
        return Outlook(first_day, cash, dict(zip(KINDS, owed, strict=True)), matches)

    async def _cash(self) -> dict[dt.date, Decimal]:
        domain = search_of(Part(dt.date.max, kinds=(AccountType.CASH,)), self._frame.company_id)
        rows = await self._client.call(
            LINE, "formatted_read_group", domain=domain, groupby=["date:day"], aggregates=[BALANCE]
        )
        return {
            dt.date.fromisoformat(row["date:day"][0]): rounded(row[BALANCE], self._frame.currency)
            for row in rows
        }

    async def _owed(self, kind: AccountType) -> list[OwedItem]:
        domain = search_of(Part(dt.date.max, kinds=(kind,)), self._frame.company_id)
        rows = await self._all(LINE, domain, ("partner_id", "date", "date_maturity", "balance"))
        return [
            OwedItem(
                row["id"],
                row["partner_id"] or None,
                dt.date.fromisoformat(row["date"]),
                dt.date.fromisoformat(row["date_maturity"] or row["date"]),
                rounded(row["balance"], self._frame.currency),
            )
            for row in rows
        ]

    async def _matches(self, domain: Sequence[Any]) -> list[Match]:
        fields = ("debit_move_id", "credit_move_id", "amount", "max_date")
        rows, (debit_others, credit_others) = await asyncio.gather(
            self._all(PARTIAL, domain, fields),
            asyncio.gather(*(self._no_payments(domain, side) for side in ("debit", "credit"))),
        )
        return [
            Match(
                dt.date.fromisoformat(row["max_date"]),
                row["debit_move_id"],
                row["credit_move_id"],
                rounded(row["amount"], self._frame.currency),
                debit_pays=row["id"] not in debit_others,
                credit_pays=row["id"] not in credit_others,
            )
            for row in rows
        ]

    async def _no_payments(self, domain: Sequence[Any], side: str) -> set[int]:
        """The reconciliations of which the line on one side is of no payment's entry."""
        with_result, moving_cash = await asyncio.gather(
            *(
                self._client.call(PARTIAL, "search", domain=[*domain, *more])
                for _sign, more in no_payment(side)
            )
        )
        return set(with_result) - set(moving_cash)

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
