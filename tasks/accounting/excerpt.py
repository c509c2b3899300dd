"""The part of the ledger that one statement needs, summed by Odoo; what it costs grows with the answer.

Odoo sums the items of a statement by account and names them; open items are those that are not reconciled now and
those whose reconciliation came after the day or is with an entry that is not posted. Nothing is changed.
"""

from collections.abc import Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.copied_books import BooksCompany
from domain.accounting.date_range import DateRange
from domain.accounting.excerpt_parts import AGED, Part, Wanted, check_balanced, parts_of, sum_lines
from domain.accounting.ledger import (
    AccountType,
    Excerpt,
    FiscalYearEnd,
    JournalLine,
    LedgerAccount,
    LedgerError,
    PartialReconciliation,
)
from domain.accounting.ledger_rows import (
    ACCOUNT_FIELDS,
    LINE_DOMAIN,
    LINE_FIELDS,
    PARTIAL_DOMAIN,
    PARTIAL_FIELDS,
    Names,
    Record,
    journal_line,
    ledger_account,
    partial_reconciliation,
)
from domain.accounting.report import ReportType
from tasks.accounting.ledger import ARCHIVED_TOO, read_company

LINE, PARTIAL = "account.move.line", "account.partial.reconcile"
UNPOSTED = ["draft", "cancel"]
SUMS = ["balance:sum", "id:array_agg"]


async def read_excerpt(client: OdooClient, wanted: Wanted) -> Excerpt:
    """What a statement is made from; read once more where somebody booked in between.

    Raises:
        LedgerError: the sums do not fit together, twice.
        TransientError: Odoo is away.
        RejectedError: Odoo refused, or does not know the key.
    """
    company = await read_company(client)
    reader = Reader(client, company, await _accounts(client))
    try:
        return await reader.excerpt(wanted)
    except LedgerError:
        return await reader.excerpt(wanted)


class Reader:
    """Reads parts of one company's ledger."""

    def __init__(self, client: OdooClient, company: BooksCompany, accounts: dict[int, LedgerAccount]) -> None:
        self._client = client
        self._company = company
        self._accounts = accounts
        self._domain = [*LINE_DOMAIN, ("company_id", "=", company.company_id)]
        self._year_end = FiscalYearEnd(company.last_month, company.last_day)

    async def excerpt(self, wanted: Wanted) -> Excerpt:
        """The lines of one statement."""
        days = wanted.days
        if wanted.kind in AGED:
            return await self._open_items(AGED[wanted.kind], days)
        parts, currency = parts_of(wanted, self._year_end), await self._own_currency()
        lines = [line for part in parts for line in await self._sums(part, currency)]
        check_balanced(parts, lines)
        if wanted.kind is ReportType.GENERAL_LEDGER:
            lines += await self._lines(Part(days.last, days.first).domain())
        return self._excerpt(currency, lines)

    async def _sums(self, part: Part, currency: str) -> list[JournalLine]:
        rows = await self._client.call(
            LINE,
            "formatted_read_group",
            domain=[*self._domain, *part.domain()],
            groupby=["account_id"],
            aggregates=SUMS,
        )
        return list(sum_lines(part, rows, currency))

    async def _open_items(self, kind: AccountType, days: DateRange) -> Excerpt:
        """The items on accounts of one type that were open on the last day, and what had been matched by then."""
        aged = Part(days.last, kinds=(kind,)).domain()
        undone = await self._later_matched(str(days.last))
        is_open: list[Any] = [["reconciled", "=", False]]
        if undone:
            is_open = ["|", *is_open, ["id", "in", sorted(undone)]]
        records = await self._records([*aged, *is_open])
        ids = [record["id"] for record in records]
        matched = await self._matched(ids, str(days.last)) if ids else []
        names = await self._names(records, matched)
        lines = [journal_line(record, names) for record in records]
        return self._excerpt(
            names.currency, lines, tuple(partial_reconciliation(one, names) for one in matched)
        )

    async def _later_matched(self, last: str) -> set[int]:
        """The items whose reconciliation does not count on that day."""
        domain = [
            ["company_id", "=", self._company.company_id],
            "|",
            ["max_date", ">", last],
            "|",
            ["debit_move_id.parent_state", "in", UNPOSTED],
            ["credit_move_id.parent_state", "in", UNPOSTED],
        ]
        fields = ("debit_move_id", "credit_move_id")
        found = [row async for page in self._client.pages(PARTIAL, domain, fields) for row in page]
        return {row[name] for row in found for name in fields}

    async def _matched(self, ids: Sequence[int], last: str) -> list[Record]:
        of_them = ["|", ["debit_move_id", "in", ids], ["credit_move_id", "in", ids]]
        domain = [*PARTIAL_DOMAIN, ["max_date", "<=", last], *of_them]
        return [row async for page in self._client.pages(PARTIAL, domain, PARTIAL_FIELDS) for row in page]

    async def _lines(self, domain: Sequence[Any]) -> list[JournalLine]:
        records = await self._records(domain)
        names = await self._names(records, [])
        return [journal_line(record, names) for record in records]

    async def _records(self, domain: Sequence[Any]) -> list[Record]:
        pages = self._client.pages(LINE, [*self._domain, *domain], LINE_FIELDS)
        return [row async for page in pages for row in page]

    async def _own_currency(self) -> str:
        return (await self._names([], [])).currency

    async def _names(self, lines: Sequence[Record], matched: Sequence[Record]) -> Names:
        """The names of the currencies and partners on these records."""
        own = self._company.currency_id
        used = {own, *(row["currency_id"] for row in lines)}
        used |= {row[f"{side}_currency_id"] for row in matched for side in ("debit", "credit")}
        currencies = await self._named("res.currency", used)
        partners = {row["partner_id"] for row in lines if row["partner_id"]}
        names = await self._named("res.partner", partners) if partners else {}
        return Names(currency=currencies[own], currencies=currencies, partners=names)

    async def _named(self, model: str, ids: set[int]) -> dict[int, str]:
        domain = [["id", "in", sorted(ids)]]
        rows = [
            row
            async for page in self._client.pages(model, domain, ("name",), context=ARCHIVED_TOO)
            for row in page
        ]
        return {row["id"]: row["name"] or "" for row in rows}

    def _excerpt(
        self,
        currency: str,
        lines: Sequence[JournalLine],
        partials: tuple[PartialReconciliation, ...] = (),
    ) -> Excerpt:
        return Excerpt(currency, self._accounts, tuple(lines), partials, fiscal_year_end=self._year_end)


async def _accounts(client: OdooClient) -> dict[int, LedgerAccount]:
    pages = client.pages("account.account", [], ACCOUNT_FIELDS, context=ARCHIVED_TOO)
    return {row["id"]: ledger_account(row) async for page in pages for row in page}
