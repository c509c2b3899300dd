"""Which vendor or customer of the books is meant: by tax number, e-mail address or name."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from pydantic import BaseModel

from domain.accounting.party import SHORT_WORD, base_name, party_name
from domain.errors import RejectedError, UnclearNameError
from domain.mail.addresses import is_free_mail, registrable

LEAST_LIKENESS, MOST_NEAR = 0.8, 5


class KnownBy(StrEnum):
    """What told us who it is."""

    VAT = "tax number"
    EMAIL = "e-mail address"
    NAME = "name"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PartnerRole:
    """What a business is to us, and what tells it from others.

    Attributes:
        word: For a person.
        rank: Odoo's field that marks one.
        order: What outweighs what.
        email_differs: Whether an e-mail address that is not the known one means somebody else.
        remedy: What a person can do when several fit.
    """

    word: str
    rank: str
    order: tuple[KnownBy, ...]
    email_differs: bool
    remedy: str


VENDOR = PartnerRole(
    word="vendor",
    rank="supplier_rank",
    order=(KnownBy.VAT, KnownBy.EMAIL, KnownBy.NAME),
    email_differs=False,
    remedy="merge or correct them in Odoo, or put the right name, tax number or e-mail address into the request "
    "(record_expense: vendor_tax_number, vendor_email)",
)
CUSTOMER = PartnerRole(
    word="customer",
    rank="customer_rank",
    order=(KnownBy.EMAIL, KnownBy.VAT, KnownBy.NAME),
    email_differs=True,
    remedy="say which one is meant by e-mail address or tax number (customer_email, customer_tax_number), or merge or "
    "correct them in Odoo",
)


class Identity(BaseModel, frozen=True):
    """Who is meant, as a document or an order says it."""

    name: str
    vat: str | None = None
    email: str | None = None


class Partner(Identity):
    """A business in the books."""

    partner_id: int
    is_active: bool = True


class PartnerMatch(BaseModel, frozen=True):
    """The partner that is meant, or none."""

    known_by: KnownBy
    partner: Partner | None = None

    def __str__(self) -> str:
        if self.partner is None:
            return "not in the books; will be created"
        return f"{self.partner.name} (id {self.partner.partner_id}), known by {self.known_by.value}"


class AmbiguousPartnerError(UnclearNameError):
    """More than one fits, or the one that fits contradicts what is said of them."""

    def __init__(self, role: PartnerRole, asked: Identity, partners: Sequence[Partner], problem: str) -> None:
        self.partners = list(partners)
        names = "; ".join(
            f"{p.name} (id {p.partner_id}, {p.email or 'no e-mail'}, tax number {p.vat or 'none'})"
            for p in partners
        )
        called = list(dict.fromkeys(one.name for one in partners))
        super().__init__(
            asked.name,
            called if role.email_differs and len(called) == len(partners) > 1 else [],
            f"{role.word} '{asked.name}' {problem}: {names}; {role.remedy}",
        )


class ArchivedPartnerError(RejectedError):
    """The books have them, but a person took them out of use."""

    def __init__(self, role: PartnerRole, asked: Identity, partner: Partner) -> None:
        super().__init__(
            f"{role.word} '{asked.name}' is archived in Odoo ({partner.name}, id {partner.partner_id}) and is not "
            "used. To use them again, open Contacts in Odoo, filter by Archived, choose Unarchive, and try again; else "
            f"name another {role.word}"
        )


def plain_vat(vat: str | None) -> str:
    """A tax number without blanks, dots and dashes."""
    return re.sub(r"[^0-9A-Z]", "", (vat or "").upper())


def plain_email(email: str | None) -> str:
    """An address without its name and case."""
    found = re.search(r"[^\s<>]+@[^\s<>]+", email or "")
    return found[0].casefold() if found else ""


def company_domain(email: str | None) -> str:
    """The domain that a business writes from; empty for none, and where anyone can have an address."""
    domain = registrable(plain_email(email).rpartition("@")[2])
    return "" if is_free_mail(domain) else domain


def partner_key(asked: Identity) -> str:
    """The same for every spelling of one business: the key of its external id."""
    identity = plain_vat(asked.vat) or plain_email(asked.email) or base_name(asked.name)
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def match_partner(role: PartnerRole, asked: Identity, partners: Sequence[Partner]) -> PartnerMatch:
    """The one partner in use that is meant.

    A partner found by address or name whose tax number is another is not taken: that is another business, or a forged
    document. One that a person archived is refused: it would else be unknown, and made a second time.

    Raises:
        AmbiguousPartnerError: several fit, or what is known of the one that fits says otherwise.
        ArchivedPartnerError: the one that fits is archived.
    """
    fitting = _fitting(asked, [partner for partner in partners if partner.is_active])
    by_email, by_vat = fitting[KnownBy.EMAIL], fitting[KnownBy.VAT]
    if role.email_differs and by_email and by_vat and not _ids(by_email) & _ids(by_vat):
        problem = "has the e-mail address of one and the tax number of another"
        raise AmbiguousPartnerError(role, asked, [*by_email, *by_vat], problem)
    for known_by in role.order:
        if fitting[known_by]:
            return PartnerMatch(known_by=known_by, partner=_only(role, asked, fitting[known_by], known_by))
    archived = _fitting(asked, [partner for partner in partners if not partner.is_active])
    for found in archived.values():
        if found:
            raise ArchivedPartnerError(role, asked, found[0])
    return PartnerMatch(known_by=KnownBy.UNKNOWN)


def match_named(role: PartnerRole, asked: Identity, partners: Sequence[Partner]) -> PartnerMatch:
    """The one partner of that name; e-mail address and tax number tell those of one name apart, and never another.

    Whose name is written exactly so comes before those who are called so with another legal form.

    Raises:
        AmbiguousPartnerError: several fit, or the address or number is another's.
        ArchivedPartnerError: the one that fits is archived.
    """
    exact = [one for one in partners if one.is_active and one.name.casefold() == asked.name.casefold()]
    if len(ids := _ids(exact)) == 1:
        name = party_name(asked.name)
        partners = [one for one in partners if one.partner_id in ids or party_name(one.name) != name]
    match = match_partner(role, asked, partners)
    if match.partner is None:
        return match
    named = _fitting(asked, [partner for partner in partners if partner.is_active])[KnownBy.NAME]
    if match.partner.partner_id not in _ids(named):
        problem = f"has the {match.known_by.value} of somebody who is called otherwise"
        raise AmbiguousPartnerError(role, asked, [match.partner], problem)
    if match.known_by is KnownBy.NAME and (asked.email or asked.vat) and len(_ids(named)) > 1:
        problem = "fits several, and the e-mail address or tax number is none of theirs"
        raise AmbiguousPartnerError(role, asked, named, problem)
    return match


def near_partners(asked: Identity, partners: Sequence[Partner]) -> list[Partner]:
    """Those in use who may be meant by a name that nobody has: of a like name, or at the address's own domain.

    A guess for a person to look at, never a match: the nearest name first, at most `MOST_NEAR`.
    """
    likeness = {one.partner_id: _likeness(asked, one) for one in partners if one.is_active}
    near = {one.partner_id: one for one in partners if likeness.get(one.partner_id, 0) >= LEAST_LIKENESS}
    return sorted(near.values(), key=lambda one: (-likeness[one.partner_id], one.partner_id))[:MOST_NEAR]


def _likeness(asked: Identity, partner: Partner) -> float:
    """From 0 to 1; all words of the one in the other, or one company's mail domain, are a likeness by themselves."""
    one, other = party_name(asked.name), party_name(partner.name)
    words = sorted((set(one.split()), set(other.split())), key=len)
    is_part = words[0] <= words[1] and any(len(word) >= SHORT_WORD for word in words[0])
    domain = company_domain(asked.email)
    is_at_home = bool(domain) and domain == company_domain(partner.email)
    return max(SequenceMatcher(None, one, other).ratio(), LEAST_LIKENESS if is_part or is_at_home else 0)


