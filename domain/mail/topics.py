"""What a mail or a message is about, by its words: a kind, how likely it is right, and the words that said so.

It proposes among kinds that are read by a person, or filed away; whether something is a bill or a fraud is not decided
here (`domain/mail/classify.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp

from domain.mail.facts import MailFacts
from domain.mail.topic_words import WORDS
from domain.text import without_accents

LONGEST = 4_000
"""Letters of a body that are looked at: what a mail is about stands at its beginning."""
LONGEST_LINE = 500
IN_SUBJECT, IN_SENDER, IN_BODY = 2.0, 1.0, 1.0
MOST_SHOWN = 3
ENOUGH_WORDS, TELLING, UNSURE = 2, 3.0, 0.7


@dataclass(frozen=True)
class Topic:
    """A kind with its score, the weight of its most telling word, how likely it is right, and what was found."""

    kind: str
    score: float
    strongest: float
    confidence: float
    words: tuple[str, ...]

    @property
    def because(self) -> str:
        """For a person."""
        return "it says " + ", ".join(f"'{word}'" for word in self.words[:MOST_SHOWN])


@dataclass(frozen=True)
class _Words:
    """The stems of one kind that weigh the same."""

    kind: str
    weight: float
    pattern: re.Pattern[str]


_Scores = tuple[Mapping[str, float], Mapping[str, float], Mapping[str, list[str]]]


def folded(text: str) -> str:
    """Small letters without accents."""
    return " ".join(without_accents(text.casefold().replace("\u2019", "'")).split())


def topics(mail: MailFacts, body: str) -> list[Topic]:
    """Everything that it may be about, the likeliest first; nothing where no word is known."""
    scores, strongest, found = _scored(mail, body)
    ranked = sorted(scores, key=lambda kind: (-scores[kind], kind))
    if not ranked:
        return []
    ahead = scores[ranked[0]] - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
    return [
        Topic(
            kind,
            scores[kind],
            strongest[kind],
            _likely(scores[kind], ahead, _apart(found[kind]), strongest[kind]) if kind == ranked[0] else 0.0,
            tuple(dict.fromkeys(found[kind])),
        )
        for kind in ranked
    ]


def _apart(words: list[str]) -> int:
    """How many of the words say something of their own: none that is a part of another."""
    return sum(not any(one != other and one in other for other in words) for one in set(words))


def _likely(best: float, ahead: float, words: int, strongest: float) -> float:
    """By how much the first is ahead; a single word, or only vague ones, are never enough to be sure.

    Set by mails that were made for it (`benchmarks/routing.py`).
    """
    likely = 0.99 / (1 + exp(-(0.35 * ahead + 0.2 * best - 0.9)))
    is_told = words >= ENOUGH_WORDS and strongest >= TELLING
    return round(likely if is_told else min(likely, UNSURE), 2)


def _scored(mail: MailFacts, body: str) -> _Scores:
    """Each kind's weight, a stem once in each place, and what was found of it."""
    host = mail.sender_address.rpartition("@")[2].rpartition(".")[0].replace("-", " ").replace(".", " ")
    box = mail.sender_address.rpartition("@")[0].replace(".", " ")
    places = (
        (IN_SUBJECT, folded(mail.subject[:LONGEST_LINE])),
        (IN_SENDER, folded(f"{mail.sender_name} {box} {host}"[:LONGEST_LINE])),
        (IN_BODY, folded(f"{body[:LONGEST]} {' '.join(mail.attachments)}")),
    )
    scores: dict[str, float] = {}
    strongest: dict[str, float] = {}
    found: dict[str, list[str]] = {}
    for words in _all_words():
        for factor, text in places:
            hits = {match.group() for match in words.pattern.finditer(text)}
            if hits:
                scores[words.kind] = scores.get(words.kind, 0.0) + factor * words.weight * len(hits)
                strongest[words.kind] = max(words.weight, strongest.get(words.kind, 0.0))
                found.setdefault(words.kind, []).extend(sorted(hits, key=len, reverse=True))
    return scores, strongest, found


@cache
def _all_words() -> tuple[_Words, ...]:
    return tuple(_read_words())


def _read_words() -> Iterator[_Words]:
    for block in WORDS.strip().split("\n\n"):
        kind, _, rest = block.partition("\n")
        for line in re.sub(r"\n\s+", " ", rest).split("\n"):
            weight, _, stems = line.partition(": ")
            yield _Words(kind, float(weight), _pattern(stems))


def _pattern(stems: str) -> re.Pattern[str]:
    """Longer stems first, so that what is longer and more telling is what is found."""
    ordered = sorted((stem.strip() for stem in stems.split(",") if stem.strip()), key=len, reverse=True)
    return re.compile("|".join(map(_stem, ordered)))


def _stem(stem: str) -> str:
    begin = r"\b" if stem[0].isalnum() else ""
    return begin + (stem[:-1] + r"\b" if stem.endswith("$") else stem)
