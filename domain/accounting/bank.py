"""Bank accounts: whether the account on a document is one that the books have for its vendor."""

import re
from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel


class BankDetails(StrEnum):
    """How the account on a document stands to what is known of its vendor."""

    KNOWN = "known"
    NEW = "new"
    CHANGED = "changed"


class BankAccount(BaseModel, frozen=True):
    """An account of a vendor in the books; an archived one was taken out of use by a person."""

    number: str
    active: bool


def plain_account(number: str | None) -> str:
    """An account number as Odoo compares them: capitals without blanks and signs."""
    return re.sub(r"[\W_]+", "", number or "").upper()


def bank_details(
    iban: str | None, number: str | None, known: Sequence[BankAccount], approved: Sequence[BankAccount]
) -> BankDetails:
    """How a document's account stands to those in the books, or, where they have none, to those a person approved.

    A document that names no account has nothing new.
    """
    if is_other_account(iban, number, known):
        return BankDetails.CHANGED
    if known or not (plain_account(iban) or plain_account(number)):
        return BankDetails.KNOWN
    is_seen = bool(approved) and not is_other_account(iban, number, approved)
    return BankDetails.KNOWN if is_seen else BankDetails.NEW


def is_other_account(iban: str | None, number: str | None, known: Sequence[BankAccount]) -> bool:
    """Whether a document names an account that is not in use in the books.

    A vendor without any account on record gives nothing to compare with. A national number is the same
    account when it is part of the document's IBAN, and that IBAN is on record.
    """
    usable = {plain_account(account.number) for account in known if account.active}
    given_iban, given_number = plain_account(iban), plain_account(number)
    if given_iban in usable and given_number and given_number in given_iban:
        return False
    return bool(known) and any(given and given not in usable for given in (given_iban, given_number))
