"""The part of a ledger that one report needs: sums of journal items, and the items that it shows one by one."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from domain.accounting.ledger import (
    AccountType,
    FiscalYearEnd,
    JournalLine,
    Ledger,
    LedgerAccount,
    LedgerError,
    LedgerTax,
)
from domain.accounting.outlook import Outlook

NO_ACCOUNT = 0
"""The account of a sum over all of them: of a tax nobody asks which."""


@dataclass(frozen=True, slots=True)
class BooksFrame:
    """What seldom changes in one company's books."""

    company_id: int
    currency_id: int
    currency: str
    year_end: FiscalYearEnd
    accounts: Mapping[int, LedgerAccount]
    taxes: Mapping[int, LedgerTax] = field(default_factory=dict)
    """Archived ones too; none where nothing needs them."""

    def of_kinds(self, kinds: Collection[AccountType]) -> list[int]:
        """The accounts of some types."""
        return sorted(key for key, one in self.accounts.items() if one.account_type in kinds)


@dataclass(frozen=True, slots=True)
class SummedItems:
    """The journal items behind a sum."""

    count: int
    search: str
    """The condition that finds them in Odoo."""
    ids: tuple[int, ...] = ()
    """Only where somebody asked for them: in large books they cost more than the sums."""


class OpenItem(NamedTuple):
    """A receivable or payable line with what was open of it on a day; debit positive, as in Odoo."""

    line: JournalLine
    residual: Decimal
    """In company currency."""
    residual_currency: Decimal
    """In the line's own currency."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What customers paid on one day of the invoices of another."""

    invoiced_on: dt.date
    paid_on: dt.date
    amount: Decimal


@dataclass(frozen=True)
class Excerpt(Ledger):
    """Sums in the place of lines; its entries are not whole, so only what must hold for a part is checked."""

    sums: Mapping[int, SummedItems] = field(default_factory=dict)
    """What stands behind the lines that are sums, by their negative line ids."""
    open_items: tuple[OpenItem, ...] = ()
    """Those of the last day."""
    paid: tuple[Paid, ...] = ()
    outlook: Outlook | None = None
    """What the cash forecast is made from."""

    def __post_init__(self) -> None:
        used = {line.account_id for line in (*self.lines, *(item.line for item in self.open_items))}
        if unknown := used - self.accounts.keys() - {NO_ACCOUNT}:
            raise LedgerError(f"accounts {sorted(unknown)} are not among the accounts")
