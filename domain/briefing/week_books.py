"""The books as one week of a briefing shows them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from domain.accounting.ageing import Ageing, payable_ageing, receivable_ageing
from domain.accounting.figure import Figure, debit_of, total
from domain.accounting.goals import Goals
from domain.accounting.ledger import AccountType, JournalLine, Ledger, between, until
from domain.accounting.profit_and_loss import ProfitAndLoss, profit_and_loss
from domain.accounting.report import FiguresOrigin
from domain.accounting.stated_paid import LeftToPay
from domain.briefing.comparison import summed
from domain.week import Week

NOBODY = "without a partner"


@dataclass(frozen=True)
class BriefedBooks:
    """The books and the owner's goals; `link` is where a person sees a journal item's entry.

    `left_to_pay` is of the bills whose documents say that they were paid before.
    """

    ledger: Ledger
    origin: FiguresOrigin
    goals: Goals
    link: Callable[[JournalLine], str]
    left_to_pay: LeftToPay = field(default_factory=dict)


@dataclass(frozen=True)
class WeekBooks:
    """The books as one week shows them."""

    ledger: Ledger
    week: Week

    @cached_property
    def result(self) -> ProfitAndLoss:
        """What was earned in the week."""
        return profit_and_loss(self.ledger, self.week.monday, self.week.sunday)

    @property
    def revenue(self) -> Figure:
        """Sales and other income."""
        return self.result.revenue.total + self.result.other_income.total

    @property
    def expenses(self) -> Figure:
        """Costs of every kind."""
        of = self.result
        return total(
            part.total
            for part in (of.direct_costs, of.operating_expenses, of.depreciation, of.other_expenses)
        )

    @property
    def cash(self) -> Figure:
        """What was in bank and cash at the week's end."""
        return debit_of(until(self.ledger.of_types(AccountType.CASH), self.week.sunday))

    @cached_property
    def receivable(self) -> Ageing:
        """What customers owed at the week's end."""
        return receivable_ageing(self.ledger, self.week.sunday)

    @cached_property
    def payable(self) -> Ageing:
        """What was owed to vendors at the week's end."""
        return payable_ageing(self.ledger, self.week.sunday)

    def by_partner(self, sign: int, *types: AccountType) -> dict[str, Decimal]:
        """The week's sums on accounts of some types, by whom they were with."""
        lines = between(self.ledger.of_types(*types), self.week.monday, self.week.sunday)
        return summed((line.partner or NOBODY, sign * line.balance) for line in lines)


WEEKLY: dict[str, tuple[str, Callable[[WeekBooks], Figure]]] = {
    "revenue": ("Revenue of the week", lambda seen: seen.revenue),
    "expenses": ("Expenses of the week", lambda seen: seen.expenses),
    "profit": ("Profit of the week", lambda seen: seen.result.net_profit),
    "cash": ("Cash and bank", lambda seen: seen.cash),
    "receivable": ("Customers owe", lambda seen: seen.receivable.total),
    "credits": ("Credits of customers, not yet used", lambda seen: seen.receivable.credits),
    "overdue": ("Customers are late with", lambda seen: seen.receivable.overdue),
    "payable": ("Owed to vendors", lambda seen: seen.payable.total),
    "late": ("We are late with", lambda seen: seen.payable.overdue),
}
"""The numbers that every week has, by key: what they are called and how they are seen."""
OPEN = ("receivable", "credits", "overdue", "payable", "late")
"""Those of them to which an item gives what is open of it, and not its whole amount."""
