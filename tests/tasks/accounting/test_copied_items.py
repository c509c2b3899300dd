"""Every figure from the copy's columns is the one of all journal items, whatever was booked and matched."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from domain.accounting.copied_books import BooksCompany, CopiedBooks, CopiedPart, stored
from domain.accounting.date_range import DateRange
from domain.accounting.excerpt_parts import WantedExcerpt
from domain.accounting.goals import Goals, Targets
from domain.accounting.ledger import AccountType, Ledger, LedgerTax
from domain.accounting.report import FiguresOrigin, FinancialReport, ReportType
from domain.accounting.reporting import report
from tasks.accounting import copied_items
from tasks.accounting.copied_items import opened_copy, read_from_copy
from tasks.accounting.snapshot import (
    SnapshotDamagedError,
    SnapshotSource,
    read_manifest,
    snapshot_folder,
    snapshot_status,
    store_snapshot,
)
from tests.books import Entry, History, Item, days, histories

T = AccountType
NOW = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
SOURCE = SnapshotSource(mode="sandbox", url="https://books.example", database="demo")
ORIGIN = FiguresOrigin(source="books", read_at=NOW, is_sandbox=True)
CURRENCIES = {1: "USD", 2: "EUR"}
WRITTEN = "2027-01-01 00:00:00"
GOALS = Goals(
    budgets={"rent": Decimal(100), "other": Decimal(50)},
    targets=Targets.model_validate(dict.fromkeys(Targets.model_fields, 5)),
)
TAXES = {
    1: LedgerTax(1, "15 % sales", "sale"),
    2: LedgerTax(2, "15 % purchases", "purchase"),
    3: LedgerTax(3, "20 % when paid", "sale", on_payment=True),
    4: LedgerTax(4, "both", "sale", children=(1, 5)),
    5: LedgerTax(5, "5 % city", "sale"),
}
DAY = dt.date(2025, 3, 1)


def taxed(number: int, against: AccountType, tax: int, *, base_of: tuple[int, ...], **more: Any) -> Entry:
    amounts = (Decimal("115.55"), Decimal("-100.05"), Decimal("-15.50"))
    items = (
        Item(against, amounts[0]),
        Item(T.INCOME, amounts[1], tax_ids=base_of),
        Item(T.CURRENT_LIABILITY, amounts[2], tax_id=tax),
    )
    return Entry(number, DAY, items, **more)


TAXED = History(
    (
        taxed(1, T.RECEIVABLE, 1, base_of=(1,)),
        taxed(2, T.RECEIVABLE, 3, base_of=(3,)),
        taxed(3, T.CASH, 3, base_of=(3, 1)),
        taxed(4, T.CURRENT_ASSET, 3, base_of=(3,), is_cash_basis=True),
        taxed(5, T.RECEIVABLE, 5, base_of=(4,)),
        taxed(6, T.RECEIVABLE, 5, base_of=(5, 4)),
    )
)


def copied(ledger: Ledger) -> CopiedBooks:
    """The ledger as Odoo's records."""
    number = {name: number for number, name in CURRENCIES.items()}
    currency_of = {line.line_id: number[line.currency] for line in ledger.lines}
    lines = [
        {
            "id": line.line_id,
            "move_id": line.move_id,
            "move_name": line.move,
            "date": str(line.day),
            "account_id": line.account_id,
            "partner_id": line.partner_id,
            "name": line.label,
            "balance": line.balance,
            "amount_currency": line.amount_currency,
            "currency_id": number[line.currency],
            "date_maturity": str(line.due_on) if line.due_on else False,
            "tax_ids": list(line.tax_ids),
            "tax_line_id": line.tax_id,
            "amount_residual": Decimal(0),
            "debit": line.debit,
            "credit": line.credit,
        }
        for line in ledger.lines
    ]
    partials = [
        {
            "id": one.partial_id,
            "debit_move_id": one.debit_line_id,
            "credit_move_id": one.credit_line_id,
            "amount": one.amount,
            "debit_amount_currency": one.debit_amount_currency,
            "credit_amount_currency": one.credit_amount_currency,
            "debit_currency_id": currency_of[one.debit_line_id],
            "credit_currency_id": currency_of[one.credit_line_id],
            "max_date": str(one.max_date),
        }
        for one in ledger.partials
    ]
    taxes = [
        {
            "id": tax.tax_id,
            "name": tax.name,
            "type_tax_use": tax.use,
            "tax_exigibility": "on_payment" if tax.on_payment else "on_invoice",
            "children_tax_ids": list(tax.children),
        }
        for tax in ledger.taxes.values()
    ]
    accounts = [
        {"id": one.account_id, "code": one.code, "name": one.name, "account_type": str(one.account_type)}
        for one in ledger.accounts.values()
    ]
    year = ledger.fiscal_year_end
    records: dict[CopiedPart, list[dict[str, Any]]] = {
        CopiedPart.LINES: lines,
        CopiedPart.PARTIALS: partials,
        CopiedPart.TAXES: taxes,
        CopiedPart.ACCOUNTS: accounts,
        CopiedPart.CURRENCIES: [{"id": key, "name": name} for key, name in CURRENCIES.items()],
        CopiedPart.CASH_BASIS: [
            {"id": key} for key in {one.move_id for one in ledger.lines if one.is_cash_basis}
        ],
        CopiedPart.PARTNERS: [
            {"id": key, "name": name}
            for key, name in {one.partner_id: one.partner for one in ledger.lines if one.partner_id}.items()
        ],
    }
    parts = {
        part: stored(sorted(({**row, "write_date": WRITTEN} for row in rows), key=lambda row: row["id"]))
        for part, rows in records.items()
    }
    return CopiedBooks(BooksCompany(1, "Books", 1, year.month, year.day), parts)


