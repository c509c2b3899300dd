"""Numbers of cards and bank accounts in texts: cards go, an IBAN keeps its country and last digits."""

import re

from stdnum import luhn

from domain.audit.patterns import REDACTED
from domain.iban import IBAN_START, iban_at

_CARD = re.compile(
    r"(?<![\w])(?=[3-6]|2[2-7])"
    r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|3[47]\d{2}|3(?:0[0-5]|[689]\d)\d|35\d{2}|6(?:011|22\d|4[4-9]\d|5\d{2}|2\d{2}))"
    r"(?:[ -]?\d){9,15}(?!\w)"
)
"""The issuers' ranges (ISO/IEC 7812: Visa, Mastercard, Amex, Diners, JCB, Discover, UnionPay); one in ten of all
long numbers passes the check digit alone, and the ids of posts are long numbers."""


def without_account_numbers(text: str) -> str:
    """The text with card numbers redacted and IBANs masked: `DE89 3704 0044 0532 0130 00` is `DE[redacted]3000`."""
    text = _CARD.sub(
        lambda match: REDACTED if luhn.is_valid(re.sub(r"[ -]", "", match[0])) else match[0], text
    )
    parts, done = [], 0
    for match in IBAN_START.finditer(text):
        found = iban_at(text, match.start()) if match.start() >= done else None
        if found is not None and not text[found[1] : found[1] + 1].isalnum():
            number, end = found
            parts += [text[done : match.start()], f"{number[:2]}{REDACTED}{number[-4:]}"]
            done = end
    return "".join([*parts, text[done:]])
