"""What a plan may look up in the books."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import BaseModel

from blocks.odoo.client import OdooClient
from blocks.settings import Mode, settings
from domain.accounting.allocation import AllocationWanted, Fitting, fitting, in_words
from domain.accounting.customer import CustomerEmailMissingError, FoundCustomer, WantedCustomer
from domain.accounting.date_range import DateRange, parse_period
from domain.accounting.hours import CustomersWithHours, HoursPeriod
from domain.accounting.invoice_document import InvoicePdf, WantedInvoice
from domain.accounting.month_end import MonthEnd, MonthWanted
from domain.accounting.opportunity import CustomerWanted, Opportunity
from domain.accounting.partner import VENDOR, Identity
from domain.accounting.payment import PaymentWay, WantedWay
from domain.accounting.questions import QUESTIONS, AskedBooks, BooksAnswer, BooksAsked, BooksTopic
from domain.accounting.reminder import RemindersDue, RemindersWanted
from domain.accounting.report import ReportType
from domain.accounting.reporting import AS_OF
from domain.accounting.spent import SpendingWanted, Spent, spent_in
from domain.accounting.statement import CustomerStatement, StatementWanted
from domain.errors import RejectedError
from domain.mail.classify import body_of
from domain.money import rounded
from domain.planning.reads import (
    MOST_RECORDS,
    InvoiceStand,
    InvoiceStandInputs,
    OverdueInputs,
    OverdueInvoices,
    OverdueRecord,
    overdue_in_words,
)
from domain.visible import visible
from tasks.accounting.allocations import open_documents
from tasks.accounting.credit_notes import credited_bills
from tasks.accounting.customers import known_customers, known_partner
from tasks.accounting.document_stand import read_document as read_stand
from tasks.accounting.hours_invoices import customers_with_hours, unbilled_hours
from tasks.accounting.invoice_credits import creditable_invoices
from tasks.accounting.invoice_documents import keep_invoice_pdf
from tasks.accounting.ledger import read_company
from tasks.accounting.month_end import check_month
from tasks.accounting.open_bills import open_bills_about
from tasks.accounting.opportunities import find_opportunity
from tasks.accounting.overdue import overdue_invoices
from tasks.accounting.payables import fetch_payment_journal, read_payable
from tasks.accounting.reminder_pauses import find_reminded, pauses_of
from tasks.accounting.reminders import reminders_due
from tasks.accounting.stated_paid import left_to_pay
from tasks.accounting.statements import customer_statement
from tasks.accounting.trade import read_trade
from tasks.accounting.vendors import look_up_vendor
from tasks.actions import connected
from tasks.actions.performer import Reader, readers_by_name
from tasks.clock import present
from tasks.mail.understand import read_document
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import NoteMissingError, current_vault


async def _find_customer(client: OdooClient, wanted: WantedCustomer) -> FoundCustomer:
    asked = Identity(name=wanted.customer, email=wanted.email, vat=wanted.tax_number)
    (found,) = await known_customers(client, [asked])
    if wanted.with_email and not found.email:
        raise CustomerEmailMissingError(found.name)
    return FoundCustomer(
        customer_id=found.partner_id, customer=found.name, email=found.email, tax_number=found.vat
    )


async def _list_customers(client: OdooClient, wanted: HoursPeriod) -> CustomersWithHours:
    found = await customers_with_hours(client, wanted.period)
    return CustomersWithHours(customers=found, count=len(found))


async def _keep_pdf(client: OdooClient, wanted: WantedInvoice) -> InvoicePdf:
    is_sandbox = settings().mode is Mode.SANDBOX
    return await keep_invoice_pdf(client, wanted.invoice_id, is_sandbox=is_sandbox)


async def _find_opportunity(client: OdooClient, wanted: CustomerWanted) -> Opportunity:
    return await find_opportunity(client, wanted.customer_id)


async def _list_reminders(client: OdooClient, wanted: RemindersWanted) -> RemindersDue:
    return await reminders_due(client, wanted, present().date())


async def _read_statement(client: OdooClient, wanted: StatementWanted) -> CustomerStatement:
    is_sandbox = settings().mode is Mode.SANDBOX
    return await customer_statement(client, wanted, present().date(), is_sandbox=is_sandbox)


async def _check_month(client: OdooClient, wanted: MonthWanted) -> MonthEnd:
    return await check_month(client, wanted.month)


class TaskGoneError(RejectedError):
    """The task whose document is to be read has no note."""

    def __init__(self, task: str) -> None:
        super().__init__(f"task {task} has no note in the Vault; put it back into Needs_Action/")


async def _fit(client: OdooClient, wanted: AllocationWanted) -> Fitting:
    documents = await open_documents(client, MOST_RECORDS)
    if wanted.is_in_words:
        return in_words(wanted, documents, read_handbook().currency)
    subject, text = _told(wanted.task)
    return fitting(subject, text, documents, read_handbook().currency)


def _told(task: str) -> tuple[str, str]:
    """What the task's own document says, and no note."""
    vault = current_vault()
    folder = vault.find(task)
    if folder is None:
        raise TaskGoneError(task)
    try:
        front = vault.read(folder, task).front
        read = read_document(vault.path(str(front["document"])))
    except (NoteMissingError, KeyError) as error:
        raise TaskGoneError(task) from error
    if read.mail is None:
        first, _, rest = visible(read.words).partition("\n")
        return first, rest
    return visible(read.mail.subject), visible(body_of(read.mail))


