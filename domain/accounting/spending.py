"""The trade's words for what a business spends money on: what people call it, what charts file it under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

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
        *("variation", "opening", "closing"),
    }
)
"""Payroll, taxes, discounts, losses, year-end entries: no bill is booked there unless its category says the word."""


@dataclass(frozen=True)
class Kind:
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


KINDS: Sequence[Kind] = (
    Kind.of("bank banking", "monetary interest"),
    Kind.of("interest loan", "bank"),
    Kind.of(
        "equipment machine machinery hardware", "computer laptop electronic", "furniture furnishing tool"
    ),
    Kind.of("computer laptop electronic", "hardware equipment"),
    Kind.of("furniture furnishing", "equipment fixture"),
    Kind.of("tool", "equipment"),
    Kind.of("insurance"),
    Kind.of("marketing advertising advertisement promotion publicity", "sale selling"),
    Kind.of(
        "meal restaurant lunch dinner catering", "entertainment hospitality", "food drink grocery subsistence"
    ),
    Kind.of("entertainment hospitality", "meal"),
    Kind.of("grocery food drink refreshment", "meal catering restaurant entertainment"),
    Kind.of("supply stationery stationary paper toner", "printing", "office"),
    Kind.of("printing reproduction", "stationery stationary supply"),
    Kind.of(
        "professional consulting consultant advisory advice",
        "legal lawyer attorney notary accounting accountant bookkeeping audit auditor",
        "subcontracting freelance contractor",
    ),
    Kind.of("legal lawyer attorney notary", "professional consulting advisory"),
    Kind.of("accounting accountant bookkeeping audit auditor", "professional consulting"),
    Kind.of("subcontracting freelance contractor", "professional"),
    Kind.of("rent rental lease premise tenancy"),
    Kind.of("repair repairing maintenance"),
    Kind.of("cleaning", "maintenance housekeeping"),
    Kind.of("software saas app", "licence license subscription", "computer"),
    Kind.of("hosting server domain website web cloud", "software saas", "internet subscription"),
    Kind.of("telephone phone mobile telecom telecommunication communication fax", "internet broadband"),
    Kind.of("internet broadband", "telephone phone telecom telecommunication communication"),
    Kind.of(
        "travel travelling trip journey",
        "hotel lodging accommodation airfare flight airline transport transportation train railway taxi",
    ),
    Kind.of("hotel lodging accommodation", "travel travelling"),
    Kind.of("airfare flight airline", "travel travelling"),
    Kind.of("transport transportation taxi train railway bus ferry parking toll", "travel travelling"),
    Kind.of("vehicle car auto motor automobile garage tyre tire truck van"),
    Kind.of("fuel petrol diesel gasoline", "vehicle car motor automobile", "travel travelling transport"),
    Kind.of("shipping postage courier freight delivery parcel post", "transport"),
    Kind.of("utility", "electricity water gas power energy heating sewerage"),
    Kind.of("material raw merchandise production goods", "stock supply consumable"),
    Kind.of("health healthcare medical clinic pharmacy"),
    Kind.of("training education course", "documentation book"),
    Kind.of("permit concession registration membership"),
)


def kinds_of(words: frozenset[str]) -> list[Kind]:
    """The kinds of spending that the words name; those that file it, where none names it."""
    named = [kind for kind in KINDS if words & kind.names]
    return named or [kind for kind in KINDS if words & kind.words]


def category_words(category: str) -> frozenset[str]:
    """The category's own words and all of its kinds'."""
    own = telling_words(category)
    return own.union(*(kind.words for kind in kinds_of(own)))


def telling_words(text: str) -> frozenset[str]:
    """The words that say what was bought, singular; of loose ones only those that stand alone."""
    words = plain_words(text) - FILLING
    return words - LOOSE or words


def plain_words(text: str) -> frozenset[str]:
    """All words, singular."""
    return frozenset(_singular(word) for word in re.findall(r"[^\W\d_]+", text.casefold()))


def is_known_spending(category: str) -> bool:
    """Whether its words name a common kind of spending."""
    return bool(kinds_of(telling_words(category)))


def _singular(word: str) -> str:
    if len(word) < SHORTEST_PLURAL:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(SIBILANTS):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word
