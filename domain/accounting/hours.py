"""Hours worked for customers: which of them are still to be invoiced, at what rate, and how that shows afterwards.

An hour is invoiced once: its timesheet entry in Odoo carries the external id of its invoice (`mark_of`) before that
invoice is made, and what we invoiced stays in our own record of the effect.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import BaseModel, Field, model_validator

from domain.accounting.date_range import parse_period
from domain.accounting.invoice import InvoiceFacts, InvoiceInputs, InvoiceItem, invoice_problems
from domain.accounting.rates import HourRate
from domain.errors import RejectedError
from domain.money import Money
from domain.text import EmailAddress, OneLine

CENT = Decimal("0.01")
MOST_ENTRIES = 2000
_MARK = re.compile(r"\bfte\.invoice_[A-Za-z0-9_-]{1,80}")


class TimesheetEntry(BaseModel, frozen=True):
    """One entry of a timesheet, as Odoo has it."""

    entry_id: int
    day: dt.date
    hours: Decimal
    customer_id: int | None = Field(description="the business, of which a contact may be named")
    employee: str
    project: str
    task: str
    description: str
    mark: str | None = Field(description="the external id of the invoice that it is on")
    reference: str = Field(default="", description="what a person wrote beside it")
    invoice_id: int | None = Field(
        default=None, description="Odoo's own link, where sale_timesheet is installed"
    )
    sale_line_id: int | None = None
    is_billable: bool = Field(default=True, description="false: Odoo invoices it otherwise, or never")


class InvoicingStanding(StrEnum):
    """Whether an entry is still to be invoiced."""

    FREE = "not invoiced"
    INVOICED = "invoiced"
    UNDER_WAY = "being invoiced"
    ASTRAY = "marked for an invoice that is not there"
    OTHERWISE = "not invoiced by the hour"


class HoursWanted(BaseModel, frozen=True, extra="forbid", str_strip_whitespace=True):
    """Which hours are meant: of whom, of which days, and of which part of the work."""

    customer: OneLine = Field(min_length=1, max_length=200, description="as Odoo knows them")
    email: EmailAddress | None = Field(default=None, description="tells customers of one name apart")
    tax_number: OneLine | None = Field(default=None, max_length=40, description="likewise")
    period: str = Field(description="a month (2026-10), or first and last day (2026-10-01..2026-10-15)")
    project: OneLine | None = None
    task: OneLine | None = None
    employee: OneLine | None = None

    @model_validator(mode="after")
    def _names_a_period(self) -> Self:
        try:
            parse_period(self.period)
        except RejectedError as error:
            raise ValueError(str(error)) from error
        return self

    def means(self, entry: TimesheetEntry) -> bool:
        """Whether the entry is of the part of the work that is named."""
        asked = ((self.project, entry.project), (self.task, entry.task), (self.employee, entry.employee))
        return all(wanted is None or _same(wanted, there) for wanted, there in asked)


class HoursOrder(HoursWanted):
    """What is ordered; the hours, their rates, taxes and the total are the books' to say."""

    issued_on: dt.date | None = Field(default=None, description="None: the day on which it is planned")
    due_date: dt.date | None = Field(default=None, description="None: as the handbook's rates.due_days say")


class HoursItem(InvoiceItem):
    """The hours of one project or task at one rate."""

    rate_source: str = Field(description="where the rate comes from")
    product_id: int | None = None
    tax_id: int | None = None
    sale_line_id: int | None = Field(default=None, description="the sales order's line that they deliver")

    def columns(self) -> dict[str, str]:
        """As `load` takes them."""
        own = {"product_id": self.product_id, "tax_ids": self.tax_id, "sale_line_ids": self.sale_line_id}
        return {f"{name}/.id": str(value) for name, value in own.items() if value}


class InvoicedEntry(BaseModel, frozen=True):
    """One entry that is put on the invoice, as it was then."""

    entry_id: int
    day: dt.date
    hours: Decimal
    employee: str
    work: str


