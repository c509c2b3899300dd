"""A figure and where it comes from; the rows and sections that statements are made of."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.accounting.ledger import ZERO, AccountType, JournalLine, Ledger, LedgerAccount


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in company currency and the ids of the journal lines it was computed from."""

    amount: Decimal
    line_ids: tuple[int, ...] = ()

    def __add__(self, other: "Figure") -> "Figure":
        """The sum, with the lines of both."""
        return Figure(self.amount + other.amount, self.line_ids + other.line_ids)

    def __sub__(self, other: "Figure") -> "Figure":
        """The difference, with the lines of both."""
        return self + -other

    def __neg__(self) -> "Figure":
        """The same figure seen from the other side."""
        return Figure(-self.amount, self.line_ids)


NOTHING = Figure(ZERO)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One account's figure."""

    account: LedgerAccount
    figure: Figure


@dataclass(frozen=True, slots=True)
class FigureSection:
    """The accounts of one kind and their total; positive on the side where the kind belongs."""

    title: str
    rows: tuple[FigureRow, ...]
    total: Figure


def total(figures: Iterable[Figure]) -> Figure:
    """The sum of many figures, with all their lines."""
    listed = list(figures)
    ids = tuple(line_id for figure in listed for line_id in figure.line_ids)
    return Figure(sum((figure.amount for figure in listed), ZERO), ids)


def debit_of(lines: Iterable[JournalLine]) -> Figure:
    """Debit less credit of the lines."""
    listed = list(lines)
    return Figure(sum((line.balance for line in listed), ZERO), tuple(line.line_id for line in listed))


def credit_of(lines: Iterable[JournalLine]) -> Figure:
    """Credit less debit of the lines."""
    return -debit_of(lines)


def debit_section(
    ledger: Ledger, lines: Iterable[JournalLine], title: str, *types: AccountType
) -> FigureSection:
    """The lines on accounts of some types, by account in the chart's order, debit positive."""
    by_account: dict[int, list[JournalLine]] = defaultdict(list)
    for line in lines:
        if ledger.type_of(line) in types:
            by_account[line.account_id].append(line)
    accounts = sorted((ledger.accounts[account_id] for account_id in by_account), key=chart_order)
    rows = tuple(FigureRow(account, debit_of(by_account[account.account_id])) for account in accounts)
    return FigureSection(title, rows, total(row.figure for row in rows))


def credit_section(
    ledger: Ledger, lines: Iterable[JournalLine], title: str, *types: AccountType
) -> FigureSection:
    """The same with credit positive."""
    section = debit_section(ledger, lines, title, *types)
    rows = tuple(FigureRow(row.account, -row.figure) for row in section.rows)
    return FigureSection(title, rows, -section.total)


def chart_order(account: LedgerAccount) -> tuple[str, int]:
    """Accounts as the chart lists them."""
    return account.code, account.account_id
