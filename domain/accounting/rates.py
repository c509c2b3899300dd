"""What an hour costs a customer: the owner's own table, and a rate with the place that it comes from."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from domain.accounting.party import party_key
from domain.text import OneLine

HourlyAmount = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=2)]


class HourRates(BaseModel, frozen=True, extra="forbid"):
    """The handbook's table of rates, per hour before tax, in the company's currency."""

    product: OneLine | None = Field(
        default=None, description="what hours are invoiced as: name or code of a product in Odoo"
    )
    hour: HourlyAmount | None = Field(
        default=None, description="where nothing else says a rate; absent: it is asked"
    )
    projects: dict[str, HourlyAmount] = {}
    customers: dict[str, HourlyAmount] = {}
    employees: dict[str, HourlyAmount] = {}
    due_days: int = Field(default=30, ge=0, le=366, description="days a customer has to pay such an invoice")


class HourRate(BaseModel, frozen=True):
    """What one hour costs, where that comes from, and as what it is invoiced."""

    amount: Decimal
    currency: str
    source: str
    product_id: int | None = None
    tax_id: int | None = None
    tax_percent: Decimal = Decimal(0)
    sale_line_id: int | None = None


def table_rate(rates: HourRates, *, project: str, customer: str, employee: str) -> tuple[Decimal, str] | None:
    """The handbook's rate and its rule: the project's, else the customer's, else the employee's; None: no rule."""
    for group, table, name in (
        ("projects", rates.projects, project),
        ("customers", rates.customers, customer),
        ("employees", rates.employees, employee),
    ):
        amount = _named(table, name)
        if amount is not None:
            return amount, f"the handbook's rates.{group}, {name}"
    return None


def _named(table: Mapping[str, Decimal], name: str) -> Decimal | None:
    """Names are compared as those of parties are: case, accents and legal forms do not count."""
    known = {party_key(one): amount for one, amount in table.items()}
    return known.get(party_key(name)) if name else None
