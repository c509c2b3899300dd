"""The catalogue's other half: what a plan may look up. A read changes nothing, so nobody is asked about it.

How each is read stands under the same name in its service's module in `tasks/actions/` (`READERS`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, Field

from domain.accounting.allocation import AllocationWanted, Fitting
from domain.accounting.credit_note import CreditedBills, CreditedBillWanted
from domain.accounting.customer import FoundCustomer, WantedCustomer
from domain.accounting.document_stand import DocumentAnswer, DocumentAsked
from domain.accounting.expenses import ExpenseReport, ExpensesWanted
from domain.accounting.hours import CustomersWithHours, HoursPeriod, HoursWanted, UnbilledHours
from domain.accounting.invoice_credit import CreditableInvoices, InvoiceToCredit
from domain.accounting.invoice_document import InvoicePdf, WantedInvoice
from domain.accounting.month_end import MonthEnd, MonthWanted
from domain.accounting.opportunity import CustomerWanted, Opportunity
from domain.accounting.payment import PaymentWay, WantedWay
from domain.accounting.questions import BooksAnswer, BooksAsked
from domain.accounting.reminder import RemindersDue, RemindersWanted
from domain.accounting.reminder_pause import Reminded, RemindedWanted
from domain.accounting.spent import SpendingWanted, Spent
from domain.accounting.statement import CustomerStatement, StatementWanted
from domain.accounting.trade import Traded, TradeWanted
from domain.accounting.vendor import FoundVendor, WantedVendor
from domain.appointments.minutes import Minutes, MinutesWanted
from domain.mail.answerable import MailWanted, OpenMail
from domain.mail.letter import (
    AwaitedDetails,
    AwaitedDocument,
    CameDetails,
    CameDocument,
    Letter,
    LetterInputs,
)
from domain.money import Money

MOST_RECORDS = 2_000
"""Of one list; a longer one is refused, never cut."""
MOST_NAMED = 15
ODOO = "odoo"


@dataclass(frozen=True)
class LookKind:
    """One kind of look.

    Attributes:
        title: What a person reads of it.
        inputs: The model that its inputs must satisfy.
        result: What later steps may refer to; kept from the first look on, so that a plan goes on with what it began.
        tags: As an action's.
    """

    name: str
    title: str
    inputs: type[BaseModel]
    result: type[BaseModel]
    tags: tuple[str, ...] = ("accounting",)

    @property
    def service(self) -> str | None:
        """The outside system that is asked; None stays on this machine."""
        return ODOO if self.name.startswith(f"{ODOO}.") else None


class OverdueInputs(BaseModel, extra="forbid", frozen=True):
    """Which invoices."""

    days: int = Field(default=1, ge=0, le=3650, description="overdue for at least so many days")
    customer: str | None = Field(default=None, max_length=200, description="None: every customer's")


class OverdueRecord(BaseModel, frozen=True):
    """One overdue invoice."""

    invoice_id: int
    number: str
    customer: str
    customer_id: int
    email: str | None
    left: Decimal = Field(description="still to be paid")
    currency: str
    due_on: dt.date
    days: int = Field(description="overdue")
    paused: str = Field(
        default="", description="until when its reminders are paused, in words; empty: they are not"
    )


class OverdueInvoices(BaseModel, frozen=True):
    """The oldest first."""

    invoices: list[OverdueRecord]
    count: int
    text: str = Field(description="in words: the sums, and the oldest of them")


def overdue_in_words(found: Sequence[OverdueRecord]) -> str:
    """How much is overdue in each currency, and the oldest invoices."""
    if not found:
        return "Nothing is overdue; what is not due yet is not among it."
    sums: dict[str, Decimal] = {}
    for one in found:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.left
    rows = [
        f"{one.number} of {one.customer}, {Money(amount=one.left, currency=one.currency)}, due {one.due_on} "
        f"({one.days} day{'s' * (one.days != 1)}{', ' * bool(one.paused)}{one.paused})"
        for one in found[:MOST_NAMED]
    ]
    more = [f"and {len(found) - MOST_NAMED} more"] if len(found) > MOST_NAMED else []
    total = " and ".join(str(Money(amount=left, currency=currency)) for currency, left in sums.items())
    said = f"{len(found)} invoice{'s are' if len(found) > 1 else ' is'} overdue, {total}: "
    return f"{said}{'; '.join([*rows, *more])}. What is not due yet is not among it."


class InvoiceStandInputs(BaseModel, extra="forbid", frozen=True):
    """Which one."""

    invoice_id: int = Field(ge=1)


class InvoiceStand(BaseModel, frozen=True):
    """How an invoice or bill stands now."""

    invoice_id: int
    number: str | None
    partner: str
    currency: str
    total: Decimal
    left: Decimal = Field(description="still to be paid")
    is_paid: bool


READS = {
    read.name: read
    for read in (
        LookKind("odoo.list_overdue", "List overdue customer invoices", OverdueInputs, OverdueInvoices),
        LookKind("odoo.read_invoice", "Look how an invoice stands", InvoiceStandInputs, InvoiceStand),
        LookKind(
            "odoo.fit_payment", "Look which open bills and invoices a payment fits", AllocationWanted, Fitting
        ),
        LookKind(
            "odoo.fit_credit_note",
            "Look which bills a vendor's credit note may belong to",
            CreditedBillWanted,
            CreditedBills,
        ),
        LookKind(
            "odoo.find_invoice_to_credit",
            "Look which customer invoice is to be credited",
            InvoiceToCredit,
            CreditableInvoices,
        ),
        LookKind("odoo.find_payment_way", "Look by which journal it was paid", WantedWay, PaymentWay),
        LookKind("odoo.find_customer", "Find a customer", WantedCustomer, FoundCustomer),
        LookKind("odoo.look_up_vendor", "Look up a vendor by every key", WantedVendor, FoundVendor),
        LookKind(
            "odoo.read_hours", "Read a customer's hours that are not invoiced", HoursWanted, UnbilledHours
        ),
        LookKind(
            "odoo.list_hours",
            "List customers with hours that are not invoiced",
            HoursPeriod,
            CustomersWithHours,
        ),
        LookKind("odoo.keep_invoice_pdf", "Keep an invoice's PDF", WantedInvoice, InvoicePdf),
        LookKind(
            "odoo.list_reminders",
            "List overdue invoices whose next reminder is due",
            RemindersWanted,
            RemindersDue,
        ),
        LookKind("odoo.find_reminded", "Look whose reminders are meant", RemindedWanted, Reminded),
        LookKind(
            "odoo.read_statement",
            "Read what a customer's invoices stand at",
            StatementWanted,
            CustomerStatement,
        ),
        LookKind("odoo.read_spending", "Look what was spent in a period", SpendingWanted, Spent),
        LookKind("odoo.ask_books", "Look up profit, tax, cash or open bills", BooksAsked, BooksAnswer),
        LookKind(
            "odoo.read_document", "Look whether an invoice or bill is paid", DocumentAsked, DocumentAnswer
        ),
        LookKind("odoo.read_trade", "Look what a customer bought or a vendor billed", TradeWanted, Traded),
        LookKind("odoo.check_month", "Check whether a month's books can be closed", MonthWanted, MonthEnd),
        LookKind(
            "odoo.find_opportunity",
            "Find a customer's open opportunity",
            CustomerWanted,
            Opportunity,
            tags=("crm",),
        ),
        LookKind(
            "calendar.read_minutes",
            "Read what was agreed in a meeting",
            MinutesWanted,
            Minutes,
            tags=("calendar",),
        ),
        LookKind(
            "vault.gather_expenses",
            "Gather an employee's expenses of a month into one report",
            ExpensesWanted,
            ExpenseReport,
        ),
        LookKind(
            "mail.find_document",
            "Look whether an answer brought the document that was asked for",
            AwaitedDocument,
            CameDocument,
            tags=("mail",),
        ),
        LookKind(
            "mail.find_details",
            "Look what an answer says of a vendor",
            AwaitedDetails,
            CameDetails,
            tags=("mail",),
        ),
        LookKind("mail.find_mail", "Find the open mail of a sender", MailWanted, OpenMail, tags=("mail",)),
        LookKind("mail.write_letter", "Write a letter from a template", LetterInputs, Letter, tags=("mail",)),
    )
}
