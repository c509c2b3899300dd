"""The one way to the owner's rules: what is written in the Vault, as far as a person has confirmed it.

Narrowing holds at once. What widens opens a request, bound to exactly this change of exactly these rules; until it
is approved the narrower value holds. Rules that cannot be read leave the last confirmed ones in force.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from blocks.settings import HANDBOOK, Mode, settings
from domain.accounting.goals import Goals
from domain.approvals.hashing import canonical_json, content_hash
from domain.approvals.render import render_request
from domain.approvals.request import (
    ApprovalExpiredError,
    ApprovalRejectedError,
    ApprovalVoidError,
    Approved,
)
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError
from domain.planning.playbook import Playbook, parse_playbook
from domain.policy.handbook import Handbook
from domain.policy.rules import Comparison, RuleChange, compare_rules, flat_handbook, handbook_of, shown_value
from tasks.approvals.approvers import list_approvers
from tasks.approvals.opening import NewRequest, open_request, withdraw_requests
from tasks.approvals.requests import approval_for
from tasks.audit.log import audit_log
from tasks.policy.table import ConfirmedRules, confirmed_row, seal_rules
from tasks.reliability.limits import present
from tasks.reliability.serialised import serialised

ACTION = "rules.change"
STEP = "rules"
PLAYBOOKS = "Playbooks"
GOALS = "Business_Goals.md"
TIMES = Handbook()
"""A question about the rules waits as long as is usual, whatever the rules say: it can be answered in any case."""


@dataclass(frozen=True)
class _State:
    """The confirmed rules of one name, as read from the database."""

    rules: dict[str, Any]
    revision: int
    said: str


@dataclass(frozen=True)
class _Word:
    """Something to put on record once: for the audit log and for the owner."""

    said: str
    action: str
    status: AuditStatus
    sentence: str
    details: dict[str, Any] = field(default_factory=dict)
    approved: Approved | None = None


def task_of(name: str) -> str:
    """What a request about these rules says as its task."""
    return f"rules-{name.removesuffix('.md').casefold()}"


def effective_handbook(read: Callable[[], Handbook]) -> Handbook:
    """The handbook to follow now.

    Raises:
        DigitalFteError: it cannot be read and none was ever confirmed.
    """
    return handbook_of(effective_rules(HANDBOOK, lambda: flat_handbook(read())))


def effective_playbooks(read: Callable[[], list[Playbook]]) -> list[Playbook]:
    """The playbooks to follow now: of a changed one the confirmed version, a new one once it is confirmed."""
    rules = effective_rules(PLAYBOOKS, lambda: {book.name: _plain_playbook(book) for book in read()})
    return [parse_playbook(name, front) for name, front in sorted(rules.items()) if front is not None]


def effective_goals(read: Callable[[], Goals]) -> Goals:
    """Budgets and targets as written; the accounts of a category as confirmed, since they say what is booked where."""
    goals = read()
    rules = effective_rules(GOALS, lambda: dict(goals.accounts))
    accounts = {name: codes for name, codes in rules.items() if codes and name in goals.budgets}
    return goals.model_copy(update={"accounts": accounts})


def effective_rules(name: str, read: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """What holds of the written rules; puts every difference on record and asks where it has to.

    Raises:
        ForgedRulesError: the confirmed rules were tampered with.
    """
    now, state = present(), _state(name)
    try:
        written = json.loads(canonical_json(read()))
    except DigitalFteError as error:
        if state is None:
            raise
        said = f"unreadable {content_hash(name, {'why': str(error)})}"
        sentence = f"the rules in {name} cannot be followed, so the last confirmed ones hold: {error}"
        _put_on_record(name, state, _Word(said, "rules.unreadable", AuditStatus.FAILURE, sentence), now)
        return state.rules
    if state is None:
        state = _first(name, written, now)
    return _followed(name, state, written, now)


def unsent_notices() -> dict[str, list[str]]:
    """What the owner has not been told yet, by the name of the rules."""
    rows = serialised(
        lambda session: [(row.name, row.unsent) for row in session.scalars(select(ConfirmedRules))]
    )
    return {name: list(words) for name, words in rows if words}


def mark_sent(name: str, count: int) -> None:
    """The owner was told the first so many sentences."""

    def mark(session: Session) -> None:
        row = confirmed_row(session, name)
        if row is not None:
            row.unsent = row.unsent[count:]

    serialised(mark)


def _state(name: str) -> _State | None:
    def read(session: Session) -> _State | None:
        row = confirmed_row(session, name)
        return None if row is None else _State(dict(row.rules), row.revision, row.said)

    return serialised(read)


def _first(name: str, written: dict[str, Any], now: datetime) -> _State:
    """The rules that the first start finds are confirmed by that, and on record."""

    def keep(session: Session) -> _State:
        row = confirmed_row(session, name)
        if row is None:
            row = ConfirmedRules(name=name, rules=written, revision=1, said="", unsent=[], changed_at=now)
            seal_rules(row)
            session.add(row)
        return _State(dict(row.rules), row.revision, row.said)

    _audit(name, _Word("", "rules.first_confirmed", AuditStatus.INFO, "", {"rules": written}), now)
    return serialised(keep)


def _followed(name: str, state: _State, written: dict[str, Any], now: datetime) -> dict[str, Any]:
    found = compare_rules(state.rules, written)
    if found.narrowed:
        return _narrow(name, state, found, now)
    if not found.widening:
        _all_agrees(name, state, now)
        return state.rules
    inputs = _inputs(name, state, found.widening)
    approved, refusal = _decision(name, inputs, now)
    if approved is not None:
        sentence = f"{name} was changed, confirmed by {approved.approver} ({approved.channel}): {_list(found.widening)}"
        details = _details(name, found.widening)
        word = _Word("", "rules.changed", AuditStatus.SUCCESS, sentence, details, approved)
        return _change(name, state, written, word, now)
    hashed = content_hash(ACTION, inputs)
    if refusal:
        sentence = f"the change of {name} does not hold, the old rules stay in force: {refusal}"
        word = _Word(
            f"kept {hashed}", "rules.kept", AuditStatus.INFO, sentence, _details(name, found.widening)
        )
    else:
        request = _ask(name, inputs, found.widening, now)
        sentence = (
            f"{name} was changed ({_by(name)}) so that more would be done without asking; it holds once you confirm "
            f"it (fte approvals show {request}): {_list(found.widening)}"
        )
        word = _Word(
            f"asked {hashed}", "rules.written", AuditStatus.INFO, sentence, _details(name, found.widening)
        )
    _put_on_record(name, state, word, now)
    return state.rules


def _narrow(name: str, state: _State, found: Comparison, now: datetime) -> dict[str, Any]:
    """What narrows holds from here on, and then the rest is looked at as a change of that."""
    sentence = f"{name} was changed ({_by(name)}), in force at once: {_list(found.narrowed)}"
    word = _Word("", "rules.changed", AuditStatus.SUCCESS, sentence, _details(name, found.narrowed))
    narrowed = _change(name, state, found.effective, word, now)
    if not found.widening:
        withdraw_requests(task_of(name), now)
        return narrowed
    written = {**found.effective, **{change.rule: change.after for change in found.widening}}
    again = _state(name)
    return _followed(name, again, written, now) if again else narrowed


def _all_agrees(name: str, state: _State, now: datetime) -> None:
    """Written and confirmed are the same; a question that was open about another text is closed."""
    if state.said:
        withdraw_requests(task_of(name), now)
        sentence = f"{name} again says what was confirmed"
        _put_on_record(name, state, _Word("", "rules.restored", AuditStatus.INFO, sentence), now)


def _decision(name: str, inputs: dict[str, Any], now: datetime) -> tuple[Approved | None, str | None]:
    """The owner's decision about exactly this change, or why it was not confirmed."""
    try:
        return approval_for(task_of(name), STEP, ACTION, inputs, now), None
    except (ApprovalRejectedError, ApprovalExpiredError) as error:
        return None, str(error)
    except ApprovalVoidError:  # of an earlier change, expired, or without the code that is now asked for
        return None, None


