"""What decides the kind, the domain and the priority of a task, in this order, and what may not be decided so.

First a person's word on this very task, then what corrections have taught, then the rules at hand. Whatever it is
that decides: only what was read makes a bill, and what looks like a fraud stays one unless a person says otherwise.
"""

from collections.abc import Mapping

from domain.planning.correction import FIELDS, Lesson
from domain.planning.kinds import BY_ITS_DOCUMENT, GIVEN, QUIET
from domain.planning.triage import Priority, TaskDomain, Triage

FIXED = frozenset({"order", "mention"})
"""Kinds that nothing changes: they rest on records of our own."""


def may_become(kind: str, wanted: str) -> bool:
    """Whether something else than what was read can call a task of this kind so."""
    return kind == wanted or (wanted in GIVEN and kind not in FIXED)


def taught(decided: Triage, lessons: Mapping[str, Lesson], *, is_bulk: bool) -> Triage:
    """The task as corrections of others like it say.

    Args:
        decided: By the rules.
        lessons: By field.
        is_bulk: The mail went to many readers: only such a one is filed away by what was taught.
    """
    for lesson in lessons.values():
        value = lesson.value
        if str(getattr(decided, lesson.field)) == value:
            continue
        if lesson.field == "kind" and not _may_be_taught(decided.kind, value, is_bulk=is_bulk):
            continue
        decided = _changed(decided, lesson.field, value, lesson.because)
    return decided


def _may_be_taught(kind: str, value: str, *, is_bulk: bool) -> bool:
    if kind == "phishing" or not may_become(kind, value):
        return False
    return value not in QUIET or (is_bulk and kind not in BY_ITS_DOCUMENT)


def said_by_person(decided: Triage, values: Mapping[str, str]) -> Triage:
    """The task as a person wrote into its note."""
    for field in FIELDS:
        value = values.get(field)
        if value is None or str(getattr(decided, field)) == value:
            continue
        if field == "kind" and not may_become(decided.kind, value):
            continue
        decided = _changed(decided, field, value, f"{value}: you wrote it into this note")
    return decided


def _changed(decided: Triage, field: str, value: str, reason: str) -> Triage:
    typed = {"domain": TaskDomain, "priority": Priority}.get(field, str)(value)
    return decided.model_copy(update={field: typed, "reasons": [*decided.reasons, reason]})
