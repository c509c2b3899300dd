"""The catalogue's other half: what a plan may look up. A read changes nothing, so nobody is asked about it.

How each is read stands under the same name in its service's module in `tasks/actions/` (`READERS`).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, Field

from domain.accounting.allocation import AllocationWanted, Fitting
from domain.accounting.customer import FoundCustomer, WantedCustomer
from domain.accounting.expenses import ExpenseReport, ExpensesWanted
from domain.accounting.hours import CustomersWithHours, HoursPeriod, HoursWanted, UnbilledHours
from domain.accounting.invoice_document import InvoicePdf, WantedInvoice
from domain.accounting.month_end import MonthEnd, MonthWanted
from domain.accounting.opportunity import CustomerWanted, Opportunity
from domain.accounting.reminder import RemindersDue, RemindersWanted
from domain.accounting.statement import CustomerStatement, StatementWanted
from domain.accounting.vendor import FoundVendor, WantedVendor
from domain.appointments.minutes import Minutes, MinutesWanted
from domain.mail.letter import (
    AwaitedDetails,
    AwaitedDocument,
    CameDetails,
    CameDocument,
    Letter,
    LetterInputs,
)

MOST_RECORDS = 2_000
"""Of one list; a longer one is refused, never cut."""


@dataclass(frozen=True)
class LookKind:
    """One kind of look.

    Attributes:
        title: What a person reads of it.
        inputs: The model that its inputs must satisfy.
        result: What later steps may refer to; kept from the first look on, so that a plan goes on with what it began.
        service: The outside system that is asked; None stays on this machine.
    """

    name: str
    title: str
    inputs: type[BaseModel]
    result: type[BaseModel]
    service: str | None
    tags: tuple[str, ...] = ()


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


class OverdueInvoices(BaseModel, frozen=True):
    """The oldest first."""

    invoices: list[OverdueRecord]
    count: int


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
        LookKind(
            name="odoo.list_overdue",
            title="List overdue customer invoices",
            inputs=OverdueInputs,
            result=OverdueInvoices,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.read_invoice",
            title="Look how an invoice stands",
            inputs=InvoiceStandInputs,
            result=InvoiceStand,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.fit_payment",
            title="Look which open bills and invoices a payment fits",
            inputs=AllocationWanted,
            result=Fitting,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.find_customer",
            title="Find a customer",
            inputs=WantedCustomer,
            result=FoundCustomer,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.look_up_vendor",
            title="Look up a vendor by every key",
            inputs=WantedVendor,
            result=FoundVendor,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.read_hours",
            title="Read a customer's hours that are not invoiced",
            inputs=HoursWanted,
            result=UnbilledHours,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.list_hours",
            title="List customers with hours that are not invoiced",
            inputs=HoursPeriod,
            result=CustomersWithHours,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.keep_invoice_pdf",
            title="Keep an invoice's PDF",
            inputs=WantedInvoice,
            result=InvoicePdf,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.list_reminders",
            title="List overdue invoices whose next reminder is due",
            inputs=RemindersWanted,
            result=RemindersDue,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.read_statement",
            title="Read what a customer's invoices stand at",
            inputs=StatementWanted,
            result=CustomerStatement,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.check_month",
            title="Check whether a month's books can be closed",
            inputs=MonthWanted,
            result=MonthEnd,
            service="odoo",
            tags=("accounting",),
        ),
        LookKind(
            name="odoo.find_opportunity",
            title="Find a customer's open opportunity",
            inputs=CustomerWanted,
            result=Opportunity,
            service="odoo",
            tags=("crm",),
        ),
        LookKind(
            name="calendar.read_minutes",
            title="Read what was agreed in a meeting",
            inputs=MinutesWanted,
            result=Minutes,
            service=None,
            tags=("calendar",),
        ),
        LookKind(
            name="vault.gather_expenses",
            title="Gather an employee's expenses of a month into one report",
            inputs=ExpensesWanted,
            result=ExpenseReport,
            service=None,
            tags=("accounting",),
        ),
        LookKind(
            name="mail.find_document",
            title="Look whether an answer brought the document that was asked for",
            inputs=AwaitedDocument,
            result=CameDocument,
            service=None,
            tags=("mail",),
        ),
        LookKind(
            name="mail.find_details",
            title="Look what an answer says of a vendor",
            inputs=AwaitedDetails,
            result=CameDetails,
            service=None,
            tags=("mail",),
        ),
        LookKind(
            name="mail.write_letter",
            title="Write a letter from a template",
            inputs=LetterInputs,
            result=Letter,
            service=None,
            tags=("mail",),
        ),
    )
}