def reports_of_the_copy(days_: DateRange, *, with_ids: bool) -> Iterator[FinancialReport]:
    for kind in ReportType:
        wanted = WantedExcerpt(kind, days_, frozenset(Targets.model_fields), with_ids=with_ids)
        yield report(asyncio.run(read_from_copy(read_manifest(), wanted)), kind, days_, ORIGIN, GOALS)


@contextmanager
def opened_once() -> Iterator[None]:
    """The copy is opened once for all reports: that takes longer than to read a few items."""
    with opened_copy(read_manifest()) as items, pytest.MonkeyPatch.context() as patch:
        patch.setattr(copied_items, "opened_copy", lambda _manifest: nullcontext(items))
        yield


def without(found: FinancialReport, *fields: str) -> FinancialReport:
    update = dict.fromkeys(fields, ())
    return found.model_copy(update={"rows": tuple(replace(row, **update) for row in found.rows)})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(TAXED, DAY, DAY + dt.timedelta(days=40))
@given(histories(), days(), days())
def test_each_report_of_the_columns_is_the_one_of_all_journal_items(
    history: History, one: dt.date, other: dt.date
) -> None:
    books = copied(replace(history.ledger(), taxes=TAXES))
    store_snapshot(books, SOURCE, before=snapshot_status(), taken_at=NOW)
    period = DateRange(min(one, other), max(one, other))
    with opened_once():
        named = list(reports_of_the_copy(period, with_ids=True))
        plain = list(reports_of_the_copy(period, with_ids=False))
    for kind, with_ids, part in zip(ReportType, named, plain, strict=True):
        whole = report(books.ledger, kind, period, ORIGIN, GOALS)
        assert without(with_ids, "found_by") == whole
        assert without(part, "found_by", "line_ids") == without(whole, "line_ids")


def test_a_tax_due_on_payment_is_seen_in_the_example() -> None:
    whole = report(replace(TAXED.ledger(), taxes=TAXES), ReportType.TAX_SUMMARY, DateRange(DAY, DAY), ORIGIN)
    assert [row.amounts["base"] for row in whole.rows if row.label == "20 % when paid"] == [Decimal("200.10")]


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_bytes(b"PAR1")])
def test_a_damaged_copy_is_not_read(change: Any) -> None:
    store_snapshot(copied(TAXED.ledger()), SOURCE, before=snapshot_status(), taken_at=NOW)
    path = snapshot_folder() / read_manifest().generation / "lines.parquet"
    change(path)
    with pytest.raises(SnapshotDamagedError, match=r"lines\.parquet is"), opened_copy(read_manifest()):
        pass
