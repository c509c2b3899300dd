"""What a bill refers to in the company's books: currency, journal, expense account, purchase taxes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from blocks.odoo.client import OdooClient
from domain.accounting.account import EXPENSE_TYPES, Account, account_for, fit, listed_account
from domain.accounting.period import refuse_closed
from domain.errors import RejectedError
from tasks.accounting.goals import category_by_another_name, codes_it_is_filed_under, listed_codes
from tasks.accounting.records import name_in, named_id

LOCKS = ("fiscalyear_lock_date", "hard_lock_date")
"""The locks on every journal; sales, purchases and taxes have more of their own."""


class CurrencyNotUsableError(RejectedError):
    """Odoo does not know the currency, or it is not active."""

    def __init__(self, currency: str, *, is_known: bool) -> None:
        problem = "is not active in Odoo" if is_known else "is not a currency that Odoo knows"
        super().__init__(
            f"{currency} {problem}; correct the currency, or activate it under Accounting, Currencies"
        )


class CurrencyRateMissingError(RejectedError):
    """Odoo has no rate of the currency, and would book one to one without a word."""

    def __init__(self, currency: str) -> None:
        super().__init__(
            f"Odoo has no rate of {currency}, and would take it for as much as the company's own currency; "
            "add a rate under Accounting, Currencies, and ask again"
        )


class BooksNotReadyError(RejectedError):
    """The company lacks something that every bill needs."""

    def __init__(self, company: str, lacks: str) -> None:
        super().__init__(f"company {company} has no {lacks}; install a chart of accounts in Odoo first")


class Journal(BaseModel, frozen=True):
    """A journal and the account that its lines go to by default."""

    journal_id: int
    kind: str
    company_id: int
    company: str
    default_account_id: int | None
    default_account: str = ""


@dataclass(frozen=True)
class ChosenAccount:
    """The account of a bill's line, and why it is only the journal's default."""

    account: Account
    doubt: str = ""
    is_listed: bool = False

    def __str__(self) -> str:
        return f"{self.account.name} ({self.doubt})" if self.doubt else self.account.name


async def fetch_currency(client: OdooClient, code: str) -> int:
    """The id of an active currency.

    Raises:
        CurrencyNotUsableError: it is unknown or not active.
    """
    return int((await _currency(client, code, ["active"]))["id"])


async def check_rate(client: OdooClient, code: str) -> None:
    """Nothing, when Odoo has a rate of this foreign currency.

    Raises:
        CurrencyNotUsableError: it is unknown or not active.
        CurrencyRateMissingError: it has none, and would be taken for as much as the company's own.
    """
    if not (await _currency(client, code, ["active", "date"]))["date"]:
        raise CurrencyRateMissingError(code)


async def check_own_or_rated(client: OdooClient, code: str) -> None:
    """Nothing, when this is the company's own currency or one that Odoo has a rate of.

    Raises:
        CurrencyNotUsableError: it is unknown or not active.
        CurrencyRateMissingError: it has none, and would be taken for as much as the company's own.
    """
    company_id, _ = await _fetch_company(client)
    company = (await client.call("res.company", "read", [company_id], fields=["currency_id"]))[0]
    if name_in(company["currency_id"]) != code:
        await check_rate(client, code)


async def _currency(client: OdooClient, code: str, fields: list[str]) -> dict[str, Any]:
    found = await client.call(
        "res.currency",
        "search_read",
        domain=[["name", "=", code]],
        fields=fields,
        context={"active_test": False},
        limit=1,
    )
    if not found or not found[0]["active"]:
        raise CurrencyNotUsableError(code, is_known=bool(found))
    row: dict[str, Any] = found[0]
    return row


async def _fetch_company(client: OdooClient) -> tuple[int, str]:
    """Id and name of the key user's company."""
    uid = (await client.call("res.users", "context_get"))["uid"]
    user = (await client.call("res.users", "read", [uid], fields=["company_id"]))[0]
    company_id, company = user["company_id"]
    return company_id, company


async def fetch_journal(client: OdooClient, kind: str) -> Journal:
    """The first journal of that kind (`sale`, `purchase`) of the key user's company.

    Raises:
        BooksNotReadyError: there is none.
    """
    company_id, company = await _fetch_company(client)
    journal = await find_journal(client, kind, company_id, company)
    if journal is None:
        raise BooksNotReadyError(company, f"{kind} journal")
    return journal


async def find_journal(client: OdooClient, kind: str, company_id: int, company: str) -> Journal | None:
    """The first journal of that kind of a company; None where it has none."""
    found = await client.call(
        "account.journal",
        "search_read",
        domain=[["type", "=", kind], ["company_id", "=", company_id]],
        fields=["default_account_id"],
        order="sequence, id",
        limit=1,
    )
    if not found:
        return None
    return Journal(
        journal_id=found[0]["id"],
        kind=kind,
        company_id=company_id,
        company=company,
        default_account_id=named_id(found[0]["default_account_id"]),
        default_account=name_in(found[0]["default_account_id"]),
    )


async def fetch_expense_account(client: OdooClient, journal: Journal, category: str) -> ChosenAccount:
    """The expense account that the category means: one that the owner's goals list, else by its name.

    Where no name says it clearly, it is the account that they list for what the category is a part of, else the one
    that a category of their budgets means which is the same in other words.

    Raises:
        GoalsError: the goals list an account that the books do not have.
        BooksNotReadyError: neither a fitting nor a default account exists.
    """
    own = listed_codes(category)
    codes = own or codes_it_is_filed_under(category)
    found = await client.call(
        "account.account",
        "search_read",
        domain=[["account_type", "in", list(EXPENSE_TYPES)], ["company_ids", "in", [journal.company_id]]],
        fields=["name", "account_type", *(["code"] if codes else [])],
        order="id",
    )
    accounts = [
        Account(
            account_id=row["id"],
            name=row["name"],
            account_type=row["account_type"],
            code=row.get("code") or "",
        )
        for row in found
    ]
    meant = fit(category, accounts).meant
    if own or (codes and meant is None):
        return ChosenAccount(listed_account(category, codes, accounts), is_listed=True)
    if meant is None and (other := category_by_another_name(category)):
        meant = fit(other, accounts).meant
        if meant is not None:
            return ChosenAccount(meant)
    account = account_for(category, accounts, journal.default_account_id)
    if account is None:
        raise BooksNotReadyError(journal.company, f"expense account for '{category}'")
    return ChosenAccount(account, fit(category, accounts).doubt)


async def check_open_period(
    client: OdooClient, company_id: int, day: dt.date, *, locks: Iterable[str]
) -> None:
    """Nothing, when the company's books are open on that day.

    Args:
        client: the client.
        company_id: whose books.
        day: the accounting date that is wanted.
        locks: Odoo's fields of the locks that apply beside those on everything.

    Raises:
        ClosedPeriodError: they are closed; Odoo would silently book on a later day.
    """
    refuse_closed(day, await fetch_locks(client, company_id, locks))


async def fetch_locks(client: OdooClient, company_id: int, locks: Iterable[str]) -> dict[str, dt.date | None]:
    """The last day that each lock of the company closes; None where it closes none."""
    fields = [*LOCKS, *locks]
    company = (await client.call("res.company", "read", [company_id], fields=fields))[0]
    return {name: dt.date.fromisoformat(company[name]) if company[name] else None for name in fields}
