"""The page's amounts: each with what its label says it is, and the rows that a tax rate proves."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from domain.receipts.amounts import CENTS, Amount, amounts_in, uses_decimal_comma
from domain.receipts.dates import dates_in
from domain.receipts.page.amount_roles import ANY_TAX, SAYS_WITH, AmountRole, role_of
from domain.receipts.page.cells import PageCell, PageRow, Sheet
from domain.receipts.tax_rows import PrintedTax, is_plain_rate, rates_on, share, tax_row

MOST_SUMS = 30
MILLS = 3
"""The most decimals a sum has (1.250 dinars)."""
_WORDS = re.compile(r"[^\W\d_]{3,}")
_NO_WORDS = re.compile(
    r"\b(?:EUR|USD|GBP|CHF|INR|NZD|AUD|CAD|SGD|ARS|AED|EUROS?|RS|IN|STK|VAT|UST|CURRENCY|WAHRUNG|DEVISE|MONEDA|VALUTA|"
    r"DIVISA)\b"
)
_QUANTITY = re.compile(r"\d[\d.,]* \D{1,5}$")
_SPACED_POINT = re.compile(r"\d{1,3}(?: \d{3})+\.\d\d(?: ?(?:\u20ac|[A-Z]{3}))?")
_SPACED_WHOLE = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?= ?(?:Ft|Kč|kr)\b)")
"""`25 400 Ft`, which has no decimals."""
_WRITTEN_OTHERWISE = re.compile(r"\d{4}\.\d\d(?!\d)|\d,\d{3}")
"""`6 561.90` in a cell of its own is thousands, where no other sum of the page is written otherwise."""
_CENTS_HEADING = re.compile(r"^\W*(?:PAISE|PS|CENTS?|CENTIMES|CENTIMOS|CENTESIMI|CT)\W*$")
_CENTS_APART = re.compile(r"^(\d{1,9}) (?=\d\d?(?: ?(?:CR|DR))?$)")
"""`25940 42` under `Rupees` and `Paise`."""
_CENTS_EQUALS = re.compile(r"(?<=\d)=(?=\d\d(?!\d))")
"""`14,160=00`, as it is typed in India."""
_HIDDEN = re.compile(
    r"\(?(?<!\d)\d{1,6}(?:[.,]\d{1,6})? ?%\)?|\b\d{1,2}:\d{2}\b|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}|\+\d[\d ()/-]{6,}|"
    r"@ ?\d[\d.,]*"
)
_SHARE_OF = re.compile(
    r"(?:\b(?:SU|SOBRE|OF|ON|AUF|AUS|VON|SUR|DE|OVER|VAN)|\bS/)\W*(?:EUR|USD|GBP|CHF)?\W*$"
)
"""What stands before the amount that a tax is a share of: `IVA 21% s/ 71,41 €  15,00 €`."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """An amount and what its label says it is; a heading above it says less than a label beside it."""

    role: AmountRole
    value: Decimal
    row: PageRow
    is_above: bool = False


@dataclass(slots=True)
class PageAmounts:
    """Everything numeric on the page."""

    entries: list[PageEntry] = field(default_factory=list)
    tax_lines: list[PrintedTax[PageRow]] = field(default_factory=list)
    loose: list[Decimal] = field(default_factory=list)
    by_row: list[tuple[list[Decimal], PageRow]] = field(default_factory=list)
    rates: set[Decimal] = field(default_factory=set)

    def values(self, *roles: AmountRole) -> list[Decimal]:
        """The amounts of these roles, each once."""
        return list(dict.fromkeys(entry.value for entry in self.entries if entry.role in roles))


def money_of(sheet: Sheet) -> PageAmounts:
    """Every amount with its label, and the rows that a tax rate proves."""
    comma = uses_decimal_comma(row.text for row in sheet.rows)
    spaced = not any(_WRITTEN_OTHERWISE.search(row.text) for row in sheet.rows)
    cells = [cell for row in sheet.rows for cell in row.cells]
    apart = any(_CENTS_HEADING.match(cell.folded) for cell in cells)
    written = {cell: _CENTS_EQUALS.sub(".", cell.text) for cell in cells}
    written = {cell: _CENTS_APART.sub(r"\1.", text) if apart else text for cell, text in written.items()}
    read = {cell: _amounts(text, comma=comma, spaced=spaced) for cell, text in written.items()}
    exact = any(amount.decimals == CENTS for found in read.values() for amount in found)
    if exact:
        read = {
            cell: [
                one for one in found if one.decimals == CENTS or (one.has_symbol and one.decimals <= MILLS)
            ]
            for cell, found in read.items()
        }
    money = PageAmounts()
    for row in sheet.rows:
        values = [one.value for cell in row.cells for one in read[cell]]
        money.loose += values
        money.by_row.append((values, row))
        money.rates |= rates_on(row.text) | _rates_under(sheet, row)
        line = tax_row(row, values)
        if line:
            money.tax_lines.append(line)
        for cell in row.cells:
            money.entries += _entries(sheet, cell, read)
    money.entries = _last_of_each(_without_settled(money.entries))
    return money


def _without_settled(entries: list[PageEntry]) -> list[PageEntry]:
    """No payment of what was owed before: it is none of this bill."""
    before = {abs(entry.value) for entry in entries if entry.role is AmountRole.BEFORE}
    return [entry for entry in entries if entry.role is not AmountRole.PAID or abs(entry.value) not in before]


def _last_of_each(entries: list[PageEntry]) -> list[PageEntry]:
    """The last sums of each role: totals stand at the end, and a hostile page has thousands."""
    seen: Counter[AmountRole] = Counter()
    kept: list[PageEntry] = []
    for entry in reversed(entries):
        seen[entry.role] += 1
        if seen[entry.role] <= MOST_SUMS:
            kept.append(entry)
    return kept[::-1]


def _amounts(text: str, *, comma: bool, spaced: bool) -> list[Amount]:
    masked = text
    if spaced and _SPACED_POINT.fullmatch(masked):
        masked = masked.replace(" ", "").rjust(len(masked))
    masked = _SPACED_WHOLE.sub(lambda found: found[0].replace(" ", "").rjust(len(found[0])), masked)
    for seen in dates_in(text):
        masked = masked[: seen.start] + " " * (seen.end - seen.start) + masked[seen.end :]
    masked = _HIDDEN.sub(lambda found: " " * len(found[0]), masked)
    return amounts_in(masked, decimal_comma=comma)


def _entries(sheet: Sheet, cell: PageCell, read: dict[PageCell, list[Amount]]) -> Iterator[PageEntry]:
    """A label's amount: behind it in its own cell, else in the cells to its right, else under it."""
    row = sheet.rows[cell.row]
    inside = read[cell]
    before = cell.folded[: inside[0].start] if inside else cell.folded
    role = _role_of(before, cell.folded[inside[0].end :] if inside else "")
    if role is None:
        return
    if several := _named_apart(cell, role, inside):
        yield from (PageEntry(own, value, row) for own, value in several)
        return
    beside = _amounts_of(sheet.after(cell), read) or _amounts_of(sheet.lower_beside(cell), read)
    outer, bracket, inner = before.rpartition("(")
    is_in_brackets = bool(inside and beside and bracket and ")" not in inner)
    if is_in_brackets and (named := role_of(outer)) not in {None, role}:
        yield PageEntry(role_of(inner) or AmountRole.OTHER, inside[0].value, row)
        role = named or role
    is_base = is_in_brackets or bool(inside and beside and _SHARE_OF.search(before))
    values = beside if is_base else [one.value for one in inside] or beside
    if values:
        yield PageEntry(role, values[-1], row)
        return
    below = sheet.under(cell, rows=4) or _below_by_order(sheet, cell)
    if below is None or not read[below]:
        below = sheet.in_box(cell) or sheet.over(cell)
    if below is None or not read[below] or _is_wordy(below):
        return
    first, *others = sheet.rows[below.row].cells
    words = below is not first and any(_is_wordy(one) for one in (first, *others) if one is not below)
    if not words or role in {AmountRole.GROSS, AmountRole.DUE}:
        yield PageEntry(role, read[below][-1].value, sheet.rows[below.row], is_above=True)


