"""A part of the books as Odoo's search condition, and Odoo's answers as the lines of an excerpt."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count, repeat
from typing import Any

from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import NO_ACCOUNT, BooksFrame, OpenItem, Paid, SummedItems
from domain.accounting.excerpt_parts import PAYABLE, RECEIVABLE, RESULT, ExcerptPart, TaxedItems
from domain.accounting.ledger import ZERO, AccountType, JournalLine
from domain.accounting.ledger_rows import LINE_DOMAIN, PARTIAL_DOMAIN, Names, Record, currency_name
from domain.money import rounded

COUNT, BALANCE, IDS = "__count", "balance:sum", "id:array_agg"
UNPOSTED = ["draft", "cancel"]
SIDES = ("debit", "credit")
SIDES_READ = {f"{side}_move_id": ("account_id", "parent_state", "date") for side in SIDES}
"""What `sides_among` wants to know of a reconciliation's two items."""
RESIDUALS = ("amount_residual", "amount_residual_currency")
SUMMED_FIELDS = (
    "id",
    "date",
    "account_id",
    "currency_id",
    "date_maturity",
    *RESIDUALS,
)
"""What is read of an open item that nobody sees."""
OPEN_FIELDS = (*SUMMED_FIELDS, "move_id", "move_name", "name", "partner_id")
"""What is read of one that is shown."""
PAID_BY = ("max_date:day", "debit_move_id.date:day")
Signed = tuple[int, list[Any]]
"""1 for a condition whose items are added, -1 for one whose items are taken away."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The items of one account, or of one tax and all accounts."""

    account_id: int
    amount: Decimal
    count: int
    ids: tuple[int, ...] = ()
    tax_id: int | None = None


def search_of(part: ExcerptPart, frame: BooksFrame) -> list[Any]:
    """Odoo's search condition for a part.

    Accounts are named, not their types: with those PostgreSQL reads all items in place of the few it has a list of.
    """
    found: list[Any] = [*map(list, LINE_DOMAIN), ["company_id", "=", frame.company_id]]
    found.append(["date", "<=", str(part.last)])
    if part.first:
        found.append(["date", ">=", str(part.first)])
    if part.kinds:
        found.append(["account_id", "in", frame.of_kinds(part.kinds)])
    if part.side:
        found.append(["balance", part.side, 0])
    return [*found, *_taxed(part.taxed, frame)] if part.taxed else found


def _taxed(items: TaxedItems, frame: BooksFrame) -> list[Any]:
    named = [[tax_field(items), "in", sorted(items.taxes)]]
    return [*named, "|", MADE_WHEN_DUE, "!", _owed(frame)] if items.is_due_on_payment else named


MADE_WHEN_DUE = ["move_id.tax_cash_basis_rec_id", "!=", False]


def _owed(frame: BooksFrame) -> list[Any]:
    return ["move_id.line_ids.account_id", "in", frame.of_kinds((RECEIVABLE, PAYABLE))]


def signed_searches(part: ExcerptPart, frame: BooksFrame) -> list[Signed]:
    """A part as what is added and what is taken away, each a condition without `or` and `not`.

    With them PostgreSQL looks through its list of entries once for each item, which takes minutes in large books.
    """
    if part.taxed is None or not part.taxed.is_due_on_payment:
        return [(1, search_of(part, frame))]
    at_once = replace(part, taxed=replace(part.taxed, is_due_on_payment=False))
    return _less(search_of(at_once, frame), _owed(frame), MADE_WHEN_DUE)


def _less(all_: list[Any], taken: list[Any], but: list[Any]) -> list[Signed]:
    """All, without those of one kind that are not of another one, too."""
    return [(1, all_), (-1, [*all_, taken]), (1, [*all_, taken, but])]


def merged(found: Iterable[tuple[int, Sum]]) -> list[Sum]:
    """The sums of what was added and taken away."""
    merged: dict[tuple[int, int | None], Sum] = {}
    for sign, one in found:
        key = one.account_id, one.tax_id
        old = merged.get(key, Sum(one.account_id, Decimal(0), 0, (), one.tax_id))
        ids = {*old.ids, *one.ids} if sign > 0 else {*old.ids} - {*one.ids}
        amount, number = old.amount + sign * one.amount, old.count + sign * one.count
        merged[key] = replace(old, amount=amount, count=number, ids=tuple(sorted(ids)))
    return [one for one in merged.values() if one.count]


