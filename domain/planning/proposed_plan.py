"""A plan that a language model proposes for a request in the owner's own words: what of it may be asked about.

It names a playbook, or a few steps out of the catalogue. Each value has to stand in the owner's words as it is, to be
one of the few that its action knows, or to refer to what an earlier step reads in the books; only prose (a mail's text)
may be worded, with no number, address or link of its own. What does not hold is refused here. What does becomes a
playbook whose every value is an input, so that it is confirmed and corrected like any other request in words, checked
like any other playbook, and each of its steps is judged by the policy.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from domain.errors import RejectedError
from domain.planning.catalogue import CATALOGUE
from domain.planning.grounded import foreign, is_said
from domain.planning.playbook import Playbook, PlaybookError, parse_playbook
from domain.planning.playbook_check import check_playbook, known_actions
from domain.planning.reads import READS
from domain.planning.reference import referenced
from domain.planning.said_values import dates_in
from domain.planning.slots import Slot, SlotType
from domain.planning.wish import Wish

MOST_STEPS, MOST_VALUES = 5, 40
PROSE = frozenset({"subject", "text", "description", "note", "reason"})
"""Inputs that may be worded."""
TODAY = "task.today"


class ProposedStep(BaseModel):
    """One step out of the catalogue."""

    id: str
    action: str
    inputs: dict[str, Any] = {}


class ProposedPlan(BaseModel):
    """A playbook with its inputs, or steps; neither: nothing fits."""

    playbook: str = ""
    inputs: dict[str, Any] = {}
    steps: list[ProposedStep] = Field(default=[], max_length=MOST_STEPS)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is proposed."""
        return not self.playbook and not self.steps