class HoursInvoiceInputs(InvoiceInputs):
    """What a person approves: one invoice, and every hour that is on it."""

    items: list[HoursItem] = Field(min_length=1, max_length=200)  # type: ignore[assignment]  # nobody adds to it
    customer_id: int = Field(gt=0)
    entries: list[InvoicedEntry] = Field(min_length=1, max_length=MOST_ENTRIES)
    notes: list[str] = Field(default=[], description="what else is known of the customer's hours")

    @model_validator(mode="after")
    def _counts_each_hour_once(self) -> Self:
        if len({entry.entry_id for entry in self.entries}) < len(self.entries):
            raise ValueError("an entry of a timesheet is on it twice; name each once")
        hours = sum((entry.hours for entry in self.entries), Decimal(0))
        asked = sum((item.quantity for item in self.items), Decimal(0))
        if abs(hours - asked) > CENT * len(self.items):
            raise ValueError(f"its entries come to {hours} hours, its lines to {asked}")
        return self

    @property
    def hours(self) -> Decimal:
        """All of them."""
        return sum((item.quantity for item in self.items), Decimal(0))

    def _price(self, item: HoursItem) -> str:
        return str(Money(amount=item.price, currency=self.currency))

    def shown(self) -> dict[str, Any]:
        """Everything in it, a line of the invoice and a day of work a line."""
        lines = {
            f"line {number}": f"{item.description}: {item.quantity} hours at {self._price(item)}, "
            f"{item.tax_percent} % tax ({item.rate_source})"
            for number, item in enumerate(self.items, start=1)
        }
        known = {"customer_email": self.customer_email, "customer_vat": self.customer_vat}
        return {
            "customer": self.customer,
            **{name: value for name, value in known.items() if value},
            "total": str(self.total),
            "currency": self.currency,
            "issued_on": self.issued_on.isoformat(),
            "due_date": self.due_date.isoformat(),
            **({"reference": self.reference} if self.reference else {}),
            **lines,
            "hours": "; ".join(
                f"{one.day} {one.employee}: {one.hours.normalize():f} h {one.work}" for one in self.entries
            ),
            **({"known besides": "; ".join(self.notes)} if self.notes else {}),
        }


class HoursInvoiceFacts(InvoiceFacts):
    """What the books say about the invoice and the entries that carry its mark."""

    word: ClassVar[str] = "invoice"

    entries: list[int] = Field(description="ids of the timesheets' entries that carry its mark")


class HoursInvoiceReceipt(HoursInvoiceFacts):
    """The evidence of one posted invoice of hours."""

    key: str
    url: str = Field(description="where a person sees the invoice")


class UnbilledHours(BaseModel, frozen=True):
    """The hours of a customer that are still to be invoiced, and what a person should know of the others."""

    customer_id: int
    customer: str
    email: str | None
    tax_number: str | None
    period: str
    hours: Decimal
    entries: list[InvoicedEntry]
    told: str = Field(description="what a person should know of the customer's other hours")


class CustomerWithHours(BaseModel, frozen=True):
    """Somebody who has hours that are still to be invoiced."""

    customer_id: int
    customer: str
    email: str | None
    tax_number: str | None
    hours: Decimal


class HoursPeriod(BaseModel, frozen=True, extra="forbid"):
    """Of which days."""

    period: str = Field(description="a month (2026-10), or first and last day (2026-10-01..2026-10-15)")


class CustomersWithHours(BaseModel, frozen=True):
    """Everybody who has such hours, by name."""

    customers: list[CustomerWithHours]
    count: int


class NoHoursError(RejectedError):
    """There is nothing to invoice."""

    def __init__(self, wanted: HoursWanted, why: str) -> None:
        super().__init__(f"no hours of {wanted.customer} in {wanted.period} are left to be invoiced: {why}")


