"""What a person could change, as their decisions show it: with the evidence, and never so that less is asked.

A suggestion fills a harmless input of a playbook, has more asked, or names a domain of the business's own mail. No
amount, payee, account, recipient or limit is ever suggested, whatever the decisions say.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from domain.accounting.party import party_key
from domain.learning.outcome import OutcomeEnd
from domain.planning.correction import Correction
from domain.planning.playbook import Playbook
from domain.policy.handbook import Handbook

FILLABLE: Mapping[str, frozenset[str]] = {"odoo.record_bill": frozenset({"category"})}
"""Which inputs of an action a playbook may be suggested to fill: those that move no money and choose nobody."""
FEWEST, FEWEST_PAYEES, FEWEST_FOR_ALL = 3, 3, 5
MOST_OTHERWISE = 0.2
"""How many of the decisions may say otherwise."""
LATEST = 10
"""Of the decisions about an action, how many are looked at for whether it is refused."""
_PLAIN = re.compile(r"[^\W_](?:[\w .&/-]{0,58}[\w.)])?")
"""What a playbook may be filled with: a few plain words."""


@dataclass(frozen=True)
class DecidedStep:
    """A person's decision about a step, and what was asked and approved."""

    request_id: str
    at: datetime
    how: OutcomeEnd
    action: str
    playbook: str
    payee: str
    asked: Mapping[str, Any]
    approved: Mapping[str, Any]


@dataclass(frozen=True)
class Fill:
    """Have a playbook fill an input of an action: for everybody, or in a playbook of its own for one payee."""

    playbook: str
    action: str
    field: str
    value: str
    payee: str = ""


@dataclass(frozen=True)
class AlwaysAsk:
    """Never do this action alone."""

    action: str


@dataclass(frozen=True)
class NoLongerKnown:
    """Take a payee off those that are known."""

    payee: str


@dataclass(frozen=True)
class BusinessDomain:
    """Mail from this domain is business."""

    host: str


Change = Fill | AlwaysAsk | NoLongerKnown | BusinessDomain


@dataclass(frozen=True)
class SuggestionEvidence:
    """One decision or correction behind a suggestion: a request's or a task's id, when, and what was decided."""

    of: str
    at: datetime
    said: str
    is_request: bool = True


@dataclass(frozen=True)
class Suggestion:
    """What could be changed, and why."""

    change: Change
    said: str
    evidence: tuple[SuggestionEvidence, ...]


@dataclass(frozen=True)
class SuggestionGrounds:
    """What suggestions are made from.

    Attributes:
        decisions: The newest ones.
        done_alone: The actions that were done without a question.
        settled: Of a change that was suggested before and decided or not answered, when: only newer evidence counts.
    """

    decisions: Sequence[DecidedStep]
    corrections: Sequence[Correction]
    handbook: Handbook
    playbooks: Sequence[Playbook]
    done_alone: frozenset[str] = frozenset()
    settled: Mapping[Change, datetime] = field(default_factory=dict)

    def new(
        self, change: Change, evidence: Iterable["SuggestionEvidence"]
    ) -> tuple["SuggestionEvidence", ...]:
        """Of the evidence what is newer than the last word on this change, oldest first."""
        settled = self.settled.get(change)
        found = (one for one in evidence if settled is None or one.at > settled)
        return tuple(sorted(found, key=lambda one: (one.at, one.of)))


def suggestions(known: SuggestionGrounds) -> list[Suggestion]:
    """All that the decisions and corrections speak for, the most often evidenced first."""
    found = [
        one
        for make in (_fills, _asks, _unknown_again, _domains)
        for one in make(known)
        if len(one.evidence) >= FEWEST
    ]
    return sorted(found, key=lambda one: (-len(one.evidence), one.said))


Key = TypeVar("Key", bound=Hashable)


def _by(decisions: Iterable[DecidedStep], key: Callable[[DecidedStep], Key]) -> dict[Key, list[DecidedStep]]:
    groups: dict[Key, list[DecidedStep]] = defaultdict(list)
    for one in decisions:
        groups[key(one)].append(one)
    return groups


def _fills(known: SuggestionGrounds) -> Iterator[Suggestion]:
    """From what is changed in the same way while approving."""
    granted = [one for one in known.decisions if one.how is not OutcomeEnd.REJECTED and one.playbook]
    for (playbook, action), group in _by(granted, lambda one: (one.playbook, one.action)).items():
        for name in sorted(FILLABLE.get(action, ())):
            whole = _fill(known, group, Fill(playbook, action, name, ""), FEWEST_FOR_ALL)
            if whole and len({party_key(one.payee) for one in group}) >= FEWEST_PAYEES:
                yield whole
                continue
            for payee, theirs in _by(group, lambda one: party_key(one.payee)).items():
                named = payee and _fill(known, theirs, Fill(playbook, action, name, "", payee), FEWEST)
                if named:
                    yield named


