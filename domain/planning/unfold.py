"""A playbook filled for one task, as far as is known by now: which steps there are, and which can be done.

Nothing is remembered here. What was read, done or waited for so far goes in, and the same always comes out: a plan that
was interrupted goes on where it was, with the same step ids and so with the same effect keys. Records of a loop are
numbered in the order of the list that was read once and kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from domain.planning.catalogue import CATALOGUE, FILL_IN, GO_ON, PLAN
from domain.planning.own_actions import FillInInputs, GoOnInputs
from domain.planning.plan import Plan, Step, Wait, refused_inputs
from domain.planning.playbook import Playbook, PlaybookError, PlaybookStep
from domain.planning.program import AGAIN, CONFIRMED, INPUTS, UNREAD, WORDS, Program
from domain.planning.reads import READS
from domain.planning.reference import ConditionError, filled, filled_inputs, referenced
from domain.planning.scope import LEFT_OUT, PENDING, LeftOutError, PendingError, Scope
from domain.planning.slots import Slot, fill_slots
from domain.planning.span import span_of
from domain.refused_values import refusals

Facts = Mapping[str, Mapping[str, Any]]
"""What is known of each verified step, by its id, as JSON values."""

ASKED_WITH_THE_WORDS = frozenset({"odoo.allocate_payment"})
"""Actions that are always asked about, in a question that shows the words: the same is not asked twice."""
DEEPEST = 8
"""Calls within calls; circles are refused before, so this is a playbook that nobody can follow."""
MOST_STEPS = 20_000
NAMED_BY = ("name", "number", "customer", "vendor", "partner", "title", "subject", "email", "id")
"""What a record is called in a question, the first that it has."""


@dataclass
class Unfolded:
    """The plan as it is now.

    Attributes:
        plan: Every step that is known, those of loops and called playbooks too.
        ready: Ids of the steps that can be done now; those that are done are not among them.
        skipped: Ids of the steps that a condition leaves out.
        problems: By step id, why it cannot be done.
        is_done: Whether every step is done or left out.
    """

    plan: Plan
    ready: list[str] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)
    is_done: bool = False


def unfold(program: Program, task_id: str, facts: Facts) -> Unfolded:
    """The plan, given what is known by now.

    Args:
        program: The playbook for this task.
        task_id: The task.
        facts: What is known of each verified step.
    """
    walk = _Walk(program, facts)
    return walk.unfolded(task_id)


class _Walk:
    """One look over a program."""

    def __init__(self, program: Program, facts: Facts) -> None:
        self._program, self._facts = program, facts
        self._books = program.read
        self._steps: list[Step] = []
        self._ready: list[str] = []
        self._skipped: set[str] = set()
        self._problems: dict[str, str] = {}

    def unfolded(self, task_id: str) -> Unfolded:
        program = self._program
        book, is_done = self._books[program.playbook], False
        names = dict(program.context)
        said = self._told(book, names.get(INPUTS) or {})
        if said is not None:
            scope = Scope(program.prefix, names | {INPUTS: said})
            is_done = self._walk(scope, book)
        plan = Plan(task_id=task_id, playbook=program.playbook, steps=self._steps)
        return Unfolded(plan, self._ready, self._skipped, self._problems, is_done)

    def _told(self, book: Playbook, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """The playbook's inputs; None: they have to be asked for, in one question."""
        node = f"{self._program.prefix}{INPUTS}"
        answers = self._facts.get(node, {}).get("values") or {}
        context = self._program.context
        declared = self._inputs(book)
        slots = fill_slots(declared, {**said, **{name: text for name, text in answers.items() if text}})
        is_known = context.get(CONFIRMED) or (_needs_no_word(book) and not context.get(UNREAD))
        words = "" if is_known else str(context.get(WORDS) or "")
        if not slots.problems and (not words or node in self._facts):
            return slots.values
        asked = [slot for slot in declared if words or slot.name in {*slots.missing, *slots.refused}]
        if not asked and not words:  # what was said is not among the declared inputs
            self._problems[node] = "; ".join(slots.problems)
            self._add(Step(id=node, action="", title="What has to be known", inputs={}, is_known=False))
            return None
        values = {slot.name: str(said.get(slot.name) or slot.default or "") for slot in asked}
        question = FillInInputs(playbook=book.name, slots=asked, values=values, words=words, title=book.title)
        inputs = question.model_dump(mode="json", exclude=None if words else {"words"})
        self._add(Step(id=node, action=FILL_IN, inputs=inputs))
        if node in self._facts:
            self._problems[node] = "; ".join(slots.problems)
        else:
            self._ready.append(node)
        return None

    def _inputs(self, book: Playbook) -> list[Slot]:
        """With the defaults that are the task's: `{{ task.today }}`."""
        task = self._program.context.get("task", {})
        return [
            slot.model_copy(update={"default": task.get(path.removeprefix("task."))})
            if (path := referenced(slot.default))
            else slot
            for slot in book.inputs
        ]

    def _walk(self, scope: Scope, book: Playbook, inside: PlaybookStep | None = None) -> bool:
        """Add the playbook's steps, or those inside one of them; whether all are done."""
        for step in (inside or book).ordered:
            node = f"{scope.prefix}{step.id}"
            before = len(self._steps)
            try:
                scope.steps[step.id] = self._step(scope, book, step, node)
            except PlaybookError as error:
                problem = str(error).removeprefix("playbook : ").partition("; correct its front")[0]
                self._problems[node] = f"{problem}; correct the playbook {book.name}"
                scope.steps[step.id] = self._blocked(scope, step, node)
            scope.made[step.id] = [one.id for one in self._steps[before:]]
        return all(state is not PENDING for state in scope.steps.values())

    def _step(self, scope: Scope, book: Playbook, step: PlaybookStep, node: str) -> Any:
        try:
            waits = [name for name in step.needs if scope.state(name) is PENDING]
            if waits:
                return self._blocked(scope, step, node)
            if not all(condition.holds(scope.look) for condition in step.conditions):
                return self._left_out(step, node)
            if step.for_each:
                return self._loop(scope, book, step, node)
            return self._body(scope, book, step, node)
        except PendingError:
            return self._blocked(scope, step, node)
        except LeftOutError:
            return self._left_out(step, node)
        except ConditionError as error:
            raise PlaybookError("", str(error)) from error

    def _loop(self, scope: Scope, book: Playbook, step: PlaybookStep, node: str) -> Any:
        records = filled(step.for_each, scope.look)
        if not isinstance(records, list):
            raise PlaybookError("", f"for_each of {step.id} is no list")
        if not self._may_go_on(scope, book, step, node, records):
            return PENDING
        results = []
        for number, record in enumerate(records, start=1):
            inner = self._in_its_round(f"{node}.{number}.")
            own = Scope(inner, {step.as_: record}, outer=scope, record=inner, after=self._after(scope, step))
            results.append(self._body(own, book, step, inner.removesuffix(".")))
            if len(self._steps) > MOST_STEPS:
                raise PlaybookError("", f"{step.id} makes more than {MOST_STEPS} steps")
        if any(result is PENDING for result in results):
            return PENDING
        return {"count": len(records), "done": [one for one in results if one is not LEFT_OUT]}

    def _in_its_round(self, record: str) -> str:
        """The beginning of a record's step ids, other ones each time that it is begun."""
        number = self._program.rounds.get(record, 1)
        return record if number == 1 else f"{record}{AGAIN}{number}."

    def _may_go_on(
        self, scope: Scope, book: Playbook, step: PlaybookStep, node: str, records: list[Any]
    ) -> bool:
        """Whether so many may be worked: up to the playbook's limit, and beyond it what a person said yes to."""
        limit, gate = step.limit or 0, f"{node}.limit"
        if len(records) <= limit:
            return True
        asked = GoOnInputs(
            playbook=book.name,
            step=node,
            found=len(records),
            limit=limit,
            records=[_called(record, number) for number, record in enumerate(records, start=1)],
        )
        inputs, needs = asked.model_dump(mode="json"), list(self._after(scope, step))
        self._add(Step(id=gate, action=GO_ON, inputs=inputs, needs=needs, scope=scope.record))
        if gate in self._facts:
            return True
        self._ready.append(gate)
        return False

    def _body(self, scope: Scope, book: Playbook, step: PlaybookStep, node: str) -> Any:
        if step.playbook:
            return self._call(scope, step, node)
        if step.steps:
            inner = Scope(
                f"{node}.",
                {},
                outer=scope,
                record=scope.record,
                after=self._after(scope, step),
            )
            is_done = self._walk(inner, book, step)
            facts = {name: state for name, state in inner.steps.items() if state is not LEFT_OUT}
            return facts if is_done else PENDING
        return self._one(scope, step, node)

    def _call(self, scope: Scope, step: PlaybookStep, node: str) -> Any:
        if node.count(".") > DEEPEST * 2:
            raise PlaybookError("", f"playbooks call each other more than {DEEPEST} deep")
        called = self._books[step.playbook]
        slots = fill_slots(self._inputs(called), filled_inputs(step.inputs, scope.look))
        if slots.problems:
            raise PlaybookError("", f"{step.id} calls {called.name}: {'; '.join(slots.problems)}")
        names = {INPUTS: slots.values, "task": self._program.context.get("task", {})}
        inner = Scope(f"{node}.", names, record=scope.record, after=self._after(scope, step))
        if not self._walk(inner, called):
            return PENDING
        return {name: _or_none(value, inner) for name, value in called.outputs.items()}

    def _one(self, scope: Scope, step: PlaybookStep, node: str) -> Any:
        """A step that does one thing."""
        if step.wait_until:
            said = filled(step.wait_until.model_dump(exclude_none=True), scope.look)
            made = self._made(scope, step, node, wait=_wait(said), title=_title_of_wait(said))
        else:
            made = self._made(
                scope, step, node, action=step.action, inputs=filled_inputs(step.inputs, scope.look)
            )
            if problem := _problem(made, is_read="reading" in self._program.context):
                self._add(made)
                self._problems[node] = problem
                return PENDING
        self._add(made)
        if node in self._facts:
            return self._facts[node]
        self._ready.append(node)
        return PENDING

    def _blocked(self, scope: Scope, step: PlaybookStep, node: str) -> Any:
        title = "" if step.action else step.id.replace("_", " ")
        self._add(self._made(scope, step, node, action=step.action, title=title, is_known=False, inputs={}))
        return PENDING

    def _left_out(self, step: PlaybookStep, node: str) -> Any:
        title = "" if step.action else step.id.replace("_", " ")
        self._add(Step(id=node, action=step.action, inputs={}, title=title, is_known=False))
        self._skipped.add(node)
        return LEFT_OUT

    def _made(self, scope: Scope, step: PlaybookStep, node: str, **said: Any) -> Step:
        takes = int(span_of(step.takes).total_seconds()) if step.takes else 0
        common = {
            "id": node,
            "needs": list(self._after(scope, step)),
            "scope": scope.record,
            "milestone": step.milestone,
            "takes_seconds": takes,
        }
        return Step(**{"action": "", "inputs": {}, **common, **said})

    def _after(self, scope: Scope, step: PlaybookStep) -> tuple[str, ...]:
        return tuple(scope.ids_of(step.all_needs))

    def _add(self, step: Step) -> None:
        self._steps.append(step)


