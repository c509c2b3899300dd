"""Gathering an employee's receipts of a month into one report, from the mails themselves."""

import json
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, cast

from blocks.settings import Mode, settings
from domain.accounting.expenses import (
    KIND,
    Expense,
    ExpenseReport,
    ExpensesWanted,
    NoExpensesError,
    by_category,
    employee_of,
    table_of,
    who_is_meant,
)
from domain.errors import RejectedError
from domain.money import Money
from domain.policy.handbook import Handbook
from domain.receipts.category import Category
from domain.vault.broken import BrokenNoteError
from tasks.accounting.invoice_documents import TEMPLATES, fonts
from tasks.actions.performer import Reader, readers_by_name
from tasks.mail.understand import read_document
from tasks.policy.rule_changes import handbook_in_force
from tasks.vault.vault import Folder, NoteMissingError, current_vault

MAIL = "gmail-"


async def _vault() -> AbstractAsyncContextManager[None]:
    return nullcontext()


async def _gather(_: None, wanted: ExpensesWanted) -> ExpenseReport:
    handbook = handbook_in_force()
    employee, address = who_is_meant(wanted.employee, handbook.people)
    found = [one for one in _expenses(address, handbook) if f"{one.day:%Y-%m}" == wanted.month]
    if not found:
        raise NoExpensesError(employee, wanted.month)
    expenses = sorted(found, key=lambda one: (one.day, one.task))
    sums = by_category(expenses, employee, wanted.month)
    total = sum((one.total for one in sums), Decimal(0))
    whole, name = Money(amount=total, currency=sums[0].currency), f"expenses-{wanted.month}"
    shown = {
        "title": f"Expenses of {employee}, {wanted.month}",
        "rows": [[f"{one.day}", one.vendor, one.category, f"{one.total} {one.currency}"] for one in expenses],
        "sums": [[one.category, f"{one.total} {one.currency}"] for one in sums],
        "total": str(whole),
        "is_sandbox": settings().mode is Mode.SANDBOX,
    }
    table = table_of(employee, wanted.month, expenses, sums)
    return ExpenseReport(
        employee=employee,
        email=address,
        month=wanted.month,
        issued_on=expenses[-1].day,
        expenses=expenses,
        categories=sums,
        count=len(expenses),
        total=total,
        currency=sums[0].currency,
        document=current_vault().attach(_pdf(shown, expenses[-1]), f"{name}.pdf"),
        table=current_vault().attach(table.encode(), f"{name}.md"),
        said=f"{len(expenses)} receipts of {employee} in {wanted.month} come to {whole}",
    )


def _expenses(address: str, handbook: Handbook) -> Iterator[Expense]:
    """Read anew from the mails: nothing that stands in a note counts, but where its document is kept."""
    vault = current_vault()
    for folder in (Folder.DONE, Folder.NEEDS_ACTION):
        for name in sorted(one for one in vault.names(folder) if one.startswith(MAIL)):
            try:
                front = vault.read(folder, name).front
                if front.get("kind") != KIND:
                    continue
                read = read_document(vault.path(str(front["document"])))
            except (BrokenNoteError, NoteMissingError, RejectedError, KeyError):
                continue
            reading, mail = read.reading, read.mail
            if reading is None or mail is None or employee_of(mail, handbook.people) != address:
                continue
            if reading.total is None or reading.issued_on is None:
                continue
            yield Expense(
                task=name,
                day=reading.issued_on.value,
                vendor=reading.vendor.value if reading.vendor else "not read",
                category=str(reading.category.value) if reading.category else Category.OTHER.value,
                total=reading.total.value,
                currency=reading.currency.value if reading.currency else handbook.currency,
            )


def _pdf(shown: dict[str, Any], last: Expense) -> bytes:
    """The same report gives the same bytes."""
    from typst import Compiler  # 0.2 s, and most plans set nothing

    moment = int(datetime.combine(last.day, time(), UTC).timestamp())
    compiler = Compiler(TEMPLATES / "expenses.typ", root=TEMPLATES, font_paths=[fonts()])
    made = compiler.compile(sys_inputs={"report": json.dumps(shown)}, format="pdf", timestamp=moment)
    return cast("bytes", made)


READERS = readers_by_name(
    Reader[None, ExpensesWanted](name="vault.gather_expenses", connect=_vault, read=_gather)
)