def _fill(
    known: SuggestionGrounds, decisions: Sequence[DecidedStep], change: Fill, fewest: int
) -> Suggestion | None:
    """Where nearly all came to one value, and the newest too, which was not what was asked."""
    values = Counter(str(one.approved.get(change.field) or "") for one in decisions)
    value, often = values.most_common(1)[0]
    newest = max(decisions, key=lambda one: (one.at, one.request_id))
    is_one = often >= len(decisions) * (1 - MOST_OTHERWISE) and newest.approved.get(change.field) == value
    if not is_one or not _PLAIN.fullmatch(value):
        return None
    change = Fill(change.playbook, change.action, change.field, value, change.payee)
    edits = known.new(change, (_edit(one, change) for one in decisions if _is_edit(one, change)))
    if len(edits) < fewest or _is_filled(known.playbooks, change):
        return None
    whom = f" for {newest.payee}" if change.payee else ""
    said = f"the playbook {change.playbook} should put '{value}' as {change.field}{whom}"
    return Suggestion(change, f"{said}: you did so {len(edits)} times", edits)


def _is_edit(one: DecidedStep, change: Fill) -> bool:
    return str(one.approved.get(change.field) or "") == change.value != one.asked.get(change.field)


def _edit(one: DecidedStep, change: Fill) -> SuggestionEvidence:
    said = f"{change.field}: {one.asked.get(change.field)} -> {change.value}"
    return SuggestionEvidence(one.request_id, one.at, said)


def _is_filled(playbooks: Iterable[Playbook], change: Fill) -> bool:
    """Whether the playbook's step takes this input from elsewhere already, or is not there to be filled."""
    for book in playbooks:
        steps = [step for step in book.steps if step.action == change.action]
        if book.name == change.playbook and book.is_plain and book.when is not None and len(steps) == 1:
            return change.field in steps[0].inputs
    return True


def _asks(known: SuggestionGrounds) -> Iterator[Suggestion]:
    """From actions that are refused more often than not, though they are done alone at times."""
    always = set(known.handbook.autonomy.always_ask)
    for action, group in _by(known.decisions, lambda one: one.action).items():
        latest = sorted(group, key=lambda one: (one.at, one.request_id))[-LATEST:]
        refused = [one for one in latest if one.how is OutcomeEnd.REJECTED]
        if action in always or action not in known.done_alone or len(refused) * 2 <= len(latest):
            continue
        evidence = known.new(AlwaysAsk(action), map(_refusal, refused))
        said = (
            f"{action} should never be done without asking you: you refused {len(evidence)} of its requests"
        )
        yield Suggestion(AlwaysAsk(action), said, evidence)


def _unknown_again(known: SuggestionGrounds) -> Iterator[Suggestion]:
    """From payees that the handbook knows, and whose requests are refused all the same."""
    listed = {party_key(name): name for name in known.handbook.known_payees}
    for payee, group in _by(known.decisions, lambda one: party_key(one.payee)).items():
        if payee not in listed:
            continue
        latest = sorted(group, key=lambda one: (one.at, one.request_id))[-FEWEST:]
        change = NoLongerKnown(listed[payee])
        evidence = known.new(change, (_refusal(one) for one in latest if one.how is OutcomeEnd.REJECTED))
        said = f"{listed[payee]} should be no known payee any more: you refused its last {len(evidence)} requests"
        yield Suggestion(change, said, evidence)


def _refusal(one: DecidedStep) -> SuggestionEvidence:
    return SuggestionEvidence(one.request_id, one.at, "refused")


def _domains(known: SuggestionGrounds) -> Iterator[Suggestion]:
    """From tasks whose domain a person put to business, whoever at the same domain wrote."""
    hosts: dict[str, list[Correction]] = defaultdict(list)
    for one in known.corrections:
        if one.field == "domain" and one.features.sender_domain:
            hosts[one.features.sender_domain].append(one)
    for host, group in hosts.items():
        right = [one for one in group if one.new == "business"]
        is_one = len(right) >= len(group) * (1 - MOST_OTHERWISE)
        if not is_one or not _HOST.fullmatch(host) or host in known.handbook.business_domains:
            continue
        change = BusinessDomain(host)
        said = (
            SuggestionEvidence(one.task_id, one.at, f"{one.old} -> {one.new}", is_request=False)
            for one in right
        )
        evidence = known.new(change, said)
        yield Suggestion(
            change,
            f"mail from {host} should be business: you corrected {len(evidence)} of its tasks",
            evidence,
        )


_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
