"""Text that a person reads in tables, notes and Odoo: names on one line, prose on several."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from domain.visible import visible

_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise ValueError("must be one line of text, without control characters; correct it")
    return _seen(value)


def _seen(value: str) -> str:
    if value and not visible(value).strip():
        raise ValueError("shows nothing that a person could read; give a text")
    return value


def _email_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("is not an e-mail address; give one such as name@business.com")
    return value


def _prose(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in value):
        raise ValueError("must be text without control characters; correct it")
    return _seen(value)


OneLine = Annotated[str, AfterValidator(_one_line)]
Prose = Annotated[str, AfterValidator(_prose)]
EmailAddress = Annotated[str, AfterValidator(_email_address)]


def without_accents(text: str) -> str:
    """Letters without the marks above and below them."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
