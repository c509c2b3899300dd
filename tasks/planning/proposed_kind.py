"""What a language model proposes for a mail that nothing else could sort: a label, with its reason.

It is asked where the owner lets it (`model_sorts_mail`), once for a task, and only about mail that a person has to
look at in any case. Nothing is done because of what it says: no plan rests on it, and nothing becomes less urgent.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from domain.mail.classify import gives_orders
from domain.planning.by_words import RoutedText
from domain.planning.correction import FIELDS
from domain.planning.cross_domain import ORDER
from domain.planning.kinds import PROPOSED, name_of, nothing_planned
from domain.planning.playbook import choose_playbook
from domain.planning.triage import Priority, TaskDomain, Triage
from domain.policy.handbook import Handbook
from domain.vault.note import Note
from domain.vault.overview import one_line
from tasks.model.propose import ModelQuestion, proposal, tell_refusal
from tasks.planning.corrections import corrected_values
from tasks.planning.prepare import Prepared, not_planned
from tasks.planning.route import values_of
from tasks.planning.written import read_playbooks

PURPOSE, SAID = "task.sort", "model_said"
LONGEST = 3_000
VAGUE = frozenset({"other", "request"})
"""Kinds that say little, so that a better word helps whoever reads the task."""


class ProposedKind(BaseModel):
    """What the model is asked for."""

    kind: str
    domain: Literal["personal", "business", "both"]
    priority: Literal["high", "normal", "low"]
    why: str = Field(max_length=400)


async def proposed(prepared: Prepared, note: Note, handbook: Handbook, now: datetime) -> Prepared:
    """The task with the model's proposal in its labels; as it is where there is none, or it says nothing that holds."""
    seen = prepared.seen
    if seen is None or not _wants_help(prepared, seen, note, handbook):
        return prepared
    said = _kept(note.front) or await _asked(seen)
    if said is None or not _holds(prepared, said, now):
        return prepared
    changed = _with(prepared.triage, said)
    kept = {**said.model_dump(), "why": one_line(said.why)}
    plain = not_planned(prepared.triage, handbook)
    problems = [nothing_planned(said.kind) if one == plain else one for one in prepared.problems]
    return replace(prepared, triage=changed, routed=values_of(changed), model_said=kept, problems=problems)


def _wants_help(prepared: Prepared, seen: RoutedText, note: Note, handbook: Handbook) -> bool:
    decided = prepared.triage
    is_unclear = decided.kind in VAGUE or decided.confidence < handbook.routing_below
    return (
        handbook.model_sorts_mail
        and prepared.plan is None
        and is_unclear
        and seen.mail is not None
        and decided.kind in PROPOSED - {"phishing"}
        and not corrected_values(note.front)
        and not gives_orders(seen.mail)
    )


async def _asked(seen: RoutedText) -> ProposedKind | None:
    mail = {"from": seen.sender, "subject": seen.subject, "text": seen.body[:LONGEST]}
    prompt = ("sort", {"kinds": ", ".join(sorted(PROPOSED))})
    proposed = await proposal(ModelQuestion(PURPOSE, prompt, mail, ProposedKind))
    return proposed and proposed.said


def _kept(front: Mapping[str, Any]) -> ProposedKind | None:
    """What it said before; it is not asked twice."""
    try:
        return ProposedKind.model_validate(front[SAID]) if SAID in front else None
    except ValueError:
        return None


def _holds(prepared: Prepared, said: ProposedKind, now: datetime) -> bool:
    """Whether it is a known kind that nothing would be done for; else that is put on record."""
    changed = _with(prepared.triage, said) if said.kind in PROPOSED else None
    book = choose_playbook(read_playbooks(), values_of(changed)) if changed else None
    if changed is not None and book is None:
        return True
    problem = f"for {said.kind} there is the playbook {book.name}" if book else "no kind that it may propose"
    tell_refusal("kind", prepared.task_id, problem, said.model_dump(), now)
    return False


def _with(decided: Triage, said: ProposedKind) -> Triage:
    """Its kind; its domain where nobody knew one; its priority where that is the more urgent one."""
    domain = TaskDomain(said.domain) if decided.domain is TaskDomain.BOTH else decided.domain
    priority = max(decided.priority, Priority(said.priority), key=ORDER.index)
    reason = f"{said.kind}: a language model took it for {name_of(said.kind)} ({one_line(said.why)})"
    changes = dict(zip(FIELDS, (said.kind, domain, priority), strict=True))
    return decided.model_copy(update={**changes, "reasons": [*decided.reasons, reason]})
