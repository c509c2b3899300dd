"""What a plan looks up on the way from hours to an invoice that was sent, and to its money."""

from blocks.odoo.client import OdooClient
from blocks.settings import Mode, settings
from domain.accounting.customer import CustomerEmailMissingError, FoundCustomer, WantedCustomer
from domain.accounting.hours import CustomersWithHours, HoursPeriod, HoursWanted
from domain.accounting.invoice_document import InvoicePdf, WantedInvoice
from domain.accounting.month_end import MonthEnd, MonthWanted
from domain.accounting.opportunity import CustomerWanted, Opportunity
from domain.accounting.partner import Identity
from domain.accounting.reminder import RemindersDue, RemindersWanted
from domain.accounting.statement import CustomerStatement, StatementWanted
from domain.accounting.vendor import WantedVendor
from tasks.accounting.customers import known_customers
from tasks.accounting.hours_invoices import customers_with_hours, unbilled_hours
from tasks.accounting.invoice_documents import keep_invoice_pdf
from tasks.accounting.month_end import check_month
from tasks.accounting.opportunities import find_opportunity
from tasks.accounting.reminders import reminders_due
from tasks.accounting.statements import customer_statement
from tasks.accounting.vendors import look_up_vendor
from tasks.actions import connected
from tasks.actions.performer import Reader
from tasks.clock import present


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


INVOICING = (
    Reader[OdooClient, MonthWanted](name="odoo.check_month", connect=connected.books, read=_check_month),
    Reader[OdooClient, StatementWanted](
        name="odoo.read_statement", connect=connected.books, read=_read_statement
    ),
    Reader[OdooClient, RemindersWanted](
        name="odoo.list_reminders", connect=connected.books, read=_list_reminders
    ),
    Reader[OdooClient, WantedCustomer](
        name="odoo.find_customer", connect=connected.books, read=_find_customer
    ),
    Reader[OdooClient, WantedVendor](
        name="odoo.look_up_vendor", connect=connected.books, read=look_up_vendor
    ),
    Reader[OdooClient, HoursWanted](name="odoo.read_hours", connect=connected.books, read=unbilled_hours),
    Reader[OdooClient, HoursPeriod](name="odoo.list_hours", connect=connected.books, read=_list_customers),
    Reader[OdooClient, WantedInvoice](name="odoo.keep_invoice_pdf", connect=connected.books, read=_keep_pdf),
    Reader[OdooClient, CustomerWanted](
        name="odoo.find_opportunity", connect=connected.books, read=_find_opportunity
    ),
)
