"""The requests' notes in the Vault: put where the request stands, and read back when a person moved one."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.approvals.note import FIELDS, WAITING, forgery, note_body, note_front, read_answer
from domain.approvals.request import RULES_CHANGE, ApprovalRequest, ApprovalState
from domain.audit.event import AuditEvent, AuditStatus
from domain.markdown import shown_inline
from domain.planning.catalogue import ALL_PLATFORMS, CATALOGUE
from domain.planning.plan_page import shown_record
from domain.policy.handbook import Handbook
from domain.reliability.effect import EffectState
from domain.reliability.look import LookResult
from domain.social.post import Platform
from domain.vault.folder import Folder
from domain.vault.note import BrokenNoteError, Note
from domain.vault.plain import UnwritableValueError
from tasks.approvals.decide import AnswerResult, record_answer
from tasks.approvals.record import find, get, unfinished
from tasks.audit.log import audit_log
from tasks.reliability.effect_ledger import READ_BACK, effects_of, facts_read
from tasks.reliability.table import Effect
from tasks.vault.clocks import own_clocks
from tasks.vault.vault import NoteExistsError, NoteMissingError, NoteMovedError, current_vault

DECISION_FOLDERS = (Folder.APPROVED, Folder.REJECTED)
PLACES = (Folder.PENDING_APPROVAL, *DECISION_FOLDERS, Folder.DONE)
DECIDE_ANEW = "the request waits in Pending_Approval/{} as it was asked. Decide there, and delete this note."
NOTHING_ASKED = "nobody is asked under this name. Delete both, once you have read them."
MOST_TRIES = 3

NOTHING = {
    ApprovalState.REJECTED: "Nothing was done.",
    ApprovalState.EXPIRED: "Nobody decided in time; nothing was done. Ask again: `fte approvals again {id}`",
    ApprovalState.SUPERSEDED: "The content changed; the new content is a request of its own.",
}
"""What came of a request that was not approved."""


class NoteResult(StrEnum):
    """What became of a moved note."""

    DECIDED = "decided"
    RETURNED = "returned"
    SET_ASIDE = "set aside"
    SETTLED = "settled"
    GONE = "gone"


@dataclass(frozen=True)
class CollectedNote:
    """A note that a person moved, and what it came to."""

    name: str
    result: NoteResult
    reason: str | None = None


def place_note(request: ApprovalRequest, said: str = "") -> None:
    """Put the request's note where the request stands, with the facts; any number of times.

    Args:
        request: As it is on record.
        said: What is said of going on, for an approval whose effect has not begun.
    """
    for _try in range(MOST_TRIES):
        with suppress(NoteMovedError, NoteMissingError):
            _set_links_aside(request.id)
            here = current_vault().find(request.id, PLACES)
            if here is None:
                _write(request, said)
            elif not request.is_open:
                _settle(request, here, said)
            elif here is Folder.PENDING_APPROVAL:
                _refresh(request)
            return


def collect_moved(handbook: Handbook, now: datetime) -> list[CollectedNote]:
    """Take the decision of every note that lies in Approved/ or Rejected/."""
    for folder in DECISION_FOLDERS:
        current_vault().set_aside_misnamed(folder)
    return [_collect(folder, name, handbook, now) for folder, name in _moved()]


def look_for_moved_notes() -> LookResult:
    """Whether a note lies in Approved/ or Rejected/ that is to be taken; decided ones lie there until they are done."""
    decided = {request.id for request in unfinished() if not request.is_open}
    return LookResult.WORK if any(name not in decided for _, name in _moved()) else LookResult.NOTHING


def by_own_clocks(request: ApprovalRequest) -> ApprovalRequest:
    """The request with the times that a person reads by the clocks of the business."""
    zone = own_clocks()
    ends = request.expires_at.astimezone(zone)
    return request.model_copy(
        update={"expires_at": ends, "decided_at": request.decided_at and request.decided_at.astimezone(zone)}
    )


def result_of(request: ApprovalRequest, said: str = "") -> str:
    """What came of a request that has an end, as the effect ledger has it: one sentence of Markdown."""
    if request.state is not ApprovalState.APPROVED:
        return NOTHING[request.state].format(id=request.id)
    if request.action == RULES_CHANGE:
        return f"{shown_inline(said[:1].upper() + said[1:])}." if said else "The changed rules hold."
    effects = [
        effect
        for effect in effects_of(request.task_id)
        if effect.approval_id == request.id and effect.action != ALL_PLATFORMS
    ]
    if effects and CATALOGUE[effects[-1].action].is_public:
        return "; ".join(f"{Platform(one.inputs['platform']).title}: {_sentence(one)}" for one in effects)
    if effects:
        return _sentence(effects[-1])
    return f"Nothing was done so far: {shown_inline(said)}" if said else "Nothing was done so far."


def _sentence(effect: Effect) -> str:
    url, receipt = facts_read(effect).get("url"), effect.receipt or {}
    made = shown_record({"name": url, "url": url} if url else receipt)
    match EffectState(effect.state):
        case EffectState.DONE if READ_BACK in receipt and not facts_read(effect):
            return "Handed over, and not read back yet; it is not published again."
        case EffectState.DONE:
            return f"Done: {made}" if made else "Done."
        case EffectState.COMPENSATED:
            return f"Done, and undone afterwards: {made}".rstrip(": ")
        case EffectState.REFUSED:
            return f"Refused, nothing was done: {shown_inline(effect.error or 'no reason was given')}"
        case EffectState.WITHDRAWN:
            return "Not done."
        case _:
            why = shown_inline(effect.error or "the answer was lost")
            return f"Not certain yet: {why}. It is looked up before anything is repeated."


def _moved() -> list[tuple[Folder, str]]:
    return [(folder, name) for folder in DECISION_FOLDERS for name in current_vault().names(folder)]


def _set_links_aside(name: str) -> None:
    """A link in a note's place may lead anywhere, so it is not followed."""
    vault = current_vault()
    for place in PLACES:
        path = vault.root / place / f"{name}.md"
        if path.is_symlink():
            vault.set_aside(path, "it is a link, not a note")


