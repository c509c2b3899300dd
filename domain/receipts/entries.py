"""A document's labelled amounts: which role the words give to which number, row by row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.receipts.amounts import Amount, amounts_in, uses_decimal_comma
from domain.receipts.dates import dates_in
from domain.receipts.labels import Label, label_of
from domain.receipts.layout import LayoutRow
from domain.receipts.page.amount_roles import AmountRole, role_of
from domain.receipts.page.cells import folded

_SUMMARY = re.compile(
    r"\b(?:GST|SST|TAX|VAT|MWST|TVA)\b[^A-Z]*(?:SUMMARY|SUMM\w*|ANALYSIS|RATE\b|CODE\b|DETAILS|BREAKDOWN)"
)
_SUMMARY_HEADER = re.compile(
    r"(?=.*\b(?:AMOUNT|AMT|NET|GOODS|NETTO)\b)(?=.*\b(?:TAX|GST|VAT|SST|MWST|UST)\b)"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NOT_MONEY = re.compile(
    r"\b\d{1,2}\s?:\s?\d{2}(?:\s?:\s?\d{2})?|\(?\b\d+(?:[.,]\d+)?\s?%\)?|@\s?\d+(?:[.,]\d+)?|"
    r"(?:\bending(?: in| with)?|\blast (?:4|four)(?: digits)?|[*xX\u2022]{2,})[ :-]*\d{4}\b(?![.,]\d)",
    re.IGNORECASE,
)
_SMALL_SHARE = Decimal("0.35")
"""Beside "total includes GST": a number below this share of the largest one is the tax, not the total."""
_TOTALS = frozenset({Label.TOTAL, Label.TAXED_TOTAL, Label.GRAND_TOTAL})
_MONEY_GIVEN = frozenset({Label.CASH, Label.CARD, Label.CHANGE})
_MAY_FOLLOW = _TOTALS | _MONEY_GIVEN | {Label.SUBTOTAL}
"""Labels that count even when they stand behind their amount."""


@dataclass(frozen=True, slots=True)
class AmountEntry:
    """An amount and its role; `in_summary` marks the tax table below the totals."""

    label: Label
    value: Decimal
    row: LayoutRow
    in_summary: bool = False


@dataclass(frozen=True, slots=True)
class DocumentTaxRow:
    """A row of the tax table: an amount before tax and its tax."""

    net: Decimal
    tax: Decimal
    row: LayoutRow


@dataclass(frozen=True, slots=True)
class DocumentAmounts:
    """Everything numeric a document says: labelled entries, the tax table, all exact amounts, also by row."""

    entries: tuple[AmountEntry, ...]
    tax_rows: tuple[DocumentTaxRow, ...]
    loose: tuple[tuple[Decimal, LayoutRow], ...]
    by_row: tuple[tuple[list[Decimal], LayoutRow], ...] = ()

    def values(self, *labels: Label) -> list[Decimal]:
        """The amounts of these roles; totals of the tax table are not totals of the document."""
        return [
            entry.value
            for entry in self.entries
            if entry.label in labels and (not entry.in_summary or entry.label in _MONEY_GIVEN)
        ]


def ledger_of(rows: Sequence[LayoutRow]) -> DocumentAmounts:
    """Sort every amount of a document by its role."""
    comma = uses_decimal_comma(row.text for row in rows)
    read = [_money_in(row.text, decimal_comma=comma) for row in rows]
    if any(amount.decimals for amounts in read for amount in amounts):
        read = [_without_card(row.text, amounts) for row, amounts in zip(rows, read, strict=True)]
    summary_from = _summary_start(rows, read)
    entries: list[AmountEntry] = []
    tax_rows: list[DocumentTaxRow] = []
    loose: list[tuple[Decimal, LayoutRow]] = []
    for index, row in enumerate(rows):
        in_summary = index >= summary_from
        labelled = _entries_of(row, read[index], in_summary=in_summary)
        if not labelled:
            labelled = _entries_with_next(index, rows, read, in_summary=in_summary)
        entries += labelled
        if in_summary and not any(entry.label is Label.GRAND_TOTAL for entry in labelled):
            tax_rows += _tax_row(row, read[index])
        loose += [(amount.value, row) for amount in read[index] if amount.decimals]
    largest = max((value for value, _ in loose), default=Decimal(0))
    return DocumentAmounts(
        tuple(_settled(entry, largest) for entry in entries),
        tuple(tax_rows),
        tuple(loose),
        tuple(
            ([one.value for one in amounts if one.decimals], row)
            for amounts, row in zip(read, rows, strict=True)
        ),
    )


def _money_in(text: str, *, decimal_comma: bool) -> list[Amount]:
    """The row's amounts without dates, times, percentages and unit prices."""
    masked = text
    for seen in dates_in(text):
        masked = masked[: seen.start] + " " * (seen.end - seen.start) + masked[seen.end :]
    masked = _NOT_MONEY.sub(lambda found: " " * len(found[0]), masked)
    amounts = amounts_in(masked, decimal_comma=decimal_comma)
    exact = [amount for amount in amounts if amount.decimals in (2, 3) or amount.has_symbol]
    return exact or amounts


