"""The part of a ledger that one report needs: sums of journal items, and the items that it shows one by one."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from domain.accounting.ledger import AccountType, JournalLine, Ledger, LedgerError
from domain.accounting.outlook import Outlook


@dataclass(frozen=True, slots=True)
class SummedItems:
    """The journal items behind a sum."""

    count: int
    search: str
    """The condition that finds them in Odoo."""
    ids: tuple[int, ...] = ()
    """Only where somebody asked for them: in large books they cost more than the sums."""


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
    open_lines: tuple[JournalLine, ...] = ()
    """The journal items that were open on the last day."""
    paid: tuple[Paid, ...] = ()
    outlook: Outlook | None = None
    """What the cash forecast is made from."""

    def __post_init__(self) -> None:
        used = {line.account_id for line in (*self.lines, *self.open_lines)}
        if used - self.accounts.keys():
            raise LedgerError(f"accounts {sorted(used - self.accounts.keys())} are not among the accounts")

    def items_of(self, kind: AccountType) -> Iterator[JournalLine]:
        """The open items of one type."""
        return (line for line in self.open_lines if self.type_of(line) is kind)
