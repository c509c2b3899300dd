"""What is talked about on a platform just now: a proposal to a person, never words of a post."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from domain.mail.excerpt import sanitized

MOST_PROPOSED = 3


class Trend(BaseModel, frozen=True):
    """One topic, in the platform's own words.

    Attributes:
        posts: How many posts are about it, as the platform says it; empty: it does not say.
        since: Since when.
    """

    name: str
    category: str = ""
    posts: str = ""
    since: str = ""

    @property
    def in_words(self) -> str:
        """The topic with what is known of it; the words of others, harmless in a note."""
        known = [self.category, f"{self.posts} posts" if self.posts.isdigit() else self.posts, self.since]
        return sanitized(f"{self.name} ({', '.join(filter(None, known))})" if any(known) else self.name)


def fitting(trends: Iterable[Trend], topics: Sequence[str]) -> list[tuple[Trend, str]]:
    """The first trends whose name or category has all words of a topic, each with that topic."""
    found = []
    for trend in trends:
        words = _words(f"{trend.name} {trend.category}")
        fits = [topic for topic in topics if _words(topic) and _words(topic) <= words]
        found += [(trend, topic) for topic in fits[:1]]
    return found[:MOST_PROPOSED]


def _words(text: str) -> set[str]:
    """Its words, however they are cased; those that a hashtag joins (GardenShow) as well."""
    plain = unicodedata.normalize("NFKC", text)
    parted = re.sub(r"(?<=[^\W\d_])(?=[A-Z][a-z])", " ", plain)
    return {word.casefold() for word in re.findall(r"\w+", f"{plain} {parted}")}
