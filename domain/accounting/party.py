"""Who somebody is, however the name is spelt: the one rule for payees, vendors, customers and their duplicates."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

LEGAL_FORMS: Final = frozenset(
    re.findall(
        r"\w+",
        "ab ag as bhd bv co company corp corporation gmbh inc incorporated kg kgaa limited llc llp ltd nv oy oyj "
        "plc pt pte pty sa sarl sas sdn se spa srl",
    )
)
"""Words that documents add to and drop from the same business's name."""

CARRIES_ACCENT: Final = frozenset("aceinosuz")
"""Letters that are written with an accent in one document and without it in the next."""

SHORT_WORD: Final = 4
"""A word of fewer letters is in too many names to be looked for alone."""


def plain_words(name: str) -> list[str]:
    """The words of a name without case, accents and punctuation: `Café A.B.C.` is `cafe`, `abc`."""
    whole = re.sub(r"[.'\u2019]", "", unicodedata.normalize("NFKD", name.casefold()))
    bare = "".join(letter for letter in whole if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", bare).split()


def base_name(name: str) -> str:
    """The name in plain words without the legal form at its end: `Müller GmbH & Co. KG` is `muller`."""
    words = plain_words(name)
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=8_192)
def party_name(name: str) -> str:
    """The name by which the books know a party: as `base_name`, and the order of words does not count.

    Two names that are equal under it are one party for `party_key`, too. Kept, since of a batch each customer's name is
    compared with everybody's.
    """
    return " ".join(sorted(base_name(name).split()))


def party_key(name: str) -> str:
    """The key under which sums are added up: as `party_name`, with legal forms dropped wherever they stand.

    It joins rather too much: that only asks more.
    """
    words = party_name(name).split()
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def telling_pattern(name: str) -> str:
    """A pattern for `ilike` that the spellings of a name fit: its longest word, whatever accents it is written with.

    The first letter may stand apart (`O'Reilly`), a number stands as it is; names of short words only are looked
    for letter by letter.
    """
    words = [word for word in plain_words(name) if word not in LEGAL_FORMS] or plain_words(name)
    word = max(words, key=len, default="")
    if len(word) < SHORT_WORD:
        return "%".join("".join(words)) or name
    if not word.isalpha():
        return word
    anyhow = ["_" if letter in CARRIES_ACCENT or not letter.isascii() else letter for letter in word]
    return anyhow[0] + "%" + "".join(anyhow[1:])
