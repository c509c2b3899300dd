"""What each statement needs of the books: sums of journal items by account, open items, what was paid."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import BooksFrame
from domain.accounting.ledger import AccountType, JournalLine, LedgerError, LedgerTax
from domain.accounting.report import ReportType

DAY = dt.timedelta(days=1)
RESULT = tuple(kind for kind in AccountType if kind.is_result)
RECEIVABLE, PAYABLE = AccountType.RECEIVABLE, AccountType.PAYABLE


@dataclass(frozen=True, slots=True)
class TaxedItems:
    """The items that are a tax, or its base, of some taxes."""

    taxes: frozenset[int]
    is_base: bool
    stands_for: int | None = None
    """The tax whose base these items are, where they name groups that it belongs to; None: each is its own."""
    is_due_on_payment: bool = False
    """Only of entries that Odoo made because the tax became due, and of those that nobody has yet to pay."""


@dataclass(frozen=True, slots=True)
class ExcerptPart:
    """Journal items that are summed by account, or by tax: of some days, kinds of account, one side, or some taxes."""

    last: dt.date
    first: dt.date | None = None
    kinds: tuple[AccountType, ...] = ()
    """None: all."""
    side: str = ""
    """`>` or `<=`: items whose balance compares so with zero."""
    taxed: TaxedItems | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no day lies in it."""
        return self.first is not None and self.first > self.last


@dataclass(frozen=True, slots=True)
class WantedExcerpt:
    """One statement, or the summary: profit and loss with the balance sheet at its end."""

    kind: ReportType | None
    """None: the summary."""
    days: DateRange
    targets: frozenset[str] = frozenset()
    """Of the budget: the targets that are compared."""
    with_ids: bool = field(default=False, kw_only=True)
    """Whether the journal items behind each sum are to be named."""

    def known_on(self, today: dt.date) -> "WantedExcerpt":
        """The same from books of that day: a forecast begins today at the latest."""
        is_later = self.kind is ReportType.CASH_FORECAST and self.days.last > today
        return replace(self, days=DateRange(today, today)) if is_later else self


@dataclass(frozen=True, slots=True)
class Needs:
    """What is read for one statement."""

    parts: tuple[ExcerptPart, ...] = ()
    shown: tuple[ExcerptPart, ...] = ()
    """Items that are shown one by one."""
    open_kinds: tuple[tuple[AccountType, ...], ...] = ()
    """Kinds of account whose open items are read, those of one reading together."""
    names_partners: bool = False
    """Whether the open items are shown with whom they are of."""
    paid: tuple[DateRange, ...] = ()
    """Periods in which it counts how fast customers paid."""


def needs_of(wanted: WantedExcerpt, frame: BooksFrame) -> Needs:
    """What a statement is made from; no item is in two of the sums."""
    found = _NEEDS[wanted.kind](wanted, frame)
    return replace(found, parts=tuple(part for part in found.parts if not part.is_empty))


def kinds_of(kind: ReportType | None) -> tuple[AccountType, ...]:
    """The kinds of account that a statement needs to know; none: all accounts."""
    return _KINDS.get(kind, ())


def tax_parts(taxes: Iterable[LedgerTax], days: DateRange) -> Iterator[ExcerptPart]:
    """The sums of the tax summary: tax and base, of taxes due at once and on payment."""
    listed = list(taxes)
    groups = {
        tax.tax_id: {group.tax_id for group in listed if tax.tax_id in group.children} for tax in listed
    }
    for is_later in (False, True):
        due = [tax.tax_id for tax in listed if tax.on_payment is is_later and not tax.children]
        alone = frozenset(tax_id for tax_id in due if not groups[tax_id])
        items = [TaxedItems(frozenset(due), is_base=False), TaxedItems(alone, is_base=True)]
        items += [
            TaxedItems(frozenset({tax_id, *groups[tax_id]}), is_base=True, stands_for=tax_id)
            for tax_id in due
            if groups[tax_id]
        ]
        for one in items:
            if one.taxes:
                taxed = TaxedItems(one.taxes, one.is_base, one.stands_for, is_due_on_payment=is_later)
                yield ExcerptPart(days.last, days.first, taxed=taxed)


