"""A part that was paid before: total, payment and what is left, each with its label, prove each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from domain.receipts.found import Found, Line
from domain.receipts.page.amount_roles import AmountRole
from domain.receipts.page.amounts import PageAmounts, PageEntry, money_of
from domain.receipts.page.cells import MAX_WORDS, sheet_of
from domain.receipts.tax_rows import CENT

LETTER, LINE = 6.0, 12.0
"""Width and height of a typewriter's letters, for text that has no places."""
PROVEN, UNPROVEN = 0.95, 0.6


@dataclass(frozen=True, slots=True)
class Deposit:
    """The whole bill and the part of it that was paid before."""

    total: Found[Decimal]
    paid: Found[Decimal]


def money_in(lines: Sequence[Line]) -> PageAmounts:
    """The amounts of a text with what their labels say."""
    sheet = sheet_of(lines if lines and lines[0].x0 is not None else placed(lines))
    return money_of(sheet) if sheet else PageAmounts()


def deposit_of(money: PageAmounts) -> Deposit | None:
    """The part payment of a bill, whose total may have no label; None where there is none, or where all is paid.

    It is sure where total, payments and what is left add up, else doubted: what is left may not be printed.
    """
    paid = _of(money, AmountRole.PAID)
    due = _of(money, AmountRole.DUE)
    totals = _of(money, AmountRole.TOTAL, AmountRole.GROSS)
    for total in [*totals, *_unlabelled(money, paid, due)]:
        for value in _payments(paid):
            rest = total.value - value
            if 0 < rest < total.value and any(abs(rest - one.value) < CENT for one in due):
                return Deposit(_found(total, total.value), _found(paid[0], value))
    return _unproven(money, totals, paid) if totals and not due else None


def _of(money: PageAmounts, *roles: AmountRole) -> list[PageEntry]:
    return [one for one in money.entries if one.role in roles]


def _payments(paid: Sequence[PageEntry]) -> list[Decimal]:
    """Each payment, and all of them together."""
    values = [abs(one.value) for one in paid]
    return list(dict.fromkeys([*values, sum(values, Decimal(0))]))


def _unlabelled(
    money: PageAmounts, paid: Sequence[PageEntry], due: Sequence[PageEntry]
) -> Iterator[PageEntry]:
    """What is left and what was paid make a sum that is printed above them, whatever it is called there."""
    for left, value in product(due, _payments(paid) if paid else ()):
        whole = left.value + value
        row = next((row for values, row in money.by_row if whole in values), None)
        if row and row.number < paid[0].row.number:
            yield PageEntry(AmountRole.TOTAL, whole, row)


def _unproven(money: PageAmounts, totals: Sequence[PageEntry], paid: Sequence[PageEntry]) -> Deposit | None:
    """A payment below the total that is less than it, where no other sum says how the rest was paid."""
    total = totals[-1]
    value = sum((abs(one.value) for one in paid if one.row.number > total.row.number), Decimal(0))
    if not 0 < value < total.value or total.value - value in money.loose:
        return None
    return Deposit(_found(total, total.value, UNPROVEN), _found(paid[-1], value, UNPROVEN))


def _found(entry: PageEntry, value: Decimal, sure: float = PROVEN) -> Found[Decimal]:
    return Found(value=value, confidence=sure, where=entry.row.where)


def placed(lines: Sequence[Line]) -> list[Line]:
    """Plain text as a typewriter would set it: each word where its letters stand."""
    words: list[Line] = []
    for number, line in enumerate(lines):
        start = 0
        text = line.text.expandtabs(8)
        for word in text.split():
            start = text.index(word, start)
            end = start + len(word)
            words.append(Line(word, start * LETTER, number * LINE, end * LETTER, number * LINE + 10))
            start = end
        if len(words) > MAX_WORDS:
            break
    return words
