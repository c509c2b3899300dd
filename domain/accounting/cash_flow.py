"""The cash flow statement by the indirect method (IAS 7, paragraphs 18b and 20).

Every entry balances, so the change in cash is what all other accounts changed, with the opposite sign. Each
account type stands in one place: the sum explains the change in cash to the cent by construction. What moves
no cash (an asset bought on credit) is shown gross on both sides.
"""

import datetime as dt
from dataclasses import dataclass

from domain.accounting.figure import (
    Figure,
    FigureSection,
    credit_of,
    credit_section,
    debit_of,
    debit_section,
    total,
)
from domain.accounting.ledger import AccountType, Ledger, until

_WORKING_CAPITAL = (
    ("Receivables", AccountType.RECEIVABLE),
    ("Other current assets", AccountType.CURRENT_ASSET),
    ("Prepayments", AccountType.PREPAYMENT),
    ("Payables", AccountType.PAYABLE),
    ("Credit cards", AccountType.CREDIT_CARD),
    ("Other current liabilities", AccountType.CURRENT_LIABILITY),
)
_FINANCING = (
    ("Non-current liabilities", AccountType.NON_CURRENT_LIABILITY),
    ("Equity", AccountType.EQUITY),
    ("Unallocated earnings booked", AccountType.UNALLOCATED),
)


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Where cash came from (positive) and went to (negative) in a period."""

    currency: str
    first: dt.date
    last: dt.date
    net_profit: Figure
    depreciation: FigureSection
    """Added back to the profit, and taken out of the assets' change: it moved no cash."""
    working_capital: tuple[FigureSection, ...]
    investing: tuple[FigureSection, ...]
    financing: tuple[FigureSection, ...]
    opening_cash: Figure
    closing_cash: Figure

    @property
    def from_operations(self) -> Figure:
        """Profit before depreciation and the change in working capital."""
        return self.net_profit + self.depreciation.total + _sum(self.working_capital)

    @property
    def from_investing(self) -> Figure:
        """Assets bought and sold."""
        return _sum(self.investing)

    @property
    def from_financing(self) -> Figure:
        """Loans and the owners' money."""
        return _sum(self.financing)

    @property
    def change(self) -> Figure:
        """All three together: closing cash less opening cash."""
        return self.from_operations + self.from_investing + self.from_financing


def cash_flow(ledger: Ledger, first: dt.date, last: dt.date) -> CashFlow:
    """The cash flow of a period, both days included; cash is all accounts of type `asset_cash`."""
    lines = ledger.between(first, last)
    cash = list(ledger.of_types(AccountType.CASH))
    return CashFlow(
        currency=ledger.currency,
        first=first,
        last=last,
        net_profit=credit_of(line for line in lines if ledger.type_of(line).is_result),
        depreciation=debit_section(ledger, lines, "Depreciation", AccountType.DEPRECIATION),
        working_capital=tuple(credit_section(ledger, lines, title, kind) for title, kind in _WORKING_CAPITAL),
        investing=(
            credit_section(ledger, lines, "Fixed assets", AccountType.FIXED_ASSET),
            credit_section(ledger, lines, "less depreciation", AccountType.DEPRECIATION),
            credit_section(ledger, lines, "Non-current assets", AccountType.NON_CURRENT_ASSET),
        ),
        financing=tuple(credit_section(ledger, lines, title, kind) for title, kind in _FINANCING),
        opening_cash=debit_of(until(cash, first - dt.timedelta(days=1))),
        closing_cash=debit_of(until(cash, last)),
    )


def _sum(sections: tuple[FigureSection, ...]) -> Figure:
    return total(section.total for section in sections)
