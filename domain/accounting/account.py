"""Which expense account a category means: by the account's name, never by its code or id (charts differ)."""

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

EXPENSE_TYPES = ("expense", "expense_other", "expense_direct_cost", "expense_depreciation")
"""Odoo's account types that a bill's line may go to."""
SYNONYMS: Mapping[str, frozenset[str]] = {
    "bank": frozenset({"bank", "banking", "fee", "interest", "charge"}),
    "equipment": frozenset({"equipment", "hardware", "computer", "furniture", "tool", "machine"}),
    "insurance": frozenset({"insurance"}),
    "marketing": frozenset({"marketing", "advertising", "advertisement", "sale", "promotion"}),
    "meal": frozenset({"meal", "restaurant", "food", "catering", "entertainment", "grocery", "drink"}),
    "office": frozenset({"office", "stationery", "supply", "supplies", "paper"}),
    "professional": frozenset({"professional", "legal", "accounting", "consulting", "lawyer", "audit"}),
    "rent": frozenset({"rent", "rental", "lease", "premises"}),
    "repair": frozenset({"repair", "maintenance"}),
    "software": frozenset({"software", "subscription", "hosting", "cloud", "saas", "licence", "license"}),
    "telephone": frozenset({"telephone", "phone", "internet", "communication", "mobile", "telecom"}),
    "travel": frozenset(
        {"travel", "hotel", "taxi", "fuel", "transport", "parking", "flight", "train", "lodging"}
    ),
    "utility": frozenset({"utility", "electricity", "water", "gas", "power", "energy", "heating"}),
}
"""Words that charts and people use for the same spending."""
SHORTEST_PLURAL = 4
WEAK = frozenset({"and", "of", "the", "for", "other", "expense", "cost", "general", "misc", "miscellaneous"})


class Account(BaseModel):
    """One account of the chart."""

    model_config = ConfigDict(frozen=True)

    account_id: int
    name: str
    account_type: str


def account_for(category: str, accounts: Sequence[Account], default_id: int | None) -> Account | None:
    """The account whose name says the category best; else the default; None if there is neither.

    Words that the name has itself decide between names of like meaning. Two equally good names are no decision:
    the default is taken.
    """
    wanted = _concepts(category)
    exact = [a for a in accounts if a.name.casefold() == category.casefold()]
    words = _words(category)
    scores = {a.account_id: (len(wanted & _concepts(a.name)), len(words & _words(a.name))) for a in accounts}
    best = max(scores.values(), default=(0, 0))
    candidates = exact or [a for a in accounts if best[0] and scores[a.account_id] == best]
    if len(candidates) == 1:
        return candidates[0]
    return next((a for a in accounts if a.account_id == default_id), None)


def is_known_spending(category: str) -> bool:
    """Whether its words name a common kind of spending."""
    return bool(_words(category) & {word for words in SYNONYMS.values() for word in words})


def _concepts(text: str) -> frozenset[str]:
    words = _words(text)
    return frozenset(words | {concept for concept, names in SYNONYMS.items() if words & names})


def _words(text: str) -> frozenset[str]:
    return frozenset({_singular(word) for word in re.findall(r"[^\W\d_]+", text.casefold())} - WEAK)


def _singular(word: str) -> str:
    if len(word) < SHORTEST_PLURAL:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
