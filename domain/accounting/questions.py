"""What an owner asks of the books in everyday words: which statement answers each question, and in which sentence."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, Field

from domain.accounting.ageing import AgeingBucket, payable_ageing
from domain.accounting.balance_sheet import BANK_AND_CASH, CREDIT_CARDS, balance_sheet
from domain.accounting.date_range import AnyPeriod, DateRange
from domain.accounting.excerpt import OpenItem
from domain.accounting.figure import Figure, FigureSection
from domain.accounting.ledger import ZERO, Ledger
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.report import ReportType
from domain.accounting.stated_paid import LeftToPay, stated_note
from domain.accounting.tax_summary import tax_summary
from domain.money import Money

MOST_NAMED = 15


class BooksTopic(StrEnum):
    """What is asked."""

    PROFIT = "profit"
    TAX = "tax"
    CASH = "cash"
    BILLS = "bills"


class BooksAsked(BaseModel, extra="forbid", frozen=True):
    """A question about the books."""

    topic: BooksTopic
    period: AnyPeriod = Field(
        default=None, description="2026-10, 2026-Q3, 2026 or first..last; of bills: in which they are due"
    )
    vendor: str | None = Field(default=None, max_length=200, description="of bills: whose; None: everybody's")
    about: str | None = Field(
        default=None, max_length=200, description="of bills: what for, or who sent them; None: all"
    )


class BooksAnswer(BaseModel, frozen=True):
    """What the books say."""

    text: str = Field(description="in words")


class AskedBooks(NamedTuple):
    """What an answer is made from.

    Attributes:
        days: The period that was asked about; None: none was.
        vendor: The one whose bills are meant, by id and name.
        left: Of bills whose documents say that they were paid before.
        about: What the bills are for that are meant, in words, and their ids in the books; None: all are meant.
    """

    ledger: Ledger
    today: dt.date
    days: DateRange | None
    vendor: tuple[int, str] | None
    left: LeftToPay
    about: tuple[str, Collection[int]] | None = None

    def money(self, amount: Decimal) -> Money:
        """In the books' currency."""
        return Money(amount=amount, currency=self.ledger.currency)

    def means(self, item: OpenItem) -> bool:
        """Whether this bill is for what was asked about."""
        return self.about is None or item.line.move_id in self.about[1]

    @property
    def meant(self) -> DateRange:
        """The period; today where none was asked about."""
        return self.days or DateRange(self.today, self.today)

    @property
    def when(self) -> str:
        """The period in words; of one that has not ended, that it has not."""
        days = self.meant
        until = ", and it has not ended yet" if days.last > self.today else ""
        return f"from {days.first} to {days.last}, by the books{until}"


class QuestionKind(NamedTuple):
    """The statement whose figures a question needs, and the sentence that they make."""

    statement: ReportType
    words: Callable[[AskedBooks], str]


def _profit(of: AskedBooks) -> str:
    found = profit_and_loss(of.ledger, of.meant.first, of.meant.last)
    income = found.revenue.total + found.other_income.total
    net = found.net_profit.amount
    result = f"a loss of {of.money(-net)}" if net < 0 else f"a profit of {of.money(net)}"
    costs = income.amount - net
    return f"{of.money(income.amount)} income less {of.money(costs)} costs is {result} {of.when}, before sales tax."


def _tax(of: AskedBooks) -> str:
    found = tax_summary(of.ledger, of.meant.first, of.meant.last)
    if not found.rows:
        return f"No tax on sales or purchases was booked {of.when}."
    due = found.to_pay.amount
    result = f"{of.money(-due)} to get back" if due < 0 else f"{of.money(due)} to pay"
    return (
        f"{of.money(found.collected.amount)} tax on sales less {of.money(found.deductible.amount)} tax on purchases is "
        f"{result} {of.when}. What was paid to the tax office already is not deducted."
    )


def _cash(of: AskedBooks) -> str:
    found = balance_sheet(of.ledger, of.today)
    (cash,) = (section for section in found.assets if section.title == BANK_AND_CASH)
    cards = next((section for section in found.liabilities if section.title == CREDIT_CARDS), None)
    owed = f". On credit cards {of.money(cards.total.amount)} is owed" if cards and cards.rows else ""
    said = f"{of.money(cash.total.amount)} is in the bank and in cash on {of.today}, by the books ({_rows(of, cash)})"
    return f"{said}{owed}. What the bank shows may differ by what is not booked yet."


def _rows(of: AskedBooks, section: FigureSection) -> str:
    rows = [f"{row.account.name} {of.money(row.figure.amount)}" for row in section.rows]
    return "; ".join(rows) or "no account has an entry"


def _bills(of: AskedBooks) -> str:
    """What is left of the bills that are due in the period, the oldest due first; of all where none was named."""
    if of.about and not of.about[1]:
        return f"No open bill in the books is for '{of.about[0]}', nor from anybody of that name."
    found = payable_ageing(of.ledger, of.today)
    whose = f" to {of.vendor[1]}" if of.vendor else f" for '{of.about[0]}'" if of.about else ""
    ages = [one for one in found.partners if of.vendor is None or one.partner_id == of.vendor[0]]
    items = [
        (one.partner, item)
        for one in ages
        for item, bucket in zip(one.items, one.item_buckets, strict=True)
        if bucket is not AgeingBucket.CREDITS and item.residual and of.means(item)
    ]
    in_time = [one for one in items if _is_due(one[1], of.days)]
    credit = sum((one.buckets.get(AgeingBucket.CREDITS, Figure(ZERO)).amount for one in ages), ZERO)
    when = f", due from {of.days.first} to {of.days.last}" if of.days else ""
    owed = (
        f"{_owed(of, in_time)} is owed{whose} for {_count(in_time)}" if in_time else f"Nothing is owed{whose}"
    )
    said = f"{owed}{when}, by the books"
    rows = [
        f"{item.line.move} of {partner}, {of.money(-item.residual)}, due {item.line.due}"
        for partner, item in sorted(in_time, key=lambda one: one[1].line.due)
    ]
    more = [f"and {len(rows) - MOST_NAMED} more"] if len(rows) > MOST_NAMED else []
    late = [one for one in items if of.days and one[1].line.due < min(of.days.first, of.today)]
    before = f" {_owed(of, late)} more is overdue, for {_count(late)}." if late else ""
    left = (
        f" Not set off yet: {of.money(-credit)} of credits and payments." if credit and not of.about else ""
    )
    paid = stated_note((item for _, item in items), of.left)
    listed = f": {'; '.join([*rows[:MOST_NAMED], *more])}" if rows else ""
    return f"{said}{listed}.{before}{left}{' ' * bool(paid)}{paid}"


def _is_due(item: OpenItem, days: DateRange | None) -> bool:
    return days is None or days.first <= item.line.due <= days.last


def _owed(of: AskedBooks, items: list[tuple[str, OpenItem]]) -> Money:
    return of.money(sum((-item.residual for _, item in items), ZERO))


def _count(items: list[tuple[str, OpenItem]]) -> str:
    return f"{len(items)} bill{'s' * (len(items) != 1)}"


QUESTIONS: Mapping[BooksTopic, QuestionKind] = {
    BooksTopic.PROFIT: QuestionKind(ReportType.PROFIT_AND_LOSS, _profit),
    BooksTopic.TAX: QuestionKind(ReportType.TAX_SUMMARY, _tax),
    BooksTopic.CASH: QuestionKind(ReportType.BALANCE_SHEET, _cash),
    BooksTopic.BILLS: QuestionKind(ReportType.PAYABLE_AGEING, _bills),
}
"""Each topic, and what answers it."""
