"""What differs between two readings of a page or feed, without what changes on every page by itself.

Not told: white space, order, how long ago something was, how often it was read or liked, the year of a copyright, long
hexadecimal marks, and paragraphs that are nothing but a date or a time (with a word such as "updated").
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from pydantic import BaseModel

from domain.mail.excerpt import excerpt_of
from domain.planning.event import Event
from domain.times import shown_time
from domain.vault.names import event_name
from domain.web.page import Paragraph
from domain.web.watched import PageKind, WatchedPage

SOURCE = "web"
MARK = "Changed on a page of others: "
"""What the document of a change begins with, so that nothing in it is ever read as a bill."""
MOST_TOLD, LONGEST_TOLD = 20, 500
MOST_PAIRED, LEAST_ALIKE = 40, 0.5
MOST_KNOWN = 1_000
"""Of a feed's entries: one that was left out of the feed for a while is not new when it comes back."""
_UNITS = r"(?:sec(?:ond)?|min(?:ute)?|hour|day|week|month|year)s?"
_COUNTED = (
    r"(?:views?|comments?|likes?|shares?|follow(?:er)?s?|visitors?|reads?|downloads?|votes?|replies|online)"
)
NOISE = re.compile(
    rf"\b(?:\d+|an?|one)\s+{_UNITS}\s+ago\b|\bjust now\b"
    r"|\bvor\s+(?:\d+|einer|einem)\s+(?:Sekunde|Minute|Stunde|Tag|Woche|Monat|Jahr)(?:e?n)?\b"
    rf"|\b\d[\d.,' ]{{0,15}}[km]?\s+{_COUNTED}\b"
    r"|(?:©|\(c\)|\bcopyright)\s*\d{4}(?:\s*[-\u2013]\s*\d{4})?"
    r"|\b(?=[0-9a-f]{0,40}\d)[0-9a-f]{16,}\b",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zäuü]*\.?"
_WHEN = (
    r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    rf"|\d{{1,2}}\.?\s{_MONTH}\s\d{{4}}|{_MONTH}\s\d{{1,2}},?\s\d{{4}})"
)
_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_AND_WORDS = (
    r"(?:last|updated?|modified|changed|checked|published|posted|as of|on|at|stand|zuletzt|aktualisiert|am|pm|um|uhr"
    rf"|utc|gmt|ces?t|z|t|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|{_TIME}|[\s,.:|()+-])"
)
STAMP = re.compile(rf"{_AND_WORDS}*{_WHEN}{_AND_WORDS}*|{_TIME}(?:\s?(?:am|pm|uhr|utc))?", re.IGNORECASE)
"""A date or a time, and nothing else but words about it; opening hours have more than one time and no date."""
LONGEST_STAMP = 80


class RewordedParagraph(BaseModel, frozen=True):
    """A paragraph that was changed."""

    before: str
    after: str


class PageChange(BaseModel, frozen=True):
    """What differs between two readings; the words of others."""

    added: tuple[Paragraph, ...] = ()
    removed: tuple[str, ...] = ()
    reworded: tuple[RewordedParagraph, ...] = ()

    @property
    def digest(self) -> str:
        """The same change has the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @property
    def count(self) -> int:
        """How many paragraphs or entries it is about."""
        return len(self.added) + len(self.removed) + len(self.reworded)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where what is new leads, each once."""
        return tuple(dict.fromkeys(one.link for one in self.added if one.link))

    def lines(self, most: int = MOST_TOLD) -> list[str]:
        """In words, what is new first; the last one counts what is left out."""
        said = list(self._lines())
        return said[:most] + ([f"And {len(said) - most} more."] if len(said) > most else [])

    def _lines(self) -> Iterator[str]:
        for one in self.added:
            yield f"New: {_short(one.text)}{f' {one.link}' if one.link else ''}"
        for both in self.reworded:
            yield f"Was: {_short(both.before)} | Now: {_short(both.after)}"
        for text in self.removed:
            yield f"Gone: {_short(text)}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"


