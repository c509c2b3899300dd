"""The trade's words for what a business spends money on: what people call it, what charts file it under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from domain.accounting.spending_words import english_words, with_english_phrases

SHORTEST_PLURAL = 4
SIBILANTS = ("sses", "xes", "ches", "shes")
FILLING = frozenset(
    {
        *(
            "and",
            "of",
            "the",
            "for",
            "to",
            "on",
            "other",
            "general",
            "misc",
            "miscellaneous",
            "current",
            "ground",
            "public",
        ),
        *("expense", "cost", "fee", "charge", "premium", "account", "service", "purchase"),
    }
)
"""Words that say nothing about what was bought."""
LOOSE = frozenset({"office", "business", "company"})
"""Words that say it only where nothing else does: an office's rent is rent."""
NOT_FROM_BILLS = frozenset(
    {
        *(
            "salary",
            "wage",
            "payroll",
            "pension",
            "benefit",
            "allowance",
            "bonus",
            "unemployment",
            "disability",
        ),
        *("worker", "compensation", "social", "remuneration", "commission", "brokerage", "contribution"),
        "welfare",
        *("tax", "vat", "discount", "rebate", "discounting", "interest", "income", "loan"),
        *("loss", "gain", "disposal", "debt", "provision", "reserve", "reimbursement", "imputed"),
        *("depreciation", "amortisation", "amortization", "deductible", "inventory", "gift", "deduction"),
        *("variation", "opening", "closing", "return", "refund", "family", "private"),
    }
)
"""Payroll, taxes, discounts, losses, year-end entries: no bill is booked there unless its category says the word."""


@dataclass(frozen=True)
class SpendingKind:
    """A kind of spending: the words that name it, then those that charts file it under, nearest first."""

    tiers: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, *tiers: str) -> Self:
        """From words with spaces between, singular and lower case."""
        return cls(tuple(frozenset(tier.split()) for tier in tiers))

    @property
    def names(self) -> frozenset[str]:
        """The words that name it."""
        return self.tiers[0]

    @property
    def words(self) -> frozenset[str]:
        """All of its words."""
        return frozenset().union(*self.tiers)


KINDS: Sequence[SpendingKind] = (
    SpendingKind.of("bank banking", "monetary interest"),
    SpendingKind.of("interest loan", "bank"),
    SpendingKind.of(
        "equipment machine machinery hardware", "computer laptop electronic", "furniture furnishing tool"
    ),
    SpendingKind.of("computer laptop electronic", "hardware equipment"),
    SpendingKind.of("furniture furnishing", "equipment fixture"),
    SpendingKind.of("tool", "equipment"),
    SpendingKind.of("insurance"),
    SpendingKind.of("marketing advertising advertisement promotion publicity", "sale selling"),
    SpendingKind.of(
        "meal restaurant lunch dinner catering", "entertainment hospitality", "food drink grocery subsistence"
    ),
    SpendingKind.of("entertainment hospitality", "meal"),
    SpendingKind.of(
        "grocery food drink refreshment coffee tea snack", "meal catering restaurant entertainment"
    ),
    SpendingKind.of("supply stationery stationary paper toner ink pen pencil envelope", "printing", "office"),
    SpendingKind.of("printing reproduction", "stationery stationary supply"),
    SpendingKind.of(
        "professional consulting consultant advisory advice",
        "legal lawyer attorney notary accounting accountant bookkeeping audit auditor",
        "subcontracting freelance contractor",
    ),
    SpendingKind.of("legal lawyer attorney notary", "professional consulting advisory"),
    SpendingKind.of("accounting accountant bookkeeping audit auditor", "professional consulting"),
    SpendingKind.of("subcontracting freelance contractor", "professional"),
    SpendingKind.of("rent rental lease premise tenancy"),
    SpendingKind.of("repair repairing maintenance"),
    SpendingKind.of("cleaning", "maintenance housekeeping"),
    SpendingKind.of("software saas app", "licence license subscription", "computer"),
    SpendingKind.of("hosting server domain website web cloud", "software saas", "internet subscription"),
    SpendingKind.of(
        "telephone phone mobile telecom telecommunication communication fax", "internet broadband"
    ),
    SpendingKind.of("internet broadband", "telephone phone telecom telecommunication communication"),
    SpendingKind.of(
        "travel travelling trip journey",
        "hotel lodging accommodation airfare flight airline transport transportation train railway taxi",
    ),
    SpendingKind.of("hotel lodging accommodation", "travel travelling"),
    SpendingKind.of("airfare flight airline", "travel travelling"),
    SpendingKind.of("transport transportation taxi train railway bus ferry", "travel travelling"),
    SpendingKind.of("parking toll", "vehicle car motor automobile", "transport travel travelling"),
    SpendingKind.of("vehicle car auto motor automobile garage tyre tire truck van"),
    SpendingKind.of(
        "fuel petrol diesel gasoline", "vehicle car motor automobile", "travel travelling transport"
    ),
    SpendingKind.of("shipping postage stamp courier freight delivery parcel post", "transport"),
    SpendingKind.of("utility", "electricity water gas power energy heating sewerage"),
    SpendingKind.of("material raw merchandise production goods", "stock supply consumable"),
    SpendingKind.of("health healthcare medical clinic pharmacy"),
    SpendingKind.of("training education course", "documentation book"),
    SpendingKind.of("permit concession registration membership"),
)


ENGLISH = FILLING.union(LOOSE, NOT_FROM_BILLS, *(kind.words for kind in KINDS))


def kinds_of(words: frozenset[str]) -> list[SpendingKind]:
    """The kinds of spending that the words name; those that file it, where none names it."""
    named = [kind for kind in KINDS if words & kind.names]
    return named or [kind for kind in KINDS if words & kind.words]


def filed_under(category: str, others: Sequence[str]) -> str | None:
    """Of other categories the one that the category's kind is filed under, the nearest first: a taxi under travel."""
    kinds = kinds_of(telling_words(category))
    depths = {
        other: level
        for other in others
        for kind in kinds
        for level, tier in reversed(list(enumerate(kind.tiers)))
        if telling_words(other) & tier
    }
    return min(depths, key=lambda other: depths[other], default=None)


def same_kind(category: str, others: Sequence[str]) -> str | None:
    """Of other categories the first whose words name the same kind of spending."""
    kinds = [kind for kind in KINDS if kind.names & telling_words(category)]
    return next((one for one in others if any(kind.names & telling_words(one) for kind in kinds)), None)


def category_words(category: str) -> frozenset[str]:
    """The category's own words and all of its kinds'."""
    own = telling_words(category)
    return own.union(*(kind.words for kind in kinds_of(own)))


def telling_words(text: str) -> frozenset[str]:
    """The words that say what was bought, singular; of loose ones only those that stand alone."""
    words = plain_words(text) - FILLING
    return words - LOOSE or words


def plain_words(text: str) -> frozenset[str]:
    """All words, singular; those of other languages in English, as far as they are known."""
    words = re.findall(r"[^\W\d_]+", with_english_phrases(text))
    return frozenset(said for word in words for said in _in_english(word))


def is_known_spending(category: str) -> bool:
    """Whether its words name a common kind of spending."""
    return bool(kinds_of(telling_words(category)))


def _in_english(word: str) -> frozenset[str]:
    """A word of English stays itself, whatever it begins with."""
    single = _singular(word)
    return frozenset({single}) if single in ENGLISH else frozenset(map(_singular, english_words(word)))


def _singular(word: str) -> str:
    if len(word) < SHORTEST_PLURAL:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(SIBILANTS):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word
