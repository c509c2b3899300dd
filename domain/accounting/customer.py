"""Customers: what is asked for, and which one of the books is meant: by e-mail, then tax number, then name."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.accounting.party import party_name
from domain.accounting.vendor import Known, Partner, Vendor, VendorMatch, plain_email, plain_vat
from domain.errors import RejectedError
from domain.text import EmailAddress, OneLine


class Address(BaseModel):
    """Where a customer is; of one text, the first line is the street and the rest stands below it."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    street: str = ""
    street2: str = ""
    city: str = ""
    zip_code: str = ""
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$", description="ISO 3166 code")


class CustomerInputs(BaseModel):
    """What a person approves: one customer, who is created if the books do not know them."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

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
        street, *below = [line.strip() for line in value.splitlines() if line.strip()] or [""]
        return Address(street=street, street2=", ".join(below))

    def identity(self) -> Vendor:
        """What tells this customer from others."""
        return Vendor(name=self.name, vat=self.vat, email=self.email)


class CustomerFacts(BaseModel):
    """What the books say about one customer, read back from Odoo."""

    model_config = ConfigDict(frozen=True)

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
    known_by: Known

    def facts(self) -> CustomerFacts:
        """What the books say, without what we say about it."""
        return CustomerFacts(**self.model_dump(include=set(CustomerFacts.model_fields)))


class AmbiguousCustomerError(RejectedError):
    """More than one customer fits, or the one that fits contradicts what is asked for."""

    def __init__(self, asked: Vendor, partners: Sequence[Partner], problem: str) -> None:
        self.partners = list(partners)
        names = "; ".join(
            f"{p.name} (id {p.partner_id}, {p.email or 'no e-mail'}, tax number {p.vat or 'none'})"
            for p in partners
        )
        super().__init__(
            f"customer '{asked.name}' {problem}: {names}; say which one is meant by e-mail address or tax "
            "number (customer_email, customer_tax_number), or merge or correct them in Odoo"
        )


class UnknownCustomerError(RejectedError):
    """The books have no such customer."""

    def __init__(self, asked: Vendor) -> None:
        super().__init__(
            f"Odoo has no customer '{asked.name}'; create the customer first, or correct the name"
        )


def match_customer(asked: Vendor, partners: Sequence[Partner]) -> VendorMatch:
    """The one partner that is meant.

    Raises:
        AmbiguousCustomerError: several fit, or what is known of the one that fits says otherwise.
    """
    by_email = [p for p in partners if asked.email and plain_email(p.email) == plain_email(asked.email)]
    by_vat = [p for p in partners if asked.vat and plain_vat(p.vat) == plain_vat(asked.vat)]
    by_name = [p for p in partners if party_name(p.name) == party_name(asked.name)]
    if by_email and by_vat and not _ids(by_email) & _ids(by_vat):
        raise AmbiguousCustomerError(
            asked, [*by_email, *by_vat], "has the e-mail address of one and the tax number of another"
        )
    for known_by, found in ((Known.EMAIL, by_email), (Known.VAT, by_vat), (Known.NAME, by_name)):
        if found:
            return VendorMatch(known_by=known_by, partner=_only(asked, found, known_by))
    return VendorMatch(known_by=Known.UNKNOWN)


def match_named_customer(asked: Vendor, partners: Sequence[Partner]) -> VendorMatch:
    """The one partner of that name; e-mail address and tax number tell those of one name apart, and never another.

    Raises:
        AmbiguousCustomerError: several fit, or the address or number is another's.
    """
    match = match_customer(asked, partners)
    if match.partner is None:
        return match
    by_name = [p for p in partners if party_name(p.name) == party_name(asked.name)]
    if match.partner.partner_id not in _ids(by_name):
        raise AmbiguousCustomerError(
            asked, [match.partner], f"has the {match.known_by.value} of somebody who is called otherwise"
        )
    if match.known_by is Known.NAME and (asked.email or asked.vat) and len(_ids(by_name)) > 1:
        raise AmbiguousCustomerError(
            asked, by_name, "fits several, and the e-mail address or tax number is none of theirs"
        )
    return match


def customer_problems(inputs: CustomerInputs, facts: CustomerFacts) -> list[str]:
    """What keeps these facts from being evidence of that customer; empty when they are."""
    match = match_customer(
        inputs.identity(),
        [Partner(partner_id=facts.customer_id, name=facts.name, vat=facts.vat, email=facts.email)],
    )
    problems = [] if match.partner else [f"customer {facts.customer_id} is {facts.name}, not {inputs.name}"]
    return problems if facts.is_active else [*problems, f"customer {facts.customer_id} is archived"]


def _only(asked: Vendor, found: Sequence[Partner], known_by: Known) -> Partner:
    fitting = [p for p in found if not _differs(plain_vat(p.vat), plain_vat(asked.vat))]
    if not fitting:
        raise AmbiguousCustomerError(asked, found, "is known with another tax number")
    if known_by is Known.NAME:
        fitting = [p for p in fitting if not _differs(plain_email(p.email), plain_email(asked.email))]
        if not fitting:
            raise AmbiguousCustomerError(asked, found, "is known with another e-mail address")
    if len(_ids(fitting)) > 1:
        named = [p for p in fitting if party_name(p.name) == party_name(asked.name)]
        if len(_ids(named)) != 1:
            raise AmbiguousCustomerError(asked, fitting, "fits several")
        return named[0]
    return fitting[0]


def _ids(partners: Sequence[Partner]) -> set[int]:
    return {partner.partner_id for partner in partners}


def _differs(theirs: str, mine: str) -> bool:
    return bool(theirs and mine and theirs != mine)