def key_of(paragraph: Paragraph) -> str:
    """What makes it the same as one of an earlier reading; empty for one that is nothing but a date or a time."""
    if paragraph.id:
        return paragraph.id
    text = " ".join(paragraph.text.split())
    is_stamp = len(text) <= LONGEST_STAMP and STAMP.fullmatch(text)
    return "" if is_stamp else NOISE.sub("…", text)


def change_between(
    before: Sequence[Paragraph], after: Sequence[Paragraph], page: WatchedPage
) -> PageChange | None:
    """What was added, removed and reworded, as far as it has one of the page's keywords; None: nothing of that.

    Of a feed only new entries count. Takes time in proportion to the paragraphs, whatever they are.
    """
    gone, new = list(_missing(before, after)), list(_missing(after, before))
    reworded = [] if page.kind is PageKind.FEED else _pairs(gone, new)
    told = [both for both in reworded if _has(page.keywords, both[0].text, both[1].text)]
    paired = {id(one) for both in reworded for one in both}
    change = PageChange(
        added=tuple(one for one in new if id(one) not in paired and _has(page.keywords, one.text)),
        removed=()
        if page.kind is PageKind.FEED
        else tuple(one.text for one in gone if id(one) not in paired and _has(page.keywords, one.text)),
        reworded=tuple(RewordedParagraph(before=old.text, after=late.text) for old, late in told),
    )
    return change if change.count else None


def known_after(
    before: Sequence[Paragraph], after: Sequence[Paragraph], kind: PageKind
) -> tuple[Paragraph, ...]:
    """What the next reading is compared with; of a feed also the entries that it no longer lists."""
    if kind is not PageKind.FEED:
        return tuple(after)
    there = {key_of(one) for one in after}
    return (*after, *(one for one in before if key_of(one) not in there))[:MOST_KNOWN]


def _missing(these: Iterable[Paragraph], those: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Of these what is not among those, as often as it is not; in order."""
    left = Counter(map(key_of, those))
    for one in these:
        key = key_of(one)
        if left[key] > 0:
            left[key] -= 1
        elif key:
            yield one


def _pairs(gone: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[tuple[Paragraph, Paragraph]]:
    """Paragraphs of the first many that have at least half of their words in common, in order."""
    pairs, left = [], list(new[:MOST_PAIRED])
    for old in gone[:MOST_PAIRED]:
        best = max(left, key=lambda one: _alike(old, one), default=None)
        if best is not None and _alike(old, best) >= LEAST_ALIKE:
            pairs.append((old, best))
            left.remove(best)
    return pairs


def _alike(one: Paragraph, other: Paragraph) -> float:
    these, those = set(one.text.split()), set(other.text.split())
    return len(these & those) / (len(these | those) or 1)


def _has(keywords: Iterable[str], *texts: str) -> bool:
    words = [word.casefold() for word in keywords]
    return not words or any(word in text.casefold() for word in words for text in texts)


def event_of(page: WatchedPage, change: PageChange, since: datetime, now: datetime) -> Event:
    """The event that a change is; the same change of the same page is the same event, for good."""
    tags = ", ".join(page.tags)
    head = (
        f"{MARK}{page.name}\nAddress: {page.url}\nTags: {tags or 'none'}\n"
        f"Between {shown_time(since)} and {shown_time(now)}"
    )
    lines = change.lines()
    return Event(
        id=event_name(SOURCE, f"{page.name}-{change.digest}"),
        source=SOURCE,
        received_at=now,
        sender=page.name,
        subject=f"{change.count} changes on {page.name}" if change.count > 1 else f"A change on {page.name}",
        excerpt=excerpt_of("\n".join(lines)),
        document_name=f"{page.name}.txt",
        document="\n".join([head, "", *lines, ""]).encode(),
        extra={
            "page": page.name,
            "address": page.url,
            "tags": [tag.value for tag in page.tags],
            "links": list(change.addresses[:MOST_TOLD]),
        },
    )
