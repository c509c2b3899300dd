"""Playbooks that are asked for by name: a task with its plan, once for one content, and again once it was undone."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.errors import RejectedError
from domain.markdown import shown_inline
from domain.planning.catalogue import PLAN
from domain.planning.event import Event
from domain.planning.order import KeyReusedError, ToolCall
from domain.planning.playbook import Playbook
from domain.planning.program import CONFIRMED, INPUTS, Program, program_of
from domain.planning.slots import FilledSlots, fill_slots
from domain.reliability.effect import EffectState
from tasks.intake import store_event
from tasks.planning.open_tasks import is_new
from tasks.planning.prepare import told_of_task
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.reliability.effect_ledger import effects_of, try_refused_again
from tasks.reliability.kept_plans import (
    WHOLE,
    KeptPlan,
    begin_again,
    begin_plan,
    begin_records_again,
    find_plan,
    is_of,
)

LIVE = frozenset({EffectState.DONE, EffectState.INTENT, EffectState.UNKNOWN})


class NoSuchPlaybookError(RejectedError):
    """There is no playbook of this name in force."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"there is no playbook '{name}' in force; there are {', '.join(known) or 'none'}. A new or changed one "
            "holds once you have approved it: fte approvals list"
        )


class SlotsRefusedError(RejectedError):
    """What was said of a playbook's inputs cannot be."""

    def __init__(self, playbook: str, refused: Mapping[str, str]) -> None:
        said = "; ".join(f"{name}: {why}" for name, why in refused.items())
        super().__init__(f"playbook {playbook}: {said}. Nothing was done: correct it and ask again")


def find_playbook(name: str) -> Playbook:
    """The playbook in force.

    Raises:
        NoSuchPlaybookError: there is none of this name.
    """
    books = {book.name: book for book in read_playbooks()}
    if name not in books:
        raise NoSuchPlaybookError(name, sorted(books))
    return books[name]


def said_of(playbook: Playbook, values: Mapping[str, Any]) -> FilledSlots:
    """A playbook's inputs with what was said; what is missing is asked in one question once it is worked."""
    return fill_slots(playbook.inputs, values)


def take_playbook(call: ToolCall, playbook: Playbook, values: Mapping[str, Any], now: datetime) -> bool:
    """Put a playbook that was asked for in the Vault as a task, once.

    Args:
        call: Who asked, and how; its content or key is the task's identity.
        playbook: What for, in force.
        values: Its inputs as far as they were said; the rest is asked in one question.
        now: Aware UTC.

    Returns:
        Whether it is new.

    Raises:
        SlotsRefusedError: a value cannot be.
        KeyReusedError: the key was used for another content.
    """
    filled = said_of(playbook, values)
    if filled.refused:
        raise SlotsRefusedError(playbook.name, filled.refused)
    task_id = call.task_id
    source = call.sender or f"{call.source}, by {call.tool}"
    front = {"from": call.sender, **call.facts}
    told = {"kind": "request", "why": f"{source} asked for it"}
    context = {
        "task": told | told_of_task(task_id, front, read_handbook(), now),
        INPUTS: {name: value for name, value in filled.values.items() if value is not None},
    }
    program = program_of(playbook, read_playbooks(), context)
    kept = begin_plan(task_id, program, now, source=source, content=call.content)
    if kept.content != call.content:
        raise KeyReusedError(call.key or "")
    return store_event(_event(call, playbook, filled, kept.begun_at), now) is not None


def begin_anew(task_id: str, now: datetime) -> None:
    """A person wants a plan done that was undone: from its beginning, by its playbook as it is in force now.

    Of one that went on, the records that were undone are begun anew. Nothing happens to any other, nor to what could
    not be undone: that would be done twice; nor to one that another worker took up since its note was read as new. Of a
    task without a playbook, what was refused is tried again, as it was approved.
    """
    if not is_new(task_id):
        return
    kept = find_plan(task_id)
    if kept is None:
        try_refused_again(task_id, now)
    if kept is None or not kept.stopped:
        return
    live = [one for one in effects_of(task_id) if one.state in LIVE and not one.action.startswith(PLAN)]
    if WHOLE not in kept.stopped:
        free = {scope for scope in kept.stopped if not any(is_of(one.step_id, scope) for one in live)}
        begin_records_again(task_id, free)
        return
    if live:
        return
    books = read_playbooks()
    playbook = next((book for book in books if book.name == kept.program.playbook), None)
    program: Program = kept.program
    if playbook is not None:
        program = program_of(playbook, books, kept.program.context)
    begin_again(task_id, _as_confirmed(program, kept))


def _as_confirmed(program: Program, kept: KeptPlan) -> Program:
    """With the values that a person confirmed before, who is not asked again while the playbook is the same."""
    answers = kept.facts.get(f"{kept.program.prefix}{INPUTS}", {}).get("values") or {}
    said = dict(program.context.get(INPUTS) or {}) | {name: text for name, text in answers.items() if text}
    context = program.context | {INPUTS: said}
    is_confirmed = bool(answers or context.get(CONFIRMED)) and program.books == kept.program.books
    return program.model_copy(update={"context": context | {CONFIRMED: is_confirmed}})


def _event(call: ToolCall, playbook: Playbook, filled: FilledSlots, asked_at: datetime) -> Event:
    values = {name: value for name, value in filled.values.items() if value is not None}
    content = {"playbook": playbook.name, "inputs": values}
    return Event(
        id=call.task_id,
        source=call.source,
        received_at=asked_at,
        sender=call.sender or f"an agent, by {call.tool}",
        subject=playbook.about or playbook.name.replace("_", " "),
        excerpt="\n".join(f"- {name}: {shown_inline(str(value))}" for name, value in values.items()),
        document_name="request.json",
        document=(json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode(),
        extra=call.facts,
    )