def _fitting(asked: Identity, partners: Sequence[Partner]) -> dict[KnownBy, list[Partner]]:
    return {
        KnownBy.VAT: [p for p in partners if asked.vat and plain_vat(p.vat) == plain_vat(asked.vat)],
        KnownBy.EMAIL: [
            p for p in partners if asked.email and plain_email(p.email) == plain_email(asked.email)
        ],
        KnownBy.NAME: [p for p in partners if party_name(p.name) == party_name(asked.name)],
    }


def _only(role: PartnerRole, asked: Identity, found: Sequence[Partner], known_by: KnownBy) -> Partner:
    fitting = [p for p in found if not _differs(plain_vat(p.vat), plain_vat(asked.vat))]
    if not fitting:
        raise AmbiguousPartnerError(role, asked, found, "is known with another tax number")
    if role.email_differs and known_by is KnownBy.NAME:
        fitting = [p for p in fitting if not _differs(plain_email(p.email), plain_email(asked.email))]
        if not fitting:
            raise AmbiguousPartnerError(role, asked, found, "is known with another e-mail address")
    if len(_ids(fitting)) > 1:
        named = [p for p in fitting if party_name(p.name) == party_name(asked.name)]
        if len(_ids(named)) != 1:
            raise AmbiguousPartnerError(role, asked, fitting, "fits several")
        return named[0]
    return fitting[0]


def _ids(partners: Sequence[Partner]) -> set[int]:
    return {partner.partner_id for partner in partners}


def _differs(theirs: str, mine: str) -> bool:
    return bool(theirs and mine and theirs != mine)
