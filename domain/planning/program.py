"""A playbook for one task, with all that it calls, kept as it was when the plan was made."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from domain.planning.playbook import Playbook, PlaybookError, parse_playbook

INPUTS = "inputs"
"""Id of the step that asks for what is missing, and the group that its answers are in."""
AGAIN = "again"
WORDS = "words"
"""In whose words, and in which, a plan was asked for: what was understood of them is shown before its first step."""
UNREAD = "unread"
"""Whether something of these words was not understood: then also a playbook that only looks is asked about first."""
CONFIRMED = "confirmed"
"""Whether a person has confirmed before what was understood of them."""


class Program(BaseModel):
    """A playbook for one task, with all that it calls, as they were when the plan was made.

    Attributes:
        books: Each as front matter, by name.
        context: What references may name from the beginning: `task`, `reading`, `inputs`.
        prefix: Before every step id: another round of the same plan has ids of its own.
        rounds: The same for records of loops (`each.3.`) that were undone and are done again: how often.
    """

    playbook: str
    books: dict[str, dict[str, Any]]
    context: dict[str, Any] = {}
    prefix: str = ""
    rounds: dict[str, int] = {}

    @cached_property
    def read(self) -> dict[str, Playbook]:
        """The playbooks, read."""
        return {name: parse_playbook(name, front) for name, front in self.books.items()}


def program_of(playbook: Playbook, books: Sequence[Playbook], context: Mapping[str, Any]) -> Program:
    """The playbook with all that it calls.

    Raises:
        PlaybookError: it calls one that there is not.
    """
    by_name, kept, ahead = {book.name: book for book in books}, {playbook.name: playbook}, [playbook]
    while ahead:
        for name in sorted(ahead.pop().called):
            if name not in by_name:
                raise PlaybookError(playbook.name, f"there is no playbook '{name}' to call")
            if name not in kept:
                kept[name] = by_name[name]
                ahead.append(by_name[name])
    plain = {name: book.plain() for name, book in kept.items()}
    program = Program(playbook=playbook.name, books=plain, context=dict(context))
    program.__dict__["read"] = kept  # they are read already
    return program
