"""Which sums of journal items each statement needs, and Odoo's grouped rows as the lines of an excerpt."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.accounting.date_range import DateRange
from domain.accounting.ledger import AccountType, FiscalYearEnd, JournalLine, LedgerError
from domain.accounting.ledger_rows import Record
from domain.accounting.report import ReportType
from domain.money import rounded

DAY = dt.timedelta(days=1)
RESULT = tuple(kind for kind in AccountType if kind.is_result)
AGED = {
    ReportType.RECEIVABLE_AGEING: AccountType.RECEIVABLE,
    ReportType.PAYABLE_AGEING: AccountType.PAYABLE,
}


@dataclass(frozen=True, slots=True)
class Part:
    """Journal items that are summed by account: those of some days, of some kinds of account, of one side."""

    last: dt.date
    first: dt.date | None = None
    kinds: tuple[AccountType, ...] = ()
    """None: all."""
    side: str = ""
    """`>` or `<=`: items whose balance compares so with zero."""

    @property
    def is_empty(self) -> bool:
        """Whether no day lies in it."""
        return self.first is not None and self.first > self.last

    def domain(self) -> list[Any]:
        """Odoo's search domain for it."""
        found: list[Any] = [["date", "<=", str(self.last)]]
        if self.first:
            found.append(["date", ">=", str(self.first)])
        if self.kinds:
            found.append(["account_type", "in", [kind.value for kind in self.kinds]])
        if self.side:
            found.append(["balance", self.side, 0])
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """One statement, or the summary: profit and loss with the balance sheet at its end."""

    kind: ReportType | None
    """None: the summary."""
    days: DateRange

    @property
    def is_excerpt(self) -> bool:
        """Whether a part of the ledger suffices; the other statements need all of it."""
        return self.kind in _PARTS or self.kind in AGED


def parts_of(wanted: Wanted, year_end: FiscalYearEnd) -> tuple[Part, ...]:
    """The sums that a statement needs; no item is in two of them."""
    found = _PARTS[wanted.kind](wanted.days.first, wanted.days.last, year_end)
    return tuple(part for part in found if not part.is_empty)


def _profit_and_loss(first: dt.date, last: dt.date, _year_end: FiscalYearEnd) -> Iterator[Part]:
    yield Part(last, first, RESULT)


def _balance_sheet(_first: dt.date, last: dt.date, year_end: FiscalYearEnd) -> Iterator[Part]:
    start = year_end.year_start(last)
    yield Part(start - DAY)
    yield Part(last, start)


def _summary(first: dt.date, last: dt.date, year_end: FiscalYearEnd) -> Iterator[Part]:
    earlier, later = sorted((first, year_end.year_start(last)))
    yield Part(earlier - DAY)
    yield Part(later - DAY, earlier)
    yield Part(last, later)


def _cash_flow(first: dt.date, last: dt.date, _year_end: FiscalYearEnd) -> Iterator[Part]:
    yield Part(first - DAY, kinds=(AccountType.CASH,))
    yield Part(last, first)


def _openings(first: dt.date, _last: dt.date, year_end: FiscalYearEnd) -> Iterator[Part]:
    start = year_end.year_start(first)
    yield Part(start - DAY)
    yield Part(first - DAY, start)


def _trial_balance(first: dt.date, last: dt.date, year_end: FiscalYearEnd) -> Iterator[Part]:
    yield from _openings(first, last, year_end)
    yield Part(last, first, side=">")
    yield Part(last, first, side="<=")


_PARTS: Mapping[ReportType | None, Callable[[dt.date, dt.date, FiscalYearEnd], Iterator[Part]]] = {
    None: _summary,
    ReportType.PROFIT_AND_LOSS: _profit_and_loss,
    ReportType.BALANCE_SHEET: _balance_sheet,
    ReportType.CASH_FLOW: _cash_flow,
    ReportType.TRIAL_BALANCE: _trial_balance,
    ReportType.GENERAL_LEDGER: _openings,
}


def sum_lines(part: Part, rows: Iterable[Record], currency: str) -> Iterator[JournalLine]:
    """Each account's sum as one line on the part's last day."""
    for row in rows:
        amount = rounded(row["balance:sum"] or Decimal(0), currency)
        ids = tuple(row["id:array_agg"])
        yield JournalLine(
            line_id=ids[0],
            move_id=0,
            move="",
            day=part.last,
            account_id=row["account_id"][0],
            balance=amount,
            amount_currency=amount,
            currency=currency,
            summed_ids=ids,
        )


def check_balanced(parts: Iterable[Part], lines: Iterable[JournalLine]) -> None:
    """Refuse sums of all accounts that do not come to zero.

    Raises:
        LedgerError: somebody booked between two readings.
    """
    whole = {part.last for part in parts if not part.kinds}
    off = sum((line.balance for line in lines if line.day in whole), Decimal(0))
    if off:
        raise LedgerError(f"all accounts together are out of balance by {off}")
