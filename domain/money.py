"""Money: an exact amount and its currency, never a float."""

from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict, Field

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


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units of its currency (half up, as invoices round)."""
    return amount.quantize(Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2)), rounding=ROUND_HALF_UP)


class Money(BaseModel):
    """An amount in one currency (ISO 4217 code)."""

    model_config = ConfigDict(frozen=True)

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