class UngroundedError(RejectedError):
    """What is proposed does not rest on the owner's words."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"what a language model proposed was not taken: {problem}")


def offered(books: Sequence[Playbook]) -> dict[str, str]:
    """What may be proposed, as JSON: the playbooks that can be asked for, and the actions with what they take."""
    playbooks = [
        {
            "playbook": book.name,
            "about": book.about,
            "inputs": {slot.name: slot.type.value for slot in book.inputs},
        }
        for book in books
        if _can_be_asked_for(book)
    ]
    actions = [row for row in known_actions() if _is_offered(row["action"])]
    return {"playbooks": json.dumps(playbooks, ensure_ascii=False), "actions": json.dumps(actions)}


def wish_of(plan: ProposedPlan, words: str, books: Sequence[Playbook], today: dt.date) -> Wish:
    """What is asked about: a playbook with those of its inputs that were said, or the steps as a playbook of their own.

    Args:
        plan: As it was proposed.
        words: The owner's.
        books: The playbooks in force.
        today: In the owner's time zone.

    Raises:
        UngroundedError: something in it stands in none of the owner's words, or cannot be followed.
    """
    by_name = {book.name: book for book in books}
    if plan.playbook:
        book = by_name.get(plan.playbook)
        if plan.steps or book is None or not _can_be_asked_for(book):
            raise UngroundedError(f"there is no playbook '{plan.playbook[:60]}' that can be asked for")
        return Wish(book, dict(_said_inputs(book, plan.inputs, words, today)))
    taken = _Steps(words, today)
    steps = [taken.step(step) for step in plan.steps]
    titles = [_title(step.action) for step in plan.steps]
    front = {"inputs": taken.slots, "steps": steps, "about": "; ".join(titles)[:500]}
    try:
        book = parse_playbook("; ".join(dict.fromkeys(titles)), front)
    except PlaybookError as error:
        raise UngroundedError(str(error)) from error
    if problems := check_playbook(book, by_name | {book.name: book}):
        raise UngroundedError(str(problems[0]))
    return Wish(book, taken.values)


def in_words(plan: ProposedPlan, wish: Wish) -> str:
    """What is going to be done, for whoever confirms it: with what is referred to, which is no question."""
    if plan.playbook:
        return f"the playbook {wish.playbook.name}"
    return "; then ".join(
        _title(step.action) + "".join(f", {name}: {path}" for name, path in _references(step.inputs))
        for step in plan.steps
    )


def _references(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    for place, leaf in _leaves(value, name):
        if path := referenced(leaf):
            yield (
                place,
                f"the {path.rpartition('.')[2].replace('_', ' ')} of {path.partition('.')[2].rpartition('.')[0]}",
            )


def _can_be_asked_for(book: Playbook) -> bool:
    return book.when is None or bool(book.asked)


def _is_offered(name: str) -> bool:
    return name in READS or CATALOGUE[name].approved_with is None


def _title(action: str) -> str:
    known = READS.get(action) or CATALOGUE.get(action)
    return known.title if known else action


def _said_inputs(
    book: Playbook, inputs: Mapping[str, Any], words: str, today: dt.date
) -> Iterator[tuple[str, str]]:
    """Those that hold; the others are asked for."""
    slots = {slot.name: slot for slot in book.inputs}
    for name, value in inputs.items():
        slot = slots.get(name)
        if slot and isinstance(value, (str, int, float)) and _holds(slot, str(value), words, today):
            yield name, str(value)


def _holds(slot: Slot, value: str, words: str, today: dt.date) -> bool:
    is_choice = slot.type is SlotType.YES_NO or value in slot.one_of
    return is_choice or is_said(value, words) or value in dates_in(words, today)


class _Steps:
    """Proposed steps, each value a declared input."""

    def __init__(self, words: str, today: dt.date) -> None:
        self._words, self._dates = words, dates_in(words, today)
        self.slots: list[dict[str, Any]] = []
        self.values: dict[str, str] = {}
        self._ids: list[str] = []

    def step(self, step: ProposedStep) -> dict[str, Any]:
        if not (step.action in READS or step.action in CATALOGUE) or not _is_offered(step.action):
            raise UngroundedError(f"there is no action '{step.action[:60]}'")
        if "from" in step.inputs:
            raise UngroundedError("'from' is no input")
        choices = set(_choices_of(step.action))
        inputs = {
            name: self._taken(step, (name,), value, choices)
            for name, value in step.inputs.items()
            if value not in (None, "", [], {})
        }
        made = {"id": step.id, "action": step.action, "inputs": inputs, "needs": self._ids[-1:]}
        self._ids.append(step.id)
        return made

    def _taken(self, step: ProposedStep, place: tuple[str, ...], value: Any, choices: set[Any]) -> Any:
        if isinstance(value, Mapping):
            if not all(str(key).isidentifier() for key in value):
                raise UngroundedError(f"{'.'.join(place)} is called as nothing is")
            return {key: self._taken(step, (*place, key), one, choices) for key, one in value.items()}
        if isinstance(value, list):
            return [
                self._taken(step, (*place, str(at)), one, choices) for at, one in enumerate(value, start=1)
            ]
        path = referenced(value)
        if path is not None:
            if path != TODAY and path.partition(".")[0] != "steps":
                raise UngroundedError(f"'{path[:60]}' is nothing that it may refer to")
            return value
        return self._asked(step, place, value, choices)

    def _asked(self, step: ProposedStep, place: tuple[str, ...], value: Any, choices: set[Any]) -> Any:
        """The input that stands for a value."""
        text = str(value)
        if place[-1] in PROSE and isinstance(value, str):
            if others := foreign(text, self._words):
                raise UngroundedError(f"{'.'.join(place)} names {others[0][:60]}, which nobody said")
        elif not (
            isinstance(value, bool) or value in choices or text in self._dates or is_said(text, self._words)
        ):
            raise UngroundedError(f"{'.'.join(place)} is not in the words")
        name = re.sub(r"[^a-z0-9]+", "_", "_".join((step.id, *place)).casefold()).strip("_")
        if name in self.values or len(self.values) == MOST_VALUES:
            raise UngroundedError("it has too many values")
        kind = SlotType.YES_NO if isinstance(value, bool) else SlotType.TEXT
        self.slots.append(
            {"name": name, "type": kind.value, "question": f"{_title(step.action)}: {' '.join(place)}"[:300]}
        )
        self.values[name] = ("yes" if value else "no") if isinstance(value, bool) else text
        return f"{{{{ inputs.{name} }}}}"


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, f"{name} {key}".strip())
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, name)
    else:
        yield name, value


def _choices_of(action: str) -> Iterator[Any]:
    """The values that an action knows by themselves: a method, a platform, a kind."""
    known = READS.get(action) or CATALOGUE[action]
    yield from _listed((getattr(known, "said", None) or known.inputs).model_json_schema())


def _listed(schema: Any) -> Iterator[Any]:
    if isinstance(schema, Mapping):
        yield from schema.get("enum", ())
        for one in schema.values():
            yield from _listed(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _listed(one)