def tax_field(items: TaxedItems) -> str:
    """Where a journal item names the tax."""
    return "tax_ids" if items.is_base else "tax_line_id"


def groups_of(part: ExcerptPart) -> list[str]:
    """By what a part is summed."""
    if part.taxed is None:
        return ["account_id"]
    return [tax_field(part.taxed)] if part.taxed.stands_for is None else []


def sum_of(part: ExcerptPart, row: Record) -> Sum | None:
    """One of Odoo's grouped rows; None for another tax of the same items."""
    tax_id = None
    if part.taxed:
        tax_id = part.taxed.stands_for or (row[tax_field(part.taxed)] or [None])[0]
        if part.taxed.stands_for is None and tax_id not in part.taxed.taxes:
            return None
    account_id = NO_ACCOUNT if part.taxed else row["account_id"][0]
    amount = Decimal(row[BALANCE] or 0)
    return Sum(account_id, amount, row[COUNT], tuple(row.get(IDS) or ()), tax_id)


def sum_lines(
    found: Iterable[tuple[ExcerptPart, Sequence[Sum]]], frame: BooksFrame
) -> tuple[list[JournalLine], dict[int, SummedItems]]:
    """Each sum as one line on its part's last day, and what stands behind it by the line's id, which is negative."""
    numbers = count(-1, -1)
    lines, sums = [], {}
    for part, rows in found:
        search = search_of(replace(part, kinds=()), frame)
        for row in rows:
            number = next(numbers)
            lines.append(_sum_line(number, part, row, frame.currency))
            sums[number] = SummedItems(row.count, str([*search, *_own(part, row)]), row.ids)
    return lines, sums


def _own(part: ExcerptPart, row: Sum) -> Iterator[list[Any]]:
    if part.taxed is None:
        yield ["account_id", "=", row.account_id]
    elif part.taxed.stands_for is None:
        yield [tax_field(part.taxed), "in", [row.tax_id]]


def _sum_line(number: int, part: ExcerptPart, row: Sum, currency: str) -> JournalLine:
    amount = rounded(row.amount, currency)
    is_base = part.taxed is not None and part.taxed.is_base
    return JournalLine(
        line_id=number,
        move_id=0,
        move="",
        day=part.last,
        account_id=row.account_id,
        balance=amount,
        amount_currency=amount,
        currency=currency,
        tax_ids=(row.tax_id,) if is_base and row.tax_id else (),
        tax_id=None if is_base else row.tax_id,
        is_cash_basis=part.taxed is not None and part.taxed.is_due_on_payment,
    )


def uncounted_on(kinds: Sequence[AccountType], last: dt.date, frame: BooksFrame) -> list[list[Any]]:
    """Conditions that together find the reconciliations of items of a day that did not count on it.

    They came later, or are with an entry that is not in the books, of which Odoo keeps them. Asked apart: PostgreSQL
    thinks all of them in one so dear that it reads all reconciliations.
    """
    own = ["company_id", "=", frame.company_id]
    accounts = frame.of_kinds(kinds)
    later = [
        [
            own,
            ["max_date", ">", str(last)],
            [f"{side}_move_id.account_id", "in", accounts],
            [f"{side}_move_id.date", "<=", str(last)],
        ]
        for side in SIDES
    ]
    return [*later, [own, *_unposted()]]


def uncounted_now(today: dt.date, frame: BooksFrame) -> list[Any]:
    """The same of today, in one: what is reconciled on a later day is so little that no accounts are named."""
    return [["company_id", "=", frame.company_id], "|", ["max_date", ">", str(today)], *_unposted()]


def sides_among(uncounted: Iterable[Record], accounts: Collection[int], last: dt.date) -> list[Record]:
    """Reconciliations that were read with `SIDES_READ`, naming of their items those of some accounts until a day."""

    def is_there(item: Record) -> bool:
        is_posted = item["parent_state"] == "posted"
        return is_posted and item["account_id"] in accounts and item["date"] <= str(last)

    return [
        {**row, **{side: is_there(row[side]) and row[side]["id"] for side in SIDES_READ}} for row in uncounted
    ]


