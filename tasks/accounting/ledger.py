"""The whole ledger of the key user's company, read from Odoo in few large pages; changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.ledger import FiscalYearEnd, Ledger, LedgerError
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

COMPANY_FIELDS = ["currency_id", "fiscalyear_last_month", "fiscalyear_last_day"]
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
    try:
        return await _read(client)
    except LedgerError:
        # the reads are separate transactions: somebody booked in between
        return await _read(client)


async def _read(client: OdooClient) -> Ledger:
    company = await _company(client)
    mine = [["company_id", "=", company["id"]]]
    partials = await _all(client, "account.partial.reconcile", [*PARTIAL_DOMAIN, *mine], PARTIAL_FIELDS)
    lines = await _all(client, "account.move.line", [*LINE_DOMAIN, *mine], LINE_FIELDS)
    accounts = await _all(client, "account.account", [], ACCOUNT_FIELDS)
    taxes = await _all(client, "account.tax", mine, TAX_FIELDS)
    names = await _names(client, company["currency_id"], lines)
    return Ledger(
        currency=names.currency,
        accounts={row["id"]: ledger_account(row) for row in accounts},
        lines=tuple(journal_line(row, names) for row in lines),
        partials=tuple(partial_reconciliation(row, names) for row in partials),
        taxes={row["id"]: ledger_tax(row) for row in taxes},
        fiscal_year_end=FiscalYearEnd(
            month=int(company["fiscalyear_last_month"]), day=company["fiscalyear_last_day"]
        ),
    )


async def _company(client: OdooClient) -> Record:
    uid = (await client.call("res.users", "context_get"))["uid"]
    user = await client.call("res.users", "read", [uid], fields=["company_id"], load=None)
    found: list[Record] = await client.call(
        "res.company", "read", [user[0]["company_id"]], fields=COMPANY_FIELDS, load=None
    )
    return found[0]


async def _names(client: OdooClient, currency_id: int, lines: Iterable[Record]) -> Names:
    currencies = await _all(client, "res.currency", [], ["name"])
    partner_ids = sorted({line["partner_id"] for line in lines if line["partner_id"]})
    partners = await _all(client, "res.partner", [["id", "in", partner_ids]], ["name"])
    cash_basis = await client.call(
        "account.move", "search", domain=[["tax_cash_basis_rec_id", "!=", False]], order="id"
    )
    by_id = {row["id"]: row["name"] for row in currencies}
    return Names(
        currency=by_id[currency_id],
        currencies=by_id,
        partners=_labels(partners),
        cash_basis_moves=frozenset(cash_basis),
    )


def _labels(rows: Iterable[Record]) -> Mapping[int, str]:
    return {row["id"]: row["name"] or "" for row in rows}


async def _all(
    client: OdooClient, model: str, domain: Sequence[Any], fields: Sequence[str]
) -> list[dict[str, Any]]:
    pages = client.pages(model, domain, fields, context=ARCHIVED_TOO)
    return [row async for page in pages for row in page]
