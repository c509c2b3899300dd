"""What is printed and cannot be: a date of another age, a total of nothing or of more than anybody pays.

Such a value is not taken. Without a word it would look as if nothing was printed there.
"""

import re
from collections.abc import Iterator, Sequence

from domain.receipts.amounts import MAX_DIGITS
from domain.receipts.dates import EARLIEST, LATEST, MONTH
from domain.receipts.dating import DATE_WORD, DUE, ISSUED, OTHER_DATE
from domain.receipts.labels import Label, label_of
from domain.receipts.layout import LayoutRow

_ANY_DATE = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.]|\d{{1,2}}\.? {MONTH}\.? )(?P<last>\d{{4}})(?!\d)|"
    r"(?<!\d)(?P<first>\d{4})[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
)
_NUMBER = re.compile(r"\d[\d.,'\u2019]*")
_WHOLE = frozenset({Label.GRAND_TOTAL, Label.TAXED_TOTAL, Label.TOTAL})


def impossible_values(rows: Sequence[LayoutRow]) -> dict[str, str]:
    """Of each field that such a value stands for, one sentence: what is printed, and where."""
    found: dict[str, str] = {}
    for row in rows:
        for name, why in (*_dates(row), *_totals(row)):
            found.setdefault(name, f"{name.replace('_', ' ')} is read as {why} ({row.where})")
    return found


def _dates(row: LayoutRow) -> Iterator[tuple[str, str]]:
    upper = row.text.upper()
    is_due, is_issued = DUE.search(upper), DATE_WORD.search(upper) or ISSUED.search(upper)
    seen = _ANY_DATE.search(upper) if is_due or is_issued else None
    if seen is None or (OTHER_DATE.search(upper) and not is_due):
        return
    if not EARLIEST.year <= int(seen["first"] or seen["last"]) <= LATEST.year:
        yield "due_on" if is_due else "issued_on", f"{seen[0]}, which cannot be"


def _totals(row: LayoutRow) -> Iterator[tuple[str, str]]:
    if label_of(row.text) not in _WHOLE:
        return
    for number in _NUMBER.findall(row.text):
        digits = re.sub(r"\D", "", number)
        if not digits.strip("0"):
            yield "total", f"{number}: there is nothing to book"
        elif len(digits) > MAX_DIGITS:
            yield "total", f"{number}, which is more than is ever booked"
