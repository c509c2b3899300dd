"""The note by which a person sees a dead letter; pure."""

from collections.abc import Mapping
from typing import Any

from domain.vault.note import Note
from domain.vault.overview import one_line

KIND = "dead-letter"
"""Marks these notes; other files in Dead_Letters/ are not touched."""

PREFIX = "dead-letter-"


def letter_name(number: int) -> str:
    """The note's name."""
    return f"{PREFIX}{number}"


def letter_note(number: int, facts: Mapping[str, Any], error: str) -> Note:
    """What was given up, why, and the command that does it again.

    Args:
        number: The letter's.
        facts: For the front matter.
        error: The reason as it was raised.
    """
    front = {"kind": KIND, "number": number, **facts, "problem": error}
    body = (
        f"\n# Given up: {one_line(str(facts['key']))}\n\n{one_line(error)}\n\n"
        f"When the cause is gone:\n\n~~~~\nfte dead-letters replay {number}\n~~~~\n\n"
        f"All with this cause: `fte dead-letters replay --cause {facts['cause']}`. "
        "This note goes when the work is done.\n"
    )
    return Note.new(front, body)