def _named_apart(cell: PageCell, first: AmountRole, inside: list[Amount]) -> list[tuple[AmountRole, Decimal]]:
    """`Net sum 500.00, tax in all 95.00`: each amount with the words before it, where all have some."""
    between = [cell.folded[left.end : right.start] for left, right in pairwise(inside)]
    roles = [role for words in between if (role := role_of(words))]
    if not roles or len(roles) < len(between):
        return []
    return list(zip([first, *roles], (one.value for one in inside), strict=True))


def _role_of(before: str, behind: str) -> AmountRole | None:
    """What the words before an amount say it is, or those behind it; a tax's number before its rate changes nothing."""
    role = role_of(before)
    if role is None and behind and SAYS_WITH.search(before):
        return role_of(behind)
    is_tax = role is AmountRole.OTHER and ANY_TAX.match(before) and rates_on(before)
    return AmountRole.TAX if is_tax else role


def _below_by_order(sheet: Sheet, cell: PageCell) -> PageCell | None:
    """The value of a heading whose column is set otherwise: the next row has as many cells as the headings' row."""
    headings = sheet.rows[cell.row].cells
    values = sheet.cells_of(cell.row + 1)
    is_near = bool(values) and values[0].page == cell.page and values[0].y0 - cell.y1 < 2 * cell.height
    return values[headings.index(cell)] if is_near and len(values) == len(headings) > 1 else None


def _amounts_of(cells: tuple[PageCell, ...], read: dict[PageCell, list[Amount]]) -> list[Decimal]:
    """The amounts of cells beside a label, up to the next words."""
    values: list[Decimal] = []
    for one in cells:
        found = read[one]
        if _is_wordy(one) and not _QUANTITY.match(one.text) and (not found or role_of(one.folded)):
            break
        values += [amount.value for amount in found]
    return values


def _is_wordy(cell: PageCell) -> bool:
    return bool(_WORDS.search(_NO_WORDS.sub(" ", cell.folded)))


def _rates_under(sheet: Sheet, row: PageRow) -> set[Decimal]:
    """`21.0` in a column that is called `VAT`."""
    headings = ((cell.text, sheet.heading_of(cell)) for cell in row.cells if is_plain_rate(cell.text))
    return {share(text) for text, above in headings if above and role_of(above.folded) is AmountRole.TAX}
