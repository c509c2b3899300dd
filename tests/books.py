"""Ledgers for tests: entries written by hand, reconciled as Odoo does it, and histories made by chance."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import strategies as st

from domain.accounting.ledger import (
    AccountType,
    FiscalYearEnd,
    JournalLine,
    Ledger,
    LedgerAccount,
    LedgerTax,
    PartialReconciliation,
)
from domain.money import rounded

ACCOUNTS = {
    number: LedgerAccount(number, str(number), kind.value, kind)
    for number, kind in enumerate(AccountType, start=100)
}
NUMBER_OF = {account.account_type: account.account_id for account in ACCOUNTS.values()}
TAXES = {1: LedgerTax(1, "15 % sales", "sale"), 2: LedgerTax(2, "15 % purchases", "purchase")}
RECEIVABLE, PAYABLE = AccountType.RECEIVABLE, AccountType.PAYABLE
CALENDAR_YEAR = FiscalYearEnd()
START = dt.date(2024, 6, 1)
SPAN_DAYS = 900


@dataclass(frozen=True)
class Item:
    """One line of an entry to come, debit positive; in dollars unless another currency is named."""

    kind: AccountType
    balance: Decimal
    amount_currency: Decimal | None = None
    currency: str = "USD"
    partner_id: int | None = None
    due_on: dt.date | None = None
    tax_ids: tuple[int, ...] = ()
    tax_id: int | None = None


@dataclass(frozen=True)
class Entry:
    """A posted entry: its number gives its lines their ids, whatever other entries there are."""

    number: int
    day: dt.date
    items: tuple[Item, ...]
    is_cash_basis: bool = False

    def lines(self) -> list[JournalLine]:
        return [self._line(position, item) for position, item in enumerate(self.items, start=1)]

    def _line(self, position: int, item: Item) -> JournalLine:
        foreign = item.amount_currency is not None
        return JournalLine(
            line_id=self.number * 100 + position,
            move_id=self.number,
            move=f"ENTRY/{self.number}",
            day=self.day,
            account_id=NUMBER_OF[item.kind],
            balance=item.balance,
            amount_currency=item.amount_currency if foreign else item.balance,
            currency=item.currency,
            partner_id=item.partner_id,
            partner=f"Partner {item.partner_id}" if item.partner_id else "",
            due_on=item.due_on,
            tax_ids=item.tax_ids,
            tax_id=item.tax_id,
            is_cash_basis=self.is_cash_basis,
        )


@dataclass(frozen=True)
class Match:
    """The first line of two entries, to be reconciled over a share of what both have open."""

    one: int
    other: int
    share: Decimal = Decimal(1)


@dataclass(frozen=True)
class History:
    """Entries and what was matched; `until` forgets what came later."""

    entries: tuple[Entry, ...]
    matches: tuple[Match, ...] = ()
    fiscal_year_end: FiscalYearEnd = CALENDAR_YEAR

    def until(self, day: dt.date) -> "History":
        return replace(self, entries=tuple(entry for entry in self.entries if entry.day <= day))

    def ledger(self) -> Ledger:
        lines = [line for entry in self.entries for line in entry.lines()]
        partials, exchange = _reconciled(lines, self.matches)
        return Ledger("USD", ACCOUNTS, (*lines, *exchange), tuple(partials), TAXES, self.fiscal_year_end)


class _Open:
    """What is open of each line while it is being matched."""

    def __init__(self, lines: Sequence[JournalLine]) -> None:
        self.lines = {line.line_id: line for line in lines}
        self.amount = {line.line_id: line.balance for line in lines}
        self.foreign = {line.line_id: line.amount_currency for line in lines}

    def pair(self, match: Match) -> tuple[JournalLine, JournalLine] | None:
        """Debit and credit line, where the two can be matched at all."""
        one, other = (self.lines.get(number * 100 + 1) for number in (match.one, match.other))
        if (
            one is None
            or other is None
            or one.account_id != other.account_id
            or one.currency != other.currency
        ):
            return None
        debit, credit = sorted((one, other), key=lambda line: -self.foreign[line.line_id])
        is_open = self.foreign[debit.line_id] > 0 > self.foreign[credit.line_id]
        same_sign = self.amount[debit.line_id] > 0 > self.amount[credit.line_id]
        return (debit, credit) if is_open and same_sign else None

    def part(self, line: JournalLine, foreign: Decimal) -> Decimal:
        """The dollars that an amount of the line's currency stands for."""
        left, open_foreign = abs(self.amount[line.line_id]), abs(self.foreign[line.line_id])
        return left if foreign == open_foreign else rounded(left * foreign / open_foreign, "USD")


def _reconciled(
    lines: list[JournalLine], matches: Sequence[Match]
) -> tuple[list[PartialReconciliation], list[JournalLine]]:
    """Odoo's way: matched in the common currency; a difference of rates gets an entry of its own that day."""
    opened, partials, exchange = _Open(lines), [], []
    pairs = [(number, match, opened.pair(match)) for number, match in enumerate(matches, start=1)]
    known = [(max(pair[0].day, pair[1].day), number, match) for number, match, pair in pairs if pair]
    for max_date, number, match in sorted(known, key=lambda one: one[:2]):
        pair = opened.pair(match)
        if pair is None:
            continue
        debit, credit = pair
        smaller = min(abs(opened.foreign[line.line_id]) for line in pair)
        foreign = rounded(smaller * match.share, debit.currency)
        parts = [opened.part(line, foreign) for line in pair]
        if not foreign or not min(parts):
            continue
        base = PartialReconciliation(
            partial_id=number * 10,
            debit_line_id=debit.line_id,
            credit_line_id=credit.line_id,
            amount=min(parts),
            debit_amount_currency=foreign,
            credit_amount_currency=foreign,
            max_date=max_date,
        )
        partials.append(base)
        difference = parts[0] - parts[1]
        if difference:
            partial, entry = _exchange(base, debit if difference > 0 else credit, difference)
            partials.append(partial)
            exchange += entry.lines()
        for line, part, sign in ((debit, parts[0], 1), (credit, parts[1], -1)):
            opened.amount[line.line_id] -= sign * part
            opened.foreign[line.line_id] -= sign * foreign
    return partials, exchange


