"""The items of one statement, asked of Odoo: what it sums itself, and what has to be seen one by one."""

import asyncio
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any

from blocks.assumed import assuming
from blocks.odoo.client import OdooClient
from blocks.odoo.repeats import ask_seldom
from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import BooksFrame, Excerpt, OpenItem, Paid
from domain.accounting.excerpt_parts import ExcerptPart, WantedExcerpt, kinds_of
from domain.accounting.excerpt_search import (
    BALANCE,
    COUNT,
    IDS,
    OPEN_FIELDS,
    PAID_BY,
    SIDES_READ,
    SUMMED_FIELDS,
    Signed,
    Sum,
    given_back,
    groups_of,
    merged,
    open_items,
    paid_in,
    paid_of,
    search_of,
    sides_among,
    signed_searches,
    sum_of,
    uncounted_now,
    uncounted_on,
)
from domain.accounting.ledger import AccountType, FiscalYearEnd, JournalLine
from domain.accounting.ledger_rows import (
    ACCOUNT_FIELDS,
    PARTIAL_FIELDS,
    SHOWN_FIELDS,
    TAX_FIELDS,
    Names,
    Record,
    ledger_account,
    ledger_tax,
    shown_lines,
)
from domain.accounting.report import ReportType
from tasks.accounting.excerpt import read_excerpt
from tasks.accounting.ledger import ARCHIVED_TOO, COMPANY_FIELDS

LINE, PARTIAL = "account.move.line", "account.partial.reconcile"


async def read_from_odoo(client: OdooClient, wanted: WantedExcerpt, today: dt.date) -> Excerpt:
    """What a statement is made from; accounts, taxes and company are those of now.

    Raises:
        LedgerError: the sums do not fit together, twice.
        TransientError: Odoo is away.
        RejectedError: Odoo refused, or does not know the key.
    """
    return await assuming(
        ("frame", client.connection, client.database, wanted.kind),
        lambda: _frame(client, wanted.kind),
        lambda frame: read_excerpt(OdooItems(client, frame, today), wanted),
    )


async def _frame(client: OdooClient, kind: ReportType | None) -> BooksFrame:
    kinds = kinds_of(kind)
    of_kinds = [["account_type", "in", [*kinds]]] if kinds else []
    found, accounts, taxes = await asyncio.gather(
        ask_seldom((client.connection, client.database, "company", ""), partial(_company, client)),
        _few(client, "account.account", of_kinds, ACCOUNT_FIELDS),
        _few(client, "account.tax", [], (*TAX_FIELDS, "company_id"))
        if kind is ReportType.TAX_SUMMARY
        else _nothing(),
    )
    currency_id, currency = found["currency_id"]
    return BooksFrame(
        found["id"],
        currency_id,
        currency,
        FiscalYearEnd(int(found["fiscalyear_last_month"]), found["fiscalyear_last_day"]),
        {row["id"]: ledger_account(row) for row in accounts},
        {row["id"]: ledger_tax(row) for row in taxes if row["company_id"] == found["id"]},
    )


async def _company(client: OdooClient) -> Record:
    """The one in which the key's user works: a new record would be its."""
    new, companies = await asyncio.gather(
        client.call("account.tax", "default_get", fields=["company_id"]),
        client.call("res.company", "search_read", domain=[], fields=COMPANY_FIELDS),
    )
    return next(row for row in companies if row["id"] == new["company_id"])


async def _nothing() -> list[Record]:
    return []


async def _few(client: OdooClient, model: str, domain: Sequence[Any], fields: Sequence[str]) -> list[Record]:
    """Records that are few: in one answer, since a limit tempts PostgreSQL to go through all of them by their ids."""
    return [*await client.rows(model, domain, fields, context=ARCHIVED_TOO)]


