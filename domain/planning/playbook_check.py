"""Whether playbooks can be followed, looked at before any plan is made: each problem with its place and what to do.

Types are compared as JSON Schemas, those of what an action takes and of what a step before it gives; where one of them
is not known, nothing is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import CycleError
from typing import Any

from pydantic import BaseModel

from domain.planning.catalogue import CATALOGUE, PLAN, Action
from domain.planning.playbook import Playbook, PlaybookStep, in_order
from domain.planning.reads import READS, LookKind
from domain.planning.reference import referenced, references_in
from domain.planning.schemas import (
    ANY,
    Schema,
    dereferenced,
    part_of,
    part_with_definitions,
    spoken_types,
    types_of,
)
from domain.planning.slots import SCHEMAS, Slot, SlotError, value_of

Place = tuple[str | int, ...]
TEXT: Schema = {"type": "string"}
TASK: Schema = {
    "properties": dict.fromkeys(
        (
            "id",
            "kind",
            "why",
            "today",
            "month",
            "last_month",
            "received",
            "currency",
            "sender",
            "thread",
            "subject",
            "follows",
            "words",
            "owner",
        ),
        TEXT,
    )
}
"""What every task tells a playbook of itself."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, where it stands in the front matter, and what to do."""

    place: Place
    said: str

    def __str__(self) -> str:
        """As one sentence."""
        where = ", ".join(f"no. {part + 1}" if isinstance(part, int) else part for part in self.place)
        return f"{where}: {self.said}" if where else self.said


@dataclass
class _Types:
    """What references may name here, as schemas."""

    names: dict[str, Schema]
    steps: dict[str, Schema] = field(default_factory=dict)
    outer: "_Types | None" = None

    def inside(self, **names: Schema) -> "_Types":
        return _Types(dict(names), outer=self)

    def known(self, first: str, second: str | None) -> tuple[Schema | None, list[str]]:
        """The schema of a path's beginning, and what there is instead where there is none."""
        scope: _Types | None = self
        others: list[str] = []
        while scope is not None:
            if first == "steps" and second in scope.steps:
                return scope.steps[second], []
            if first != "steps" and first in scope.names:
                return scope.names[first], []
            others += scope.steps if first == "steps" else ["steps", *scope.names]
            scope = scope.outer
        return None, sorted(set(others))

    def has_step(self, name: str) -> bool:
        return self.known("steps", name)[0] is not None


def check_playbooks(books: Sequence[Playbook]) -> dict[str, list[Problem]]:
    """Every problem of every playbook, by name; those without one are left out."""
    by_name = {book.name: book for book in books}
    found = {book.name: check_playbook(book, by_name) for book in books}
    return {name: problems for name, problems in found.items() if problems}


def sort_out(
    written: Mapping[str, Playbook], confirmed: Mapping[str, Playbook], unread: Mapping[str, str]
) -> dict[str, str]:
    """Which of the written playbooks cannot be followed, each with why; beside the others these stay as confirmed.

    A change or a removal that would break another playbook, as it was confirmed, is wrong itself.

    Args:
        written: Those that can be read.
        confirmed: Those in force.
        unread: By name why others cannot be read.
    """
    wrong = dict(unread)
    while True:
        now = {name: book for name, book in written.items() if name not in wrong}
        now |= {name: book for name, book in confirmed.items() if name in wrong}
        found = {}
        for name, problems in check_playbooks(list(now.values())).items():
            said = f"{problems[0]} (all of it: fte playbooks check {name})"
            breaks = [other for other in _called_by(now[name], now) if now.get(other) != confirmed.get(other)]
            if now[name] != confirmed.get(name):
                found[name] = said
            else:
                found |= dict.fromkeys(breaks, f"{name}, which calls it, could no longer be followed: {said}")
        if not found.keys() - wrong.keys():
            return wrong
        wrong = {**found, **wrong}


def _called_by(book: Playbook, books: Mapping[str, Playbook]) -> set[str]:
    """The playbooks that it calls, directly or through others, whether there are such or not."""
    called: set[str] = set()
    following = [book]
    while following:
        names = following.pop().called - called
        called |= names
        following += [books[name] for name in names if name in books]
    return called


def check_playbook(book: Playbook, books: Mapping[str, Playbook]) -> list[Problem]:
    """What keeps a playbook from being followed; `books` are all that it may call."""
    check = _Check(book, books)
    check.run()
    return check.problems


@lru_cache(maxsize=512)
def _schema(model: type[BaseModel], *, gives: bool) -> Schema:
    return model.model_json_schema(mode="serialization" if gives else "validation")


