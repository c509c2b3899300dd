"""The books as tools for AI agents: what can be read and ordered, and how to call it.

A tool that writes makes a task in the employee's Vault. It cannot approve, set a risk or pass an approval by.
"""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from domain.accounting.bill import SUNDRY
from domain.accounting.date_range import DateRange, parse_period
from domain.accounting.invoice import OrderedItem
from domain.accounting.invoice_batch import MOST_INVOICES
from domain.accounting.report import ReportType
from domain.accounting.tax import taxed_inside
from domain.accounting.taxed_sum import totals_of
from domain.money import in_digits
from domain.planning.order import AS_SAID, Order
from domain.text import EmailAddress, OneLine, Prose
from mcp_servers.building import Key, Tool, build, get_task_status, ordered
from mcp_servers.calls import OTHERS_SECONDS, SOURCE
from mcp_servers.health import EmployeeHealth, look_at_health
from mcp_servers.loading import loaded, spent
from mcp_servers.reading import Detail, PageNumber, ReportPage, SummaryPage, report_page, summary_page
from tasks.planning.task_status import TaskReport

if TYPE_CHECKING:
    from tasks.accounting.reports import ReportedBooks

LEAST_SECONDS = 0.05

INSTRUCTIONS = """The books of a small business, kept in Odoo by a digital employee.
A tool that writes answers with a status. `done` comes with evidence read back from Odoo. `waiting_for_approval` means
that nothing is booked and a person has to decide: give the person the address, do not call again with smaller sums;
`get_task_status` or the same call tells later what became of it. The same call with the same arguments never happens
twice; give another `idempotency_key` only if you mean a second booking. You cannot approve.
Statements name their source, when it was read and whether it is a sandbox: say so when you pass a figure on. A
long one comes in pages: `part` tells how many, and totals with a `key` are on each. A row tells how many journal items
it adds up (`line_count`); with `detail` it names them, or the condition that lists them in Odoo."""

Period = Annotated[
    str,
    Field(
        min_length=4,
        max_length=40,
        description="2026-10, 2026-Q3, 2026, 2026-10-31, or first..last such as 2026-10-01..2026-10-31.",
    ),
]
Amount = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=2), AfterValidator(in_digits)]
Price = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2), AfterValidator(in_digits)]
Currency = Annotated[
    str | None,
    Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="ISO 4217 code of the invoice; None: the company's. A person decides about any other.",
    ),
]
RecordId = Annotated[int, Field(strict=True, gt=0, lt=2**31)]
"""Strict, because `true` would be record 1."""
Name = Annotated[OneLine, Field(min_length=1, max_length=200)]
Email = Annotated[
    OneLine | None, Field(max_length=254, description="E-mail address; tells customers of one name apart.")
]
TaxNumber = Annotated[
    OneLine | None, Field(max_length=40, description="Tax number; tells customers of one name apart.")
]
VendorEmail = Annotated[
    EmailAddress | None, Field(max_length=254, description="E-mail address; tells vendors of one name apart.")
]
TaxPercent = Annotated[
    Decimal | None,
    Field(
        ge=0,
        lt=100,
        max_digits=5,
        decimal_places=3,
        description="The one rate of tax in the amount that the receipt prints; None: booked without input tax.",
    ),
    AfterValidator(in_digits),
]
VendorTaxNumber = Annotated[
    OneLine | None, Field(max_length=40, description="Tax number; tells vendors of one name apart.")
]


class OneInvoice(BaseModel, extra="forbid"):
    """One of many invoices; the words of `create_invoice`."""

    customer: Name = Field(description="Name of a customer in Odoo.")
    items: list[OrderedItem] = Field(min_length=1, max_length=200, description="As of create_invoice.")
    due_date: dt.date = Field(description="Day it must be paid, YYYY-MM-DD, today or later.")
    customer_email: Email = None
    customer_tax_number: TaxNumber = None
    currency: Currency


