"""How sure a vendor's name is: by what stands around it, never by how well it scored."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.receipts.business_names import (
    LEGAL_FORM,
    TRADE_FORM,
    TRADE_WORD,
    can_be_name,
    has_business_word,
    is_address,
    is_old_name_marker,
    is_registration,
)
from domain.receipts.layout import UNCLEAR, LayoutRow
from domain.receipts.name_lines import NUMBER_TAIL, is_whole
from domain.receipts.people import is_person, is_till_or_paper, who_served

MOST = 0.97
LABELLED, LABELLED_AGAINST_A_HEAD, IN_A_SENTENCE, ELSEWHERE = 0.95, 0.86, 0.86, 0.45
LOOSELY_A_BUSINESS, LOOSELY = 0.9, 0.75
"""A label that names other things too, before a business's name and before any other words."""
LEGAL_FORM_SURE, TRADE_FORM_SURE, TRADE_WORD_SURE, WORDLESS_SURE = 0.95, 0.9, 0.86, 0.62
CONTRADICTED = 0.7
ANOTHER_NAME_ABOVE, GOES_ON_BELOW, A_PIECE, MISREAD, BELOW_ADDRESS, A_PERSON = 0.75, 0.75, 0.6, 0.6, 0.6, 0.5
SEEN_AGAIN = 0.12
"""What a second sight of the name adds: in the foot, or in its web address."""
_MARK_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[*~^_|\\<>={}\[\]](?=[^\W\d_])")
"""`KING*S`: a letter or an apostrophe that was not recognised."""
_LETTERS_OF_A_NAME, _SAME_START, _NEAR_THE_HEAD = 4, 6, 4


class Sight(StrEnum):
    """Where a name was seen."""

    LABEL = "label"
    LOOSE_LABEL = "loose label"
    HEADER = "header"
    SENTENCE = "sentence"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class VendorCandidate:
    """A name that may be the vendor's, over how many rows it runs, and whether that is a guess."""

    name: str
    score: float
    row: LayoutRow
    sight: Sight
    rows: int = 1
    is_guess: bool = False


def sureness(best: VendorCandidate, ranked: Sequence[VendorCandidate], rows: Sequence[LayoutRow]) -> float:
    """How often a name with this evidence is the vendor's."""
    again = SEEN_AGAIN if _is_seen_again(best, ranked, rows) else 0.0
    sure = min(MOST, min(_reasons(best, ranked, rows)) + again)
    return round(sure if best.row.is_clear else min(sure, UNCLEAR), 2)


def _reasons(
    best: VendorCandidate, ranked: Sequence[VendorCandidate], rows: Sequence[LayoutRow]
) -> Iterator[float]:
    """What the kind of evidence is worth, and each reason why it is worth less."""
    head = [one for one in ranked if one.sight is Sight.HEADER and not is_same(one.name, best.name)]
    rivals = [one for one in head if LEGAL_FORM.search(one.name.upper())]
    if is_person(best.name):
        yield A_PERSON
    if _MARK_IN_A_WORD.search(best.name):
        yield MISREAD
    if best.sight is Sight.LABEL:
        yield LABELLED_AGAINST_A_HEAD if rivals else LABELLED
    elif best.sight is Sight.LOOSE_LABEL:
        is_business = has_business_word(best.name)
        yield LOOSELY_A_BUSINESS if is_business else CONTRADICTED if rivals else LOOSELY
    elif best.sight is Sight.SENTENCE:
        yield CONTRADICTED if rivals else IN_A_SENTENCE
    elif best.sight is Sight.ELSEWHERE:
        yield ELSEWHERE
    else:
        yield from _in_the_head(best, rivals, rows)


