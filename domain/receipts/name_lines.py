"""A business's name as it stands on paper: without its registration, over one line or two."""

import re
from collections.abc import Sequence

from domain.receipts.business_names import (
    FORM_WORDS,
    LEGAL_FORM,
    TRADE_FORM,
    TRADE_WORD,
    can_be_name,
    is_address,
    is_registration,
    spelled,
)
from domain.receipts.layout import LayoutRow
from domain.receipts.people import is_person
from domain.text import without_accents

NUMBER_TAIL = re.compile(
    r"\s*[(<\[]\s*(?:CO\.? ?(?:REG\.?)? ?(?:NO)?\.?[ :]*)?[A-Z]{0,3}\d[\dA-Z .-]*[)>\]].*$|\s+\d{5,7}\s?-\s?[A-Z]\b.*$|"
    r"\s*\(?(?:CO\.? ?)?(?:REG|ROC|GST|VAT|ABN|EIN)\b.*\d.*$",
    re.IGNORECASE,
)
_NUMBER_HEAD = re.compile(r"^\W*#?\d{4,}\s+|^[^\w(&]+")
_LINKS = r"AND|OF|UND|VON|FÜR|ET|DE|DES|DU|DEL|DI|DELLA|VAN|EN|Y|E"
_OPEN_END = re.compile(rf"(?:&|\+|\b(?:{_LINKS}))\s*$", re.IGNORECASE)
_OPEN_START = re.compile(rf"^\s*(?:&|\+|(?:{_LINKS})\s)", re.IGNORECASE)
_CUT_WORD = re.compile(r"[a-z\u00e0-\u00ff]-$")
WITHOUT_ACCENTS = frozenset({"MY", "SG", "US", "GB", "AU", "IN"})
_PLACE_ALONE = 3
"""Letters behind a legal form that are too few to name a place."""


def clean(text: str) -> str:
    """The name without registration number, leading serial and stray marks."""
    name = NUMBER_TAIL.sub("", _NUMBER_HEAD.sub("", text.strip()))
    name = re.sub(r"\s+", " ", name).strip(" *-_=~:;,|<>\"'\u201c\u201d#")
    return spelled(_without_branch(name)) if len(name) > 1 else ""


def recognised(name: str, country: str | None, rows: Sequence[LayoutRow]) -> str:
    """The name as its country writes it: on a picture a speck over a letter looks like an accent."""
    is_picture = any(row.sure < 1 for row in rows)
    if not is_picture or country not in WITHOUT_ACCENTS:
        return name
    return without_accents(name)


def joined(name: str, index: int, header: Sequence[LayoutRow]) -> str:
    """The name with its second line: the first is cut open, the second is only its form or begins with a link."""
    following = header[index + 1] if index + 1 < len(header) else None
    second = clean(following.cells[0].text) if following else ""
    if following is None or not second or len(following.cells) > 1 or is_person(name):
        return name
    first = header[index].text.strip()
    ends_below = is_bracket_open(first) and ")" in following.text
    if (ends_below or _is_bracket_with_form(following.text)) and can_be_name(f"X {following.text}"):
        return clean(f"{first} {following.text.strip()}")
    if LEGAL_FORM.search(name.upper()):
        return name
    if _runs_on(first, name, following.text, second) and can_be_name(f"X {second}"):
        return _with_second_line(first, name, following.text.strip(), second)
    return f"{name} {second}" if _repeats(name, second.upper(), index, header) else name


def _with_second_line(first: str, name: str, following: str, second: str) -> str:
    if _CUT_WORD.search(first) and second[:1].islower():
        return clean(first[:-1] + following)
    return clean(f"{name} {following if _OPEN_START.search(following) else second}")


def is_bracket_open(text: str) -> bool:
    """Whether a bracket is opened and not closed: the line goes on below."""
    return text.count("(") > text.count(")") and not re.search(r"\(\W*$|\([^)]*\d", text)


def _is_bracket_with_form(text: str) -> bool:
    """`(North) Pte Ltd` under the name it belongs to."""
    return bool(re.match(r"\s*\([^()\d]*\)", text) and LEGAL_FORM.search(text.upper()))


def is_joined_by_guess(name: str, index: int, header: Sequence[LayoutRow]) -> bool:
    """Whether only a shared word made two lines one name: they may be two names."""
    whole = joined(name, index, header)
    if whole == name or index + 1 >= len(header):
        return False
    following = header[index + 1].text
    ends_below = is_bracket_open(header[index].text) or _is_bracket_with_form(following)
    return not ends_below and not _runs_on(header[index].text.strip(), name, following, clean(following))


def is_whole(name: str) -> bool:
    """Whether the line is no piece of a longer name."""
    return name.count("(") == name.count(")") and not _OPEN_END.search(name) and not _OPEN_START.search(name)


def _runs_on(first: str, name: str, following: str, second: str) -> bool:
    upper = second.upper()
    has_form = LEGAL_FORM.search(upper) or TRADE_FORM.search(upper)
    if has_form and all(_is_form_word(word) for word in re.findall(r"[\w/']+", upper)):
        return True
    starts_open = following.lstrip().startswith("&") or (_OPEN_START.search(following) and has_form)
    return bool(starts_open or _OPEN_END.search(name) or _CUT_WORD.search(first))


def _repeats(name: str, second: str, index: int, header: Sequence[LayoutRow]) -> bool:
    """Two lines of one name share a word and the registration number stands below both."""
    shared = set(name.upper().split()) & set(second.split())
    below = header[index + 2].text if index + 2 < len(header) else ""
    return bool(shared) and can_be_name(second) and not LEGAL_FORM.search(second) and is_registration(below)


def _is_form_word(word: str) -> bool:
    return word in FORM_WORDS or bool(TRADE_FORM.search(word) or TRADE_WORD.search(word))


def _without_branch(name: str) -> str:
    """`Acme Co. The Gardens Mall` is Acme Co.; what follows the legal form is where, not who."""
    forms = list(LEGAL_FORM.finditer(name.upper()))
    if not forms:
        return name
    rest = name[forms[-1].end() :].lstrip(". ")
    elsewhere = rest.startswith(("-", "@", ",", "(")) or (len(rest) > _PLACE_ALONE and is_address(rest))
    kept = name[: forms[-1].end()] + ("." if name[forms[-1].end() :].startswith(".") else "")
    return kept if elsewhere else name