async def create_customer(  # noqa: PLR0913 (the agreed parameters, tax number and key)
    name: Annotated[Name, Field(description="Name of the person or company.")],
    email: Email = None,
    phone: Annotated[OneLine | None, Field(max_length=40, description="Telephone number.")] = None,
    address: Annotated[
        Prose | None, Field(max_length=500, description="Postal address; the first line is the street.")
    ] = None,
    *,
    tax_number: TaxNumber = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Create a customer in Odoo, unless the books know them by e-mail, tax number or name: then that is returned."""
    inputs = {"name": name, "email": email, "phone": phone, "address": address} | _given(vat=tax_number)
    make = partial(_order, "odoo.create_customer", inputs)
    return await ordered("create_customer", inputs, key=idempotency_key, make=make)


async def create_product(
    name: Annotated[Name, Field(description="Name of the product or service.")],
    price: Annotated[Price, Field(description="Per unit, before tax, in the company's currency.")],
    category: Annotated[Name, Field(description="Product category; created if the books do not have it.")],
    idempotency_key: Key = None,
) -> TaskReport:
    """Create a product in Odoo, unless the books know one of that name: then the known one is returned."""
    inputs = {"name": name, "price": str(price), "category": category}
    make = partial(_order, "odoo.create_product", inputs)
    return await ordered("create_product", inputs, key=idempotency_key, make=make)


async def create_invoice(  # noqa: PLR0913 (the agreed parameters, what tells customers apart, and key)
    customer: Annotated[Name, Field(description="Name of a customer in Odoo.")],
    items: Annotated[
        list[OrderedItem],
        Field(
            min_length=1,
            max_length=200,
            description="What is sold, prices in the invoice's currency; an item that names a product may leave out "
            "price and description; no tax_percent means the company's usual tax.",
        ),
    ],
    due_date: Annotated[dt.date, Field(description="Day it must be paid, YYYY-MM-DD, today or later.")],
    *,
    customer_email: Email = None,
    customer_tax_number: TaxNumber = None,
    currency: Currency = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Make and post a customer invoice dated today. Above the handbook's limits a person decides first."""
    arguments = {
        "customer": customer,
        "items": [item.model_dump(mode="json") for item in items],
        "due_date": due_date.isoformat(),
    }
    arguments |= _given(email=customer_email, tax_number=customer_tax_number, currency=currency)
    make = partial(_to_complete, "odoo.create_invoice", _dated(arguments))
    return await ordered("create_invoice", arguments, key=idempotency_key, make=make)


async def create_invoices(
    invoices: Annotated[
        list[OneInvoice],
        Field(min_length=1, max_length=MOST_INVOICES, description="One for each customer and occasion."),
    ],
    idempotency_key: Key = None,
) -> TaskReport:
    """Make and post many customer invoices dated today as one: all of them or none; a person decides about the whole.

    Limits hold for each customer and for the sum. Many take longer than an answer may: ask `get_task_status`.
    """
    arguments = {"invoices": [one.model_dump(mode="json", exclude_defaults=True) for one in invoices]}
    said = {"invoices": [_dated(one) for one in arguments["invoices"]]}
    make = partial(_to_complete, "odoo.create_invoices", said)
    return await ordered("create_invoices", arguments, key=idempotency_key, make=make)


async def credit_invoice(
    invoice_id: Annotated[
        RecordId,
        Field(
            description="Odoo's id of a customer invoice of which nothing is paid: `invoice_id` in the receivables."
        ),
    ],
    reason: Annotated[
        OneLine | None, Field(max_length=200, description="Why; the customer reads it on the credit note.")
    ] = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Credit a customer invoice in full, dated today; a draft is cancelled instead. A person always decides first."""
    arguments = {"invoice_id": invoice_id, "reason": reason}
    make = partial(_to_complete, "odoo.credit_invoice", {**arguments, "dated": _today().isoformat()})
    return await ordered("credit_invoice", arguments, key=idempotency_key, make=make)


async def record_payment(
    invoice_id: Annotated[
        RecordId,
        Field(
            description="Odoo's id of a posted invoice or bill: `invoice_id` in the receivables and payables."
        ),
    ],
    amount: Annotated[
        Amount, Field(description="In the document's currency; less than the open sum pays in part.")
    ],
    method: Annotated[Name, Field(description="bank, cash, card, or the name of a journal in Odoo.")],
    idempotency_key: Key = None,
) -> TaskReport:
    """Record that an invoice or bill was paid today. It moves no money; Odoo's books change."""
    arguments = {"invoice_id": invoice_id, "amount": str(amount), "method": method}
    make = partial(_to_complete, "odoo.record_payment", {**arguments, "paid_on": _today().isoformat()})
    return await ordered("record_payment", arguments, key=idempotency_key, make=make)


async def record_expense(  # noqa: PLR0913 (the agreed parameters, payee, what tells them apart, number and key)
    category: Annotated[Name, Field(description="What it was spent on; chooses the expense account.")],
    amount: Annotated[Amount, Field(description="What was paid, tax included, in the company's currency.")],
    description: Annotated[Prose, Field(min_length=1, max_length=500, description="What was bought.")],
    date: Annotated[dt.date, Field(description="Date of the receipt, YYYY-MM-DD.")],
    *,
    vendor: Annotated[
        OneLine | None,
        Field(max_length=200, description="Who was paid; None: small sums go to Sundry purchases."),
    ] = None,
    number: Annotated[
        OneLine | None,
        Field(max_length=100, description="The receipt's number; tells two equal receipts of a day apart."),
    ] = None,
    vendor_email: VendorEmail = None,
    vendor_tax_number: VendorTaxNumber = None,
    tax_percent: TaxPercent = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Book an expense as a vendor bill. Above the handbook's limits, or to a new payee, a person decides first."""
    arguments: dict[str, Any] = {
        "category": category,
        "amount": str(amount),
        "description": description,
        "date": date.isoformat(),
        "vendor": vendor,
        "number": number,
    } | _given(
        vendor_email=vendor_email,
        vendor_vat=vendor_tax_number,
        tax_percent=None if tax_percent is None else str(tax_percent),
    )
    return await ordered("record_expense", arguments, key=idempotency_key, make=partial(_expense, arguments))


async def get_financial_summary(
    period: Period, page: PageNumber = 1, *, detail: Detail = False
) -> SummaryPage:
    """Profit and loss of a period and the balance sheet at its end, read from Odoo."""
    books = await _books(days=parse_period(period))
    from tasks.accounting.reports import get_financial_summary as summary

    return summary_page(summary(books, period), page, detail=detail)


async def get_accounts_receivable(page: PageNumber = 1, *, detail: Detail = False) -> ReportPage:
    """What customers owe now: every open item by customer and by days overdue."""
    return await _aged(ReportType.RECEIVABLE_AGEING, page, detail=detail)


async def get_accounts_payable(page: PageNumber = 1, *, detail: Detail = False) -> ReportPage:
    """What is owed to vendors now: every open item by vendor and by days overdue."""
    return await _aged(ReportType.PAYABLE_AGEING, page, detail=detail)


async def generate_financial_report(
    report_type: Annotated[ReportType, Field(description="Which statement.")],
    date_range: Period,
    page: PageNumber = 1,
    *,
    detail: Detail = False,
) -> ReportPage:
    """One statement of a period; balance sheet and ageing are as of the period's last day."""
    books = await _books(report_type, parse_period(date_range))
    from tasks.accounting import reports

    return report_page(reports.generate_financial_report(books, report_type, date_range), page, detail=detail)


async def _aged(kind: ReportType, page: int, *, detail: bool) -> ReportPage:
    books = await _books(kind, DateRange(_today(), _today()))
    from tasks.accounting import reports

    found = reports.generate_financial_report(books, kind, str(books.today.last))
    return report_page(found, page, detail=detail)


async def _books(kind: ReportType | None = None, days: DateRange | None = None) -> "ReportedBooks":
    """What the statement needs; the Prefect server has what is left of the patience."""
    await loaded("tasks.accounting.reports", "tasks.actions.connected")
    from tasks.actions.connected import connected_books  # imports what no greeting needs, as above

    left = max(OTHERS_SECONDS - spent(), LEAST_SECONDS)
    return await connected_books(kind, days, seconds=left)


async def statement(report_type: str, date_range: str) -> str:
    """One statement of a period, its first page."""
    from tasks.accounting.reports import report_kind

    found = await generate_financial_report(report_kind(report_type), date_range)
    return found.model_dump_json()


def chase_overdue() -> str:
    """Which customers to remind, of what."""
    return (
        "Read get_accounts_receivable. List the customers with overdue items, the largest sum first: name, sum, "
        "days of the oldest item, `invoice_id`s. Say of when the figures are and whether they are a sandbox. "
        "Remind nobody by yourself."
    )


def explain_month(month: str) -> str:
    """Why a month's result is what it is."""
    return (
        f"Read generate_financial_report of profit_and_loss and cash_flow for {month} and for the month before. "
        "Name the five accounts whose amounts changed most, with both figures. State no cause that no row shows."
    )


async def check_health() -> EmployeeHealth:
    """Whether the employee is at work, Odoo reachable and the key good, and whether the books are real or a sandbox."""
    return await look_at_health()


TOOLS = {
    "reads": (
        get_financial_summary,
        get_accounts_receivable,
        get_accounts_payable,
        generate_financial_report,
        get_task_status,
        check_health,
    ),
    "makes": (create_customer, create_product),
    "finals": (create_invoice, create_invoices, credit_invoice, record_expense, record_payment),
}
"""What the last ones post can be cancelled in Odoo, and not erased."""

RESOURCES: dict[str, Tool] = {"books://{report_type}/{date_range}": statement}
PROMPTS = (chase_overdue, explain_month)

build_server = partial(build, "odoo", INSTRUCTIONS, TOOLS, resources=RESOURCES, prompts=PROMPTS)


def _order(action: str, inputs: dict[str, Any]) -> Order:
    return Order(source=SOURCE, action=action, inputs=inputs)


def _given(**said: str | None) -> dict[str, str]:
    """What was said; a call that leaves it out is the same call as before it could be said."""
    return {name: value for name, value in said.items() if value}


def _to_complete(action: str, said: dict[str, Any]) -> Order:
    """What the books have to complete, now or when they are back; it is dated the day it is ordered."""
    return _order(action, {AS_SAID: said})


def _dated(invoice: dict[str, Any]) -> dict[str, Any]:
    """An invoice in an order's words, dated today."""
    words = {"customer_email": "email", "customer_tax_number": "tax_number"}
    return {words.get(name, name): value for name, value in invoice.items()} | {
        "issued_on": _today().isoformat()
    }


def _expense(said: dict[str, Any]) -> Order:
    from tasks.policy.handbook import read_handbook

    named = {name: said[name] for name in ("vendor_email", "vendor_vat") if name in said}
    currency = read_handbook().currency
    inputs = {
        "vendor": said["vendor"] or SUNDRY,
        "issued_on": said["date"],
        "currency": currency,
        "total": said["amount"],
        "category": said["category"],
        "description": said["description"],
        "number": said["number"],
    }
    return _order("odoo.record_bill", inputs | named | _taxed(said, currency))


def _taxed(said: dict[str, Any], currency: str) -> dict[str, Any]:
    """Net and tax of an expense of one rate; nothing where no rate was said."""
    if "tax_percent" not in said:
        return {}
    rows = taxed_inside(Decimal(said["amount"]), Decimal(said["tax_percent"]), currency)
    net, tax = totals_of(rows)
    at_rates = [row.model_dump(mode="json") for row in rows] if len(rows) > 1 else []
    return {"net": str(net), "tax": str(tax), **({"tax_breakdown": at_rates} if at_rates else {})}


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
