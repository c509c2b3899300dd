"""Numbers and addresses that identify the issuer: tax number, e-mail, bank account."""

import re
from collections.abc import Collection, Sequence

from domain.iban import IBAN_START, iban_at
from domain.receipts.found import Found
from domain.receipts.layout import LayoutRow

_LABELLED_TAX = re.compile(
    r"\b(?:GST|SST|VAT|TAX|UST|USTID|TVA|BTW|IVA|TIN|GSTIN|ABN|EIN|NIF|CIF|UID|P\.? ?IVA|MWST|SIRET)\b"
    r"[- .]*(?:REG(?:ISTRATION|N)?\b)?[- .]*(?:ID(?:NR|ENT\w*)?|NO|NUMBER|NUM|NR|REG|INTRACOM\w*|#|[ .:-])*[ .:#)-]*"
    r"(?P<id>[A-Z]{0,3}-?\d[\dA-Z .-]{6,18}\d[A-Z]?|[A-Z]{2}\d{7,12})"
)
_EU_VAT = re.compile(
    r"\b(?:ATU\d{8}|BE[01]\d{9}|DE\d{9}|DK\d{8}|ES[A-Z0-9]\d{7}[A-Z0-9]|FI\d{8}|FR[A-Z0-9]{2}\d{9}|GB\d{9}|IE\d{7}[A-Z]{1,2}|"
    r"IT\d{11}|LU\d{8}|NL\d{9}B\d{2}|PL\d{10}|PT\d{9}|SE\d{12}|CHE-?\d{3}\.?\d{3}\.?\d{3})\b"
)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_BANK = re.compile(
    r"\b(?:BANK|BANKING|SWIFT|BIC|ROUTING|ABA|SORT CODE|BSB|IFSC|ACH|WIRE|REMIT(?:TANCE)?|BENEFICIARY|TRANSFER)\b"
)
_ACCOUNT = re.compile(
    r"\b(?:ACCOUNT|ACCT|A/C)\b\.?(?: ?(?:NUMBER|NUM|NO|NR)\b\.?| ?#)?[ :.#]*(?P<id>\d[\d -]{4,22}\d)\b"
)
NEAR_ROWS = 2
"""A bank's name stands this close to the account; further away "account" means the customer's number."""


def find_tax_number(rows: Sequence[LayoutRow], theirs: Collection[int]) -> Found[str] | None:
    """The issuer's tax number; the customer's block is left out."""
    for row in rows:
        if row.number in theirs:
            continue
        upper = row.text.upper()
        match = _EU_VAT.search(upper)
        if match:
            return Found(value=match[0], confidence=0.92, where=row.where)
        labelled = _LABELLED_TAX.search(upper)
        if labelled:
            return Found(value=re.sub(r"[ .]", "", labelled["id"]), confidence=0.85, where=row.where)
    return None


def find_email(rows: Sequence[LayoutRow], theirs: Collection[int]) -> Found[str] | None:
    """The issuer's e-mail address, the first one outside the customer's block."""
    for row in rows:
        match = EMAIL.search(row.text)
        if match and row.number not in theirs:
            return Found(value=match[0].lower(), confidence=0.75, where=row.where)
    return None


def find_iban(rows: Sequence[LayoutRow]) -> Found[str] | None:
    """The account to pay to, where its length and check digits hold (ISO 13616)."""
    for row in rows:
        upper = row.text.upper()
        for match in IBAN_START.finditer(upper):
            found = iban_at(upper, match.start())
            if found is not None:
                return Found(value=found[0], confidence=0.97, where=row.where)
    return None


def find_account(rows: Sequence[LayoutRow], theirs: Collection[int]) -> Found[str] | None:
    """The national number of the account to pay to: only where a bank is spoken of."""
    for index, row in enumerate(rows):
        near = rows[max(index - NEAR_ROWS, 0) : index + NEAR_ROWS + 1]
        match = _ACCOUNT.search(row.text.upper())
        if match and row.number not in theirs and any(_BANK.search(other.text.upper()) for other in near):
            return Found(value=re.sub(r"[ -]", "", match["id"]), confidence=0.8, where=row.where)
    return None
