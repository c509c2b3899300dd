"""Text that has to stand on one line: names that a person reads in tables, notes and Odoo."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise ValueError("must be one line of text, without control characters")
    return value


OneLine = Annotated[str, AfterValidator(_one_line)]
