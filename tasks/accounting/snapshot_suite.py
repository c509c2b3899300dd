"""What a reading of the books must hold to become the snapshot: a Great Expectations suite.

What breaks it is left out with its whole entry, and said; the rest of the books is copied. What came of each
expectation is kept.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from domain.accounting.copied_books import CopiedBooks, CopiedPart, Rows
from domain.accounting.doubt import Doubt
from domain.accounting.ledger import AccountType
from domain.accounting.ledger_rows import Record
from domain.accounting.period import FIRST_DAY, LAST_DAY
from tasks.frames.kept_checks import keep_checks
from tasks.frames.suite import checked, says

CHECKED_AS = "books"
NEEDED = {"id": "an id", "move_id": "an entry", "account_id": "an account", "date": "a date"}
PLAUSIBLE = "every date is plausible"
Broken = tuple[CopiedPart, str, list[int]]


def sound_books(books: CopiedBooks) -> tuple[CopiedBooks, tuple[Doubt, ...]]:
    """The books without the entries that cannot be right, and what is doubted. Takes seconds the first time.

    A day that cannot be right still counts: the entry is one, and Odoo's own figures have it.
    """
    lines = checked("Journal items", _lines(books), _line_suite)
    partials = checked("Reconciliations", _partials(books), _partial_suite)
    keep_checks(CHECKED_AS, [lines, partials])
    found = [(CopiedPart.LINES, *one) for one in lines.broken]
    found += [(CopiedPart.PARTIALS, *one) for one in partials.broken]
    if not found:
        return books, ()
    return _without(books, found), tuple(_doubt(books, *one) for one in found)


def _without(books: CopiedBooks, found: Sequence[Broken]) -> CopiedBooks:
    """Without whole entries, and what was matched with them: the rest stays balanced."""
    lines, partials = books.parts[CopiedPart.LINES], books.parts[CopiedPart.PARTIALS]
    bad = {
        part: {
            row_id
            for where, sentence, ids in found
            if where is part and sentence != PLAUSIBLE
            for row_id in ids
        }
        for part in (CopiedPart.LINES, CopiedPart.PARTIALS)
    }
    moves = {lines[row_id]["move_id"] for row_id in bad[CopiedPart.LINES]} - {None}
    kept = {
        row_id: row
        for row_id, row in lines.items()
        if row_id not in bad[CopiedPart.LINES] and row["move_id"] not in moves
    }
    matched = {
        row_id: row
        for row_id, row in partials.items()
        if row_id not in bad[CopiedPart.PARTIALS]
        and row["debit_move_id"] in kept
        and row["credit_move_id"] in kept
    }
    return CopiedBooks(books.company, {**books.parts, CopiedPart.LINES: kept, CopiedPart.PARTIALS: matched})


def _doubt(books: CopiedBooks, part: CopiedPart, sentence: str, ids: Sequence[int]) -> Doubt:
    lines = books.parts[CopiedPart.LINES]
    if part is CopiedPart.LINES:
        moves = {lines[row_id]["move_id"] for row_id in ids} - {None}
        rows = [row for row_id, row in lines.items() if row_id in ids or row["move_id"] in moves]
    else:
        sides = [line_id for row_id in ids for line_id in _sides(books.parts[part][row_id])]
        rows = [lines[line_id] for line_id in sides if line_id in lines]
    accounts = books.parts[CopiedPart.ACCOUNTS]
    known = {accounts[row["account_id"]]["account_type"] for row in rows if row["account_id"] in accounts}
    days = [row["date"] for row in rows]
    return Doubt(
        expectation=sentence,
        records="journal items" if part is CopiedPart.LINES else "reconciliations",
        ids=tuple(sorted(ids)),
        is_left_out=sentence != PLAUSIBLE,
        kinds=tuple(sorted(map(AccountType, known))) if known and all(days) else tuple(AccountType),
        first=dt.date.fromisoformat(min(days)) if days and all(days) else None,
    )


def _lines(books: CopiedBooks) -> dict[str, list[Any]]:
    rows, accounts = books.parts[CopiedPart.LINES].values(), books.parts[CopiedPart.ACCOUNTS]
    currencies = books.parts[CopiedPart.CURRENCIES]
    moves: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        moves[row["move_id"]] += row["balance"]
    return {
        "id": [row["id"] for row in rows],
        "move_id": [row["move_id"] for row in rows],
        "account_id": [row["account_id"] for row in rows],
        "account_known": [int(row["account_id"] in accounts) for row in rows],
        "currency_known": [int(row["currency_id"] in currencies) for row in rows],
        "date": [row["date"] for row in rows],
        "day": [row["date"] and dt.date.fromisoformat(row["date"]).toordinal() for row in rows],
        "debit": [_millionths(row["debit"]) for row in rows],
        "credit": [_millionths(row["credit"]) for row in rows],
        "unexplained": [_millionths(row["balance"] - row["debit"] + row["credit"]) for row in rows],
        "entry_sum": [_millionths(moves[row["move_id"]]) for row in rows],
    }


def _line_suite() -> list[Any]:
    from great_expectations import expectations as expect

    zero = {"min_value": 0, "max_value": 0}
    return [
        *(
            expect.ExpectColumnValuesToNotBeNull(column=name, meta=says(f"every line has {said}"))
            for name, said in NEEDED.items()
        ),
        expect.ExpectColumnValuesToBeUnique(column="id", meta=says("every line is there once")),
        expect.ExpectColumnValuesToBeBetween(column="debit", min_value=0, meta=says("no debit is negative")),
        expect.ExpectColumnValuesToBeBetween(
            column="credit", min_value=0, meta=says("no credit is negative")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="unexplained", **zero, meta=says("a line's balance is its debit less its credit")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="entry_sum", **zero, meta=says("every entry sums to zero in the company's currency")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="account_known", min_value=1, meta=says("every line's account exists")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="currency_known", min_value=1, meta=says("every line's currency exists")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="day",
            min_value=FIRST_DAY.toordinal(),
            max_value=LAST_DAY.toordinal(),
            meta=says(PLAUSIBLE),
        ),
    ]


def _partials(books: CopiedBooks) -> dict[str, list[Any]]:
    rows, lines = books.parts[CopiedPart.PARTIALS].values(), books.parts[CopiedPart.LINES]
    return {
        "id": [row["id"] for row in rows],
        "amount": [_millionths(row["amount"]) for row in rows],
        "is_older": [int(_is_older(row, lines)) for row in rows],
        "debit_known": [int(row["debit_move_id"] in lines) for row in rows],
        "credit_known": [int(row["credit_move_id"] in lines) for row in rows],
    }


def _is_older(row: Record, lines: Rows) -> bool:
    days = [lines[line_id]["date"] for line_id in _sides(row) if line_id in lines]
    return any(day is not None and day > row["max_date"] for day in days)


def _sides(row: Record) -> tuple[int, int]:
    return row["debit_move_id"], row["credit_move_id"]


def _partial_suite() -> list[Any]:
    from great_expectations import expectations as expect

    return [
        expect.ExpectColumnValuesToBeUnique(column="id", meta=says("every reconciliation is there once")),
        expect.ExpectColumnValuesToBeBetween(
            column="amount", min_value=0, meta=says("no reconciliation's amount is negative")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="is_older", max_value=0, meta=says("a reconciliation is not older than its lines")
        ),
        *(
            expect.ExpectColumnValuesToBeBetween(
                column=f"{side}_known",
                min_value=1,
                meta=says(f"a reconciliation's {side} line exists"),
            )
            for side in ("debit", "credit")
        ),
    ]


def _millionths(amount: Decimal) -> int:
    return int(amount.scaleb(6))