def known_actions() -> list[dict[str, Any]]:
    """What a step may do, by name: what it takes, what has to be given of that (`*`), what later steps may refer to."""
    rows = []
    every: dict[str, LookKind | Action] = {**READS, **CATALOGUE}
    for name, known in sorted(every.items()):
        if name.startswith(PLAN):
            continue
        takes = _schema(getattr(known, "said", None) or known.inputs, gives=False)
        needed = takes.get("required", ())
        gives = _schema(known.result, gives=True) if known.result else {}
        rows.append(
            {
                "action": name,
                "does": f"reads: {known.title}" if name in READS else known.title,
                "takes": [f"{one}*" if one in needed else one for one in takes.get("properties", {})],
                "gives": list(gives.get("properties", {})),
            }
        )
    return rows


def inputs_schema(book: Playbook) -> Schema:
    """A playbook's declared inputs."""
    return {"properties": {slot.name: dict(SCHEMAS[slot.type]) for slot in book.inputs}}


class _Check:
    def __init__(self, book: Playbook, books: Mapping[str, Playbook]) -> None:
        self._book, self._books = book, books
        self.problems: list[Problem] = []

    def run(self) -> None:
        book = self._book
        for slot in book.inputs:
            self._check_default(slot)
        if circle := _circle(book, self._books):
            self._say(
                ("steps",), f"playbooks call each other in a circle: {' -> '.join(circle)}; take one call out"
            )
            return
        names: dict[str, Schema] = {"task": TASK, "inputs": inputs_schema(book)}
        if book.when is not None:
            names["reading"] = ANY
        types = _Types(names)
        self._steps(book.steps, types, ("steps",))
        for name, value in book.outputs.items():
            place = ("outputs", name)
            if referenced(value) is None:
                self._say(place, f'has to be one reference, such as "{{{{ steps.{book.steps[0].id}... }}}}"')
            self._references(value, types, place)

    def _check_default(self, slot: Slot) -> None:
        place = ("inputs", slot.name, "default")
        if referenced(slot.default):
            self._value(slot.default, _Types({"task": TASK}), place, (ANY, TEXT))
        elif slot.default is not None:
            try:
                value_of(slot, slot.default)
            except SlotError as error:
                self._say(place, str(error))

    def _steps(self, steps: Sequence[PlaybookStep], types: _Types, place: Place) -> None:
        ids = [step.id for step in steps]
        for number, step in enumerate(steps):
            if step.id in ids[:number]:
                self._say((*place, number, "id"), f"two steps are called {step.id}; give one another id")
        try:
            order = _ordered(steps)
        except CycleError as error:
            circle = " -> ".join(error.args[1])
            self._say(place, f"the steps wait for each other: {circle}; take one of them out of needs")
            return
        for number, step in order:
            types.steps[step.id] = self._step(step, types, (*place, number))

    def _step(self, step: PlaybookStep, types: _Types, place: Place) -> Schema:
        """Check one step; what it gives to later ones."""
        for need in step.needs:
            if not types.has_step(need):
                said = f"there is no step {need} before it; correct its name or take it out"
                self._say((*place, "needs"), said)
        for path in (path for condition in step.conditions for path in condition.paths):
            self._path(path, types, (*place, "if"))
        if step.for_each:
            return self._loop(step, types, place)
        if step.limit is not None:
            self._say((*place, "limit"), "has a limit but loops over nothing; add for_each, or take it out")
        return self._body(step, types, place)

    def _loop(self, step: PlaybookStep, types: _Types, place: Place) -> Schema:
        records = self._path(referenced(step.for_each) or "", types, (*place, "for_each"))
        kinds = types_of(records, records)
        if kinds and "array" not in kinds:
            self._say((*place, "for_each"), f"is {spoken_types(kinds)} and no list; refer to a list")
        if step.limit is None:
            said = "loops without a limit; add one, such as limit: 20: beyond it a person is asked"
            self._say((*place, "for_each"), said)
        record = part_with_definitions(records, records.get("items", ANY)) if "array" in kinds else ANY
        given = self._body(step, types.inside(**{step.as_: record}), place)
        return {"properties": {"count": {"type": "integer"}, "done": {"type": "array", "items": given}}}

    def _body(self, step: PlaybookStep, types: _Types, place: Place) -> Schema:
        if step.steps:
            inner = types.inside()
            self._steps(step.steps, inner, (*place, "steps"))
            return {"properties": dict(inner.steps)}
        if step.wait_until:
            self._references(step.wait_until.model_dump(exclude_none=True), types, (*place, "wait_until"))
            return {"properties": {"happened": TEXT, "at": TEXT}}
        return self._call(step, types, place) if step.playbook else self._action(step, types, place)

    def _call(self, step: PlaybookStep, types: _Types, place: Place) -> Schema:
        called = self._books.get(step.playbook)
        if called is None:
            known = ", ".join(sorted(self._books)) or "none"
            self._say((*place, "playbook"), f"there is no playbook '{step.playbook}'; there are {known}")
            return ANY
        takes = inputs_schema(called)
        needed = [slot.name for slot in called.inputs if slot.default is None and not slot.optional]
        self._inputs(step, types, place, [takes], needed)
        return {"properties": dict.fromkeys(called.outputs, ANY)}

    def _action(self, step: PlaybookStep, types: _Types, place: Place) -> Schema:
        read = READS.get(step.action)
        action = None if step.action.startswith(PLAN) else CATALOGUE.get(step.action)
        if read is not None:
            takes, gives = [_schema(read.inputs, gives=False)], _schema(read.result, gives=True)
        elif action is not None:
            models = [model for model in (action.said, action.inputs) if model is not None]
            takes = [_schema(model, gives=False) for model in models]
            gives = _schema(action.result, gives=True) if action.result else {"properties": {}}
        else:
            known = sorted(name for name in (*CATALOGUE, *READS) if not name.startswith(PLAN))
            said = f"there is no action '{step.action}'; there are {', '.join(known)}"
            self._say((*place, "action"), said)
            self._references(step.inputs, types, (*place, "inputs"))
            return ANY
        self._inputs(step, types, place, takes, list(takes[0].get("required", [])))
        return gives

    def _inputs(
        self, step: PlaybookStep, types: _Types, place: Place, takes: Sequence[Schema], needed: Sequence[str]
    ) -> None:
        place = (*place, "inputs")
        known = (
            {name: schema for taken in reversed(takes) for name, schema in taken["properties"].items()}
            if all("properties" in taken for taken in takes)
            else None
        )
        roots = {name: taken for taken in reversed(takes) for name in taken.get("properties", {})}
        for name, value in step.inputs.items():
            if name == "from":
                self._path(str(value), types, (*place, "from"))
                continue
            if known is not None and name not in known:
                said = f"is not taken here; taken are {', '.join(sorted(known)) or 'none'}"
                self._say((*place, name), said)
            schema = (known or {}).get(name, ANY)
            self._value(value, types, (*place, name), (roots.get(name, ANY), schema))
        missing = [name for name in needed if name not in step.inputs and "from" not in step.inputs]
        if missing:
            self._say(place, f"{', '.join(missing)}: missing; give {'them' if len(missing) > 1 else 'it'}")

    def _value(self, value: Any, types: _Types, place: Place, wanted: tuple[Schema, Schema]) -> None:
        """A value against what is taken: its schema's root, for what is defined there, and itself."""
        root, schema = wanted
        path = referenced(value)
        if path is None:
            self._references(value, types, place)
            return
        given = self._path(path, types, place)
        have, want = types_of(given, given), types_of(root, schema)
        if have and want and not have & want:
            self._say(
                place,
                f"is {spoken_types(have)}, and {spoken_types(want)} is taken here; refer to another value",
            )

    def _references(self, value: Any, types: _Types, place: Place) -> None:
        if isinstance(value, Mapping):
            for key, item in value.items():
                self._references(item, types, (*place, str(key)))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                self._references(item, types, (*place, number))
        elif isinstance(value, str) and "{{" in value:
            if referenced(value) is None:
                self._say(place, "mixes a reference with other text; give the reference alone, in quotes")
            for path in references_in(value):
                self._path(path, types, place)

    def _path(self, path: str, types: _Types, place: Place) -> Schema:
        """What a path stands for; one that stands for nothing is a problem."""
        first, *rest = path.split(".")
        schema, others = types.known(first, rest[0] if rest else None)
        if schema is None:
            self._say(place, f"'{path}' names nothing here; there are {', '.join(others) or 'none'}")
            return ANY
        root = schema
        for part in rest[first == "steps" :]:
            found = part_of(root, schema, part)
            if found is None:
                names = sorted(dereferenced(root, schema).get("properties", {}))
                self._say(place, f"'{path}' names nothing: {_named(names)}")
                return ANY
            schema = found
        return part_with_definitions(root, schema)

    def _say(self, place: Place, said: str) -> None:
        self.problems.append(Problem(place, said))


def _named(names: list[str]) -> str:
    return f"there are {', '.join(names)}" if names else "nothing later can refer to is given there"


def _ordered(steps: Sequence[PlaybookStep]) -> Iterator[tuple[int, PlaybookStep]]:
    places = {id(step): number for number, step in enumerate(steps)}
    seen: set[str] = set()
    single = [step for step in steps if not (step.id in seen or seen.add(step.id))]  # type: ignore[func-returns-value]
    return iter([(places[id(step)], step) for step in in_order(single)])


def _circle(book: Playbook, books: Mapping[str, Playbook]) -> list[str]:
    """The way of calls from this playbook back to itself, or into a circle; empty where there is none."""
    ways = [[book.name]]
    while ways:
        way = ways.pop(0)
        for name in sorted(books[way[-1]].called if way[-1] in books else ()):
            if name in way:
                return [*way, name]
            ways.append([*way, name])
    return []
