"""Suggestions: what decisions and corrections speak for becomes a question about one change of one note.

It is the question that the owner's own edit of the rules is asked (decision 15), with the evidence and the change to
the letter. Once it is approved the note is changed, unless somebody changed it meanwhile; what was not approved is
asked again only for newer evidence.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from blocks.settings import HANDBOOK, Mode, settings
from domain.approvals.hashing import canonical_json
from domain.approvals.render import SANDBOX_MARK
from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError, RejectedError
from domain.learning.edit import changed_handbook, difference, filled_playbook, playbook_name
from domain.learning.outcome import OutcomeEnd
from domain.learning.suggestion import (
    AlwaysAsk,
    BusinessDomain,
    Change,
    DecidedStep,
    Fill,
    NoLongerKnown,
    Suggestion,
    SuggestionEvidence,
    SuggestionGrounds,
    suggestions,
)
from domain.markdown import shown_block, shown_inline
from domain.planning.catalogue import CATALOGUE
from domain.planning.playbook import Playbook, parse_playbook
from domain.policy.handbook import parse_handbook
from domain.policy.rules import Comparison, flat_handbook
from domain.reliability.effect import EffectState
from domain.reliability.look import LookResult
from domain.times import shown_time
from domain.vault.note import Note
from tasks.approvals.record import ApprovalRow, find, genuine_approval, is_genuine
from tasks.audit.log import audit_log
from tasks.learning.record import learn
from tasks.learning.table import LearnedTask
from tasks.planning.corrections import all_corrections
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.policy.rule_changes import PLAYBOOKS, Suggested, plain_playbook, suggest_change
from tasks.reliability.serialised import find_rows, keep_row, serialised
from tasks.reliability.table import Effect
from tasks.vault.vault import Folder, current_vault

MOST_DECISIONS = 500
MOST_OPEN = 5
"""Suggestions that wait at a time: more would only be in the way of what is urgent."""
MOST_SHOWN = 20
CHANGES: dict[str, type[Change]] = {
    one.__name__: one for one in (Fill, AlwaysAsk, NoLongerKnown, BusinessDomain)
}
RULES = {AlwaysAsk: "autonomy.always_ask", NoLongerKnown: "known_payees", BusinessDomain: "business_domains"}
"""Which rule of the handbook each change is of."""


class SuggestionRow(Base):
    """One suggestion; its request says how it was decided.

    Attributes:
        file: The note, relative to the Vault.
        before: The SHA-256 of the note that it was made for; nothing for a note that is not there yet.
        after: The note with the change.
        ended_at: When it was acted on; `problem` says why the note was not changed.
    """

    __tablename__ = "suggestions"

    request_id: Mapped[str] = mapped_column(primary_key=True)
    change: Mapped[dict[str, Any]] = mapped_column(JSON)
    said: Mapped[str]
    evidence: Mapped[list[str]] = mapped_column(JSON)
    file: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None]


class NoteChangedError(RejectedError):
    """The note is not the one that the suggestion was made for."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} was changed after this was suggested, so nothing was written; it is suggested anew where it fits"
        )


def look_for_lessons(now: datetime) -> LookResult:
    """Count what has ended, and suggest what follows from it; nothing of it needs a run."""
    make_accepted(now)
    if learn():
        suggest(now)
    return LookResult.NOTHING


def suggest(now: datetime) -> list[str]:
    """Ask about what the decisions and corrections speak for; the ids of all requests that are open then.

    Raises:
        DigitalFteError: the rules or the ledger cannot be read.
    """
    requests = {row.request_id: find(row.request_id) for row in suggested()}
    changes = {row.request_id: change_in(row) for row in suggested()}
    waiting = {id_: changes[id_] for id_, request in requests.items() if request and request.is_open}
    for one in suggestions(_known(_settled(requests, changes))):
        if one.change not in waiting.values() and len(waiting) < MOST_OPEN:
            request_id = _propose(one, now)
            if request_id is not None:
                waiting[request_id] = one.change
    return sorted(waiting)


def suggested() -> list[SuggestionRow]:
    """Every suggestion, the oldest first."""
    query = select(SuggestionRow).order_by(SuggestionRow.made_at, SuggestionRow.request_id)
    return find_rows(query)


def change_in(row: SuggestionRow) -> Change:
    """What it changes."""
    fields = dict(row.change)
    return CHANGES[fields.pop("change")](**fields)


