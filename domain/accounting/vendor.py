"""Which vendor of the books a document means: by tax number, then e-mail address, then name."""

import hashlib
import re
from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.accounting.party import base_name, party_name
from domain.errors import RejectedError


class Known(StrEnum):
    """What told us who the vendor is."""

    VAT = "tax number"
    EMAIL = "e-mail address"
    NAME = "name"
    UNKNOWN = "unknown"


class Vendor(BaseModel):
    """Who is paid, as a document says it."""

    model_config = ConfigDict(frozen=True)

    name: str
    vat: str | None = None
    email: str | None = None


class Partner(Vendor):
    """A business in the books."""

    partner_id: int


class VendorMatch(BaseModel):
    """The partner that is meant, or none."""

    model_config = ConfigDict(frozen=True)

    known_by: Known
    partner: Partner | None = None


def vendor_words(match: VendorMatch) -> str:
    """Who it will be booked on, for a person."""
    if match.partner is None:
        return "not in the books; will be created"
    return f"{match.partner.name} (id {match.partner.partner_id}), known by {match.known_by.value}"


class AmbiguousVendorError(RejectedError):
    """More than one vendor fits, or the one that fits contradicts the document."""

    def __init__(self, vendor: Vendor, partners: Sequence[Partner], problem: str) -> None:
        self.partners = list(partners)
        names = ", ".join(f"{p.name} (id {p.partner_id}, tax number {p.vat or 'none'})" for p in partners)
        super().__init__(
            f"vendor '{vendor.name}' {problem}: {names}; merge or correct them in Odoo, or put the right "
            "name and tax number into the request"
        )


class ArchivedPartnerError(RejectedError):
    """The books have them, but a person took them out of use."""

    def __init__(self, role: str, asked: Vendor, partner: Partner) -> None:
        super().__init__(
            f"{role} '{asked.name}' is archived in Odoo ({partner.name}, id {partner.partner_id}) and is not used. To "
            "use them again, open Contacts in Odoo, filter by Archived, choose Unarchive, and try again; else "
            f"name another {role}"
        )


def plain_vat(vat: str | None) -> str:
    """A tax number without blanks, dots and dashes."""
    return re.sub(r"[^0-9A-Z]", "", (vat or "").upper())


def plain_email(email: str | None) -> str:
    """An address without its name and case."""
    found = re.search(r"[^\s<>]+@[^\s<>]+", email or "")
    return found[0].casefold() if found else ""


def vendor_key(vendor: Vendor) -> str:
    """The same for every spelling of one vendor: the key of the vendor's external id."""
    identity = plain_vat(vendor.vat) or plain_email(vendor.email) or base_name(vendor.name)
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def refuse_archived(role: str, asked: Vendor, archived: Sequence[Partner]) -> None:
    """Refuse when one of these is meant.

    Raises:
        ArchivedPartnerError: naming the first.
    """
    for partner in archived:
        by_vat = bool(asked.vat) and plain_vat(partner.vat) == plain_vat(asked.vat)
        by_email = bool(asked.email) and _same_email(partner, asked)
        if by_vat or by_email or party_name(partner.name) == party_name(asked.name):
            raise ArchivedPartnerError(role, asked, partner)


def match_vendor(vendor: Vendor, partners: Sequence[Partner]) -> VendorMatch:
    """The one partner that is meant.

    A tax number outweighs an address, an address a name. A partner found by address or name whose tax
    number differs from the document's is not taken: that is another business, or a forged document.

    Raises:
        AmbiguousVendorError: several fit, or the only one has another tax number.
    """
    for known_by, found in (
        (Known.VAT, [p for p in partners if vendor.vat and plain_vat(p.vat) == plain_vat(vendor.vat)]),
        (Known.EMAIL, [p for p in partners if vendor.email and _same_email(p, vendor)]),
        (Known.NAME, [p for p in partners if party_name(p.name) == party_name(vendor.name)]),
    ):
        if found:
            return VendorMatch(known_by=known_by, partner=_only(vendor, found))
    return VendorMatch(known_by=Known.UNKNOWN)


def _same_email(partner: Partner, vendor: Vendor) -> bool:
    return plain_email(partner.email) == plain_email(vendor.email)


def _only(vendor: Vendor, found: Sequence[Partner]) -> Partner:
    fitting = [p for p in found if not _contradicts(p, vendor)]
    if not fitting:
        raise AmbiguousVendorError(vendor, found, "is known with another tax number")
    if len({p.partner_id for p in fitting}) > 1:
        same_name = [p for p in fitting if party_name(p.name) == party_name(vendor.name)]
        if len(same_name) != 1:
            raise AmbiguousVendorError(vendor, fitting, "fits several vendors")
        return same_name[0]
    return fitting[0]


def _contradicts(partner: Partner, vendor: Vendor) -> bool:
    mine, theirs = plain_vat(vendor.vat), plain_vat(partner.vat)
    return bool(mine and theirs and mine != theirs)
