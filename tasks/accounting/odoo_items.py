"""The items of one statement, asked of Odoo: what it sums itself, and what has to be seen one by one."""

import asyncio
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from blocks.assumed import assuming
from blocks.odoo.client import OdooClient
from blocks.odoo.repeats import ask_seldom
from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import BooksFrame, Excerpt, OpenItem, Paid
from domain.accounting.excerpt_parts import ExcerptPart, WantedExcerpt
from domain.accounting.excerpt_search import (
    BALANCE,
    COUNT,
    IDS,
    PAID_BY,
    Signed,
    Sum,
    given_back,
    groups_of,
    merged,
    open_items,
    paid_in,
    paid_of,
    search_of,
    signed_searches,
    sum_of,
    uncounted_now,
    uncounted_on,
)
from domain.accounting.ledger import AccountType, FiscalYearEnd, JournalLine
from domain.accounting.ledger_rows import (
    ACCOUNT_FIELDS,
    LINE_FIELDS,
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


OPEN_FIELDS = (*LINE_FIELDS, "amount_residual_currency")
_currency_names: dict[tuple[str, str], dict[int, str]] = {}
"""By server and database; they do not change."""
_partners_shown: dict[tuple[str, str, str], frozenset[int]] = {}
"""By server, database and kind of items: whom the last answer named; they are asked again beside the next items."""
MOST_BESIDE = 1_000


async def read_from_odoo(client: OdooClient, wanted: WantedExcerpt, today: dt.date) -> Excerpt:
    """What a statement is made from; accounts, taxes and company are those of now.

    Raises:
        LedgerError: the sums do not fit together, twice.
        TransientError: Odoo is away.
        RejectedError: Odoo refused, or does not know the key.
    """
    with_taxes = wanted.kind is ReportType.TAX_SUMMARY
    return await assuming(
        ("frame", client.connection, client.database, with_taxes),
        lambda: _frame(client, with_taxes=with_taxes),
        lambda frame: read_excerpt(OdooItems(client, frame, today), wanted),
    )


async def _frame(client: OdooClient, *, with_taxes: bool) -> BooksFrame:
    found, accounts, taxes = await asyncio.gather(
        ask_seldom((client.connection, client.database, "company", ""), partial(_company, client)),
        _few(client, "account.account", [], ACCOUNT_FIELDS),
        _few(client, "account.tax", [], (*TAX_FIELDS, "company_id")) if with_taxes else _nothing(),
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
    found: list[Record] = await client.call(
        model, "search_read", domain=domain, fields=fields, order="id", load=None, context=ARCHIVED_TOO
    )
    return found


class OdooItems:
    """Reads of one company."""

    def __init__(self, client: OdooClient, frame: BooksFrame, today: dt.date) -> None:
        self._client = client
        self._today = today
        self.frame = frame

    async def sums(self, part: ExcerptPart, *, with_ids: bool) -> list[Sum]:
        """A part summed by account, and by tax where it is one of taxes."""
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
        records, shown = await asyncio.gather(
            self._all(LINE, search_of(part, self.frame), SHOWN_FIELDS), self._shown_before(LINE)
        )
        names = await self._names(records, LINE, shown)
        return shown_lines(records, names)

    async def open_items(self, kinds: Sequence[AccountType], last: dt.date, *, named: bool) -> list[OpenItem]:
        """The items of some types that were open on a day; with their partners' names if `named`."""
        there = search_of(ExcerptPart(last, kinds=tuple(kinds)), self.frame)
        is_past = last < self._today
        searches = uncounted_on(kinds, last, self.frame) if is_past else uncounted_now(last, self.frame)
        what = " ".join(kinds) if named else ""
        opened, shown, uncounted = await asyncio.gather(
            _few(self._client, LINE, [*there, ["reconciled", "=", False]], OPEN_FIELDS),
            self._shown_before(what),
            asyncio.gather(*(_few(self._client, PARTIAL, one, PARTIAL_FIELDS) for one in searches)),
        )
        back = given_back(chain(*uncounted))
        closed = sorted(back.keys() - {row["id"] for row in opened})
        if closed:
            opened += await _few(self._client, LINE, [*there, ["id", "in", closed]], OPEN_FIELDS)
        names = await self._names(opened, what, shown)
        return open_items(opened, back, names)

    async def paid(self, days: DateRange) -> list[Paid]:
        """What customers paid in a period."""
        searches = paid_in(days, self.frame)
        found = await self._grouped(PARTIAL, searches, PAID_BY, ["amount:sum"])
        return [paid_of(row, self.frame.currency, sign) for sign, row in found]

    async def _shown_before(self, what: str) -> dict[int, str]:
        """The names now of the partners whom the last answer of this kind named."""
        return await self._named("res.partner", _partners_shown.get(self._of(what), ()))

    async def _names(self, lines: Collection[Record], what: str, shown: dict[int, str]) -> Names:
        """The names of the currencies on these records, and of the partners where a kind is said."""
        known = _currency_names.setdefault((self._client.url, self._client.database), {})
        new = (
            {row["currency_id"] for row in lines if "currency_id" in row}
            - known.keys()
            - {self.frame.currency_id}
        )
        wanted = frozenset(row["partner_id"] for row in lines if what and row["partner_id"])
        currencies, partners = await asyncio.gather(
            self._named("res.currency", new), self._named("res.partner", wanted - shown.keys())
        )
        known |= currencies
        if what and len(wanted) <= MOST_BESIDE:
            _partners_shown[self._of(what)] = wanted
        own = {self.frame.currency_id: self.frame.currency}
        return Names(currency=self.frame.currency, currencies=known | own, partners=shown | partners)

    def _of(self, what: str) -> tuple[str, str, str]:
        return self._client.url, self._client.database, what

    async def _named(self, model: str, ids: Iterable[int]) -> dict[int, str]:
        wanted = sorted(ids)
        rows = await _few(self._client, model, [["id", "in", wanted]], ("name",)) if wanted else []
        return {row["id"]: row["name"] or "" for row in rows}

    async def _all(self, model: str, domain: Sequence[Any], fields: Sequence[str]) -> list[Record]:
        pages = self._client.pages(model, domain, fields, context=ARCHIVED_TOO)
        return [row async for page in pages for row in page]
