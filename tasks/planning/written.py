"""The playbooks: those in force, and those that are written, confirmed or not, and why others cannot be read."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from domain.approvals.hashing import canonical_json
from domain.errors import ContractError
from domain.planning.playbook import Playbook, PlaybookError, parse_playbook
from domain.planning.playbook_check import sort_out
from tasks.policy.rule_changes import effective_playbooks
from tasks.vault.reading import note_in
from tasks.vault.vault import Folder, current_vault


def read_playbooks() -> list[Playbook]:
    """The playbooks in force, as far as they are confirmed; one that cannot be followed keeps no other from it."""
    return effective_playbooks(sound_playbooks)


def written_playbooks() -> tuple[list[Playbook], dict[str, str]]:
    """The playbooks that can be read, and by name why others cannot."""
    books, wrong = [], {}
    for name in current_vault().names(Folder.PLAYBOOKS):
        try:
            books.append(_book(name, current_vault().content(Folder.PLAYBOOKS, name)))
        except PlaybookError as error:
            said = str(error).removeprefix(f"playbook {name}: ")
            wrong[name] = said.partition("; correct its front matter in")[0]
        except ContractError as error:
            wrong[name] = str(error)
    return books, wrong


@lru_cache(maxsize=256)
def _book(name: str, content: bytes) -> Playbook:
    """The playbook in a note's bytes; the same bytes are read once in a process, for nobody changes a playbook."""
    return parse_playbook(name, note_in(content, f"{Folder.PLAYBOOKS}/{name}.md").front)


def sound_playbooks(confirmed: Mapping[str, Any]) -> tuple[list[Playbook], dict[str, str]]:
    """The written playbooks that can be followed beside the confirmed ones, and by name why others cannot."""
    books, unread = written_playbooks()
    plain = {book.name: book.plain() for book in books}
    wrong = json.loads(_wrong(canonical_json(plain), canonical_json(unread), canonical_json(confirmed)))
    return [book for book in books if book.name not in wrong], wrong


@lru_cache(maxsize=4)
def _wrong(written: str, unread: str, confirmed: str) -> str:
    """By name why a playbook cannot be followed; all as JSON, since a check of all takes long and little changes."""
    books, before = (
        {name: parse_playbook(name, front) for name, front in json.loads(rules).items() if front is not None}
        for rules in (written, confirmed)
    )
    return json.dumps(sort_out(books, before, json.loads(unread)))
