"""Money: an exact amount and its currency, never a float."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, Field

from domain.errors import ContractError

MINOR_UNITS = dict.fromkeys(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ),
    0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
"""Digits after the point where they are not 2 (ISO 4217, list one, 2026)."""


class CurrencyMismatchError(ContractError):
    """Two currencies were put into one sum."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right} cannot be added or compared; convert one of them first")


class AmountTooLargeError(ContractError, ValueError):
    """An amount that no business has; a ValueError too, so that it is said of the input it stands in."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__(f"{amount:.3e} is too large to be a sum of money")


def as_written(value: Any) -> Any:
    """An amount that an owner wrote into a note: YAML reads 1000.10 as a float; its shortest text is what was written.

    Raises:
        ValueError: it is no amount.
    """
    if isinstance(value, bool):
        raise ValueError("must be an amount such as 1000 or 1000.50")  # noqa: TRY004 (pydantic reports ValueErrors)
    return str(value) if isinstance(value, float) else value


def in_digits(amount: Decimal | None) -> Decimal | None:
    """The amount as a person writes it: `1E+3` becomes 1000."""
    return None if amount is None else Decimal(f"{amount:f}")


@lru_cache
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units of its currency (half up, as invoices round).

    Raises:
        AmountTooLargeError: it has more digits than any sum of money.
    """
    try:
        return amount.quantize(_unit(currency), rounding=ROUND_HALF_UP)
    except InvalidOperation as error:
        raise AmountTooLargeError(amount) from error


class Money(BaseModel, frozen=True):
    """An amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    def __str__(self) -> str:
        """`1,234.50 USD`."""
        return f"{rounded(self.amount, self.currency):,} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        """The sum; one currency only."""
        if self.currency != other.currency:
            raise CurrencyMismatchError(self.currency, other.currency)
        return Money(amount=self.amount + other.amount, currency=self.currency)