def _in_the_head(
    best: VendorCandidate, rivals: Sequence[VendorCandidate], rows: Sequence[LayoutRow]
) -> Iterator[float]:
    index = rows.index(best.row)
    above, below = rows[:index], rows[index + best.rows : index + best.rows + 1]
    yield _by_words(best.name, below)
    if any(_is_address_row(row) for row in above):
        yield BELOW_ADDRESS
    if any(_names_somebody(row) and not is_same(row.text, best.name) for row in above):
        yield ANOTHER_NAME_ABOVE
    if best.is_guess or not is_whole(best.name) or _is_only_a_kind(best.name):
        yield A_PIECE
    if not _is_settled(best, below):
        yield GOES_ON_BELOW
    if any(_stands_near(one, index, rows) for one in rivals):
        yield CONTRADICTED


def _by_words(name: str, below: Sequence[LayoutRow]) -> float:
    upper = name.upper()
    if LEGAL_FORM.search(upper):
        return LEGAL_FORM_SURE
    if TRADE_FORM.search(upper):
        return TRADE_FORM_SURE
    if TRADE_WORD.search(upper):
        return TRADE_WORD_SURE
    return WORDLESS_SURE + (SEEN_AGAIN if below and is_registration(below[0].text) else 0.0)


def _is_only_a_kind(name: str) -> bool:
    """`Restaurant Sdn Bhd`: the kind of business, of a name whose own words are missing."""
    rest = name.upper()
    for pattern in (LEGAL_FORM, TRADE_FORM, TRADE_WORD):
        rest = pattern.sub("", rest)
    return not re.search(r"[^\W\d_]", rest)


def _is_address_row(row: LayoutRow) -> bool:
    return is_address(row.text) and not LEGAL_FORM.search(row.text.upper())


def _names_somebody(row: LayoutRow) -> bool:
    """A row above that may be the business's other name or the first part of this one."""
    text = row.text
    letters = len(re.findall(r"[^\W\d_]", text))
    if (
        letters < _LETTERS_OF_A_NAME
        or is_person(text)
        or is_till_or_paper(text)
        or who_served(text) is not None
    ):
        return False
    return can_be_name(text) or bool(LEGAL_FORM.search(text.upper()))


def _is_settled(best: VendorCandidate, below: Sequence[LayoutRow]) -> bool:
    """Whether the name ends where it seems to: with its legal form, its number, or above what is no name."""
    upper = best.name.upper()
    ends_in_form = any(form.end() >= len(upper) - 1 for form in LEGAL_FORM.finditer(upper))
    if ends_in_form or NUMBER_TAIL.search(best.row.text) or not below:
        return True
    return (
        not can_be_name(below[0].text) or is_till_or_paper(below[0].text) or is_old_name_marker(below[0].text)
    )


def _stands_near(rival: VendorCandidate, index: int, rows: Sequence[LayoutRow]) -> bool:
    """Another company just below, not under an address: a customer's name stands further down."""
    other = rows.index(rival.row)
    between = rows[index + 1 : other]
    formerly = any(is_old_name_marker(row.text) for row in between)
    return index < other <= index + _NEAR_THE_HEAD and not formerly and not any(map(_is_address_row, between))


def _is_seen_again(
    best: VendorCandidate, ranked: Sequence[VendorCandidate], rows: Sequence[LayoutRow]
) -> bool:
    """The same letters in another place of the paper, or at the start of a mail or web address."""
    key = _letters(best.name)
    if len(key) < _LETTERS_OF_A_NAME:
        return False
    others = {one.sight for one in ranked if is_same(one.name, best.name)} - {best.sight}
    index = rows.index(best.row)
    elsewhere = [row.text for row in rows[index + best.rows :]]
    if others or any(key in _letters(text) for text in elsewhere):
        return True
    hosts = re.findall(r"(?:@|www\.)([\w-]+)\.", " ".join(elsewhere).lower())
    return any(len(host) >= _SAME_START and key.lower().startswith(_letters(host).lower()) for host in hosts)


def _letters(name: str) -> str:
    return re.sub(r"\W", "", name.upper())


def is_same(left: str, right: str) -> bool:
    """Whether one name is the other or a part of it."""
    one, two = _letters(left), _letters(right)
    return one in two or two in one
