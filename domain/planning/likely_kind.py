"""How likely a mail or a message is of each kind and domain, by weights that were learnt from made ones.

A linear model over words, pairs of words and parts of words, and over what the rules found. It knows the words of its
examples and, by vectors of a language model, words that mean the like in other languages. It computes and nothing else:
the weights come from whoever calls, and what may follow from a kind is decided in `domain/planning/by_words.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from domain.text import without_accents

if TYPE_CHECKING:
    from numpy import bool_, float32, int8, intp, uint32
    from numpy.typing import NDArray

LONGEST = 1_500
"""Letters that are looked at; what a message is about stands at its beginning."""
MOST_PARTS = 4_000
GRAM = 4
_WORD = re.compile(r"[^\W\d_]{2,}|\d+|[€$£%?!]")
_DIGITS = re.compile(r"\d")
_QUOTED = re.compile(
    r"^(?:>|-- ?$|-{2,} ?(?:original|ursprung|forward|weiter|mensaje|message|messaggio|mensagem|doorgestuurd)"
    r"|on .{5,80} wrote:$|am .{5,80} schrieb|le .{5,80} a écrit ?:$|el .{5,80} escribió:$|il .{5,80} ha scritto:$"
    r"|op .{5,80} schreef .{0,80}:$|em .{5,80} escreveu:$)",
    re.IGNORECASE | re.MULTILINE,
)


class Likely(NamedTuple):
    """A kind and whose matter it is, and how likely."""

    kind: str
    domain: str
    probability: float


@dataclass(frozen=True)
class Parts:
    """What of a text is counted, each once: its words, pairs of them, and parts of four letters."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    grams: tuple[str, ...]

    def groups(self) -> Iterator[Sequence[str]]:
        """In the order of the model's weights."""
        yield self.words
        yield self.pairs
        yield self.grams


@dataclass(frozen=True)
class KindModel:
    """The weights.

    Attributes:
        labels: `kind/domain`.
        keys: Of the parts that are known, ascending.
        weights: A row for each key, in units of `scale`.
        facts: By the name of a fact, its weights.
        sharpness: What the scores are multiplied with, so that they are probabilities.
    """

    labels: tuple[str, ...]
    keys: "NDArray[uint32]"
    weights: "NDArray[int8]"
    scale: float
    bias: "NDArray[float32]"
    facts: "Mapping[str, NDArray[float32]]"
    sharpness: float = 1.0

    def likely(self, parts: Parts, facts: Mapping[str, float]) -> list[Likely]:
        """All kinds, the likeliest first."""
        import numpy as np

        score = self.bias.copy()
        for group in parts.groups():
            places, is_known = self._places(group)
            rows = self.weights[places[is_known]]
            score += rows.sum(axis=0, dtype=np.int32) * np.float32(self.scale / max(1, len(group)) ** 0.5)
        for name, value in facts.items():
            if name in self.facts:
                score += self.facts[name] * np.float32(value)
        score = np.exp((score - score.max()) * self.sharpness)
        score /= score.sum()
        order = np.argsort(-score)
        names = [self.labels[at].partition("/") for at in order]
        return [
            Likely(kind, domain, float(score[at])) for at, (kind, _, domain) in zip(order, names, strict=True)
        ]

    def telling(self, parts: Parts, label: str) -> list[str]:
        """The words that speak for a kind, the most telling first."""
        places, is_known = self._places(parts.words)
        column = self.weights[places, self.labels.index(label)]
        said = zip(parts.words, column.tolist(), is_known.tolist(), strict=True)
        weights = {word: weight for word, weight, known in said if known and weight > 0 and word[0].isalpha()}
        return sorted(weights, key=lambda word: -weights[word])

    def _places(self, group: Sequence[str]) -> "tuple[NDArray[intp], NDArray[bool_]]":
        """Where the rows of these are, and whether there is one."""
        import numpy as np

        keys = np.array([key_of(part) for part in group], dtype=np.uint32)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return places, self.keys[places] == keys


def key_of(part: str) -> int:
    """The number by which a part is known."""
    return crc32(part.encode())


def parts_of(subject: str, text: str, sender: str = "") -> Parts:
    """What is counted of a message; what it quotes of others is not."""
    own = _QUOTED.split(text[:MOST_PARTS], maxsplit=1)[0][:LONGEST] or text[:LONGEST]
    plain = [*_words(f"{subject[:300]} . {own}")]
    words = dict.fromkeys([*plain, *_words(sender[:200])])
    pairs = dict.fromkeys(f"{one} {two}" for one, two in pairwise(plain))
    grams = dict.fromkeys(
        f"#{padded[at : at + GRAM]}"
        for word in dict.fromkeys(plain)
        for padded in (f"_{word}_",)
        for at in range(max(1, len(padded) - GRAM + 1))
    )
    return Parts(tuple(words), tuple(pairs), tuple(grams))


def _words(text: str) -> list[str]:
    small = without_accents(text.casefold().replace("ß", "ss"))
    return [_DIGITS.sub("0", word)[:20] for word in _WORD.findall(small)]
