"""Corrections: a person changes a task's kind, domain or priority in its note, or moves it back from Done/.

They are kept in the ledger's database, each once, and told in the audit log; who wrote and about what stays out of its
hashed lines. What is put back in the note is forgotten here. What they teach is `domain/planning/correction.py`.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from blocks.database import Base, UtcDateTime
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import RejectedError
from domain.mail.parse import is_mail, parse_mail
from domain.planning.correction import (
    FIELDS,
    ROUTED,
    Correction,
    CorrectionKind,
    Features,
    differing,
    features_of,
)
from domain.planning.kinds import GIVEN, QUIET
from domain.planning.routing import may_become
from domain.planning.triage import Priority, TaskDomain
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from tasks.audit.log import audit_log
from tasks.reliability.serialised import delete_row, find_row, find_rows, keep_row
from tasks.vault.locks import NoteBusyError
from tasks.vault.vault import Folder, NoteMissingError, current_vault

CORRECTED, WITHDRAWN = "task.corrected", "task.correction_withdrawn"
KNOWN: Mapping[str, frozenset[str]] = {
    "kind": GIVEN,
    "domain": frozenset(TaskDomain),
    "priority": frozenset(Priority),
}
"""What each field can be corrected to."""


class TaskCorrection(Base):
    """One value of one task that a person put right; the last word counts."""

    __tablename__ = "task_corrections"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    old: Mapped[str]
    new: Mapped[str]
    how: Mapped[str]
    sender: Mapped[str] = mapped_column(index=True)
    list_id: Mapped[str]
    document: Mapped[str]
    words: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class FiledTask(Base):
    """A task that was filed away quietly: back among the open ones it was moved there by a person."""

    __tablename__ = "filed_tasks"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]


class CorrectionMissingError(RejectedError):
    """Nothing of the kind was corrected."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"nobody corrected {task_id}; fte corrections list shows what was")


def corrected_values(front: Mapping[str, Any]) -> dict[str, str]:
    """What a person put into this note in the place of our own values, as far as it can be understood."""
    found = {name: (old, new.casefold()) for name, (old, new) in differing(front).items()}
    return {
        name: new
        for name, (old, new) in found.items()
        if new in KNOWN[name] and (name != "kind" or may_become(old, new))
    }


def keep_corrections(names: Iterable[str], now: datetime) -> None:
    """Record what persons corrected in these open tasks."""
    for name in names:
        with suppress(BrokenNoteError, NoteMissingError, NoteBusyError):  # looked at again in a minute
            record_corrections(name, current_vault().read(Folder.NEEDS_ACTION, name), now)


def record_corrections(task_id: str, note: Note, now: datetime) -> Note:
    """Record what a person corrected in a task, and forget what was put back.

    The audit line comes first: a crash before the row tells a correction twice, and never loses it.

    Returns:
        The note; one that was moved back from Done/ is open again and is of no quiet kind any more.
    """
    note = _moved_back(task_id, note)
    if ROUTED not in note.front:
        return note
    values = corrected_values(note.front)
    kept = {one.field: one for one in corrections_of(task_id)}
    for name in FIELDS:
        before, new = kept.get(name), values.get(name)
        if (before.new if before else None) == new:
            continue
        if new is None:
            if before is not None:
                _withdraw(before, now)
            continue
        old = differing(note.front)[name][0]
        how = CorrectionKind.MOVE if note.front.get(MOVED_BACK) and name == "kind" else CorrectionKind.VALUE
        seen = features_of_note(note.front, list_id=_list_id(str(note.front.get("document") or "")))
        _record(Correction(task_id, name, old, new, how, seen, now))
    return note


MOVED_BACK = "moved_back"
"""In a note: it was filed away, and a person took it back."""


def _moved_back(task_id: str, note: Note) -> Note:
    """A quiet task that lies among the open ones again: it was no newsletter and no advertising."""
    if note.front.get("status") != "done":
        return note
    filed = find_row(FiledTask, task_id)
    if filed is None:
        return note

    def reopened(one: Note) -> Note:
        routed = {"kind": filed.kind, **dict(one.front.get(ROUTED) or {})}
        kind = str(one.front.get("kind") or filed.kind)
        changes = {
            "status": "new",
            MOVED_BACK: True,
            ROUTED: routed,
            "kind": "other" if kind in QUIET else kind,
        }
        return one.without_front("done", "evidence").with_front(**changes)

    changed = current_vault().update(Folder.NEEDS_ACTION, task_id, reopened)
    delete_row(FiledTask, task_id)
    return changed


def remember_filed(task_id: str, kind: str) -> None:
    """The task was filed away without a question."""
    keep_row(FiledTask(task_id=task_id, kind=kind))


def corrections_of(task_id: str) -> list[Correction]:
    """What was corrected in one task."""
    return [one for one in all_corrections() if one.task_id == task_id]


def all_corrections() -> list[Correction]:
    """All that was corrected and not forgotten, the oldest first."""
    query = select(TaskCorrection).order_by(TaskCorrection.at, TaskCorrection.task_id, TaskCorrection.field)
    return [_correction(row) for row in find_rows(query)]


def forget_corrections(task_id: str, now: datetime) -> list[Correction]:
    """Forget what was corrected in a task, and put its note's own values back where it is still open.

    Raises:
        CorrectionMissingError: nothing was.
    """
    found = corrections_of(task_id)
    if not found:
        raise CorrectionMissingError(task_id)
    with suppress(NoteMissingError):
        own = {one.field: one.old for one in found}
        current_vault().update(Folder.NEEDS_ACTION, task_id, lambda note: note.with_front(**own))
    for one in found:
        _withdraw(one, now)
    return found


def features_of_note(front: Mapping[str, Any], *, list_id: str) -> Features:
    """What a task is recognised by; `list_id` is its document's."""
    return features_of(
        str(front.get("from") or ""),
        str(front.get("subject") or ""),
        list_id=list_id,
        document=str(front.get("document") or "").rpartition(".")[2].casefold(),
    )


def _list_id(document: str) -> str:
    with suppress(RejectedError, OSError):
        content = current_vault().document(document)
        if is_mail(document, content):
            return parse_mail(content).facts.list_id
    return ""


def _record(one: Correction) -> None:
    seen = one.features
    details = {
        "field": one.field,
        "old": one.old,
        "new": one.new,
        "how": one.how.value,
        "document": seen.document,
    }
    private = {"sender": seen.sender, "list_id": seen.list_id, "words": list(seen.words)}
    _audit(CORRECTED, one, details, private, one.at)
    row = TaskCorrection(
        task_id=one.task_id,
        field=one.field,
        old=one.old,
        new=one.new,
        how=one.how.value,
        sender=seen.sender,
        list_id=seen.list_id,
        document=seen.document,
        words=list(seen.words),
        at=one.at,
    )
    keep_row(row)


def _withdraw(one: Correction, now: datetime) -> None:
    _audit(WITHDRAWN, one, {"field": one.field, "old": one.old, "new": one.new}, {}, now)
    delete_row(TaskCorrection, (one.task_id, one.field))


def _audit(
    action: str, one: Correction, details: dict[str, Any], private: dict[str, Any], now: datetime
) -> None:
    event = AuditEvent(
        action=action,
        status=AuditStatus.SUCCESS,
        actor="person",
        domain="both",
        resource=one.task_id,
        details=details,
        private=private,
    )
    audit_log().append(event, now)


def _correction(row: TaskCorrection) -> Correction:
    seen = Features(row.sender, row.list_id, row.document, tuple(row.words))
    return Correction(row.task_id, row.field, row.old, row.new, CorrectionKind(row.how), seen, row.at)
