"""What a bill has at one rate of tax: a row of its VAT breakdown (EN 16931, BG-23)."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, Field, field_validator

from domain.money import in_digits


class TaxedSum(BaseModel, frozen=True):
    """A sum before tax, the rate in percent (0: no tax), and the tax."""

    rate: Decimal = Field(ge=0, lt=100)
    net: Decimal
    tax: Decimal

    _in_digits = field_validator("rate", "net", "tax")(in_digits)

    def __str__(self) -> str:
        """`19 %: net 100.00, tax 19.00`."""
        return f"{self.percent}: net {self.net}, tax {self.tax}"

    @property
    def percent(self) -> str:
        """`5.5 %`."""
        return f"{self.rate.normalize():f} %"


def totals_of(rows: Sequence[TaxedSum]) -> tuple[Decimal, Decimal]:
    """Net and tax of all rows."""
    return sum((row.net for row in rows), Decimal(0)), sum((row.tax for row in rows), Decimal(0))


def by_rate(rows: Sequence[TaxedSum]) -> tuple[TaxedSum, ...]:
    """One row for each rate, the highest first."""
    rates = sorted({row.rate for row in rows}, reverse=True)
    sums = ((rate, *totals_of([row for row in rows if row.rate == rate])) for rate in rates)
    return tuple(TaxedSum(rate=rate, net=net, tax=tax) for rate, net, tax in sums)
