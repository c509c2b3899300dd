"""Cash, and what is overdue, as the copy of the books says it; pure."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.accounting.ageing import Ageing, payable_ageing, receivable_ageing
from domain.accounting.excerpt import OpenItem
from domain.accounting.figure import debit_of
from domain.accounting.ledger import ZERO, AccountType, Ledger, sign_of
from domain.briefing.number import Unit, shown
from domain.vault.overview import Item, OverviewSection, one_line, section

MOST_ACCOUNTS = 6
NOBODY = "without a partner"
LATE, OWED = "Customers are late", "We are late"
"""Headings of the page."""


@dataclass(frozen=True)
class Position:
    """The money on one day.

    Attributes:
        metrics: Cash and what is overdue.
        late: The customers' overdue invoices, the oldest first.
        owed: The same of our own bills.
    """

    metrics: tuple[Item, ...]
    late: OverviewSection
    owed: OverviewSection


def position(
    ledger: Ledger, day: dt.date, account_page: Callable[[int], str], entry_page: Callable[[int], str]
) -> Position:
    """Cash and what is overdue at the end of a day.

    Args:
        ledger: The books, or what of them these numbers need.
        day: The day.
        account_page: Where a person sees an account.
        entry_page: Where a person sees a journal entry.
    """
    receivable, payable = receivable_ageing(ledger, day), payable_ageing(ledger, day)
    metrics = (
        *_cash(ledger, day, account_page),
        Item(title=f"{LATE} with {_money(receivable.overdue.amount, ledger)}", url=anchor(LATE)),
        Item(title=f"{OWED} with {_money(payable.overdue.amount, ledger)}", url=anchor(OWED)),
    )
    late, owed = (
        section([_entry(item, ledger, entry_page) for item in _overdue(ageing)])
        for ageing in (receivable, payable)
    )
    return Position(metrics, late, owed)


def anchor(heading: str) -> str:
    """Where a heading of the page is, from within it."""
    return f"#{heading.replace(' ', '%20')}"


def _overdue(ageing: Ageing) -> list[OpenItem]:
    """What should have been paid before, the oldest first; credits are none."""
    sign = sign_of(ageing.kind)
    items = [
        item
        for partner in ageing.partners
        for item in partner.items
        if item.residual * sign > 0 and item.line.due < ageing.as_of
    ]
    return sorted(items, key=lambda item: (item.line.due, item.line.line_id))


def _cash(ledger: Ledger, day: dt.date, account_page: Callable[[int], str]) -> list[Item]:
    """The sum, and the accounts that it lies on."""
    lines = [line for line in ledger.of_types(AccountType.CASH) if line.day <= day]
    by_account = {
        account: debit_of(line for line in lines if line.account_id == account).amount
        for account in sorted({line.account_id for line in lines})
    }
    held = {account: amount for account, amount in by_account.items() if amount}
    accounts = [
        Item(
            title=f"{one_line(ledger.accounts[account].name)}: {_money(amount, ledger)}",
            url=account_page(account),
        )
        for account, amount in sorted(held.items(), key=lambda pair: -abs(pair[1]))[:MOST_ACCOUNTS]
    ]
    whole = Item(title=f"Cash and bank: {_money(sum(held.values(), ZERO), ledger)}")
    return [replace(whole, url=accounts[0].url)] if len(held) == 1 else [whole, *accounts]


def _entry(item: OpenItem, ledger: Ledger, entry_page: Callable[[int], str]) -> Item:
    line = item.line
    title = f"{one_line(line.partner or NOBODY)}: {_money(abs(item.residual), ledger)}"
    return Item(
        title=title, detail=f"{one_line(line.move)}, was due {line.due}", url=entry_page(line.move_id)
    )


def _money(amount: Decimal, ledger: Ledger) -> str:
    return shown(amount, Unit.MONEY, ledger.currency)
