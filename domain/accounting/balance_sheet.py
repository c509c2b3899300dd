"""The balance sheet as of a day.

Odoo never books the closing of a year: profits of all years stay on the income and expense accounts. The
balance sheet therefore shows them as unallocated earnings, of the current fiscal year and of earlier ones,
together with what a person has booked on the account of type `equity_unaffected`.
"""

import datetime as dt
from dataclasses import dataclass

from domain.accounting.figure import Figure, FigureSection, credit_of, credit_section, debit_section, total
from domain.accounting.ledger import AccountType, JournalLine, Ledger, until

BANK_AND_CASH, CREDIT_CARDS = "Bank and cash", "Credit cards"
_ASSETS = (
    (BANK_AND_CASH, AccountType.CASH),
    ("Receivables", AccountType.RECEIVABLE),
    ("Current assets", AccountType.CURRENT_ASSET),
    ("Prepayments", AccountType.PREPAYMENT),
    ("Fixed assets", AccountType.FIXED_ASSET),
    ("Non-current assets", AccountType.NON_CURRENT_ASSET),
)
_LIABILITIES = (
    ("Payables", AccountType.PAYABLE),
    (CREDIT_CARDS, AccountType.CREDIT_CARD),
    ("Current liabilities", AccountType.CURRENT_LIABILITY),
    ("Non-current liabilities", AccountType.NON_CURRENT_LIABILITY),
)


@dataclass(frozen=True, slots=True)
class Earnings:
    """Profits that nobody has moved to equity, credit positive."""

    current_year: Figure
    """Profit and loss since the fiscal year began."""
    current_year_allocated: Figure
    """Booked on the unallocated earnings account since then."""
    earlier_years: Figure
    """Both, of all years before."""

    @property
    def total(self) -> Figure:
        """All unallocated earnings."""
        return self.current_year + self.current_year_allocated + self.earlier_years


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """What the company owns, owes and is worth at the end of a day."""

    currency: str
    as_of: dt.date
    fiscal_year_start: dt.date
    assets: tuple[FigureSection, ...]
    liabilities: tuple[FigureSection, ...]
    equity: FigureSection
    earnings: Earnings

    @property
    def total_assets(self) -> Figure:
        """All assets."""
        return total(section.total for section in self.assets)

    @property
    def total_liabilities(self) -> Figure:
        """All liabilities."""
        return total(section.total for section in self.liabilities)

    @property
    def total_equity(self) -> Figure:
        """Equity with unallocated earnings."""
        return self.equity.total + self.earnings.total

    @property
    def difference(self) -> Figure:
        """Assets less liabilities and equity: zero, because every entry balances."""
        return self.total_assets - self.total_liabilities - self.total_equity


def balance_sheet(ledger: Ledger, as_of: dt.date) -> BalanceSheet:
    """The balance sheet at the end of a day; off-balance accounts are left out, as in Odoo."""
    lines = list(until(ledger.lines, as_of))
    start = ledger.fiscal_year_end.year_start(as_of)
    return BalanceSheet(
        currency=ledger.currency,
        as_of=as_of,
        fiscal_year_start=start,
        assets=tuple(debit_section(ledger, lines, title, kind) for title, kind in _ASSETS),
        liabilities=tuple(credit_section(ledger, lines, title, kind) for title, kind in _LIABILITIES),
        equity=credit_section(ledger, lines, "Equity", AccountType.EQUITY),
        earnings=_earnings(ledger, lines, start),
    )


def _earnings(ledger: Ledger, lines: list[JournalLine], start: dt.date) -> Earnings:
    result = [line for line in lines if ledger.type_of(line).is_result]
    allocated = [line for line in lines if ledger.type_of(line) is AccountType.UNALLOCATED]
    return Earnings(
        current_year=credit_of(line for line in result if line.day >= start),
        current_year_allocated=credit_of(line for line in allocated if line.day >= start),
        earlier_years=credit_of(line for line in [*result, *allocated] if line.day < start),
    )
