"""Numbers of cards and bank accounts in texts: cards go, an IBAN keeps its country and last digits."""

import re

from domain.audit.patterns import REDACTED

_CARD = re.compile(
    r"(?<![\w])(?=[3-6]|2[2-7])"
    r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|3[47]\d{2}|3(?:0[0-5]|[689]\d)\d|35\d{2}|6(?:011|22\d|4[4-9]\d|5\d{2}|2\d{2}))"
    r"(?:[ -]?\d){9,15}(?!\w)"
)
"""The issuers' ranges (ISO/IEC 7812: Visa, Mastercard, Amex, Diners, JCB, Discover, UnionPay); one in ten of all
long numbers passes the check digit alone, and the ids of posts are long numbers."""
_IBAN = re.compile(r"(?<!\w)([A-Z]{2})\d{2}(?:[ -]?[A-Z0-9]){11,30}")
_LENGTHS = dict(
    re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18"
        "FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24"
        "ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23"
        "ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30",
    )
)
"""Length of an IBAN by country (SWIFT's IBAN registry, release 99)."""
_LUHN_BASE = 10


def without_account_numbers(text: str) -> str:
    """The text with card numbers redacted and IBANs masked."""
    text = _CARD.sub(lambda match: REDACTED if _passes_luhn(match[0]) else match[0], text)
    return _IBAN.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    """`DE89 3704 0044 0532 0130 00` becomes `DE[redacted]3000`; what follows the number stays."""
    length, taken, end = int(_LENGTHS.get(match[1], 0)), "", 0
    for end, character in enumerate(match[0], start=1):  # noqa: B007 (the end is what is wanted)
        taken += character if character.isalnum() else ""
        if len(taken) == length:
            break
    rest = match[0][end:]
    if len(taken) != length or rest[:1].isalnum() or not _passes_mod_97(taken):
        return match[0]
    return f"{match[1]}{REDACTED}{taken[-4:]}{rest}"


def _passes_mod_97(iban: str) -> bool:
    """ISO 13616: the first four characters to the end, letters as numbers, remainder 1."""
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def _passes_luhn(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 if digit * 2 >= _LUHN_BASE else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % _LUHN_BASE == 0
