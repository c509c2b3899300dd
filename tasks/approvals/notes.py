"""The requests' notes in the Vault: put where the request stands, and read back when a person moved one."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.approvals.note import FIELDS, decision_facts, forgery, note_body, note_front, read_answer
from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.policy.handbook import Handbook
from domain.vault.folder import Folder
from domain.vault.note import BrokenNoteError, Note
from domain.vault.plain import UnwritableValueError
from tasks.approvals import records
from tasks.approvals.edits import reassessment_of, validation_of
from tasks.approvals.requests import OutcomeKind, find, record_answer
from tasks.vault.vault import NoteExistsError, NoteMissingError, NoteMovedError, Vault, current_vault

DECISION_FOLDERS = (Folder.APPROVED, Folder.REJECTED)
PLACES = (Folder.PENDING_APPROVAL, *DECISION_FOLDERS, Folder.DONE)
MOST_TRIES = 3


class NoteResult(StrEnum):
    """What became of a moved note."""

    DECIDED = "decided"
    RETURNED = "returned"
    SET_ASIDE = "set aside"
    SETTLED = "settled"
    GONE = "gone"


@dataclass(frozen=True)
class Collected:
    """A note that a person moved, and what it came to."""

    name: str
    result: NoteResult
    reason: str | None = None


def place_note(request: ApprovalRequest) -> None:
    """Put the request's note where the request stands, with the facts; any number of times."""
    vault = current_vault()
    for _try in range(MOST_TRIES):
        with suppress(NoteMovedError, NoteMissingError):
            _set_links_aside(vault, request.id)
            here = vault.find(request.id, PLACES)
            if here is None:
                _write(vault, request)
            elif not request.is_open:
                _settle(vault, request, here)
            elif here is Folder.PENDING_APPROVAL:
                _refresh(vault, request)
            return


def _set_links_aside(vault: Vault, name: str) -> None:
    """A link in a note's place may lead anywhere, so it is not followed."""
    for place in PLACES:
        path = vault.root / place / f"{name}.md"
        if path.is_symlink():
            vault.set_aside(path, "it is a link, not a note")


def collect_moved(handbook: Handbook, now: datetime) -> list[Collected]:
    """Take the decision of every note that lies in Approved/ or Rejected/."""
    vault = current_vault()
    for folder in DECISION_FOLDERS:
        vault.set_aside_misnamed(folder)
    moved = [_Moved(folder, name) for folder in DECISION_FOLDERS for name in vault.names(folder)]
    return [_collect(vault, note, handbook, now) for note in moved]


def moved_notes() -> list[str]:
    """Names of the notes that lie in Approved/ or Rejected/."""
    vault = current_vault()
    return [name for folder in DECISION_FOLDERS for name in vault.names(folder)]


@dataclass(frozen=True)
class _Moved:
    folder: Folder
    name: str


def _collect(vault: Vault, moved: _Moved, handbook: Handbook, now: datetime) -> Collected:
    request = find(moved.name)
    try:
        if request is None:
            reason = "there is no such approval request, so this note decides nothing"
            return _set_aside(vault, moved, reason, now)
        if request.is_open:
            return _take(vault, moved, request, _When(handbook, now))
        place_note(request)
    except UnwritableValueError as error:  # a property that a person wrote
        return _set_aside(vault, moved, str(error), now, reopened=request)
    except NoteMissingError:
        return Collected(moved.name, NoteResult.GONE)
    return Collected(moved.name, NoteResult.SETTLED)


@dataclass(frozen=True)
class _When:
    handbook: Handbook
    now: datetime


