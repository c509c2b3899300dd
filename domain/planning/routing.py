"""What decides the kind, the domain and the priority of a task, in this order, and what may not be decided so.

First a person's word on this very task, then the handbook's rules, then what corrections have taught, then the words of
the mail, and last a language model's proposal. Whatever it is that decides: only what was read makes a bill, and what
looks like a fraud stays one unless a person says otherwise.
"""

from collections.abc import Mapping

from domain.planning.by_words import RoutedText, domain_said, kind_said, topic_said
from domain.planning.correction import FIELDS, Lesson
from domain.planning.kinds import BY_ITS_DOCUMENT, FIXED, GIVEN, QUIET, name_of
from domain.planning.likely_kind import KindModel
from domain.planning.triage import Priority, TaskDomain, Triage, triage
from domain.policy.handbook import Handbook


def by_words(seen: RoutedText, handbook: Handbook, model: KindModel | None = None) -> Triage:
    """The task by the words of the mail and who is who."""
    said, about = kind_said(seen, handbook, model), topic_said(seen, model)
    decided = triage(said.kind, seen.sender, seen.reading, handbook, domain_said(said, seen, about))
    because = [f"{said.kind}: {said.because}"] if said.because else []
    if about is not None:
        because.append(f"perhaps {name_of(about.kind)}: {about.because}")
    return decided.model_copy(update={"confidence": said.confidence, "reasons": [*decided.reasons, *because]})


def by_handbook(decided: Triage, seen: RoutedText, handbook: Handbook) -> Triage:
    """The task as the handbook's rules of routing say; of two that give a value the first one counts."""
    list_id = seen.mail.list_id if seen.mail else ""
    holding = [rule for rule in handbook.routing if rule.holds(seen.sender, list_id, seen.subject)]
    for field in FIELDS:
        rule = next((rule for rule in holding if getattr(rule, field)), None)
        if rule is None:
            continue
        value = getattr(rule, field)
        if field == "kind" and not _may_be_ruled(decided.kind, value):
            continue
        decided = _changed(decided, field, value, f"{value}: the handbook's routing says so ({rule})")
    return decided


def _may_be_ruled(kind: str, value: str) -> bool:
    """No rule clears a fraud, and none files a bill away."""
    return kind != "phishing" and may_become(kind, value) and not (value in QUIET and kind in BY_ITS_DOCUMENT)


def may_become(kind: str, wanted: str) -> bool:
    """Whether something else than what was read can call a task of this kind so."""
    return kind == wanted or (wanted in GIVEN and kind not in FIXED)


def taught(decided: Triage, lessons: Mapping[str, Lesson], *, is_bulk: bool) -> Triage:
    """The task as corrections of others like it say; a doubted kind that they say, too, is as sure as they are.

    Args:
        decided: By the rules.
        lessons: By field.
        is_bulk: The mail went to many readers: only such a one is filed away by what was taught.
    """
    for lesson in lessons.values():
        value = lesson.value
        is_known = str(getattr(decided, lesson.field)) == value
        if is_known and (lesson.field != "kind" or lesson.probability <= decided.confidence):
            continue
        if lesson.field == "kind" and not _may_be_taught(decided.kind, value, is_bulk=is_bulk):
            continue
        decided = _changed(decided, lesson.field, value, lesson.because, lesson.probability)
    return decided


def _may_be_taught(kind: str, value: str, *, is_bulk: bool) -> bool:
    if kind == "phishing" or value not in GIVEN or not may_become(kind, value):
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


def _changed(decided: Triage, field: str, value: str, reason: str, sure: float = 1.0) -> Triage:
    typed = {"domain": TaskDomain, "priority": Priority}.get(field, str)(value)
    changes = {field: typed, "reasons": [*decided.reasons, reason]}
    return decided.model_copy(update=changes | ({"confidence": sure} if field == "kind" else {}))
