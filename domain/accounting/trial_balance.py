"""The trial balance and the general ledger: opening, movement and closing of every account.

Income and expense accounts open at zero each fiscal year, as in Odoo; what earlier years earned opens on the
account of unallocated earnings instead, so that each column sums to zero.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.accounting.figure import Figure, chart_order, credit_of, debit_of, total
from domain.accounting.ledger import AccountType, JournalLine, Ledger, LedgerAccount, until

NO_UNALLOCATED = LedgerAccount(0, "", "Undistributed profits or losses", AccountType.UNALLOCATED)
"""Stands for the account of unallocated earnings where the chart has none."""


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account; opening and closing are debit less credit."""

    account: LedgerAccount
    opening: Figure
    debit: Figure
    credit: Figure

    @property
    def closing(self) -> Figure:
        """Opening with the period's movement."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that has a balance or moved in the period."""

    currency: str
    first: dt.date
    last: dt.date
    rows: tuple[TrialRow, ...]

    @property
    def opening(self) -> Figure:
        """Sum of all opening balances: zero."""
        return total(row.opening for row in self.rows)

    @property
    def debit(self) -> Figure:
        """All debits of the period; equal to all credits."""
        return total(row.debit for row in self.rows)

    @property
    def credit(self) -> Figure:
        """All credits of the period."""
        return total(row.credit for row in self.rows)

    @property
    def closing(self) -> Figure:
        """Sum of all closing balances: zero."""
        return total(row.closing for row in self.rows)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of an account and the account's balance after it."""

    line: JournalLine
    running: Decimal


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """One account of the general ledger."""

    row: TrialRow
    entries: tuple[LedgerEntry, ...]


def trial_balance(ledger: Ledger, first: dt.date, last: dt.date) -> TrialBalance:
    """The trial balance of a period, both days included."""
    moved = _by_account(ledger.between(first, last))
    return TrialBalance(ledger.currency, first, last, _rows(ledger, first, moved))


def general_ledger(ledger: Ledger, first: dt.date, last: dt.date) -> tuple[AccountHistory, ...]:
    """Every account of the trial balance with its lines of the period, in the order of their dates."""
    moved = _by_account(ledger.between(first, last))
    return tuple(
        AccountHistory(row, _entries(row.opening.amount, moved.get(row.account.account_id, [])))
        for row in _rows(ledger, first, moved)
    )


def _rows(ledger: Ledger, first: dt.date, moved: Mapping[int, list[JournalLine]]) -> tuple[TrialRow, ...]:
    opening = _openings(ledger, first)
    accounts = {account.account_id: account for account in (*ledger.accounts.values(), _unallocated(ledger))}
    used = sorted((accounts[account_id] for account_id in {*moved, *opening}), key=chart_order)
    return tuple(_row(account, opening, moved.get(account.account_id, [])) for account in used)


def _row(account: LedgerAccount, opening: Mapping[int, Figure], lines: list[JournalLine]) -> TrialRow:
    return TrialRow(
        account,
        opening=opening.get(account.account_id, debit_of([])),
        debit=debit_of(line for line in lines if line.balance > 0),
        credit=credit_of(line for line in lines if line.balance <= 0),
    )


def _openings(ledger: Ledger, first: dt.date) -> Mapping[int, Figure]:
    year = ledger.fiscal_year_end.year_start(first)
    unallocated = _unallocated(ledger).account_id
    by_account: dict[int, list[JournalLine]] = defaultdict(list)
    for line in until(ledger.lines, first - dt.timedelta(days=1)):
        is_earlier = line.day < year and ledger.type_of(line).is_result
        by_account[unallocated if is_earlier else line.account_id].append(line)
    return {account_id: debit_of(lines) for account_id, lines in by_account.items()}


def _unallocated(ledger: Ledger) -> LedgerAccount:
    found = [a for a in ledger.accounts.values() if a.account_type is AccountType.UNALLOCATED]
    return min(found, key=chart_order, default=NO_UNALLOCATED)


def _by_account(lines: Iterable[JournalLine]) -> Mapping[int, list[JournalLine]]:
    by_account: dict[int, list[JournalLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.day, line.move_id, line.line_id)):
        by_account[line.account_id].append(line)
    return by_account


def _entries(opening: Decimal, lines: list[JournalLine]) -> tuple[LedgerEntry, ...]:
    entries, running = [], opening
    for line in lines:
        running += line.balance
        entries.append(LedgerEntry(line, running))
    return tuple(entries)