def make_accepted(now: datetime) -> dict[str, str]:
    """Change the notes as their suggestions were approved, each once.

    Returns:
        Why a note was not changed, by the request's id.
    """
    problems: dict[str, str] = {}
    for row in suggested():
        request = find(row.request_id) if row.ended_at is None else None
        if request is None or request.is_open:
            continue
        problem = None
        if request.state is ApprovalState.APPROVED:
            try:
                _make(row)
                _tell(row, request, now)
            except DigitalFteError as error:
                problem = problems[row.request_id] = str(error)
        _end(row.request_id, problem, now)
    return problems


def _make(row: SuggestionRow) -> None:
    """Write the note as it was approved; that it is written already is no problem.

    Raises:
        NoteChangedError: it is neither the one nor the other.
    """
    if genuine_approval(row.request_id) is None:
        raise NoteChangedError(row.file)
    after, vault = Note.parse(row.after), current_vault()

    def change(note: Note) -> Note:
        digest = _digest(note.render())
        if digest not in (row.before, _digest(row.after)):
            raise NoteChangedError(row.file)
        return after

    folder, _, name = row.file.removesuffix(".md").rpartition("/")
    if not folder:
        vault.update_root(row.file, change)
    elif row.before or not vault.store(Folder(folder), name, after):
        vault.update(Folder(folder), name, change)


def _tell(row: SuggestionRow, request: ApprovalRequest, now: datetime) -> None:
    """Tell the audit log; dying before it is remembered tells it twice."""
    event = AuditEvent(
        action="suggestion.written",
        status=AuditStatus.SUCCESS,
        actor="rules",
        resource=request.task_id,
        details={"file": row.file, "request": row.request_id, "evidence": row.evidence},
        approval_required=True,
        approved_by=request.approver,
        approver_channel=request.channel,
        payload_hash=request.content_hash,
    )
    audit_log().append(event, now)


def _end(request_id: str, problem: str | None, now: datetime) -> None:
    def end(session: Session) -> None:
        row = session.get(SuggestionRow, request_id)
        if row is not None and row.ended_at is None:
            row.ended_at, row.problem = now, problem

    serialised(end)


def _settled(
    requests: dict[str, ApprovalRequest | None], changes: dict[str, Change]
) -> dict[Change, datetime]:
    """When each change was last decided on or not answered; one that was withdrawn was not decided on."""
    found: dict[Change, datetime] = {}
    for id_, request in requests.items():
        if request is None or request.state in (ApprovalState.PENDING, ApprovalState.SUPERSEDED):
            continue
        at = request.decided_at or request.expires_at
        found[changes[id_]] = max(at, found.get(changes[id_], at))
    return found


def _known(settled: dict[Change, datetime]) -> SuggestionGrounds:
    decisions = serialised(_decisions)
    refused = {one.action for one in decisions if one.how is OutcomeEnd.REJECTED}
    return SuggestionGrounds(
        decisions=decisions,
        corrections=all_corrections(),
        handbook=read_handbook(),
        playbooks=read_playbooks(),
        done_alone=serialised(
            lambda session: frozenset(filter(lambda one: _is_done_alone(session, one), refused))
        ),
        settled=settled,
    )


def _is_done_alone(session: Session, action: str) -> bool:
    alone = (Effect.action == action, Effect.approval_id.is_(None), Effect.state == EffectState.DONE.value)
    return bool(session.scalar(select(exists().where(*alone))))


def _decisions(session: Session) -> list[DecidedStep]:
    """The newest decisions about actions; only those that are as our own code left them."""
    answered = [ApprovalState.APPROVED.value, ApprovalState.REJECTED.value]
    query = (
        select(ApprovalRow, LearnedTask.playbook)
        .outerjoin(LearnedTask, LearnedTask.task_id == ApprovalRow.task_id)
        .where(ApprovalRow.state.in_(answered), ApprovalRow.action.in_(list(CATALOGUE)))
        .order_by(ApprovalRow.decided_at.desc(), ApprovalRow.id)
        .limit(MOST_DECISIONS)
    )
    return [_decided(row, playbook or "") for row, playbook in session.execute(query) if is_genuine(row)]


