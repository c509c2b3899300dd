"""The one way to the owner's rules: what is written in the Vault, as far as a person has confirmed it.

Narrowing holds at once. What widens opens a request, bound to exactly this change of exactly these rules; until it
is approved the narrower value holds. Rules that cannot be read leave the last confirmed ones in force.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blocks.settings import Mode, settings
from domain.accounting.goals import Goals
from domain.approvals.hashing import canonical_json, content_hash
from domain.approvals.render import render_request
from domain.approvals.request import (
    RULES_CHANGE,
    ApprovalExpiredError,
    ApprovalRejectedError,
    ApprovalVoidError,
    Approved,
)
from domain.audit.event import AuditStatus
from domain.errors import DigitalFteError
from domain.planning.playbook import Playbook, parse_playbook
from domain.policy.handbook import ApprovalTimes, Handbook
from domain.policy.rules import Comparison, RuleChange, compare_rules
from domain.times import shown_time
from tasks.approvals.ask import NewRequest, open_request, withdraw_requests
from tasks.approvals.decide import approval_for
from tasks.approvals.one_time_codes import list_approvers
from tasks.approvals.record import of_task
from tasks.clock import present
from tasks.policy.confirmed import (
    WRONG,
    ConfirmedRules,
    Word,
    change_rules,
    confirm_first,
    confirmed_rules,
    put_on_record,
    task_of,
)

STEP = "rules"
PLAYBOOKS = "Playbooks"
GOALS = "Business_Goals.md"
TIMES = Handbook()
"""A question about the rules waits as long as is usual, whatever the rules say: it can be answered in any case."""


SUGGESTION = "suggestion-"
"""How the step of a request about rules begins that were not written by a person."""
NO_HURRY = Handbook(approvals=ApprovalTimes(expire_hours=720, remind_hours=720, escalate_hours=720))
"""A suggestion waits for thirty days, and nobody is reminded of it."""


@dataclass(frozen=True)
class Suggested:
    """Rules as they would be.

    Attributes:
        key: What tells the suggestion from others about the same rules.
        rule: The one rule that it changes.
        may_be: Whether the change is of a kind that may be suggested at all.
        shown: What the person reads.
    """

    name: str
    key: str
    rule: str
    rules: Mapping[str, Any]
    may_be: Callable[[Comparison], bool]
    said: str
    shown: str


def effective_playbooks(
    read: Callable[[Mapping[str, Any]], tuple[list[Playbook], Mapping[str, str]]],
) -> list[Playbook]:
    """The playbooks to follow now: of a changed one the confirmed version, a new one once it is confirmed.

    Args:
        read: From the confirmed ones, as plain rules by name: those written that can be followed, and by name why
            others cannot. Each of these stays as it was confirmed, and is told of alone.
    """

    def written(confirmed: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
        books, wrong = read(confirmed)
        kept = {name: confirmed[name] for name in wrong if name in confirmed}
        return {**{book.name: plain_playbook(book) for book in books}, **kept}, wrong

    rules = _effective(PLAYBOOKS, written)
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
    return _effective(name, lambda _confirmed: (read(), {}))


def _effective(
    name: str, read: Callable[[Mapping[str, Any]], tuple[Mapping[str, Any], Mapping[str, str]]]
) -> dict[str, Any]:
    now, confirmed = present(), confirmed_rules(name)
    try:
        rules, wrong = read(confirmed.rules if confirmed else {})
        written = json.loads(canonical_json(rules))
    except DigitalFteError as error:
        if confirmed is None:
            raise
        said = f"unreadable {content_hash(name, {'why': str(error)})}"
        sentence = f"the rules in {name} cannot be followed, so the last confirmed ones hold: {error}"
        put_on_record(confirmed, [Word(said, "rules.unreadable", AuditStatus.FAILURE, sentence)], now)
        return confirmed.rules
    if confirmed is None:
        confirmed = confirm_first(name, written, now)
    said_of = [_cannot_be_followed(confirmed, part, why) for part, why in sorted(wrong.items())]
    return _followed(confirmed, written, said_of, now)


def _cannot_be_followed(confirmed: ConfirmedRules, part: str, why: str) -> Word:
    name = confirmed.name
    holds = "it goes on as you last confirmed it" if part in confirmed.rules else "nothing is done by it"
    sentence = f"{name}/{part}.md cannot be followed, so {holds}; all others are as they were: {why}"
    said = f"{WRONG}{content_hash(name, {'part': part, 'why': why})}"
    return Word(said, "rules.unreadable", AuditStatus.FAILURE, sentence, {"part": part})


def _followed(
    confirmed: ConfirmedRules, written: dict[str, Any], wrong: list[Word], now: datetime
) -> dict[str, Any]:
    name, found = confirmed.name, compare_rules(confirmed.rules, written)
    if found.narrowed:
        return _narrow(confirmed, found, wrong, now)
    if not found.widening:
        _all_agrees(confirmed, wrong, now)
        return confirmed.rules
    inputs = _inputs(confirmed, found.widening)
    approved, refusal = _decision(name, inputs, now)
    if approved is not None:
        sentence = f"{name} was changed, confirmed by {approved.approver} ({approved.channel}): {_list(found.widening)}"
        details = _details(name, found.widening)
        word = Word("", "rules.changed", AuditStatus.SUCCESS, sentence, details, approved)
        return change_rules(confirmed, written, word, now).rules
    hashed = content_hash(RULES_CHANGE, inputs)
    if refusal:
        sentence = f"the change of {name} does not hold, the old rules stay in force: {refusal}"
        word = Word(
            f"kept {hashed}", "rules.kept", AuditStatus.INFO, sentence, _details(name, found.widening)
        )
    else:
        request = _ask(name, inputs, found.widening, now)
        sentence = (
            f"{name} was changed ({_by(name)}) so that more would be done without asking; it holds once you confirm "
            f"it (fte approvals show {request}): {_list(found.widening)}"
        )
        word = Word(
            f"asked {hashed}", "rules.written", AuditStatus.INFO, sentence, _details(name, found.widening)
        )
    put_on_record(confirmed, [word, *wrong], now)
    return confirmed.rules


def _narrow(confirmed: ConfirmedRules, found: Comparison, wrong: list[Word], now: datetime) -> dict[str, Any]:
    """What narrows holds from here on, and then the rest is looked at as a change of that."""
    name = confirmed.name
    sentence = f"{name} was changed ({_by(name)}), in force at once: {_list(found.narrowed)}"
    word = Word("", "rules.changed", AuditStatus.SUCCESS, sentence, _details(name, found.narrowed))
    narrowed = change_rules(confirmed, found.effective, word, now)
    if not found.widening:
        withdraw_requests(task_of(name), now)
        return narrowed.rules
    written = {**found.effective, **{change.rule: change.after for change in found.widening}}
    return _followed(narrowed, written, wrong, now)


def _all_agrees(confirmed: ConfirmedRules, wrong: list[Word], now: datetime) -> None:
    """Written and confirmed are the same, but for what cannot be followed; a question about another text is closed."""
    if wrong:
        if confirmed.said != "\n".join(word.said for word in wrong):
            withdraw_requests(task_of(confirmed.name), now)
        put_on_record(confirmed, wrong, now)
    elif confirmed.said:
        withdraw_requests(task_of(confirmed.name), now)
        sentence = f"{confirmed.name} again says what was confirmed"
        put_on_record(confirmed, [Word("", "rules.restored", AuditStatus.INFO, sentence)], now)


def _decision(name: str, inputs: dict[str, Any], now: datetime) -> tuple[Approved | None, str | None]:
    """The owner's decision about exactly this change, or why it was not confirmed."""
    suggested = _accepted(name, inputs, now)
    if suggested is not None:
        return suggested, None
    try:
        return approval_for(task_of(name), STEP, RULES_CHANGE, inputs, now), None
    except (ApprovalRejectedError, ApprovalExpiredError) as error:
        return None, str(error)
    except ApprovalVoidError:  # of an earlier change, expired, or without the code that is now asked for
        return None, None


