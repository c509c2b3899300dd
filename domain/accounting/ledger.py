"""The ledger as Odoo keeps it: accounts, posted journal lines, partial reconciliations. Amounts in company currency.

Nothing here is as of today: what was open on a day is rebuilt from the partial reconciliations (`residual`).
"""

import calendar
import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from domain.errors import ContractError

ZERO = Decimal(0)


class AccountType(StrEnum):
    """Odoo 19's `account.account.account_type`."""

    RECEIVABLE = "asset_receivable"
    CASH = "asset_cash"
    CURRENT_ASSET = "asset_current"
    NON_CURRENT_ASSET = "asset_non_current"
    PREPAYMENT = "asset_prepayments"
    FIXED_ASSET = "asset_fixed"
    PAYABLE = "liability_payable"
    CREDIT_CARD = "liability_credit_card"
    CURRENT_LIABILITY = "liability_current"
    NON_CURRENT_LIABILITY = "liability_non_current"
    EQUITY = "equity"
    UNALLOCATED = "equity_unaffected"
    INCOME = "income"
    OTHER_INCOME = "income_other"
    EXPENSE = "expense"
    OTHER_EXPENSE = "expense_other"
    DEPRECIATION = "expense_depreciation"
    DIRECT_COST = "expense_direct_cost"
    OFF_BALANCE = "off_balance"

    @property
    def is_result(self) -> bool:
        """Whether it belongs to the profit and loss, and begins at zero each fiscal year."""
        return self.startswith(("income", "expense"))


def sign_of(kind: AccountType) -> int:
    """1 where a debt is a debit (receivables), -1 where it is a credit (payables)."""
    return 1 if kind is AccountType.RECEIVABLE else -1


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """One account of the chart."""

    account_id: int
    code: str
    name: str
    account_type: AccountType


@dataclass(frozen=True, slots=True)
class LedgerTax:
    """A tax; `children` are the members of a group of taxes."""

    tax_id: int
    name: str
    use: str
    """`sale`, `purchase` or `none`."""
    on_payment: bool = False
    """Due when it is paid (cash basis), not when it is invoiced."""
    children: tuple[int, ...] = ()


class JournalLine(NamedTuple):
    """One posted journal item. `balance` is debit less credit.

    A tuple, since books have 100,000 of them: a frozen dataclass takes four times as long to make.
    """

    line_id: int
    move_id: int
    move: str
    day: dt.date
    account_id: int
    balance: Decimal
    amount_currency: Decimal
    currency: str
    label: str = ""
    partner_id: int | None = None
    partner: str = ""
    due_on: dt.date | None = None
    tax_ids: tuple[int, ...] = ()
    """Taxes for which this line is the base."""
    tax_id: int | None = None
    """The tax that this line is."""
    is_cash_basis: bool = False
    """Of an entry that Odoo made because a tax became due on payment."""
    residual_today: Decimal | None = None
    """What Odoo says is open now; only to check the rebuilt residual with."""

    @property
    def debit(self) -> Decimal:
        """The balance where it is positive."""
        return max(self.balance, ZERO)

    @property
    def credit(self) -> Decimal:
        """The balance where it is negative, without its sign."""
        return max(-self.balance, ZERO)

    @property
    def due(self) -> dt.date:
        """When it must be paid; a line without a due date is due at once."""
        return self.due_on or self.day


class PartialReconciliation(NamedTuple):
    """A part of a debit line that was matched with a part of a credit line; amounts are positive."""

    partial_id: int
    debit_line_id: int
    credit_line_id: int
    amount: Decimal
    debit_amount_currency: Decimal
    credit_amount_currency: Decimal
    max_date: dt.date
    """The later one of the two lines' dates: from that day on it counts."""


@dataclass(frozen=True, slots=True)
class FiscalYearEnd:
    """The last day of the company's fiscal year."""

    month: int = 12
    day: int = 31

    def of(self, year: int) -> dt.date:
        """The fiscal year's last day in a calendar year; 28 February stands for that month's end, as in Odoo."""
        longest = calendar.monthrange(year, self.month)[1]
        ends_february = (self.month, self.day) == (2, 28)
        return dt.date(year, self.month, longest if ends_february else min(self.day, longest))

    def year_start(self, day: dt.date) -> dt.date:
        """The first day of the fiscal year in which a day lies."""
        ended = self.of(day.year) if day > self.of(day.year) else self.of(day.year - 1)
        return ended + dt.timedelta(days=1)


