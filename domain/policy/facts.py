"""What the policy must know of one step: the action, its typed inputs, and what the books and the ledger say."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.accounting.bank import BankDetails
from domain.money import Money
from domain.policy.addressees import Addressees


class Risk(StrEnum):
    """What an action is before anyone has looked at its inputs."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True)
class Facts:
    """What the policy must know of one step.

    Attributes:
        payee_id: the payee's partner in the books, where they know one.
        payee_known: the books know this payee from before.
        payee_name: the payee's name in the books, where they know one.
        bank_details: how the account to pay to stands to what is known of the payee.
        public: everybody can read the result.
        is_sundry: nobody said who is paid; the purchase has limits of its own.
        is_outgoing: the money leaves the business; else it is claimed or received, and pays nobody.
        pays: the bill or invoice in the books that it pays, which counts once together with its payment.
        doubts: what is uncertain about the inputs, each one sentence.
        oddities: what is unusual about them, as the books tell, each one sentence.
        mail: of a mail, who gets it and what it carries; None: it is none.
    """

    action: str
    base_risk: Risk
    money: Money | None = None
    payee: str | None = None
    payee_id: int | None = None
    payee_known: bool = False
    payee_name: str | None = None
    bank_details: BankDetails = BankDetails.KNOWN
    public: bool = False
    is_outgoing: bool = True
    is_sundry: bool = False
    pays: int | None = None
    doubts: list[str] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)
    mail: Addressees | None = None


@dataclass(frozen=True)
class MovedMoney:
    """What has moved or may have moved already in the step's direction and currency.

    `payee_spent` counts the handbook's `payee_days`, `day_spent` the present day, `payee_day_spent` both: the payee's
    present day.
    """

    payee_spent: Decimal = Decimal(0)
    day_spent: Decimal = Decimal(0)
    payee_day_spent: Decimal = Decimal(0)


def spelling_of(name: str) -> str:
    """A payee's name without case and punctuation: whom the handbook lists is known under that name alone."""
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())