async def _spending(client: OdooClient, wanted: SpendingWanted) -> Spent:
    from tasks.accounting.goals import listed_codes  # these take a second to import, which no booking needs
    from tasks.accounting.reports import read_wanted, wanted_for

    excerpt = wanted_for(ReportType.PROFIT_AND_LOSS, parse_period(wanted.period))
    ledger = await read_wanted(client, excerpt, present())
    return spent_in(ledger, listed_codes(wanted.category or ""), wanted)


async def _find_way(client: OdooClient, wanted: WantedWay) -> PaymentWay:
    company = await read_company(client)
    journal = await fetch_payment_journal(client, company.company_id, wanted.method)
    return PaymentWay(method=wanted.method, journal=journal.name)


async def _ask_books(client: OdooClient, asked: BooksAsked) -> BooksAnswer:
    from tasks.accounting.reports import read_wanted, wanted_for  # for the same reason

    kind, now = QUESTIONS[asked.topic], present()
    days = parse_period(asked.period) if asked.period else None
    meant = await known_partner(client, VENDOR, Identity(name=asked.vendor)) if asked.vendor else None
    vendor = (meant.partner_id, meant.name) if meant else None
    as_of = DateRange(now.date(), now.date())
    wanted = wanted_for(kind.statement, as_of if kind.statement in AS_OF or days is None else days)
    ledger = await read_wanted(client, wanted, now)
    left = await asyncio.to_thread(left_to_pay, client.url) if asked.topic is BooksTopic.BILLS else {}
    about = (asked.about, await open_bills_about(client, asked.about)) if asked.about else None
    return BooksAnswer(text=kind.words(AskedBooks(ledger, now.date(), days, vendor, left, about)))


class TooManyRecordsError(RejectedError):
    """A list that nobody should work in one go."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there are more than {MOST_RECORDS} {what}; ask for fewer, such as one customer's")


async def _list_overdue(client: OdooClient, inputs: OverdueInputs) -> OverdueInvoices:
    today = present().date()
    rows = await overdue_invoices(
        client, today, days=inputs.days, customer=inputs.customer, limit=MOST_RECORDS + 1
    )
    if len(rows) > MOST_RECORDS:
        raise TooManyRecordsError("overdue invoices")
    paused = await pauses_of(client, rows, today)
    found = [
        OverdueRecord.model_validate(row | {"paused": paused.get(row["invoice_id"], "")}) for row in rows
    ]
    return OverdueInvoices(invoices=found, count=len(found), text=overdue_in_words(found))


async def _read_invoice(client: OdooClient, inputs: InvoiceStandInputs) -> InvoiceStand:
    found = await read_payable(client, inputs.invoice_id)
    values: dict[str, Any] = {
        "invoice_id": found.invoice_id,
        "number": found.name,
        "partner": found.partner,
        "currency": found.currency,
        "total": rounded(found.total, found.currency),
        "left": rounded(found.residual, found.currency),
        "is_paid": found.state == "posted" and not found.residual,
    }
    return InvoiceStand(**values)


READS: Mapping[str, Callable[[OdooClient, Any], Awaitable[BaseModel]]] = {
    "odoo.list_overdue": _list_overdue,
    "odoo.read_invoice": _read_invoice,
    "odoo.check_month": _check_month,
    "odoo.read_statement": _read_statement,
    "odoo.find_reminded": lambda client, wanted: find_reminded(client, wanted, present().date()),
    "odoo.list_reminders": _list_reminders,
    "odoo.find_customer": _find_customer,
    "odoo.look_up_vendor": look_up_vendor,
    "odoo.find_invoice_to_credit": creditable_invoices,
    "odoo.read_hours": unbilled_hours,
    "odoo.list_hours": _list_customers,
    "odoo.keep_invoice_pdf": _keep_pdf,
    "odoo.find_opportunity": _find_opportunity,
    "odoo.fit_credit_note": credited_bills,
    "odoo.fit_payment": _fit,
    "odoo.read_spending": _spending,
    "odoo.ask_books": _ask_books,
    "odoo.find_payment_way": _find_way,
    "odoo.read_trade": read_trade,
    "odoo.read_document": lambda client, asked: read_stand(client, asked, present().date()),
}
"""Each look of the catalogue, as a client of the books does it."""

READERS = readers_by_name(
    *(Reader[OdooClient, Any](name=name, connect=connected.books, read=read) for name, read in READS.items())
)