class LedgerError(ContractError):
    """The rows do not make a ledger; statements of them would be false."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"the ledger's rows do not fit together: {problem}; read all of them again from Odoo"
        )


@dataclass(frozen=True)
class Ledger:
    """All posted lines of one company since its first day, with what they refer to."""

    currency: str
    accounts: Mapping[int, LedgerAccount]
    lines: tuple[JournalLine, ...]
    partials: tuple[PartialReconciliation, ...] = ()
    taxes: Mapping[int, LedgerTax] = field(default_factory=dict)
    fiscal_year_end: FiscalYearEnd = FiscalYearEnd()

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise LedgerError(problem)

    @cached_property
    def by_id(self) -> Mapping[int, JournalLine]:
        """The lines by their id."""
        return {line.line_id: line for line in self.lines}

    @cached_property
    def by_type(self) -> Mapping[AccountType, Sequence[JournalLine]]:
        """The lines by the type of their account."""
        found: dict[AccountType, list[JournalLine]] = {kind: [] for kind in AccountType}
        for line in self.lines:
            found[self.type_of(line)].append(line)
        return found

    @cached_property
    def moves_on_credit(self) -> frozenset[int]:
        """The entries with a receivable or payable: somebody has to pay them."""
        return frozenset(line.move_id for line in self.of_types(AccountType.RECEIVABLE, AccountType.PAYABLE))

    @cached_property
    def matches(self) -> Mapping[int, Sequence[PartialReconciliation]]:
        """The reconciliations of each line that has some, the earliest first."""
        found: dict[int, list[PartialReconciliation]] = defaultdict(list)
        for one in sorted(self.partials, key=attrgetter("max_date")):
            found[one.debit_line_id].append(one)
            found[one.credit_line_id].append(one)
        return dict(found)

    @cached_property
    def settled(self) -> Mapping[int, dt.date]:
        """The lines that nothing is open of after all reconciliations, with the day of the last one."""
        return {
            line_id: matches[-1].max_date
            for line_id, matches in self.matches.items()
            if not any(self.residual(self.by_id[line_id]))
        }

    def residual(self, line: JournalLine, as_of: dt.date = dt.date.max) -> tuple[Decimal, Decimal]:
        """What was open of a line at the end of a day: in company currency, and in its own.

        The rule is Odoo's (`account.move.line._compute_amount_residual`), with the reconciliations limited to those
        whose `max_date` had come. Odoo's stored residual is today's and counts drafts.
        """
        company, own = line.balance, line.amount_currency
        for one in self.matches.get(line.line_id, ()):
            if one.max_date > as_of:
                break
            if one.debit_line_id == line.line_id:
                company, own = company - one.amount, own - one.debit_amount_currency
            else:
                company, own = company + one.amount, own + one.credit_amount_currency
        return company, own

    @cached_property
    def by_day(self) -> Sequence[JournalLine]:
        """The lines by their day."""
        return sorted(self.lines, key=attrgetter("day"))

    def between(self, first: dt.date, last: dt.date) -> Sequence[JournalLine]:
        """The lines of a period, both days included."""
        day = attrgetter("day")
        return self.by_day[
            bisect_left(self.by_day, first, key=day) : bisect_right(self.by_day, last, key=day)
        ]

    def type_of(self, line: JournalLine) -> AccountType:
        """The type of the line's account."""
        return self.accounts[line.account_id].account_type

    def of_types(self, *types: AccountType) -> Iterator[JournalLine]:
        """The lines on accounts of these types."""
        return (line for kind in types for line in self.by_type[kind])


def until(lines: Iterable[JournalLine], day: dt.date) -> Iterator[JournalLine]:
    """The lines that existed on a day, that day included."""
    return (line for line in lines if line.day <= day)


def between(lines: Iterable[JournalLine], first: dt.date, last: dt.date) -> Iterator[JournalLine]:
    """The lines of a period, both days included."""
    return (line for line in lines if first <= line.day <= last)


def _problems(ledger: Ledger) -> Iterator[str]:
    moves: dict[int, Decimal] = defaultdict(Decimal)
    for line in ledger.lines:
        if line.account_id not in ledger.accounts:
            yield f"line {line.line_id} is on account {line.account_id}, which is not among the accounts"
        else:
            moves[line.move_id] += line.balance
    yield from (f"entry {move_id} is out of balance by {sum_}" for move_id, sum_ in moves.items() if sum_)
    if len(ledger.by_id) != len(ledger.lines):
        yield "a line is there twice"
    for partial in ledger.partials:
        yield from _partial_problems(ledger, partial)


def _partial_problems(ledger: Ledger, partial: PartialReconciliation) -> Iterator[str]:
    ids = (partial.debit_line_id, partial.credit_line_id)
    known = [ledger.by_id[line_id] for line_id in ids if line_id in ledger.by_id]
    if len(known) < len(ids):
        yield f"reconciliation {partial.partial_id} names a line that is not there"
    if any(line.day > partial.max_date for line in known):
        yield f"reconciliation {partial.partial_id} is older than one of its lines"