def _ask(name: str, inputs: dict[str, Any], changes: list[RuleChange], now: datetime) -> str:
    new = NewRequest(
        task_id=task_of(name),
        step_id=STEP,
        action=ACTION,
        inputs=inputs,
        shown_markdown=_shown(name, changes),
        reasons=[f"the rules in {name} would let more be done without asking"],
        proof_required=bool(list_approvers()),
    )
    return open_request(new, now, TIMES).id


def _shown(name: str, changes: list[RuleChange]) -> str:
    rows = {
        change.rule: f"{shown_value(change.before)}\nwould become\n{shown_value(change.after)}"
        if isinstance(change.after or change.before, dict)
        else f"{shown_value(change.before)}, would become {shown_value(change.after)}"
        for change in changes
    }
    reasons = [
        "these rules would let more be done without asking, or it is not known that they would not",
        f"written: {_by(name)}; until you decide, the values on the left hold",
    ]
    sandbox = settings().mode is Mode.SANDBOX
    return render_request(f"Change the rules in {name}", rows, reasons=reasons, sandbox=sandbox)


def _inputs(name: str, state: _State, changes: list[RuleChange]) -> dict[str, Any]:
    """What the decision is bound to; the revision keeps a decision from counting a second time."""
    return {
        "rules": name,
        "revision": state.revision,
        "changes": [{"rule": one.rule, "from": one.before, "to": one.after} for one in changes],
    }


