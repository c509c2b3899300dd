"""The whole ledger of the key user's company, read from Odoo in few large pages; changes nothing."""

from collections.abc import Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.copied_books import (
    BooksCompany,
    CopiedBooks,
    CopiedPart,
    Rows,
    laid_over,
    stored,
    went_back,
)
from domain.accounting.ledger import Ledger, LedgerError
from domain.accounting.ledger_rows import Record

COMPANY_FIELDS = ["name", "currency_id", "fiscalyear_last_month", "fiscalyear_last_day"]
ARCHIVED_TOO = {"active_test": False}
"""Old lines still name accounts, taxes, currencies and partners that are archived now."""


async def read_ledger(client: OdooClient) -> Ledger:
    """All posted lines since the first day, with what they refer to.

    Raises:
        LedgerError: the rows do not fit together, twice: somebody books all the time, or the key's user does
            not see all of them.
        TransientError: Odoo is away.
        RejectedError: Odoo refused, or does not know the key.
    """
    return (await read_books(client)).ledger


async def read_books(client: OdooClient, old: CopiedBooks | None = None) -> CopiedBooks:
    """The ledger's records; with an older reading only what is new, changed or gone since.

    Rows that do not fit together are read once more, all of them: the reads are separate transactions.

    Raises:
        TransientError: Odoo is away.
        RejectedError: Odoo refused, or does not know the key.
    """
    company = await read_company(client)
    books = await _newer(client, company, old) if old and old.watermark and old.company == company else None
    if books is None:
        books = await _whole(client, company)
    try:
        _ = books.ledger
    except LedgerError:
        return await _whole(client, company)
    return books


async def read_company(client: OdooClient) -> BooksCompany:
    """The company in which the key's user works."""
    uid = (await client.call("res.users", "context_get"))["uid"]
    user = await client.call("res.users", "read", [uid], fields=["company_id"], load=None)
    found: list[Record] = await client.call(
        "res.company", "read", [user[0]["company_id"]], fields=COMPANY_FIELDS, load=None
    )
    return BooksCompany(
        company_id=found[0]["id"],
        name=found[0]["name"],
        currency_id=found[0]["currency_id"],
        last_month=int(found[0]["fiscalyear_last_month"]),
        last_day=found[0]["fiscalyear_last_day"],
    )


async def _whole(client: OdooClient, company: BooksCompany) -> CopiedBooks:
    parts: dict[CopiedPart, Rows] = {}
    for part in CopiedPart:
        parts[part] = await _all(
            client, part, part.domain(company.company_id, parts.get(CopiedPart.LINES, {}))
        )
    return CopiedBooks(company, parts)


async def _newer(client: OdooClient, company: BooksCompany, old: CopiedBooks) -> CopiedBooks | None:
    """The old reading brought up to date; None when the dates in Odoo cannot be trusted for that."""
    parts: dict[CopiedPart, Rows] = {}
    for part in CopiedPart:
        before, domain = old.parts[part], part.domain(company.company_id, parts.get(CopiedPart.LINES, {}))
        changed = await _all(client, part, [*domain, ("write_date", ">=", old.since)])
        ids = await client.call(part.model, "search", domain=domain, order="id", context=ARCHIVED_TOO)
        if went_back(before, changed, ids, old.since):
            return None
        rows, missing = laid_over(before, changed, ids)
        if missing:
            rows |= await _all(client, part, [*domain, ("id", "in", missing)])
            rows = dict(sorted(rows.items()))
        parts[part] = rows
    return CopiedBooks(company, parts)


async def _all(client: OdooClient, part: CopiedPart, domain: Sequence[Any]) -> dict[int, Record]:
    pages = client.pages(part.model, domain, part.fields, context=ARCHIVED_TOO)
    return stored([row async for page in pages for row in page])
