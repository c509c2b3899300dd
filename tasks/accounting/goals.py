"""The owner's goals, `Business_Goals.md`, and which accounts they list for a category."""

from collections.abc import Mapping, Sequence

from domain.accounting.goals import Goals, GoalsError, parse_goals
from domain.accounting.spending import filed_under, same_kind
from domain.vault.broken import BrokenNoteError
from tasks.policy.rule_changes import effective_goals
from tasks.vault.vault import NoteMissingError, current_vault

GOALS = "Business_Goals.md"
UNREADABLE = (GoalsError, BrokenNoteError, NoteMissingError)


def read_goals() -> Goals:
    """Budgets and targets as the owner has written them now, accounts as confirmed.

    Raises:
        GoalsError: they cannot be read.
        BrokenNoteError: the note cannot be read.
        NoteMissingError: there is no such note.
    """
    return effective_goals(written_goals)


def written_goals() -> Goals:
    """The goals as they stand in the note, confirmed or not; raises as `read_goals` does."""
    return parse_goals(current_vault().read_root(GOALS).front)


def list_accounts(entries: Mapping[str, Sequence[str]]) -> None:
    """Add to the note which accounts categories mean; what it lists already stays, and so does its text."""
    vault = current_vault()
    note = vault.read_root(GOALS)
    added = {category: list(codes) for category, codes in entries.items()}
    vault.save_root(GOALS, note.with_front(accounts={**added, **(note.front.get("accounts") or {})}))


def listed_codes(category: str) -> list[str]:
    """The accounts that the confirmed goals list for the category; while they cannot be read, none."""
    return next((codes for name, codes in _listed().items() if name.casefold() == category.casefold()), [])


def codes_it_is_filed_under(category: str) -> list[str]:
    """The accounts that they list for a category that this one is a part of: travel's for a taxi."""
    accounts = {name: codes for name, codes in _listed().items() if codes}
    other = filed_under(category, list(accounts))
    return accounts[other] if other else []


def category_by_another_name(category: str) -> str | None:
    """Of the categories with a budget the one that is this one in other words: telephone for telecommunications."""
    try:
        budgets = read_goals().budgets
    except UNREADABLE:
        return None
    return same_kind(category, [one for one in budgets if one.casefold() != category.casefold()])


def _listed() -> dict[str, list[str]]:
    try:
        return read_goals().accounts
    except UNREADABLE:
        return {}