def _decided(row: ApprovalRow, playbook: str) -> DecidedStep:
    approved = OutcomeEnd.APPROVED if row.asked_hash == row.content_hash else OutcomeEnd.EDITED
    return DecidedStep(
        request_id=row.id,
        at=row.decided_at or row.created_at,
        how=OutcomeEnd.REJECTED if row.state == ApprovalState.REJECTED else approved,
        action=row.action,
        playbook=playbook,
        payee=str(row.asked.get("vendor") or row.asked.get("customer") or row.asked.get("partner") or ""),
        asked=row.asked,
        approved=row.inputs,
    )


def _propose(one: Suggestion, now: datetime) -> str | None:
    """Ask about a change; None where the note as it is written does not take it now."""
    try:
        file, before, after, proposed = _edited(one)
    except (DigitalFteError, FileNotFoundError):  # unreadable notes are told of elsewhere
        return None
    request_id = suggest_change(proposed(_shown(one, file, before, after)), now)
    if request_id is None:
        return None
    row = SuggestionRow(
        request_id=request_id,
        change={"change": type(one.change).__name__, **asdict(one.change)},
        said=one.said,
        evidence=[evidence.of for evidence in one.evidence],
        file=file,
        before=_digest(before) if before else "",
        after=after,
        made_at=now,
    )
    keep_row(row)
    return request_id


Proposed = Callable[[str], Suggested]


def _edited(one: Suggestion) -> tuple[str, str, str, Proposed]:
    """The file, its text before and after, and the rules that this makes, once it is said how they are shown."""
    change, vault = one.change, current_vault()
    if isinstance(change, Fill):
        return _edited_playbook(one, change)
    note = vault.read_root(HANDBOOK)
    changed = changed_handbook(note, change)
    rules = flat_handbook(parse_handbook(Note.parse(changed.render()).front))
    rule = RULES[type(change)]

    def may_be(found: Comparison) -> bool:
        return isinstance(change, BusinessDomain) or not found.widening

    return (
        HANDBOOK,
        note.render(),
        changed.render(),
        lambda shown: Suggested(HANDBOOK, _key(change), rule, rules, may_be, one.said, shown),
    )


def _edited_playbook(one: Suggestion, change: Fill) -> tuple[str, str, str, Proposed]:
    vault, name = current_vault(), playbook_name(change)
    base = vault.read(Folder.PLAYBOOKS, change.playbook)
    changed = filled_playbook(base, change)
    books = {
        known: parse_playbook(known, vault.read(Folder.PLAYBOOKS, known).front)
        for known in vault.names(Folder.PLAYBOOKS)
    }
    before = "" if change.payee else base.render()
    own, after = books[change.playbook], parse_playbook(name, Note.parse(changed.render()).front)
    books[name] = after
    rules = {known: plain_playbook(book) for known, book in books.items()}

    def may_be(_: Comparison) -> bool:
        return _without(own, change) == _without(after, change)

    return (
        f"{Folder.PLAYBOOKS}/{name}.md",
        before,
        changed.render(),
        lambda shown: Suggested(PLAYBOOKS, _key(change), name, rules, may_be, one.said, shown),
    )


def _without(book: Playbook, change: Fill) -> dict[str, Any]:
    """The playbook but for what the change may fill."""
    plain = plain_playbook(book)
    for step in plain["steps"]:
        if step["action"] == change.action:
            step["inputs"].pop(change.field, None)
    if change.payee:
        plain["when"].pop("payee", None)
    return plain


def _shown(one: Suggestion, file: str, before: str, after: str) -> str:
    """What the person reads: the change to the letter, and each decision behind it."""
    mark = [SANDBOX_MARK] if settings().mode is Mode.SANDBOX else []
    evidence = one.evidence[-MOST_SHOWN:]
    more = len(one.evidence) - len(evidence)
    lines = [*map(_line, evidence), *([f"- and {more} earlier ones"] if more else [])]
    return "\n\n".join(
        [
            f"### Suggested: change {shown_inline(file)}",
            *mark,
            f"{shown_inline(one.said[:1].upper() + one.said[1:])}.",
            "#### What would be changed",
            shown_block(difference(before, after, file)),
            "#### What speaks for it",
            "\n".join(lines),
        ]
    )


def _line(evidence: SuggestionEvidence) -> str:
    return f"- [[{shown_inline(evidence.of)}]], {shown_time(evidence.at)}: {shown_inline(evidence.said)}"


def _key(change: Change) -> str:
    named = canonical_json({"change": type(change).__name__, **asdict(change)})
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
