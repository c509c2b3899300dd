"""Text that a person reads in tables, notes and Odoo: names on one line, prose on several."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise ValueError("must be one line of text, without control characters")
    return value


def _prose(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in value):
        raise ValueError("must be text without control characters")
    return value


OneLine = Annotated[str, AfterValidator(_one_line)]
Prose = Annotated[str, AfterValidator(_prose)]
