"""A task's kind, domain and priority, each with its reason: all that decides them, in its order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from domain.accounting.expenses import EMPLOYEE
from domain.accounting.expenses import KIND as EXPENSE
from domain.accounting.party import party_key
from domain.learning.edit import PAYEE
from domain.mail.classify import gives_orders
from domain.planning.by_words import RoutedText
from domain.planning.correction import lessons
from domain.planning.kinds import name_of
from domain.planning.likely_kind import KindModel
from domain.planning.playbook import FILE_AWAY, Playbook, choose_playbook
from domain.planning.routing import by_handbook, by_words, said_by_person, taught
from domain.planning.triage import Triage
from domain.policy.handbook import Handbook
from domain.receipts.reading import Reading
from tasks.mail.understand import DocumentKind, Understanding
from tasks.planning.corrections import all_corrections, corrected_values, features_of_note

UNSURE = "other"
"""What a task is called whose kind is not sure enough to be acted on."""


@dataclass(frozen=True)
class Routed:
    """How a task was sorted.

    Attributes:
        decided: With a person's word on it.
        own: Kind, domain and priority without that word.
        held: Why it waits for a person, although there is a playbook for what it may be; empty: it does not.
        doubts: What is uncertain about its kind.
    """

    decided: Triage
    own: Mapping[str, str]
    held: str = ""
    doubts: list[str] = field(default_factory=list)


def seen_of(front: Mapping[str, Any], understanding: Understanding, employee: str = "") -> RoutedText:
    """What a task is routed by: its document, what its note had from the beginning, and whose expense it is."""
    verdict = understanding.verdict
    return RoutedText(
        kind=understanding.kind.value.removeprefix("mail-"),
        confidence=verdict.confidence if verdict else 1.0,
        sender=str(front.get("from", "")),
        subject=str(front.get("subject", "")),
        mail=understanding.mail,
        reading=understanding.reading,
        words=understanding.words if understanding.kind in {DocumentKind.MESSAGE, DocumentKind.TEXT} else "",
        employee=employee,
    )


def route(
    front: Mapping[str, Any], seen: RoutedText, handbook: Handbook, playbooks: list[Playbook]
) -> Routed:
    """Sort a task by its words, by what corrections taught, by the handbook, and by a person's word on it."""
    own, held = _taught(by_words(seen, handbook, kind_model()), front, seen, playbooks)
    own = _as_expense(by_handbook(own, seen, handbook), seen)
    doubts: list[str] = []
    if (
        own.confidence < handbook.routing_below
        and choose_playbook(playbooks, facts_of(own, seen.reading)) is not None
    ):
        wanted = f"{handbook.routing_below:.0%} are wanted: routing_below in the handbook"
        said = f"perhaps {name_of(own.kind)} ({own.confidence:.0%} sure; {wanted})"
        if own.kind == "receipt":
            doubts = [said]
        else:
            held = f"{said}: {own.reasons[-1]}. Write what it is into this note (kind: {own.kind}, with status: new)"
            own = own.model_copy(update={"kind": UNSURE, "reasons": [*own.reasons, held]})
    decided = said_by_person(own, corrected_values(front))
    return Routed(decided, values_of(own), held if decided == own else "", doubts)


def _as_expense(own: Triage, seen: RoutedText) -> Triage:
    """A receipt that an employee brings as their own expense is no bill of the vendor: they have paid it."""
    if own.kind != "receipt" or not seen.employee:
        return own
    reason = f"{EXPENSE}: it came as an expense of {seen.employee}, whom the handbook lists as {EMPLOYEE}"
    return own.model_copy(update={"kind": EXPENSE, "reasons": [*own.reasons, reason]})


def values_of(decided: Triage) -> dict[str, str]:
    """What a person can correct."""
    return {"kind": decided.kind, "domain": decided.domain.value, "priority": decided.priority.value}


def facts_of(decided: Triage, reading: Reading | None) -> dict[str, str]:
    """What its playbook is chosen by."""
    vendor = reading.vendor if reading else None
    return values_of(decided) | ({PAYEE: party_key(vendor.value)} if vendor else {})


def _taught(
    ruled: Triage, front: Mapping[str, Any], seen: RoutedText, playbooks: list[Playbook]
) -> tuple[Triage, str]:
    """What corrections of others like it make of the task; or why that waits for a person's word.

    They may have it filed away. Whatever else a playbook does, it does only where the rules alone would have
    planned the same.
    """
    mail = seen.mail
    is_bulk = mail is not None and bool(mail.list_unsubscribe or mail.list_id) and not gives_orders(mail)
    features = features_of_note(front, list_id=mail.list_id if mail else "")
    after = taught(ruled, lessons(features, all_corrections()), is_bulk=is_bulk)
    if after == ruled:
        return ruled, ""
    before, then = (choose_playbook(playbooks, facts_of(one, seen.reading)) for one in (ruled, after))
    if then is None or all(step.action == FILE_AWAY for step in then.steps):
        return after, ""
    if then == before:
        return after.model_copy(update={"confidence": min(after.confidence, ruled.confidence)}), ""
    held = "; ".join(after.reasons[len(ruled.reasons) :])
    return ruled, (
        f"not done by itself: {held}; for that there is the playbook {then.name}. Write it into this note "
        f"(kind: {after.kind}, domain: {after.domain.value}, priority: {after.priority.value}) with status: new"
    )


WEIGHTS = Path(__file__).with_name("kind_model.npz")
"""`benchmarks/train_routing.py` learns and writes it; nothing that arrives changes it."""


@cache
def kind_model() -> KindModel:
    """The weights that kinds are told apart by; read once, when the first task is sorted."""
    import numpy as np

    with np.load(WEIGHTS, allow_pickle=False) as file:
        return KindModel(
            labels=tuple(str(label) for label in file["labels"]),
            keys=file["keys"],
            weights=file["weights"],
            scale=float(file["scale"]),
            bias=file["bias"],
            facts=dict(zip(map(str, file["fact_names"]), file["fact_weights"], strict=True)),
            sharpness=float(file["sharpness"]),
        )