def _unposted() -> list[Any]:
    return ["|", *([f"{side}_move_id.move_id.state", "in", UNPOSTED] for side in SIDES)]


def given_back(uncounted: Iterable[Record]) -> dict[int, tuple[Decimal, Decimal]]:
    """By item what Odoo's residual is short of, in company currency and in the item's own."""
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for row in {row["id"]: row for row in uncounted}.values():
        for side, sign in zip(SIDES, (1, -1), strict=True):
            line_id = row[f"{side}_move_id"]
            amount, foreign = found.get(line_id, (Decimal(0), Decimal(0)))
            found[line_id] = (
                amount + sign * Decimal(row["amount"]),
                foreign + sign * Decimal(row[f"{side}_amount_currency"]),
            )
    found.pop(False, None)
    return found


def open_items(
    columns: Mapping[str, Sequence[Any]], back: Mapping[int, tuple[Decimal, Decimal]], names: Names
) -> list[OpenItem]:
    """Items with Odoo's residuals, without what did not count; what was not read of them is empty."""
    ids = columns["id"]
    nothing = Decimal(0), Decimal(0)
    days = {day: dt.date.fromisoformat(day) for day in {*columns["date"], *columns["date_maturity"]} if day}
    currencies = [currency_name(currency_id, names) for currency_id in columns["currency_id"]]
    partners = columns.get("partner_id") or [None] * len(ids)
    lines = map(
        JournalLine,
        ids,
        columns.get("move_id", repeat(0)),
        _texts(columns, "move_name"),
        [days[day] for day in columns["date"]],
        columns["account_id"],
        repeat(ZERO),
        repeat(ZERO),
        currencies,
        _texts(columns, "name"),
        partners,
        [names.partners.get(partner_id, "") for partner_id in partners],
        map(days.get, columns["date_maturity"]),
    )
    residuals, residuals_currency = (_amounts(columns, name) for name in RESIDUALS)
    return [
        _open_item(line, rest, foreign, back.get(line.line_id, nothing), names.currency)
        for line, rest, foreign in zip(lines, residuals, residuals_currency, strict=True)
    ]


def _amounts(columns: Mapping[str, Sequence[Any]], name: str) -> list[Decimal]:
    return [Decimal(amount or 0) for amount in columns[name]]


def _texts(columns: Mapping[str, Sequence[Any]], name: str) -> Iterable[str]:
    return (text or "" for text in columns[name]) if name in columns else repeat("")


def _open_item(
    line: JournalLine,
    residual: Decimal,
    residual_currency: Decimal,
    back: tuple[Decimal, Decimal],
    currency: str,
) -> OpenItem:
    amount, foreign = back
    rest = rounded(residual + amount, currency)
    is_same = line.currency == currency and residual == residual_currency and amount == foreign
    return OpenItem(line, rest, rest if is_same else rounded(residual_currency + foreign, line.currency))


def paid_in(days: DateRange, frame: BooksFrame) -> list[Signed]:
    """The conditions for reconciliations by which customers paid in a period, by the rule of `settlement`."""
    there = [
        *map(list, PARTIAL_DOMAIN),
        ["company_id", "=", frame.company_id],
        ["max_date", ">=", str(days.first)],
        ["max_date", "<=", str(days.last)],
        ["debit_move_id.account_id", "in", frame.of_kinds((RECEIVABLE,))],
    ]
    return [(1, there), *((sign, [*there, *more]) for sign, more in no_payment("credit", frame))]


def no_payment(side: str, frame: BooksFrame) -> list[Signed]:
    """What to take from all reconciliations, and add again: an entry that has a result pays if it moves cash."""
    account = f"{side}_move_id.move_id.line_ids.account_id"
    has_result = [account, "in", frame.of_kinds(RESULT)]
    return [(-1, [has_result]), (1, [has_result, [account, "in", frame.of_kinds((AccountType.CASH,))]])]


def paid_of(row: Record, currency: str, sign: int) -> Paid:
    """One of Odoo's rows, grouped by `PAID_BY`; what is taken away is a negative payment."""
    paid_on, invoiced_on = (dt.date.fromisoformat(row[name][0]) for name in PAID_BY)
    return Paid(invoiced_on, paid_on, sign * rounded(Decimal(row["amount:sum"] or 0), currency))
