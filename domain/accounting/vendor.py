"""A vendor: what is asked for, what the books then say, and the bank account that a person vouched for."""

from typing import Self

from pydantic import BaseModel, Field, field_validator, model_validator
from stdnum import iban as stdnum_iban

from domain.accounting.bank import plain_account
from domain.accounting.customer import CustomerInputs
from domain.accounting.partner import VENDOR, KnownBy, Partner, match_partner, plain_vat
from domain.errors import RejectedError
from domain.text import EmailAddress, OneLine

LONGEST_TERM = 365


class VendorInputs(CustomerInputs):
    """One vendor, who is created if the books do not know them."""

    payment_days: int | None = Field(
        default=None,
        ge=0,
        le=LONGEST_TERM,
        description="bills are due after so many days; none: Odoo's usual",
    )


class VendorFacts(BaseModel, frozen=True):
    """What the books say about one vendor, read back from Odoo."""

    vendor_id: int
    name: str
    email: str | None
    vat: str | None
    is_active: bool
    payment_term: str | None = None


class VendorReceipt(VendorFacts):
    """The evidence: the vendor, and whether this effect made them."""

    is_new: bool
    url: str = Field(description="where a person sees the vendor")
    known_by: KnownBy


class WantedVendor(BaseModel, frozen=True, extra="forbid", str_strip_whitespace=True):
    """A vendor as they were described."""

    vendor: OneLine = Field(min_length=1, max_length=200)
    email: EmailAddress | None = None
    tax_number: OneLine | None = Field(default=None, max_length=40)
    iban: OneLine | None = Field(default=None, max_length=50)
    payment_days: int | None = None


class FoundVendor(BaseModel, frozen=True):
    """What the books know of them, and what nobody has said."""

    is_known: bool
    vendor: str
    email: str | None
    has_account: bool = Field(description="Odoo has the account that was said")
    is_missing: bool = Field(description="something is neither said nor in Odoo")
    needs_tax_number: bool
    needs_account: bool
    needs_terms: bool
    business: str = Field(description="our own name")


class VendorDetailsInputs(BaseModel, frozen=True, extra="forbid", str_strip_whitespace=True):
    """What a person approves: details of a vendor that Odoo does not have yet."""

    vendor_id: int = Field(ge=1)
    vendor: OneLine = Field(min_length=1, max_length=200)
    vat: OneLine | None = Field(default=None, max_length=40)
    payment_days: int | None = Field(default=None, ge=0, le=LONGEST_TERM)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.vat is None and self.payment_days is None:
            raise ValueError("says nothing; give vat or payment_days")
        return self


class VendorDetailsReceipt(VendorFacts):
    """The evidence, and what of it was filled in here."""

    filled: tuple[str, ...]


class DetailsKnownError(RejectedError):
    """Odoo has another value by now."""

    def __init__(self, vendor: str, what: str) -> None:
        super().__init__(
            f"Odoo has another {what} of {vendor} by now; it is left as it is, compare the two there"
        )


class BankAccountInputs(BaseModel, frozen=True, extra="forbid", str_strip_whitespace=True):
    """What a person approves, number for number: one account to pay a vendor to."""

    vendor_id: int = Field(ge=1)
    vendor: OneLine = Field(min_length=1, max_length=200)
    iban: str = Field(max_length=50)

    @field_validator("iban")
    @classmethod
    def _holds(cls, value: str) -> str:
        number = plain_account(value)
        if not stdnum_iban.is_valid(number, check_country=False):
            raise ValueError("is no IBAN whose check digits hold; correct it")
        return number

    def shown(self) -> dict[str, str]:
        """The number in groups, as people compare it."""
        groups = " ".join(self.iban[at : at + 4] for at in range(0, len(self.iban), 4))
        return {"vendor": f"{self.vendor} (id {self.vendor_id})", "bank account (IBAN)": groups}


class BankAccountFacts(BaseModel, frozen=True):
    """The account as Odoo has it."""

    account_id: int
    vendor_id: int
    number: str
    is_active: bool


class BankAccountReceipt(BankAccountFacts):
    """The evidence, and whether this effect made it."""

    is_new: bool


class AccountOfOtherError(RejectedError):
    """The account belongs to somebody else."""

    def __init__(self, iban: str, holder: str, vendor: str) -> None:
        super().__init__(
            f"the bank account {iban} is {holder}'s in Odoo, not {vendor}'s: if both are one business, merge them in "
            "Odoo; else ask the vendor on a number that you know"
        )


class AccountArchivedError(RejectedError):
    """A person took the account out of use."""

    def __init__(self, iban: str, vendor: str) -> None:
        super().__init__(
            f"the bank account {iban} of {vendor} is archived in Odoo, so somebody took it out of use; unarchive it "
            "there if it is right again"
        )


class NoSuchTermError(RejectedError):
    """Odoo has no such payment term."""

    def __init__(self, days: int) -> None:
        super().__init__(
            f"Odoo has no payment term of exactly {days} days; add one there (Invoicing, Configuration, Payment "
            "Terms), or leave it out"
        )


def vendor_problems(inputs: VendorInputs, facts: VendorFacts) -> list[str]:
    """What keeps these facts from being evidence of that vendor; empty when they are."""
    found = Partner(partner_id=facts.vendor_id, name=facts.name, vat=facts.vat, email=facts.email)
    match = match_partner(VENDOR, inputs.identity(), [found])
    problems = [] if match.partner else [f"vendor {facts.vendor_id} is {facts.name}, not {inputs.name}"]
    return problems if facts.is_active else [*problems, f"vendor {facts.vendor_id} is archived"]


def details_problems(inputs: VendorDetailsInputs, facts: VendorFacts) -> list[str]:
    """The same of details."""
    wrong = inputs.vat is not None and plain_vat(facts.vat) != plain_vat(inputs.vat)
    problems = [f"the tax number reads {facts.vat}, not {inputs.vat}"] if wrong else []
    if inputs.payment_days is not None and facts.payment_term is None:
        problems.append("no payment term is set")
    return problems if facts.is_active else [*problems, f"vendor {facts.vendor_id} is archived"]


def account_problems(inputs: BankAccountInputs, facts: BankAccountFacts) -> list[str]:
    """The same of a bank account."""
    problems = [] if facts.number == inputs.iban else [f"the account reads {facts.number}, not {inputs.iban}"]
    if facts.vendor_id != inputs.vendor_id:
        problems.append(f"the account is of partner {facts.vendor_id}, not of {inputs.vendor}")
    return problems if facts.is_active else [*problems, "the account is archived"]