def _without_card(text: str, amounts: list[Amount]) -> list[Amount]:
    """Beside a card's name a whole number is the card's, where the document's money has cents."""
    if label_of(text) is not Label.CARD:
        return amounts
    return [amount for amount in amounts if amount.decimals or amount.has_symbol]


def _summary_start(rows: Sequence[LayoutRow], read: Sequence[list[Amount]]) -> int:
    """The first row of the tax table: a heading without amounts, after the first total."""
    seen_total = False
    for index, row in enumerate(rows):
        upper = row.text.upper()
        has_money = any(amount.decimals for amount in read[index])
        if seen_total and not has_money and (_SUMMARY.search(upper) or _SUMMARY_HEADER.search(upper)):
            return index
        seen_total = seen_total or (has_money and label_of(upper) in {*_TOTALS, Label.SUBTOTAL})
    return len(rows)


def _entries_of(row: LayoutRow, amounts: Sequence[Amount], *, in_summary: bool) -> list[AmountEntry]:
    """Label and amount on the same row; each label takes the last amount before the next label."""
    entries: list[AmountEntry] = []
    text, last_end = row.text, 0
    for amount in amounts:
        label = label_of(text[last_end : amount.start])
        if label and not (label is Label.OTHER and entries):
            entries.append(AmountEntry(label, amount.value, row, in_summary))
        elif entries:
            entries[-1] = replace(entries[-1], value=amount.value)
        last_end = amount.end
    label = label_of(text) if amounts and not entries else None
    if label in _MAY_FOLLOW:
        entries.append(AmountEntry(label, amounts[-1].value, row, in_summary))
    return entries


def _entries_with_next(
    index: int, rows: Sequence[LayoutRow], read: Sequence[list[Amount]], *, in_summary: bool
) -> list[AmountEntry]:
    """A label alone on its row takes the amount that stands alone on the next one."""
    row = rows[index]
    following = index + 1
    if read[index] or following >= len(rows) or not read[following]:
        return []
    label = label_of(row.text)
    if label is None or _WORD.search(_without_currency(rows[following].text)):
        return []
    return [AmountEntry(label, read[following][-1].value, row, in_summary)]


def _without_currency(text: str) -> str:
    return re.sub(r"\bRM\b|\b[A-Z]{3}\b", "", text.upper())


def _tax_row(row: LayoutRow, amounts: Sequence[Amount]) -> list[DocumentTaxRow]:
    money = [amount.value for amount in amounts if amount.decimals]
    if len(money) < 2:  # noqa: PLR2004 - an amount and its tax
        return []
    net, tax = (money[0], money[1]) if abs(money[0]) >= abs(money[1]) else (money[1], money[0])
    return [DocumentTaxRow(net, tax, row)]


def _is_payment(text: str) -> bool:
    return role_of(folded(text)) is AmountRole.PAID


def _settled(entry: AmountEntry, largest: Decimal) -> AmountEntry:
    """`Total includes 6% GST 1.51` names the tax, `... GST 0% 8.20` the total, `Total paid -5.00` neither."""
    if entry.label in _TOTALS and -largest < entry.value < 0 and _is_payment(entry.row.text):
        return replace(entry, label=Label.CASH)
    if entry.label is not Label.INCLUDES_TAX:
        return entry
    label = Label.TAX if abs(entry.value) < largest * _SMALL_SHARE else Label.GRAND_TOTAL
    return replace(entry, label=label)
