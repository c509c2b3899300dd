"""Gathering an employee's receipts of a month into one report, from the mails, messages and files themselves."""

import json
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, cast

from blocks.settings import Mode, settings
from domain.accounting.expenses import (
    KIND,
    Expense,
    ExpenseReport,
    ExpensesWanted,
    NoExpensesError,
    by_category,
    employee_at,
    employee_named,
    employee_of,
    once_each,
    table_of,
    who_is_meant,
)
from domain.errors import RejectedError
from domain.money import Money
from domain.policy.handbook import Handbook
from domain.policy.people import People
from domain.receipts.category import Category
from domain.vault.broken import BrokenNoteError
from domain.whatsapp.message import message_of
from tasks.accounting.invoice_documents import TEMPLATES, fonts
from tasks.actions.performer import Reader, no_client, readers_by_name
from tasks.mail.understand import Understanding, read_document
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, NoteMissingError, current_vault
from tasks.whatsapp.events import message_of_task

MAIL, FILE, MESSAGE = "gmail-", "file-", "whatsapp-"


async def _gather(_: None, wanted: ExpensesWanted) -> ExpenseReport:
    handbook = read_handbook()
    employee, address = who_is_meant(wanted.employee, handbook.people)
    found, unread = _expenses(address, wanted.month, handbook)
    if not found:
        raise NoExpensesError(employee, wanted.month)
    expenses, twice = once_each(sorted(found, key=lambda one: (one.day, one.task)))
    left_out = [*twice, *unread]
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
    table = table_of(employee, wanted.month, expenses, sums, left_out)
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
        said="; ".join(
            [f"{len(expenses)} receipts of {employee} in {wanted.month} come to {whole}", *left_out]
        ),
    )


def whose_expense(task_id: str, document: str, read: Understanding, people: People) -> str:
    """The address of the employee whose own expense a task's document is; empty: nobody's.

    By proof of a mail's origin, by our own record of a WhatsApp message, or by the name of a file that was dropped.
    """
    if read.mail is not None:
        return employee_of(read.mail, people)
    if task_id.startswith(FILE):
        return employee_named(PurePosixPath(document).name, people)
    row = message_of_task(task_id) if task_id.startswith(MESSAGE) else None
    if row is None:
        return ""
    return employee_at(row.peer, message_of(row.id, row.peer, row.said_at, row.payload).text, people)


def _expenses(address: str, month: str, handbook: Handbook) -> tuple[list[Expense], list[str]]:
    """A month's, read anew from the documents; beside them why others of this or of an unread day are not counted.

    Nothing that stands in a note counts, but where its document is kept.
    """
    vault, found, unread = current_vault(), [], []
    for folder in (Folder.DONE, Folder.NEEDS_ACTION):
        for name in sorted(one for one in vault.names(folder) if one.startswith((MAIL, FILE, MESSAGE))):
            try:
                front = vault.read(folder, name).front
                if front.get("kind") != KIND:
                    continue
                document = str(front["document"])
                read = read_document(vault.path(document))
            except (BrokenNoteError, NoteMissingError, RejectedError, KeyError):
                continue
            if whose_expense(name, document, read, handbook.people) != address:
                continue
            reading = read.reading
            if reading and reading.issued_on and f"{reading.issued_on.value:%Y-%m}" != month:
                continue
            if reading is None or reading.total is None or reading.issued_on is None:
                unread.append(f"{name} is not counted: its sum or its day could not be read")
                continue
            found.append(
                Expense(
                    task=name,
                    day=reading.issued_on.value,
                    vendor=reading.vendor.value if reading.vendor else "not read",
                    category=str(reading.category.value) if reading.category else Category.OTHER.value,
                    total=reading.total.value,
                    currency=reading.currency.value if reading.currency else handbook.currency,
                    number=reading.number.value if reading.number else "",
                )
            )
    return found, unread


def _pdf(shown: dict[str, Any], last: Expense) -> bytes:
    """The same report gives the same bytes."""
    from typst import Compiler  # 0.2 s, and most plans set nothing

    moment = int(datetime.combine(last.day, time(), UTC).timestamp())
    compiler = Compiler(TEMPLATES / "expenses.typ", root=TEMPLATES, font_paths=[fonts()])
    made = compiler.compile(sys_inputs={"report": json.dumps(shown)}, format="pdf", timestamp=moment)
    return cast("bytes", made)


READERS = readers_by_name(
    Reader[None, ExpensesWanted](name="vault.gather_expenses", connect=no_client, read=_gather)
)