def _accepted(name: str, inputs: dict[str, Any], now: datetime) -> Approved | None:
    """The owner's yes to exactly this change, where it was suggested before it was written."""
    hashed = content_hash(RULES_CHANGE, inputs)
    for asked in of_task(task_of(name)):
        if asked.step_id.startswith(SUGGESTION) and asked.content_hash == hashed:
            with suppress(ApprovalRejectedError, ApprovalExpiredError, ApprovalVoidError):
                approved = approval_for(asked.task_id, asked.step_id, RULES_CHANGE, inputs, now)
                if approved is not None:
                    return approved
    return None


def suggest_change(suggested: Suggested, now: datetime) -> str | None:
    """Ask whether rules that nobody has written yet should hold; the request's id.

    It is the question that the owner's own edit would be asked, so its yes confirms exactly this change. None: it is
    no change that is to be asked about now (the written rules are not those in force, or differ elsewhere).
    """
    name, confirmed = suggested.name, confirmed_rules(suggested.name)
    if confirmed is None:
        return None
    found = compare_rules(confirmed.rules, json.loads(canonical_json(suggested.rules)))
    changes = [*found.narrowed, *found.widening]
    if {change.rule for change in changes} != {suggested.rule} or not suggested.may_be(found):
        return None
    new = NewRequest(
        task_id=task_of(name),
        step_id=f"{SUGGESTION}{suggested.key}",
        action=RULES_CHANGE,
        inputs=_inputs(confirmed, changes),
        shown_markdown=suggested.shown,
        reasons=[suggested.said],
        proof_required=bool(list_approvers()),
    )
    return open_request(new, now, NO_HURRY).id


