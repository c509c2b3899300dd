"""Whether what somebody else wrote rests on what was said: no number, address, link or name of its own.

Errs towards no: what is wrongly refused costs a proposal, and what were wrongly taken could cost money.
"""

import re
import unicodedata

from domain.number_words import NUMBER_WORDS
from domain.social.week import numbers
from domain.visible import visible

LINK = re.compile(r"(?:https?:|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?:/\S*)?", re.IGNORECASE)
"""Also without a scheme: many programs make `pay.example/now` a link."""
ADDRESS = re.compile(r"[@+]?[\w.+-]*@[\w.-]+|(?<!\w)[@#]\w+")
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){8,30}\b")
_THOUSANDS = re.compile(r"(?<=\d)[,'\u2019\u00a0\u202f](?=\d{3}(?!\d))")
_ALONE = re.compile(
    r"(?<![\w/:@+.,-])\d(?:[\d.,'\u2019\u00a0\u202f]*\d)?(?![\d/:@]|[.,]\d|-\w|(?!(?:usd|eur|gbp|chf|h)\b)[^\W\d])"
)
"""A number by itself: no part of a date, a document's number, an account or a telephone's."""
_CENTS = re.compile(r"\.00?$")


def flat(text: str) -> str:
    """A text as it is compared: in small letters, one blank between words, each sign in its plain form."""
    return " ".join(unicodedata.normalize("NFKC", visible(text)).casefold().split())


def is_said(value: str, words: str) -> bool:
    """Whether a value stands in the words as it is, between other words; of a number, in whichever way of writing."""
    said, text = flat(value), flat(words)
    if not said:
        return False
    if numbers(said) == [said]:
        return _plain(said) in map(_plain, _ALONE.findall(text))
    found = re.search(rf"(?<![\w@.+-]){re.escape(said)}(?![\w@]|[.+-]\w)", text)
    return found is not None


def foreign(text: str, *known: str) -> list[str]:
    """The numbers, links, addresses and accounts of a text that stand in nothing that is known; of each the first.

    A number in words counts as one, and has to stand there in words.
    """
    written, there = flat(text), flat("\n".join(known))
    held = {_plain(one) for one in numbers(there)}
    others = [one for one in numbers(written) if _plain(one) not in held]
    for pattern in (LINK, ADDRESS, NUMBER_WORDS):
        held = {one.strip(".,;:!?)>") for one in pattern.findall(there)}
        others += [one for one in pattern.findall(written) if one.strip(".,;:!?)>") not in held]
    held = {one.replace(" ", "") for one in ACCOUNT.findall(there.upper())}
    others += [one for one in ACCOUNT.findall(written.upper()) if one.replace(" ", "") not in held]
    return list(dict.fromkeys(others))


def _plain(number: str) -> str:
    """1,204.00 and 1204 are one number."""
    return _CENTS.sub("", _THOUSANDS.sub("", number))
