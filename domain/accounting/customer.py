"""A customer: what is asked for, what the books then say, and whether the two agree."""

from collections.abc import Sequence

from pydantic import BaseModel, Field, field_validator

from domain.accounting.country_names import country_named
from domain.accounting.partner import CUSTOMER, Identity, KnownBy, Partner, match_partner
from domain.errors import RejectedError, UnclearNameError
from domain.text import EmailAddress, OneLine


class Address(BaseModel, frozen=True, str_strip_whitespace=True):
    """Where a customer is; of one text, the first line is the street, a country its end, and the rest stands below."""

    street: str = ""
    street2: str = ""
    city: str = ""
    zip_code: str = ""
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$", description="ISO 3166 code")


class CustomerInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: one customer, who is created if the books do not know them."""

    name: OneLine = Field(min_length=1, max_length=200)
    email: EmailAddress | None = Field(default=None, max_length=254)
    phone: OneLine | None = Field(default=None, max_length=40)
    address: Address = Address()
    vat: str | None = Field(default=None, max_length=40, description="tax number")
    is_company: bool = True

    @field_validator("email", "phone", "vat", mode="before")
    @classmethod
    def _empty_is_unknown(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("address", mode="before")
    @classmethod
    def _of_one_text(cls, value: object) -> object:
        if value is None:
            return Address()
        if not isinstance(value, str):
            return value
        lines = [line.strip() for line in value.splitlines() if line.strip()]
        head, _, end = lines[-1].rpartition(",") if lines else ("", "", "")
        country = country_named(end)
        if country:
            lines[-1:] = [head.strip()] if head.strip() else []
        street, *below = lines or [""]
        return Address(street=street, street2=", ".join(below), country=country or "")

    def identity(self) -> Identity:
        """What tells this customer from others."""
        return Identity(name=self.name, vat=self.vat, email=self.email)


class CustomerFacts(BaseModel, frozen=True):
    """What the books say about one customer, read back from Odoo."""

    customer_id: int
    name: str
    email: str | None
    phone: str | None
    vat: str | None
    is_active: bool


class CustomerReceipt(CustomerFacts):
    """The evidence: the customer, and whether this effect made them."""

    is_new: bool
    url: str = Field(description="where a person sees the customer")
    known_by: KnownBy


class WantedCustomer(BaseModel, frozen=True, extra="forbid", str_strip_whitespace=True):
    """Who is meant, by what tells them from others."""

    customer: OneLine = Field(min_length=1, max_length=200, description="as Odoo knows them")
    email: EmailAddress | None = None
    tax_number: OneLine | None = Field(default=None, max_length=40)
    with_email: bool = Field(default=False, description="whether they have to be written to")


class FoundCustomer(BaseModel, frozen=True):
    """The one who is meant, as Odoo knows them."""

    customer_id: int
    customer: str
    email: str | None
    tax_number: str | None


class CustomerEmailMissingError(RejectedError):
    """Nobody could write to them."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"what is the e-mail address of {name}? Odoo has none: write it into the contact there"
        )


class UnknownPartnerError(UnclearNameError):
    """The books have nobody of that name."""

    role, remedy = "partner", "correct the name"

    def __init__(self, asked: Identity, near: Sequence[Partner] = ()) -> None:
        self.asked, self.near = asked, list(near)
        names = "; ".join(f"{one.name} (id {one.partner_id})" for one in near)
        super().__init__(
            asked.name,
            [one.name for one in self.near],
            f"Odoo has no {self.role} '{asked.name}'; {self.remedy}"
            + (f". Near to it: {names}" if names else ""),
        )


class UnknownCustomerError(UnknownPartnerError):
    """The books have no such customer."""

    role, remedy = "customer", "create the customer first, or correct the name"


class UnknownVendorError(UnknownPartnerError):
    """The books have no such vendor."""

    role = "vendor"


def customer_problems(inputs: CustomerInputs, facts: CustomerFacts) -> list[str]:
    """What keeps these facts from being evidence of that customer; empty when they are."""
    found = Partner(partner_id=facts.customer_id, name=facts.name, vat=facts.vat, email=facts.email)
    match = match_partner(CUSTOMER, inputs.identity(), [found])
    problems = [] if match.partner else [f"customer {facts.customer_id} is {facts.name}, not {inputs.name}"]
    return problems if facts.is_active else [*problems, f"customer {facts.customer_id} is archived"]
