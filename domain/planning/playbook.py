"""Playbooks: how a kind of task is done, as notes that a person can read, edit and add.

The language is described for its authors in docs/playbooks.md; `domain/planning/playbook_check.py` checks more than
that it can be read, `domain/planning/unfold.py` fills it for one task.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from domain.errors import ContractError
from domain.planning.plan import Plan, Step
from domain.planning.reads import READS
from domain.planning.reference import REFERENCE, Condition, condition_of, filled_inputs, references_in
from domain.planning.slots import KNOWN_BY_FORM, Slot, SlotType
from domain.planning.span import span_of
from domain.refused_values import refusals

__all__ = ["REFERENCE", "Playbook", "PlaybookError", "PlaybookStep", "choose_playbook", "make_plan"]

BODIES = ("action", "playbook", "steps", "wait_until")
"""What a step does: exactly one of them."""
ALWAYS_WRITTEN = frozenset({"id", "action", "inputs", "needs"})
"""What earlier versions kept of every step: a confirmed playbook stays the same when the language grows."""


OPEN = re.compile(r"\{(\w+)\}")
"""What a phrase of `asked` leaves open: the name of an input."""
ASKED_FIRST = "^"
"""How a phrase begins that counts only where a sentence begins with it: *pay the bill*, not *they pay the bill*."""
ALONE = "="
"""How a phrase begins that counts only where it is all that is said, its values in any order: *Taxi 18.50*."""
CLOSE = "+"
"""How a word of a phrase begins that stands beside the one before, but for an article: *cancel the invoice*, and not
*cancel the payment of invoice 12*."""
ENDS_THERE = "."
"""How a phrase ends behind which its sentence says nothing more: *Remind Acme.*, and not *Remind Anna of the call*."""
BEHIND = re.compile(r":\s+\{(\w+)\.\.\.\}$")
"""The end of a phrase: this input is all that follows its sentence, behind a colon or on the next line."""
WHOLE = re.compile(r"\{(\w+)\.\.\.\}$")
"""The end of a phrase without a colon: this input is the rest of its sentence."""
FEWEST_WORDS = 2

FILE_AWAY = "vault.file_away"
PLAIN_PATHS = frozenset({"task.kind", "task.why"})
"""What is the same whenever a plan is made of a task."""


class PlaybookError(ContractError):
    """A playbook cannot be read."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"playbook {name}: {problem}; correct its front matter in Vault/Playbooks/")


class WaitUntil(BaseModel, extra="forbid", frozen=True):
    """What a step waits for: the first of these that happens. Each value may be a reference.

    Attributes:
        date: A day, from its beginning in the handbook's time zone.
        after: A span, counted from when the steps it needs were done.
        paid: The id of an invoice or bill in Odoo, until it is paid.
        reply: The thread of a mail, until somebody who had a part in it answers by their own hand.
        sender: Only an answer counts that is proven (DMARC) to be of this address.
        document: Only an answer counts that brings a document.
        at_most: The longest that an event is waited for; then the plan goes on, and `happened` says `time`.
    """

    date: str | None = None
    after: str | None = None
    paid: str | int | None = None
    reply: str | None = None
    sender: str | None = None
    document: bool | None = None
    at_most: str | None = None

    @model_validator(mode="after")
    def _waits_for_something(self) -> Self:
        if not any((self.date, self.after, self.paid, self.reply)):
            raise ValueError("says nothing to wait for; give date, after, paid or reply")
        for span in (self.after, self.at_most):
            if span and not REFERENCE.match(span):
                span_of(span)
        if (self.paid or self.reply) and not (self.at_most or self.after or self.date):
            raise ValueError("may wait for ever; give at_most, such as at_most: 14 days")
        if (self.sender or self.document) and not self.reply:
            raise ValueError("says whose answer counts but not in which thread; give reply")
        return self


