"""International bank account numbers (ISO 13616) in running text; lengths and check digits are python-stdnum's."""

import re
from typing import Final

from stdnum import iban, numdb

IBAN_START: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ A-Z0-9-])")
"""Where an IBAN may begin, in capitals."""

_COUNTRY_AND_CHECK: Final = 4


def iban_at(text: str, start: int) -> tuple[str, int] | None:
    """The valid IBAN that begins at `start`, without blanks and dashes, and where it ends in the text; or None."""
    length, taken = _length(text[start : start + 2]), ""
    for end in range(start, len(text)):
        character = text[end]
        if character.isascii() and character.isalnum():
            taken += character
        elif character not in " -":
            return None
        if taken and len(taken) == length:
            return (taken, end + 1) if iban.is_valid(taken, check_country=False) else None
    return None


def _length(country: str) -> int:
    """How many signs an IBAN of the country has; 0 for a country without."""
    properties = numdb.get("iban").info(country)[0][1]
    counts = re.findall(r"(\d+)!", properties.get("bban", ""))
    return _COUNTRY_AND_CHECK + sum(map(int, counts)) if counts else 0
