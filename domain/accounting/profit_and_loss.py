"""The profit and loss of a period: income less expenses by the lines' accounting dates."""

import datetime as dt
from dataclasses import dataclass

from domain.accounting.figure import Figure, FigureSection, credit_section, debit_section
from domain.accounting.ledger import AccountType, Ledger


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """Income and expenses of a period, both positive; profits positive, losses negative."""

    currency: str
    first: dt.date
    last: dt.date
    revenue: FigureSection
    direct_costs: FigureSection
    operating_expenses: FigureSection
    depreciation: FigureSection
    other_income: FigureSection
    other_expenses: FigureSection

    @property
    def gross_profit(self) -> Figure:
        """Revenue less the cost of what was sold."""
        return self.revenue.total - self.direct_costs.total

    @property
    def operating_profit(self) -> Figure:
        """Gross profit less operating expenses and depreciation."""
        return self.gross_profit - self.operating_expenses.total - self.depreciation.total

    @property
    def net_profit(self) -> Figure:
        """Operating profit with other income and less other expenses."""
        return self.operating_profit + self.other_income.total - self.other_expenses.total


def profit_and_loss(ledger: Ledger, first: dt.date, last: dt.date) -> ProfitAndLoss:
    """The profit and loss from one day to another, both included."""
    lines = ledger.between(first, last)
    return ProfitAndLoss(
        currency=ledger.currency,
        first=first,
        last=last,
        revenue=credit_section(ledger, lines, "Revenue", AccountType.INCOME),
        direct_costs=debit_section(ledger, lines, "Cost of revenue", AccountType.DIRECT_COST),
        operating_expenses=debit_section(ledger, lines, "Operating expenses", AccountType.EXPENSE),
        depreciation=debit_section(ledger, lines, "Depreciation", AccountType.DEPRECIATION),
        other_income=credit_section(ledger, lines, "Other income", AccountType.OTHER_INCOME),
        other_expenses=debit_section(ledger, lines, "Other expenses", AccountType.OTHER_EXPENSE),
    )