class NoRateError(RejectedError):
    """Nothing says what some of the hours cost; they are never given away."""

    def __init__(self, entries: Sequence[TimesheetEntry], why: str) -> None:
        who = sorted({(entry.project, entry.employee) for entry in entries})
        names = "; ".join(f"{project} ({employee})" for project, employee in who)
        super().__init__(
            f"what does an hour cost for {names}? Nothing says it{why}: write it into the handbook under rates "
            "(projects, customers, employees or hour), or give the product of rates.product a price"
        )


class MixedCurrenciesError(RejectedError):
    """The rates are in several currencies."""

    def __init__(self, currencies: Iterable[str]) -> None:
        super().__init__(
            f"the rates of these hours are in {' and '.join(sorted(currencies))}: name a project, so that each "
            "currency gets an invoice of its own"
        )


class HoursTakenError(RejectedError):
    """Some of the hours are on another invoice by now, or are not as they were."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(
            f"nothing was invoiced, since {'; '.join(problems)}: plan the invoice again (fte run work_tasks)"
        )


def mark_of(key: str) -> str:
    """What an entry carries once it is invoiced by the effect with this key: the invoice's external id in Odoo."""
    return f"fte.invoice_{key}"


def mark_in(reference: str) -> str | None:
    """The mark in an entry's reference."""
    found = _MARK.search(reference)
    return found[0] if found else None


def reference_in(reference: str) -> str:
    """What a person wrote into the entry's reference, beside the mark."""
    return " ".join(_MARK.sub(" ", reference).split())


def grouped_items(entries: Sequence[TimesheetEntry], rates: Mapping[int, HourRate]) -> list[HoursItem]:
    """One line for each project or task and rate, in the order of their names.

    Args:
        entries: Those to be invoiced.
        rates: Each entry's, by its id.
    """
    groups: dict[tuple[str, str, str], list[TimesheetEntry]] = defaultdict(list)
    for entry in entries:
        groups[entry.project, entry.task, rates[entry.entry_id].model_dump_json()].append(entry)
    items = []
    for (project, task, _), found in sorted(groups.items()):
        rate, days = rates[found[0].entry_id], sorted(entry.day for entry in found)
        work = f"{project}: {task}" if task else project
        span = f"{days[0]}" if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
        items.append(
            HoursItem(
                description=f"{work} ({span})",
                quantity=rounded_hours(sum((entry.hours for entry in found), Decimal(0))),
                price=rate.amount,
                tax_percent=rate.tax_percent,
                rate_source=rate.source,
                product_id=rate.product_id,
                tax_id=rate.tax_id,
                sale_line_id=rate.sale_line_id,
            )
        )
    return items


def invoiced_entry(entry: TimesheetEntry) -> InvoicedEntry:
    """What is kept of an entry that is put on an invoice."""
    work = ": ".join(filter(None, (entry.project, entry.task)))
    said = f"{work}, {entry.description}" if entry.description not in {"", "/"} else work
    return InvoicedEntry(
        entry_id=entry.entry_id, day=entry.day, hours=entry.hours, employee=entry.employee, work=said
    )


def rounded_hours(hours: Decimal) -> Decimal:
    """Two digits, as Odoo's quantities have."""
    return hours.quantize(CENT, ROUND_HALF_UP)


def changed_since(invoiced: InvoicedEntry, now: TimesheetEntry | None) -> str | None:
    """What became of an hour after it was invoiced, for a person; None: nothing."""
    was = f"{invoiced.hours.normalize():f} h on {invoiced.day} ({invoiced.employee}, {invoiced.work})"
    if now is None:
        return f"{was} were deleted after they were invoiced"
    if (now.hours, now.day) == (invoiced.hours, invoiced.day):
        return None
    return f"{was} were changed after they were invoiced: {now.hours.normalize():f} h on {now.day}"


def hours_problems(inputs: HoursInvoiceInputs, facts: HoursInvoiceFacts) -> list[str]:
    """What keeps these facts from being evidence; empty when they are."""
    missing = {entry.entry_id for entry in inputs.entries} - set(facts.entries)
    lost = [f"{len(missing)} of the invoiced entries do not carry its mark in Odoo"] if missing else []
    return invoice_problems(inputs, facts) + lost


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
