"""Which expense account a category means: by the account's name and type, never by its id (charts differ).

A category means an account only where one fits best and its name speaks of nothing else. Several that fit equally
are a question to the owner, who answers it under `accounts` in Business_Goals.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from domain.accounting.goals import GoalsError
from domain.accounting.spending import (
    FILLING,
    KINDS,
    LOOSE,
    NOT_FROM_BILLS,
    kinds_of,
    plain_words,
    telling_words,
)

EXPENSE_TYPES = ("expense", "expense_other", "expense_direct_cost", "expense_depreciation")
"""Odoo's account types that a bill's line may go to."""
USUAL_TYPE = "expense"
YEAR_END_TYPES = ("expense_direct_cost", "expense_depreciation")
NAMED_AT_MOST = 4
ALL_NAMES = frozenset().union(*(kind.names for kind in KINDS))


class Account(BaseModel, frozen=True):
    """One account of the chart."""

    account_id: int
    name: str
    account_type: str
    code: str = ""
    tags: tuple[str, ...] = ()
    """The names of its tags in Odoo, where they were asked for."""

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True)
class Fit:
    """The accounts that fit a category best, the plainest name first."""

    category: str
    accounts: tuple[Account, ...]
    is_plain: bool
    """Their names speak of nothing else."""

    @property
    def meant(self) -> Account | None:
        """The account that it means, where that is clear."""
        return self.accounts[0] if len(self.accounts) == 1 and self.is_plain else None

    def __str__(self) -> str:
        return str(self.meant) if self.meant else self.doubt

    @property
    def doubt(self) -> str:
        """Why no account is clearly meant and what to do; empty where one is, or the category says nothing."""
        if self.meant or not telling_words(self.category):
            return ""
        if not self.accounts:
            return "no account fits; name one under accounts in Business_Goals.md"
        named = ", ".join(map(str, self.accounts[:NAMED_AT_MOST]))
        more = len(self.accounts) - NAMED_AT_MOST
        rest = f" and {more} more" if more > 0 else ""
        how = "several fit" if len(self.accounts) > 1 else "fits in part"
        return f"{how}: {named}{rest}; choose under accounts in Business_Goals.md"


def fit(category: str, accounts: Sequence[Account]) -> Fit:
    """The accounts whose names say the category best.

    A name of just these words comes first; then names that speak of nothing else, of them those with the category's
    own words, those that name its kind, those that charts file it under; and names without further words.
    """
    exact = [one for one in accounts if one.name.casefold() == category.casefold()]
    if exact:
        return Fit(category, tuple(exact), is_plain=True)
    matcher = _Matcher(category)
    scores = {one.account_id: matcher.score(one) for one in accounts}
    best = max((score for score in scores.values() if score), default=None)
    best_of_all = [one for one in accounts if best and scores[one.account_id] == best]
    found = [one for one in best_of_all if not any(_is_part(one, other) for other in best_of_all)]
    found.sort(key=lambda one: len(plain_words(one.name)))
    return Fit(category, tuple(found), is_plain=bool(best and best.is_plain))


def _is_part(one: Account, other: Account) -> bool:
    """Whether the other's name begins this one's: `Travel, accommodation` is a part of `Travel`."""
    whole = other.name.casefold().strip()
    return (
        one.name.casefold() != whole and re.match(rf"{re.escape(whole)}\W", one.name.casefold()) is not None
    )


def account_for(category: str, accounts: Sequence[Account], default_id: int | None) -> Account | None:
    """The account that the category means; else the default; None if there is neither."""
    default = next((one for one in accounts if one.account_id == default_id), None)
    return fit(category, accounts).meant or default


def listed_account(category: str, codes: Sequence[str], accounts: Sequence[Account]) -> Account:
    """Of the accounts with these codes the one that the category means, else that of the first code.

    Raises:
        GoalsError: the books have no such account.
    """
    by_code = {one.code: one for one in accounts}
    missing = [code for code in codes if code not in by_code]
    if missing:
        raise GoalsError(f"accounts.{category}", f"the books have no expense account {missing[0]}")
    listed = [by_code[code] for code in codes]
    return fit(category, listed).meant or listed[0]


@dataclass(frozen=True, order=True)
class _Score:
    is_plain: bool
    is_usual: bool
    closeness: int
    own_words: int
    is_whole: bool


class _Matcher:
    def __init__(self, category: str) -> None:
        self.own = telling_words(category)
        kinds = kinds_of(self.own)
        depth = max((len(kind.tiers) for kind in kinds), default=0)
        self.tiers = [
            self.own,
            *(
                frozenset().union(*(kind.tiers[level] for kind in kinds if level < len(kind.tiers)))
                for level in range(depth)
            ),
        ]
        self.accepted = frozenset().union(*self.tiers)

    def score(self, account: Account) -> _Score | None:
        """How well the name says it; None for not at all, and where no bill of it is booked."""
        words = plain_words(account.name) - FILLING
        level = next((number for number, tier in enumerate(self.tiers) if words & tier), None)
        if level is None or self._is_not_for_bills(account, words):
            return None
        outside = plain_words(re.sub(r"\(.*?\)", " ", account.name)) - FILLING
        return _Score(
            is_plain=not words & (ALL_NAMES - self.accepted) and bool(outside & self.accepted),
            is_usual=account.account_type == USUAL_TYPE,
            closeness=-level,
            own_words=len(words & self.own),
            is_whole=outside - LOOSE <= self.accepted,
        )

    def _is_not_for_bills(self, account: Account, words: frozenset[str]) -> bool:
        own = bool(words & self.own)
        return bool(words & (NOT_FROM_BILLS - self.own)) or (
            account.account_type in YEAR_END_TYPES and not own
        )