class OdooItems:
    """Reads of one company."""

    def __init__(self, client: OdooClient, frame: BooksFrame, today: dt.date) -> None:
        self._client = client
        self._today = today
        self.frame = frame

    async def sums(self, part: ExcerptPart, *, with_ids: bool) -> list[Sum]:
        """A part summed by account, or by tax where it is one of taxes."""
        aggregates = [BALANCE, COUNT, *([IDS] if with_ids else [])]
        found = await self._grouped(LINE, signed_searches(part, self.frame), groups_of(part), aggregates)
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

    async def lines(self, part: ExcerptPart) -> list[JournalLine]:
        """A part's items one by one."""
        search = search_of(part, self.frame)
        pages = self._client.pages(LINE, search, SHOWN_FIELDS, context=ARCHIVED_TOO)
        records = [row async for page in pages for row in page]
        partners = await self._partners(sorted({row["partner_id"] for row in records if row["partner_id"]}))
        return shown_lines(records, Names(self.frame.currency, currencies={}, partners=partners))

    async def open_items(self, kinds: Sequence[AccountType], last: dt.date, *, named: bool) -> list[OpenItem]:
        """The items of some types that were open on a day; with their partners' names if `named`."""
        opened = asyncio.create_task(self._opened(kinds, last, OPEN_FIELDS if named else SUMMED_FIELDS))

        async def with_whom() -> list[int]:
            columns, _ = await opened
            return sorted({partner_id for partner_id in columns.get("partner_id", ()) if partner_id})

        key = "partners", self._client.connection, self._client.database, *kinds
        partners = await assuming(key, with_whom, self._partners) if named else {}
        columns, back = await opened
        currencies = await self._currencies(columns["currency_id"])
        return open_items(columns, back, Names(self.frame.currency, currencies, partners))

    async def _opened(
        self, kinds: Sequence[AccountType], last: dt.date, fields: Sequence[str]
    ) -> tuple[dict[str, list[Any]], Mapping[int, tuple[Decimal, Decimal]]]:
        """These items field by field, and what Odoo's residuals are short of."""
        there = search_of(ExcerptPart(last, kinds=tuple(kinds)), self.frame)
        read = partial(self._client.columns, LINE, fields=fields, context=ARCHIVED_TOO)
        opened, uncounted = await asyncio.gather(
            read(domain=[*there, ["reconciled", "=", False]]), self._uncounted(kinds, last)
        )
        back = given_back(uncounted)
        closed = sorted(back.keys() - set(opened["id"]))
        if closed:
            also = await read(domain=[*there, ["id", "in", closed]])
            opened = {name: values + also[name] for name, values in opened.items()}
        return opened, back

    async def _partners(self, partner_ids: Collection[int]) -> Mapping[int, str]:
        """What these partners are called."""
        if not partner_ids:
            return {}
        asked = [["id", "in", [*partner_ids]]]
        found = await self._client.columns("res.partner", asked, ("id", "name"), context=ARCHIVED_TOO)
        return {key: name or "" for key, name in zip(found["id"], found["name"], strict=True)}

    async def _currencies(self, currency_ids: Collection[int]) -> Mapping[int, str]:
        """What these currencies are called; our own is known, others seldom change."""
        client, own = self._client, {self.frame.currency_id: self.frame.currency}
        others = sorted(set(currency_ids) - own.keys())
        if others:
            read = partial(_few, client, "res.currency", [["id", "in", others]], ("id", "name"))
            found = await ask_seldom((client.connection, client.database, "currencies", str(others)), read)
            own |= {row["id"]: row["name"] for row in found}
        return own

    async def _uncounted(self, kinds: Sequence[AccountType], last: dt.date) -> list[Record]:
        """The reconciliations of such items that did not count on a day."""
        if last < self._today:
            searches = uncounted_on(kinds, last, self.frame)
            found = await asyncio.gather(
                *(_few(self._client, PARTIAL, one, PARTIAL_FIELDS) for one in searches)
            )
            return list(chain(*found))
        search = uncounted_now(last, self.frame)
        rows = await self._client.rows(
            PARTIAL, search, PARTIAL_FIELDS, inside=SIDES_READ, context=ARCHIVED_TOO
        )
        return sides_among(rows, self.frame.of_kinds(kinds), last)

    async def paid(self, days: DateRange) -> list[Paid]:
        """What customers paid in a period."""
        searches = paid_in(days, self.frame)
        found = await self._grouped(PARTIAL, searches, PAID_BY, ["amount:sum"])
        return [paid_of(row, self.frame.currency, sign) for sign, row in found]