def _take(vault: Vault, moved: _Moved, request: ApprovalRequest, when: _When) -> Collected:
    is_yes = moved.folder is Folder.APPROVED
    try:
        note = vault.read(moved.folder, moved.name)
        changed = forgery(request, note.front, note.body)
        answer = read_answer(note.front, approved=is_yes, mover=when.handbook.mover)
    except BrokenNoteError as error:
        return _set_aside(vault, moved, str(error), when.now, reopened=request)
    if changed:
        reason = f"not taken as a decision: {changed}"
        return _set_aside(vault, moved, reason, when.now, reopened=request)
    validate, reassess = validation_of(request.action), reassessment_of(request, lambda: when.handbook)
    outcome = record_answer(request.id, answer, when.now, validate=validate, reassess=reassess)
    if outcome.kind is OutcomeKind.ASK_AGAIN:
        return _return(vault, moved, outcome.request, outcome.reason or "")
    place_note(outcome.request)
    return Collected(moved.name, NoteResult.DECIDED, outcome.reason)


def _set_aside(
    vault: Vault, moved: _Moved, reason: str, now: datetime, *, reopened: ApprovalRequest | None = None
) -> Collected:
    """Keep the note as it is in Dead_Letters/; a request it belongs to gets a fresh note that says why."""
    vault.set_aside(vault.path(f"{moved.folder}/{moved.name}.md"), reason)
    records.audit_set_aside(moved.name, reason, now)
    if reopened is None:
        return Collected(moved.name, NoteResult.SET_ASIDE, reason)
    place_note(reopened.model_copy(update={"problem": reason}))
    return Collected(moved.name, NoteResult.RETURNED, reason)


def _return(vault: Vault, moved: _Moved, request: ApprovalRequest, reason: str) -> Collected:
    """Back to Pending_Approval/ with the reason; what the person typed stays, except a code."""

    def explain(note: Note) -> Note:
        return note.with_front(problem=reason, code=None)

    vault.update(moved.folder, moved.name, explain)
    try:
        vault.move(moved.name, moved.folder, Folder.PENDING_APPROVAL)
    except NoteExistsError:  # the person copied the note instead of moving it
        vault.set_aside(vault.path(f"{moved.folder}/{moved.name}.md"), reason)
        place_note(request.model_copy(update={"problem": reason}))
    return Collected(moved.name, NoteResult.RETURNED, reason)


def _write(vault: Vault, request: ApprovalRequest) -> None:
    front = note_front(request) if request.is_open else note_front(request) | decision_facts(request)
    vault.save(_place_of(request), request.id, Note.new(front, note_body(request)))


def _refresh(vault: Vault, request: ApprovalRequest) -> None:
    """Mend what must not change; leave what the person is typing."""
    ours = {key: value for key, value in note_front(request).items() if key not in FIELDS}

    def mend(note: Note) -> Note:
        kept = {key: value for key, value in ours.items() if key != "problem" or value}
        changed = {key: value for key, value in kept.items() if note.front.get(key) != value}
        body = note_body(request)
        return (note.with_front(**changed) if changed else note).with_body(body)

    try:
        vault.update(Folder.PENDING_APPROVAL, request.id, mend)
    except (BrokenNoteError, UnwritableValueError) as error:
        vault.set_aside(vault.path(f"{Folder.PENDING_APPROVAL}/{request.id}.md"), str(error))
        _write(vault, request.model_copy(update={"problem": str(error)}))


def _settle(vault: Vault, request: ApprovalRequest, here: Folder) -> None:
    def conclude(note: Note) -> Note:
        return note.with_front(**decision_facts(request), code=None).without_front("problem", "changes")

    try:
        vault.update(here, request.id, conclude)
    except (BrokenNoteError, UnwritableValueError) as error:
        vault.set_aside(vault.path(f"{here}/{request.id}.md"), str(error))
        _write(vault, request)
        return
    target = _place_of(request)
    if here is not target:
        with suppress(NoteExistsError):
            vault.move(request.id, here, target)


def _place_of(request: ApprovalRequest) -> Folder:
    if request.is_open:
        return Folder.PENDING_APPROVAL
    if request.finished_at is None and request.state is ApprovalState.APPROVED:
        return Folder.APPROVED
    if request.finished_at is None and request.state is ApprovalState.REJECTED:
        return Folder.REJECTED
    return Folder.DONE
