"""Looking at a Vault's notes for what the employee could not read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.errors import ContractError
from domain.planning.playbook import parse_playbook
from domain.policy.handbook import parse_handbook
from domain.vault.folder import Folder
from domain.web.watched import NOTE as WATCHED_PAGES
from domain.web.watched import parse_watched
from tasks.vault.template import FIRST_NOTES, HANDBOOK
from tasks.vault.vault import NoteMissingError, Vault

WORKED = (
    Folder.NEEDS_ACTION,
    Folder.PLANS,
    Folder.PENDING_APPROVAL,
    Folder.APPROVED,
    Folder.REJECTED,
    Folder.PLAYBOOKS,
)
"""Folders whose notes the employee reads; those in Done/ only on request, there may be very many."""


@dataclass(frozen=True)
class BrokenNote:
    """A note that cannot be followed."""

    path: str
    problem: str


def broken_notes(vault: Vault, folders: tuple[Folder, ...] = WORKED) -> Iterator[BrokenNote]:
    """Every note that cannot be read, and rules or playbooks that cannot be followed."""
    for file_name in FIRST_NOTES:
        yield from _problems(file_name, partial(_read_root, vault, file_name))
    for folder in folders:
        for name in vault.names(folder):
            yield from _problems(f"{folder}/{name}.md", partial(_read, vault, folder, name))


def _problems(path: str, read: Callable[[], None]) -> Iterator[BrokenNote]:
    try:
        read()
    except ContractError as error:
        yield BrokenNote(path, str(error).removeprefix(f"{path}, "))
    except NoteMissingError as error:
        if path in FIRST_NOTES:
            yield BrokenNote(path, f"{error}; make it again with: fte vault init")


def _read_root(vault: Vault, file_name: str) -> None:
    front: Mapping[str, Any] = vault.read_root(file_name).front
    if file_name == HANDBOOK:
        parse_handbook(front)
    elif file_name == WATCHED_PAGES:
        parse_watched(front)


def _read(vault: Vault, folder: Folder, name: str) -> None:
    front = vault.read(folder, name).front
    if folder is Folder.PLAYBOOKS:
        parse_playbook(name, front)