def _collect(folder: Folder, name: str, handbook: Handbook, now: datetime) -> CollectedNote:
    request = find(name)
    if request is None:
        reason = "there is no such approval request, so this note decides nothing"
        return _set_aside(folder, name, reason, now)
    try:
        return _take(folder, name, handbook, now) if request.is_open else _settled(request)
    except (BrokenNoteError, UnwritableValueError) as error:  # a property that a person wrote
        return _set_aside(folder, name, str(error), now, reopened=request)
    except NoteMissingError:
        return CollectedNote(name, NoteResult.GONE)


def _settled(request: ApprovalRequest) -> CollectedNote:
    place_note(request)
    return CollectedNote(request.id, NoteResult.SETTLED)


def _take(folder: Folder, name: str, handbook: Handbook, now: datetime) -> CollectedNote:
    note = current_vault().read(folder, name)
    request = get(name)  # after the note: its text changes once another way has decided
    if not request.is_open:
        return _settled(request)
    changed = forgery(request, note.front, note.body)
    if changed:
        return _set_aside(folder, name, f"not taken as a decision: {changed}", now, reopened=request)
    answer = read_answer(note.front, approved=folder is Folder.APPROVED, mover=handbook.mover)
    outcome = record_answer(name, answer, now, lambda: handbook)
    if outcome.kind is AnswerResult.ASK_AGAIN:
        return _return(folder, outcome.request, outcome.reason or "")
    place_note(outcome.request)
    return CollectedNote(name, NoteResult.DECIDED, outcome.reason)


def _set_aside(
    folder: Folder, name: str, reason: str, now: datetime, *, reopened: ApprovalRequest | None = None
) -> CollectedNote:
    """Keep the note as it is in Dead_Letters/; a request it belongs to gets a fresh note that says why."""
    remedy = f"Nothing was decided by it: {DECIDE_ANEW.format(name) if reopened else NOTHING_ASKED}"
    current_vault().set_aside(current_vault().path(f"{folder}/{name}.md"), reason, remedy)
    event = AuditEvent(
        action="approval.note_refused",
        status=AuditStatus.FAILURE,
        actor="person",
        resource=name,
        error=reason,
    )
    audit_log().append(event, now)
    if reopened is None:
        return CollectedNote(name, NoteResult.SET_ASIDE, reason)
    place_note(reopened.model_copy(update={"problem": reason}))
    return CollectedNote(name, NoteResult.RETURNED, reason)


def _return(folder: Folder, request: ApprovalRequest, reason: str) -> CollectedNote:
    """Back to Pending_Approval/ with the reason; what the person typed stays, except a code."""
    vault = current_vault()
    vault.update(folder, request.id, lambda note: note.with_front(problem=reason, code=None))
    try:
        vault.move(request.id, folder, Folder.PENDING_APPROVAL)
    except NoteExistsError:  # the person copied the note instead of moving it
        vault.set_aside(vault.path(f"{folder}/{request.id}.md"), reason)
        place_note(request.model_copy(update={"problem": reason}))
    return CollectedNote(request.id, NoteResult.RETURNED, reason)


def _write(request: ApprovalRequest, said: str = "") -> None:
    note = Note.new(note_front(by_own_clocks(request)), _body(request, said))
    current_vault().save(_place_of(request), request.id, note)


def _refresh(request: ApprovalRequest) -> None:
    """Mend what must not change; leave what the person is typing."""
    ours = {key: value for key, value in note_front(by_own_clocks(request)).items() if key not in FIELDS}
    if not request.problem:
        del ours["problem"]  # the note may say one that is not on record

    def mend(note: Note) -> Note:
        changed = {key: value for key, value in ours.items() if note.front.get(key) != value}
        return (note.with_front(**changed) if changed else note).with_body(note_body(request))

    try:
        current_vault().update(Folder.PENDING_APPROVAL, request.id, mend)
    except (BrokenNoteError, UnwritableValueError) as error:
        _replace(request.model_copy(update={"problem": str(error)}), Folder.PENDING_APPROVAL, error)


def _settle(request: ApprovalRequest, here: Folder, said: str) -> None:
    front, body = note_front(by_own_clocks(request)), _body(request, said)
    target = _place_of(request)
    stale = [key for key in WAITING if key not in front]

    def conclude(note: Note) -> Note:
        return note.with_front(**front).without_front(*stale).with_body(body)

    try:
        current_vault().update(here, request.id, conclude)
    except (BrokenNoteError, UnwritableValueError) as error:
        _replace(request, here, error)
        return
    if here is not target:
        with suppress(NoteExistsError):
            current_vault().move(request.id, here, target)


def _replace(request: ApprovalRequest, here: Folder, error: Exception) -> None:
    """A note that cannot be mended is kept aside, and written afresh."""
    current_vault().set_aside(current_vault().path(f"{here}/{request.id}.md"), str(error))
    _write(request)


def _body(request: ApprovalRequest, said: str) -> str:
    return (
        note_body(request) if request.is_open else note_body(by_own_clocks(request), result_of(request, said))
    )


def _place_of(request: ApprovalRequest) -> Folder:
    if request.is_open:
        return Folder.PENDING_APPROVAL
    decided = {ApprovalState.APPROVED: Folder.APPROVED, ApprovalState.REJECTED: Folder.REJECTED}
    return decided.get(request.state, Folder.DONE) if request.finished_at is None else Folder.DONE