def check_balanced(parts: Iterable[ExcerptPart], lines: Iterable[JournalLine]) -> None:
    """Refuse sums of all accounts that do not come to zero.

    Raises:
        LedgerError: somebody booked between two readings.
    """
    whole = {part.last for part in parts if not part.kinds and part.taxed is None}
    off = sum((line.balance for line in lines if line.day in whole), Decimal(0))
    if off:
        raise LedgerError(f"all accounts together are out of balance by {off}")


def _profit_and_loss(wanted: WantedExcerpt, _frame: BooksFrame) -> Needs:
    return Needs((ExcerptPart(wanted.days.last, wanted.days.first, RESULT),))


def _balance_sheet(wanted: WantedExcerpt, frame: BooksFrame) -> Needs:
    start = frame.year_end.year_start(wanted.days.last)
    return Needs((ExcerptPart(start - DAY), ExcerptPart(wanted.days.last, start)))


def _summary(wanted: WantedExcerpt, frame: BooksFrame) -> Needs:
    last = wanted.days.last
    earlier, later = sorted((wanted.days.first, frame.year_end.year_start(last)))
    return Needs((ExcerptPart(earlier - DAY), ExcerptPart(later - DAY, earlier), ExcerptPart(last, later)))


def _cash_flow(wanted: WantedExcerpt, _frame: BooksFrame) -> Needs:
    first, last = wanted.days.first, wanted.days.last
    return Needs((ExcerptPart(first - DAY, kinds=(AccountType.CASH,)), ExcerptPart(last, first)))


def _openings(wanted: WantedExcerpt, frame: BooksFrame) -> tuple[ExcerptPart, ExcerptPart]:
    first = wanted.days.first
    start = frame.year_end.year_start(first)
    return ExcerptPart(start - DAY), ExcerptPart(first - DAY, start)


def _trial_balance(wanted: WantedExcerpt, frame: BooksFrame) -> Needs:
    first, last = wanted.days.first, wanted.days.last
    sides = (ExcerptPart(last, first, side=">"), ExcerptPart(last, first, side="<="))
    return Needs((*_openings(wanted, frame), *sides))


def _budget(wanted: WantedExcerpt, frame: BooksFrame) -> Needs:
    needs_all = "runway_months" in wanted.targets
    parts = (_cash_flow if needs_all else _profit_and_loss)(wanted, frame).parts
    return Needs(
        parts,
        open_kinds=((RECEIVABLE,),) if "overdue" in wanted.targets else (),
        paid=(wanted.days,) if "days_until_paid" in wanted.targets else (),
    )


_KINDS: Mapping[ReportType | None, tuple[AccountType, ...]] = {
    ReportType.PROFIT_AND_LOSS: RESULT,
    ReportType.RECEIVABLE_AGEING: (RECEIVABLE,),
    ReportType.PAYABLE_AGEING: (PAYABLE,),
    ReportType.TAX_SUMMARY: (RECEIVABLE, PAYABLE),
}
_NEEDS: Mapping[ReportType | None, Callable[[WantedExcerpt, BooksFrame], Needs]] = {
    None: _summary,
    ReportType.PROFIT_AND_LOSS: _profit_and_loss,
    ReportType.BALANCE_SHEET: _balance_sheet,
    ReportType.CASH_FLOW: _cash_flow,
    ReportType.TRIAL_BALANCE: _trial_balance,
    ReportType.GENERAL_LEDGER: lambda wanted, frame: Needs(
        _openings(wanted, frame), shown=(ExcerptPart(wanted.days.last, wanted.days.first),)
    ),
    ReportType.RECEIVABLE_AGEING: lambda *_: Needs(open_kinds=((RECEIVABLE,),), names_partners=True),
    ReportType.PAYABLE_AGEING: lambda *_: Needs(open_kinds=((PAYABLE,),), names_partners=True),
    ReportType.TAX_SUMMARY: lambda wanted, frame: Needs(tuple(tax_parts(frame.taxes.values(), wanted.days))),
    ReportType.MEASURES: lambda *asked: Needs(_cash_flow(*asked).parts, open_kinds=((RECEIVABLE, PAYABLE),)),
    ReportType.BUDGET: _budget,
    ReportType.CASH_FORECAST: lambda wanted, _frame: Needs(
        (ExcerptPart(wanted.days.last, kinds=(AccountType.CASH,)),)
    ),
}
