"""X's way of counting and a thread's way of dividing; counted by twitter-text, configuration 3."""

import re
import warnings
from functools import lru_cache
from itertools import pairwise

from domain.social.post import Platform
from domain.social.rules import RULES

LONGEST = RULES[Platform.X].text
SENTENCE_END = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])[\"'\u201d\u2019)\]]*\s+|\n+")
LONGEST_THREAD = 25


@lru_cache(maxsize=4096)
def weighted_length(text: str) -> int:
    """Characters as X counts them: a link is 23, an emoji and a CJK character 2, in NFC."""
    with warnings.catch_warnings():  # it reads its tables by pkg_resources, which says that it is old
        warnings.simplefilter("ignore")
        from twitter_text import parse_tweet  # here: its tables cost 0.2 s, and few processes count
    return int(parse_tweet(text).weightedLength)


def has_link(text: str) -> bool:
    """Whether X makes a link of some of it, which it charges for."""
    return bool(links_in(text))


def links_in(text: str) -> list[tuple[int, int]]:
    """Where X makes a link of it; a bare `example.com` counts, too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from twitter_text import extract_urls_with_indices  # here: as above
    return [(start, end) for one in extract_urls_with_indices(text) for start, end in [one["indices"]]]


def thread_of(text: str) -> tuple[str, ...]:
    """The text as posts that each fit: divided at paragraph and sentence ends, within a sentence only where it must.

    No word is lost and none is cut, unless one word alone is longer than a post.
    """
    if weighted_length(text) <= LONGEST:
        return (text,)
    parts: list[str] = []
    for piece in _pieces(text):
        joined = parts[-1] + piece if parts else piece
        if parts and weighted_length(joined.rstrip()) <= LONGEST:
            parts[-1] = joined
        else:
            parts.append(piece)
    return tuple(part.strip() for part in parts if part.strip())


def _pieces(text: str) -> list[str]:
    """Sentences with the blanks behind them; a sentence too long for a post as words, a word too long as characters."""
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    pieces = []
    for start, end in pairwise(ends):
        sentence = text[start:end]
        if weighted_length(sentence.rstrip()) <= LONGEST:
            pieces.append(sentence)
        else:
            pieces += [piece for word in re.findall(r"\S+\s*", sentence) for piece in _short(word)]
    return pieces


def _short(word: str) -> list[str]:
    if weighted_length(word.rstrip()) <= LONGEST:
        return [word]
    size = LONGEST // 2
    return [word[start : start + size] for start in range(0, len(word), size)]