def _exchange(
    base: PartialReconciliation, larger: JournalLine, difference: Decimal
) -> tuple[PartialReconciliation, Entry]:
    kind = ACCOUNTS[larger.account_id].account_type
    foreign = Decimal(0)
    entry = Entry(
        10_000 + base.partial_id,
        base.max_date,
        (
            Item(kind, -difference, foreign, larger.currency, larger.partner_id),
            Item(AccountType.OTHER_EXPENSE, difference, foreign, larger.currency),
        ),
    )
    line_id = entry.number * 100 + 1
    return base._replace(
        partial_id=base.partial_id + 1,
        debit_line_id=larger.line_id if difference > 0 else line_id,
        credit_line_id=line_id if difference > 0 else larger.line_id,
        amount=abs(difference),
        debit_amount_currency=foreign,
        credit_amount_currency=foreign,
    ), entry


_DAYS = st.integers(0, SPAN_DAYS).map(lambda days: START + dt.timedelta(days=days))
_CENTS = st.integers(1, 2_000_000).map(lambda cents: Decimal(cents) / 100)
_RATES = st.decimals("0.5", "1.8", places=4)
_ORDINARY = [kind for kind in AccountType if kind is not AccountType.OFF_BALANCE]


@st.composite
def open_entries(draw: st.DrawFn, number: int) -> Entry:
    """An invoice, credit note, bill or payment: its first line can be matched; dollars or euros."""
    kind = draw(st.sampled_from([RECEIVABLE, PAYABLE]))
    against = draw(st.sampled_from([AccountType.CASH, AccountType.INCOME, AccountType.EXPENSE]))
    amount = draw(_CENTS) * draw(st.sampled_from([1, -1]))
    partner, when = draw(st.integers(1, 3)), draw(_DAYS)
    due_on = draw(st.none() | st.integers(0, 90).map(lambda days: when + dt.timedelta(days=days)))
    if draw(st.booleans()):
        item = Item(kind, amount, partner_id=partner, due_on=due_on)
    else:
        dollars = rounded(amount * draw(_RATES), "USD")
        item = Item(kind, dollars, amount, "EUR", partner, due_on)
    other = Item(against, -item.balance, None if item.amount_currency is None else -amount, item.currency)
    return Entry(number, when, (item, other))


@st.composite
def any_entries(draw: st.DrawFn, number: int) -> Entry:
    """Any balanced entry over accounts of the balance sheet and the result."""
    size = draw(st.integers(1, 4))
    signs = st.sampled_from([1, -1])
    items = [Item(draw(st.sampled_from(_ORDINARY)), draw(_CENTS) * draw(signs)) for _ in range(size)]
    last = Item(draw(st.sampled_from(_ORDINARY)), -sum((item.balance for item in items), Decimal(0)))
    return Entry(number, draw(_DAYS), (*items, last))


@st.composite
def off_balance_entries(draw: st.DrawFn, number: int) -> Entry:
    """Odoo lets off-balance accounts stand with each other only."""
    amount = draw(_CENTS)
    kind = AccountType.OFF_BALANCE
    return Entry(number, draw(_DAYS), (Item(kind, amount), Item(kind, -amount)))


@st.composite
def settlements(draw: st.DrawFn, number: int, entry: Entry) -> Entry:
    """A payment of an open entry, or a part of one, on any day before or after it, at another rate."""
    owed = entry.items[0]
    share = draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.333"), Decimal("1.2")]))
    if owed.amount_currency is None:
        paid = Item(owed.kind, -rounded(owed.balance * share, "USD"), partner_id=owed.partner_id)
    else:
        euros = -rounded(owed.amount_currency * share, "EUR")
        paid = Item(owed.kind, rounded(euros * draw(_RATES), "USD"), euros, "EUR", owed.partner_id)
    foreign = None if paid.amount_currency is None else -paid.amount_currency
    return Entry(number, draw(_DAYS), (paid, Item(AccountType.CASH, -paid.balance, foreign, paid.currency)))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Two and a half years of entries, matched and unmatched, with a fiscal year that ends anywhere."""
    makers = st.sampled_from([open_entries, open_entries, any_entries, off_balance_entries])
    entries = [draw(draw(makers)(number)) for number in range(1, draw(st.integers(0, 7)) + 1)]
    owed = [entry for entry in entries if entry.items[0].kind in (RECEIVABLE, PAYABLE)]
    matches = []
    for entry in owed:
        for _ in range(draw(st.integers(0, 2))):
            entries.append(draw(settlements(len(entries) + 1, entry)))
            if draw(st.integers(0, 3)):
                share = draw(st.sampled_from([Decimal(1), Decimal("0.6")]))
                matches.append(Match(entry.number, entries[-1].number, share))
    ends = (FiscalYearEnd(), FiscalYearEnd(6, 30), FiscalYearEnd(2, 28), FiscalYearEnd(4, 5))
    return History(tuple(entries), tuple(matches), draw(st.sampled_from(ends)))


def days() -> st.SearchStrategy[dt.date]:
    """Days before, in and after a history."""
    return st.integers(-60, SPAN_DAYS + 60).map(lambda days: START + dt.timedelta(days=days))