def _change(name: str, state: _State, rules: dict[str, Any], word: _Word, now: datetime) -> dict[str, Any]:
    """Put other rules in force, once: another process may have been faster."""

    def change(session: Session) -> bool:
        row = confirmed_row(session, name)
        if row is None or row.revision != state.revision:
            return False
        row.rules, row.revision, row.changed_at = rules, row.revision + 1, now
        row.said, row.unsent = word.said, [*row.unsent, word.sentence]
        seal_rules(row)
        return True

    _audit(name, word, now)
    if serialised(change):
        return rules
    current = _state(name)
    return current.rules if current else state.rules


def _put_on_record(name: str, state: _State, word: _Word, now: datetime) -> None:
    """Audit and keep for the owner, unless it was the last thing said."""
    if state.said == word.said:
        return

    def say(session: Session) -> None:
        row = confirmed_row(session, name)
        if row is not None and row.said != word.said:
            row.said, row.unsent = word.said, [*row.unsent, word.sentence]

    _audit(name, word, now)
    serialised(say)


def _audit(name: str, word: _Word, now: datetime) -> None:
    event = AuditEvent(
        action=word.action,
        status=word.status,
        actor="rules",
        resource=task_of(name),
        details={"file": name, **word.details},
        approval_required=word.approved is not None,
        approved_by=word.approved.approver if word.approved else None,
        approver_channel=word.approved.channel if word.approved else None,
        payload_hash=word.approved.content_hash if word.approved else None,
        error=word.sentence if word.status is AuditStatus.FAILURE else None,
    )
    audit_log().append(event, now)


def _details(name: str, changes: list[RuleChange]) -> dict[str, Any]:
    rows = [{"rule": one.rule, "old": one.before, "new": one.after} for one in changes]
    return {"changes": rows, "written_by": _by(name)}


def _list(changes: list[RuleChange]) -> str:
    return "; ".join(str(change)[:500] for change in changes)


def _by(name: str) -> str:
    """Who wrote the file, as far as the system knows: its owner, and when."""
    path = settings().vault_path / name
    try:
        saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        return "the file is missing"
    return f"file of {_owner(path)}, saved {saved:%Y-%m-%d %H:%M %Z}"


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, NotImplementedError, OSError):
        return "an unknown user"


def _plain_playbook(book: Playbook) -> dict[str, Any]:
    return book.model_dump(mode="json", exclude={"name"})
