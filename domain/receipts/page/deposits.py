"""A part that was paid before: total, payment and what is left, each with its label, prove each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.receipts.found import Found, Line
from domain.receipts.page.cells import MAX_WORDS, sheet_of
from domain.receipts.page.sums import CENT, PageAmounts, PageEntry, money_of
from domain.receipts.page.vocabulary import AmountRole

LETTER, LINE = 6.0, 12.0
"""Width and height of a typewriter's letters, for text that has no places."""
PROVEN = 0.95


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
    """The proven part payment of a bill; None where there is none, or where all or nothing is left to pay."""
    entries = money.entries
    totals = [one for one in entries if one.role in {AmountRole.TOTAL, AmountRole.GROSS}]
    paid = [one for one in entries if one.role is AmountRole.PAID]
    due = [one for one in entries if one.role is AmountRole.DUE]
    for total in totals:
        for part in paid:
            rest = total.value - abs(part.value)
            if 0 < rest < total.value and any(abs(rest - one.value) < CENT for one in due):
                return Deposit(_found(total, total.value), _found(part, abs(part.value)))
    return None


def _found(entry: PageEntry, value: Decimal) -> Found[Decimal]:
    return Found(value=value, confidence=PROVEN, where=entry.row.where)


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
