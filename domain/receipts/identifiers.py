"""Numbers and addresses that identify the issuer: tax number, e-mail, bank account."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from domain.iban import IBAN_START, iban_at
from domain.receipts.found import Found
from domain.receipts.layout import LayoutRow

TAX_LABEL = r"(?:GST|SST|VAT|TAX|UST|USTID|TVA|BTW|IVA|TIN|GSTIN|ABN|EIN|NIF|CIF|UID|P\.? ?IVA|MWST|SIRET)"
TAX_ID = re.compile(
    rf"(?:\b{TAX_LABEL}\b|STEUER-?N|\bST\.?-? ?NR|\b(?:KVK|RFC|RUC|CUIT|SIREN|RCS|RPR|UEN|CVR|UTR)\b|\bC\.F\.|\bMVA\b)"
    r"(?=[^%]*\d(?:[ ./-]?[A-Z]{0,3}\d){5})|\b(?:ATU ?\d{3}|CHE-?\d{3}|[A-Z]{2} ?\d{9}\b|BE ?[01]\d{3}[. ]\d{3})"
)
"""A number by which a firm is registered, behind its label; `IVA 21 %` is none, nor is a sum."""
_LABELLED_TAX = re.compile(
    rf"\b{TAX_LABEL}\b"
    r"(?:[ /]*E?[ /]*C\.? ?F\b\.?)?[- .]*(?:REG(?:ISTRATION|N)?\b)?[- .]*"
    r"(?:ID(?:NR|ENT\w*)?|NO|NUMBER|NUM|NR|REG|INTRACOM\w*|#|[ .:-])*[ .:#)-]*"
    r"(?P<id>(?:[A-Z]{1,4}[ -]?)?\d[\dA-Z]*(?:[ .-]B?\d[\dA-Z]*)*(?:-?[A-Z])?)(?!\w|,\d)"
)
_SUM = re.compile(r"\.\d\d(?: |$)")
"""`TAX 19.00 1234.50` is money."""
LEAST_LENGTH, MOST_LENGTH, LEAST_DIGITS = 8, 18, 6
"""Of a tax number that only a label gives away, without its blanks and points."""
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
_DEBITED = re.compile(
    r"EINGEZOGEN|ABGEBUCHT|BUCHEN WIR|IHREM (?:BANK)?KONTO|\bDEBITED\b|FROM YOUR (?:BANK )?ACCOUNT|"
    r"PR[ÉE]LEV[ÉE]|VOTRE COMPTE|DOMICILIAD[AO]|EN SU CUENTA|ADDEBIT\w+ SUL? |SUO CONTO|"
    r"AFGESCHREVEN|UW (?:BANK)?REKENING"
)
"""Where money is fetched, the account is the customer's."""
NEAR_ROWS = 2
"""A bank's name stands this close to the account; further away "account" means the customer's number."""


def tax_numbers_in(text: str) -> Iterator[tuple[str, float, int]]:
    """The tax numbers of a line of text: each, how surely it is one, and where it begins."""
    upper = text.upper()
    sure = {match.start(): match[0] for match in _EU_VAT.finditer(upper)}
    yield from ((number, 0.92, begin) for begin, number in sure.items())
    for match in _LABELLED_TAX.finditer(upper):
        number = re.sub(r"[ .]", "", match["id"])
        is_long = (
            LEAST_LENGTH <= len(number) <= MOST_LENGTH and len(re.findall(r"\d", number)) >= LEAST_DIGITS
        )
        if is_long and match.start("id") not in sure and not _SUM.search(match["id"]):
            yield number, 0.85, match.start("id")


def emails_in(text: str) -> Iterator[tuple[str, float, int]]:
    """The e-mail addresses of a line of text, as `tax_numbers_in`."""
    for match in EMAIL.finditer(text):
        yield match[0].lower(), 0.75, match.start()


def find_tax_number(rows: Sequence[LayoutRow], theirs: Collection[int]) -> Found[str] | None:
    """The issuer's tax number; the customer's block is left out."""
    return _first(tax_numbers_in, rows, theirs)


def find_email(rows: Sequence[LayoutRow], theirs: Collection[int]) -> Found[str] | None:
    """The issuer's e-mail address, the first one outside the customer's block."""
    return _first(emails_in, rows, theirs)


def _first(
    found_in: Callable[[str], Iterator[tuple[str, float, int]]],
    rows: Sequence[LayoutRow],
    theirs: Collection[int],
) -> Found[str] | None:
    for row in rows:
        found = next(found_in(row.text), None) if row.number not in theirs else None
        if found is not None:
            return Found(value=found[0], confidence=found[1], where=row.where)
    return None


def find_iban(rows: Sequence[LayoutRow]) -> Found[str] | None:
    """The account to pay to, where its length and check digits hold (ISO 13616); not the one money is fetched from."""
    for index, row in enumerate(rows):
        upper = row.text.upper()
        if any(_DEBITED.search(one.text.upper()) for one in rows[max(index - 1, 0) : index + 1]):
            continue
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