def _needs_no_word(book: Playbook) -> bool:
    """Whether nothing is done by it that its own question does not show with the words."""
    others = [step for step in book.steps if step.action not in ASKED_WITH_THE_WORDS]
    return book.model_copy(update={"steps": others}).only_looks


def _or_none(value: str, scope: Scope) -> Any:
    """An output whose step was left out is nothing."""
    try:
        return filled(value, scope.look)
    except LeftOutError:
        return None


def _problem(step: Step, *, is_read: bool) -> str:
    """Why an action cannot take these inputs; empty: it can.

    Args:
        step: The step, filled.
        is_read: Whether they may come from a document, which then does not say them.
    """
    if step.action in READS:
        models: list[type[BaseModel]] = [READS[step.action].inputs]
    elif step.action in CATALOGUE and not step.action.startswith(PLAN):
        action = CATALOGUE[step.action]
        models = [action.inputs, *([action.said] if action.said else [])]
    else:
        return f"there is no action '{step.action}' to take"
    problems: list[str] = []
    for model in models:
        problems = refused_inputs(model, step) if is_read else _refusals(model, step)
        if not problems:
            break
    return "; ".join(problems)


def _refusals(model: type[BaseModel], step: Step) -> list[str]:
    try:
        model.model_validate(step.inputs)
    except ValidationError as error:
        return refusals(error)
    return []


def _wait(said: Mapping[str, Any]) -> Wait:
    nothing = [name for name, value in said.items() if value in (None, "")]
    if nothing:
        raise PlaybookError(
            "", f"wait_until: {nothing[0]} refers to nothing; a person has to say what to wait for"
        )
    try:
        return Wait.model_validate({"paid": None, **said})
    except ValidationError as error:
        raise PlaybookError("", f"wait_until: {refusals(error)[0]}") from error


def _title_of_wait(said: Mapping[str, Any]) -> str:
    words = {
        "date": "until {}",
        "after": "for {}",
        "paid": "until invoice {} is paid",
        "reply": "for an answer",
    }
    return "Wait " + " or ".join(words[name].format(value) for name, value in said.items() if name in words)


def _called(record: Any, number: int) -> str:
    if isinstance(record, Mapping):
        parts = [str(record[name]) for name in NAMED_BY if record.get(name) not in (None, "")]
        return ", ".join(parts[:2])[:200] or f"no. {number}"
    return str(record)[:200]
