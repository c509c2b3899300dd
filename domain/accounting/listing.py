"""Which accounts of the books the categories of Business_Goals.md mean, and what its `accounts` could list.

Only a proposal: nothing is listed but by the owner. A list is proposed where a name does not tell: several accounts
fit, or one in part; Odoo's own tags of the accounts then narrow the choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.accounting.account import Account, Fit, fit
from domain.accounting.budget import REST
from domain.accounting.goals import Goals
from domain.accounting.spending import category_words, plain_words


@dataclass(frozen=True)
class CategoryProposal:
    """What a category means in these books."""

    fit: Fit
    accounts: tuple[Account, ...] = ()
    """To be listed; empty where the name tells, or nothing fits."""

    @property
    def entry(self) -> tuple[str, list[str]]:
        """The category and its codes, as `accounts` lists them."""
        return self.fit.category, [account.code for account in self.accounts]

    def __str__(self) -> str:
        if self.accounts:
            how = "several fit" if len(self.fit.accounts) > 1 else "fits in part"
            return f"{self.fit.category}: {how}: {', '.join(map(str, self.accounts))}?"
        if self.fit.meant or self.fit.accounts:
            return f"{self.fit.category}: {self.fit}"
        return f"{self.fit.category}: no account fits; its bills go to the default account of the purchase journal"


def propose(goals: Goals, accounts: Sequence[Account]) -> list[CategoryProposal]:
    """For each category without a list; no account is proposed for two categories unless both mean just the same."""
    fits = [
        fit(one, accounts) for one in goals.budgets if one.casefold() != REST and one not in goals.accounts
    ]
    taken = {one.meant.code for one in fits if one.meant}
    taken |= {code for codes in goals.accounts.values() for code in codes}
    lists: list[tuple[Account, ...]] = []
    found = []
    for one in fits:
        proposed = () if one.meant else _narrowed(one)
        if proposed not in lists:
            proposed = tuple(account for account in proposed if account.code not in taken)
            lists.append(proposed)
            taken |= {account.code for account in proposed}
        found.append(CategoryProposal(one, proposed))
    return found


def rest_in_words(goals: Goals, accounts: Sequence[Account], default_id: int | None) -> str:
    """Where bills go that no category names; nothing where the owner has no such budget, or lists accounts for it."""
    rest = next((one for one in goals.budgets if one.casefold() == REST and one not in goals.accounts), None)
    default = next((one for one in accounts if one.account_id == default_id), None)
    if rest is None or default is None:
        return ""
    return f"{rest}: {default}, the default of the purchase journal; list another one under accounts if that is wrong"


def _narrowed(found: Fit) -> tuple[Account, ...]:
    """Of several accounts those whose tags name the category's kind, if any."""
    words = category_words(found.category)
    tagged = tuple(one for one in found.accounts if any(plain_words(tag) & words for tag in one.tags))
    return tagged or found.accounts