class PlaybookStep(BaseModel, extra="forbid", populate_by_name=True):
    """One step as its author wrote it.

    Attributes:
        action: An action or a read of the catalogue.
        playbook: The playbook that is called.
        steps: Steps that belong together, for `for_each` and `if`.
        for_each: A reference to a list: the step is done for each of its records, which is called `as`.
        limit: How many records are worked without asking.
        if_: Conditions, all of which have to hold; else the step is left out.
        milestone: What is told when it is done.
        takes: About how long it takes.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    action: str = ""
    playbook: str = ""
    steps: list["PlaybookStep"] = []
    wait_until: WaitUntil | None = None
    inputs: dict[str, Any] = {}
    needs: list[str] = []
    for_each: str = ""
    as_: str = Field(default="item", alias="as", pattern=r"^[a-z][a-z0-9_]*$")
    limit: int | None = Field(default=None, ge=1, le=10_000)
    if_: list[str] = Field(default=[], alias="if")
    milestone: str = Field(default="", max_length=200)
    takes: str = ""

    @field_validator("if_", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("if_")
    @classmethod
    def _are_conditions(cls, value: list[str]) -> list[str]:
        for text in value:
            condition_of(text)
        return value

    @field_validator("takes")
    @classmethod
    def _is_a_span(cls, value: str) -> str:
        if value:
            span_of(value)
        return value

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        said = [name for name in BODIES if getattr(self, name)]
        if len(said) != 1:
            raise ValueError(f"has to say one of {', '.join(BODIES)}, not {' and '.join(said) or 'none'}")
        if self.id == "inputs":
            raise ValueError(f"cannot have the id {self.id}; choose another")
        if self.for_each and not REFERENCE.match(self.for_each):
            raise ValueError('for_each needs a reference to a list, such as "{{ steps.overdue.invoices }}"')
        return self

    @cached_property
    def conditions(self) -> list[Condition]:
        """When it is done at all."""
        return [condition_of(text) for text in self.if_]

    @cached_property
    def paths(self) -> list[str]:
        """What it refers to itself, without the steps inside it."""
        wait = self.wait_until.model_dump() if self.wait_until else {}
        paths = [path for value in (self.inputs, self.for_each, wait) for path in references_in(value)]
        paths += [str(self.inputs["from"])] if "from" in self.inputs else []
        return paths + [path for condition in self.conditions for path in condition.paths]

    @cached_property
    def all_needs(self) -> frozenset[str]:
        """Ids of the steps outside it that it, or anything inside it, needs or refers to."""
        named = {path.split(".")[1] for path in self.paths if path.startswith("steps.")}
        deeper = {need for step in self.steps for need in step.all_needs}
        return frozenset(named | set(self.needs) | (deeper - {step.id for step in self.steps}))

    @cached_property
    def ordered(self) -> list["PlaybookStep"]:
        """The steps inside it, each after those that it needs."""
        return in_order(self.steps)


class Playbook(BaseModel, extra="ignore"):
    """How something is done.

    Attributes:
        when: Which tasks it is for: each fact with its value or a list of values; None: it is only asked for by name
            or called.
        title: What it does, in the few words that a request is headed by; empty: its name.
        about: What it does, in one sentence, for whoever asks for it in words.
        asked: The words by which it is asked for, `{name}` standing for what is said of an input, `to|for` for either.
        inputs: What it has to be told.
        outputs: What a playbook that calls it may refer to.
        notify: Whether the owner is told of each milestone.
    """

    name: str
    when: dict[str, str | list[str]] | None = None
    title: str = Field(default="", max_length=60)
    about: str = Field(default="", max_length=500)
    asked: list[str] = Field(default=[], max_length=80)
    inputs: list[Slot] = []
    steps: list[PlaybookStep] = Field(min_length=1)
    outputs: dict[str, str] = {}
    notify: bool = False

    @field_validator("inputs", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        """`inputs: {month: {type: month}}` or a list of them; both have a name each."""
        if not isinstance(value, Mapping):
            return value
        slots = {name: slot if isinstance(slot, Mapping) else {"type": slot} for name, slot in value.items()}
        return [{"name": name, **slot} for name, slot in slots.items()]

    @model_validator(mode="after")
    def _asks_for_its_inputs(self) -> Self:
        texts = {slot.name for slot in self.inputs if slot.type is SlotType.TEXT}
        for asked in self.asked:
            is_alone = asked.startswith(ALONE) or (
                asked.startswith(ASKED_FIRST) and asked.endswith(ENDS_THERE)
            )
            behind = set(BEHIND.findall(asked))
            phrase = WHOLE.sub(r"{\1}", BEHIND.sub("", asked).removeprefix(ALONE).removesuffix(ENDS_THERE))
            if unknown := (set(OPEN.findall(phrase)) - texts - self.by_form) | (behind - texts):
                raise ValueError(
                    f"asked names {', '.join(sorted(unknown))}, which is no input of the type text, nor of one that is "
                    f"known by its form ({', '.join(sorted(KNOWN_BY_FORM))})"
                )
            words = OPEN.sub(lambda found: found[1] if found[1] in self.by_form else " ", phrase).split()
            if len(words) + len(behind) + is_alone < FEWEST_WORDS:
                raise ValueError(
                    f"'{phrase}' could be asked for by chance; write {FEWEST_WORDS} words or more"
                )
        return self

    @cached_property
    def by_form(self) -> frozenset[str]:
        """The inputs whose values are known by their form."""
        return frozenset(slot.name for slot in self.inputs if slot.type in KNOWN_BY_FORM)

    @property
    def is_plain(self) -> bool:
        """Whether it is one action and nothing else: then its one effect says all that happened."""
        first = self.steps[0]
        if not all(path in PLAIN_PATHS or path.partition(".")[0] == "reading" for path in first.paths):
            return False
        grown = first.model_dump(exclude_defaults=True, by_alias=True).keys() - ALWAYS_WRITTEN
        return len(self.steps) == 1 and not grown and bool(first.action) and not self.inputs

    @cached_property
    def ordered(self) -> list[PlaybookStep]:
        """Its steps, each after those that it needs, else as they are written."""
        return in_order(self.steps)

    @property
    def only_looks(self) -> bool:
        """Whether it reads and nothing else, and its task is done with what was read."""
        return all(
            step.action == FILE_AWAY or (step.action in READS and not step.for_each) for step in self.steps
        )

    @property
    def called(self) -> set[str]:
        """The playbooks that it calls itself."""
        return {step.playbook for step in every_step(self.steps) if step.playbook}

    def plain(self) -> dict[str, Any]:
        """Its front matter as JSON values, without what is as it is by default."""
        kept = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"name", "steps"})
        return kept | {"steps": [_plain_step(step) for step in self.steps]}


def every_step(steps: Sequence[PlaybookStep]) -> Iterator[PlaybookStep]:
    """These and those inside them."""
    for step in steps:
        yield step
        yield from every_step(step.steps)


def in_order(steps: Sequence[PlaybookStep]) -> list[PlaybookStep]:
    """Each after those that it needs, else as they are written.

    Raises:
        CycleError: they wait for each other.
    """
    by_id = {step.id: step for step in steps}
    graph = {step.id: sorted(step.all_needs & by_id.keys() - {step.id}) for step in steps}
    return [by_id[name] for name in TopologicalSorter(graph).static_order()]


def _plain_step(step: PlaybookStep) -> dict[str, Any]:
    kept = step.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"steps"})
    if step.steps:
        kept["steps"] = [_plain_step(one) for one in step.steps]
    elif step.action:
        kept = {"action": step.action, "inputs": {}, "needs": []} | kept
    return kept


def parse_playbook(name: str, front: Mapping[str, Any]) -> Playbook:
    """The playbook in a note's front matter.

    Raises:
        PlaybookError: naming the first key that is wrong.
    """
    try:
        return Playbook.model_validate({**front, "name": name})
    except ValidationError as error:
        raise PlaybookError(name, refusals(error)[0]) from error


def choose_playbook(playbooks: list[Playbook], facts: Mapping[str, str]) -> Playbook | None:
    """The most specific playbook whose every condition holds; by name among equals."""
    fitting = [
        (-len(book.when), book.name, book)
        for book in playbooks
        if book.when is not None and all(_holds(facts.get(key), value) for key, value in book.when.items())
    ]
    return min(fitting, key=lambda one: one[:2], default=(0, "", None))[2]


def _holds(fact: str | None, wanted: str | list[str]) -> bool:
    return fact in wanted if isinstance(wanted, list) else fact == wanted


def make_plan(playbook: Playbook, task_id: str, context: Mapping[str, Any]) -> Plan:
    """Fill a plain playbook's step with what is known about a task.

    Args:
        playbook: The recipe.
        task_id: The task it is for.
        context: Nested values that references like `{{ reading.vendor }}` name. `inputs: {from: reading}`
            takes all values of that group.

    Raises:
        PlaybookError: a reference names nothing.
    """

    def look(path: str) -> Any:
        return looked_up(playbook.name, path, context)

    steps = [
        Step(id=step.id, action=step.action, needs=step.needs, inputs=filled_inputs(step.inputs, look))
        for step in playbook.steps
    ]
    return Plan(task_id=task_id, playbook=playbook.name, steps=steps)


def looked_up(name: str, path: str, context: Mapping[str, Any]) -> Any:
    """What a path stands for.

    Raises:
        PlaybookError: for nothing.
    """
    value: Any = context
    for part in path.split("."):
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            raise PlaybookError(name, f"nothing is known as '{path}' for this task")
    return value
