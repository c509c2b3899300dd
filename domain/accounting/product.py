"""Products: what is asked for, and which one of the books is meant: by its code, then its name."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, Field, field_validator

from domain.errors import RejectedError
from domain.money import in_digits, rounded
from domain.text import OneLine


class ProductKind(StrEnum):
    """What is sold, in Odoo's words."""

    SERVICE = "service"
    GOODS = "consu"


class ProductInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: one product, created if the books do not know it."""

    name: OneLine = Field(min_length=1, max_length=200)
    price: Decimal = Field(ge=0, max_digits=15, decimal_places=2, description="per unit, before tax")
    category: OneLine = Field(min_length=1, max_length=100, description="created if the books do not have it")
    code: OneLine | None = Field(default=None, max_length=64, description="the business's own number of it")
    kind: ProductKind = ProductKind.SERVICE

    _in_digits = field_validator("price")(in_digits)


class Product(BaseModel, frozen=True):
    """What the books say about one product, read back from Odoo."""

    product_id: int
    name: str
    code: str | None
    price: Decimal
    currency: str
    category: str
    is_active: bool


class SoldProduct(BaseModel, frozen=True):
    """What an invoice's line takes over from a product of the books."""

    name: str
    price: Decimal = Field(description="list price per unit, before tax, in the company's currency")


class ProductReceipt(Product):
    """The evidence: the product, and whether this effect made it."""

    is_new: bool
    url: str = Field(description="where a person sees the product")
    notes: list[str] = Field(default=[], description="one sentence for each thing worth knowing")


class AmbiguousProductError(RejectedError):
    """Several products fit."""

    def __init__(self, name: str, found: Sequence[Product]) -> None:
        names = "; ".join(f"{p.name} (id {p.product_id}, code {p.code or 'none'}, {p.price})" for p in found)
        super().__init__(f"product '{name}' fits several in Odoo: {names}; say which one by its code")


class UnknownProductError(RejectedError):
    """The books have no such product."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Odoo has no product '{name}'; create the product first, correct its name, or leave the product out"
        )


class ArchivedProductError(RejectedError):
    """The books have it, but a person took it out of use."""

    def __init__(self, name: str, product: Product) -> None:
        super().__init__(
            f"product '{name}' is archived in Odoo ({product.name}, id {product.product_id}) and is not used. To use "
            "it again, open Products in Odoo, filter by Archived, choose Unarchive, and try again; else name another "
            "product"
        )


class TaxInPriceError(RejectedError):
    """A list price that contains tax cannot be taken over as one before tax."""

    def __init__(self, product: str) -> None:
        super().__init__(
            f"the list price of '{product}' in Odoo contains tax; give the price before tax on the invoice's item"
        )


class ListPriceCurrencyError(RejectedError):
    """A list price is in the company's currency, and the invoice in another."""

    def __init__(self, product: str, home: str, currency: str) -> None:
        super().__init__(
            f"the list price of '{product}' in Odoo is in {home}; give its price in {currency} on the invoice's item"
        )


class AmbiguousCategoryError(RejectedError):
    """Several categories have that name."""

    def __init__(self, category: str, paths: Sequence[str]) -> None:
        super().__init__(
            f"product category '{category}' fits several in Odoo: {'; '.join(paths)}; name one by its whole path"
        )


def match_product(name: str, code: str | None, products: Sequence[Product]) -> Product | None:
    """The one product in use that is meant, or None.

    Raises:
        AmbiguousProductError: several fit.
        ArchivedProductError: the one that fits is archived; it would else be unknown, and made a second time.
    """
    found = _fitting(name, code, [product for product in products if product.is_active])
    if len({p.product_id for p in found}) > 1:
        raise AmbiguousProductError(name, found)
    if found:
        return found[0]
    archived = _fitting(name, code, products)
    if archived:
        raise ArchivedProductError(name, archived[0])
    return None


def _fitting(name: str, code: str | None, products: Sequence[Product]) -> list[Product]:
    by_code = [p for p in products if code and p.code == code]
    by_name = [
        p for p in products if plain_product(name) in (plain_product(p.name), plain_product(p.code or ""))
    ]
    return by_code or [p for p in by_name if not (code and p.code and p.code != code)]


def product_notes(inputs: ProductInputs, facts: Product) -> list[str]:
    """What a person should know about how the books have it, one sentence each."""
    notes = []
    if facts.price != rounded(inputs.price, facts.currency):
        notes.append(
            f"Odoo sells it for {facts.price} {facts.currency}, not for {inputs.price}; it is left as it is"
        )
    if plain_product(facts.category.rpartition("/")[2]) != plain_product(inputs.category.rpartition("/")[2]):
        notes.append(
            f"it is in category {facts.category} in Odoo, not in {inputs.category}; it is left as it is"
        )
    return notes


def product_problems(inputs: ProductInputs, facts: Product) -> list[str]:
    """What keeps these facts from being evidence of that product; empty when they are."""
    problems = []
    if not _fitting(inputs.name, inputs.code, [facts]):
        problems.append(f"product {facts.product_id} is {facts.name}, not {inputs.name}")
    if not facts.is_active:
        problems.append(f"product {facts.product_id} is archived")
    return problems


def plain_product(name: str) -> str:
    """A product's name without case and double blanks."""
    return " ".join(name.split()).casefold()