def _ask(name: str, inputs: dict[str, Any], changes: list[RuleChange], now: datetime) -> str:
    new = NewRequest(
        task_id=task_of(name),
        step_id=STEP,
        action=RULES_CHANGE,
        inputs=inputs,
        shown_markdown=_shown(name, changes),
        reasons=[f"the rules in {name} would let more be done without asking"],
        proof_required=bool(list_approvers()),
    )
    return open_request(new, now, TIMES).id


def _shown(name: str, changes: list[RuleChange]) -> str:
    rows = {change.rule: change.shown for change in changes}
    reasons = [
        "these rules would let more be done without asking, or it is not known that they would not",
        f"until you decide, what was confirmed before holds ({_by(name)})",
    ]
    sandbox = settings().mode is Mode.SANDBOX
    return render_request(f"Change the rules in {name}", rows, reasons=reasons, sandbox=sandbox)


def _inputs(confirmed: ConfirmedRules, changes: list[RuleChange]) -> dict[str, Any]:
    """What the decision is bound to; the revision keeps a decision from counting a second time."""
    return {
        "rules": confirmed.name,
        "revision": confirmed.revision,
        "changes": [{"rule": one.rule, "from": one.before, "to": one.after} for one in changes],
    }


def _details(name: str, changes: list[RuleChange]) -> dict[str, Any]:
    rows = [{"rule": one.rule, "old": one.before, "new": one.after} for one in changes]
    return {"changes": rows, "written_by": _by(name)}


def _list(changes: list[RuleChange]) -> str:
    return "; ".join(str(change)[:500] for change in changes)


def _by(name: str) -> str:
    """Who wrote the file, as far as the system knows: its owner, and when."""
    path = settings().vault_path / name
    try:
        saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return "the file is missing"
    return f"file of {_owner(path)}, saved {shown_time(saved)}"


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, NotImplementedError, OSError):
        return "an unknown user"


def plain_playbook(book: Playbook) -> dict[str, Any]:
    """A playbook as the rules hold it, by its name."""
    return book.plain()
