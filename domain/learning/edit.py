"""A suggestion's change as the notes would say it."""

import hashlib
import re
from collections.abc import Mapping
from copy import deepcopy
from difflib import unified_diff
from typing import Any

from domain.learning.suggestion import AlwaysAsk, BusinessDomain, Fill, NoLongerKnown
from domain.vault.note import Note

PAYEE = "payee"
"""The fact by which a playbook is one payee's: its `party_key`."""


def changed_handbook(note: Note, change: AlwaysAsk | NoLongerKnown | BusinessDomain) -> Note:
    """The handbook with a rule that has more asked, or names a domain."""
    front = note.front
    match change:
        case AlwaysAsk():
            autonomy = deepcopy(front.get("autonomy") or {})
            autonomy["always_ask"] = [*(autonomy.get("always_ask") or []), change.action]
            return note.with_front(autonomy=autonomy)
        case NoLongerKnown():
            kept = [name for name in front.get("known_payees") or [] if name != change.payee]
            return note.with_front(known_payees=kept)
        case BusinessDomain():
            return note.with_front(business_domains=[*(front.get("business_domains") or []), change.host])


def filled_playbook(note: Note, change: Fill) -> Note:
    """The playbook with the value in its step; for one payee a new one beside it."""
    steps = [_filled(step, change) for step in deepcopy(list(note.front.get("steps") or []))]
    if not change.payee:
        return note.with_front(steps=steps)
    front = {key: value for key, value in note.front.items() if key != "name"}
    front |= {"when": {**dict(note.front.get("when") or {}), PAYEE: change.payee}, "steps": steps}
    words = (
        f"\n# {change.playbook}: {change.payee}\n\nAs [[{change.playbook}]], for what {change.payee} sends: "
        f"{change.field} is {change.value}.\n"
    )
    return Note.new(front, words)


def playbook_name(change: Fill) -> str:
    """What the changed playbook is called."""
    if not change.payee:
        return change.playbook
    words = re.sub(r"[^a-z0-9]+", "_", change.payee)[:40].strip("_")
    told_apart = hashlib.sha256(change.payee.encode()).hexdigest()[:6]
    return "_".join(filter(None, [change.playbook, words, told_apart]))


def difference(before: str, after: str, file: str) -> str:
    """What a change does to a file, as a unified diff."""
    lines = unified_diff(before.splitlines(), after.splitlines(), file, file, lineterm="", n=2)
    return "\n".join(lines)


def _filled(step: Mapping[str, Any], change: Fill) -> Mapping[str, Any]:
    if step.get("action") != change.action:
        return step
    filled = deepcopy(step)
    filled["inputs"] = {**dict(step.get("inputs") or {}), change.field: change.value}  # type: ignore[index]
    return filled
