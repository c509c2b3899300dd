"""How a task stands, for whoever placed it: read from its note, in words that a program can use."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from domain.errors import RejectedError
from domain.planning.order import STEP
from domain.times import shown_time, written_moment
from domain.vault.note import Note
from tasks.vault.vault import Folder, NoteMissingError, current_vault


class TaskStatus(StrEnum):
    """Where a task stands."""

    DONE = "done"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    WAITING_FOR_SERVICE = "waiting_for_service"
    UNDER_WAY = "under_way"
    REFUSED = "refused"
    TAKEN = "taken_by_a_person"


class AskedOf(BaseModel, frozen=True):
    """Where a person decides."""

    request_id: str
    address: str | None = Field(
        description="the request in Prefect's UI; none until the Prefect server shows it"
    )
    note: str = Field(description="the same request as a note, relative to the Vault")
    command: str = Field(description="the same request on the command line")
    expires_at: str = Field(description="UTC; then it is not done")


class TaskReport(BaseModel, frozen=True):
    """Where a task stands, and the proof or the reason."""

    task_id: str
    status: TaskStatus
    said: str = Field(description="one sentence for a person")
    evidence: dict[str, Any] | None = Field(
        default=None, description="what was read back from Odoo afterwards"
    )
    approvals: list[AskedOf] = Field(default=[], description="what a person has to decide first")
    is_repeat: bool = Field(
        default=False, description="the same call was made before; nothing was done twice"
    )


class UnknownTaskError(RejectedError):
    """There is no such task."""

    def __init__(self, task_id: str) -> None:
        super().__init__(
            f"there is no task {task_id} in the Vault; task ids are those that the tools have returned"
        )


def task_report(task_id: str) -> TaskReport:
    """How the task stands now.

    Raises:
        UnknownTaskError: it is not in the Vault, and never was done.
    """
    looks = ((Folder.DONE, _finished), (Folder.NEEDS_ACTION, _open), (Folder.DONE, _finished))
    for folder, report in looks:  # it may move between two looks
        try:
            return report(task_id, current_vault().read(folder, task_id))
        except NoteMissingError:
            continue
    raise UnknownTaskError(task_id)


def _finished(task_id: str, note: Note) -> TaskReport:
    if note.front.get("status") == TaskStatus.REFUSED:
        said = "; ".join(map(str, note.front.get("why") or ["it was refused"]))
        return TaskReport(task_id=task_id, status=TaskStatus.REFUSED, said=said)
    evidence = _plain(note.front.get("evidence") or {})
    said = _proven(written_moment(note.front.get("done"))) if evidence else "a person closed it"
    status = TaskStatus.DONE if evidence else TaskStatus.TAKEN
    return TaskReport(
        task_id=task_id,
        status=status,
        said=said,
        evidence=(evidence if len(evidence) > 1 else evidence.get(STEP, evidence)) or None,
    )


def _proven(done: datetime | None) -> str:
    """What the evidence is worth: people go on working in Odoo, and nothing is read again for this."""
    when = f" at {shown_time(done)}" if done else ""
    return f"it was done and read back{when}; what somebody changed there since is not in it"


def _open(task_id: str, note: Note) -> TaskReport:
    front = note.front
    if front.get("status") == "done" and "done" in front:
        return _finished(task_id, note)  # its evidence is written, and it is about to move to Done/
    if front.get("waits_for"):
        asked = [_asked_of(str(name)) for name in front["waits_for"]]
        said = f"nothing is done; a person has to decide {', '.join(one.request_id for one in asked)} first"
        return TaskReport(task_id=task_id, status=TaskStatus.WAITING_FOR_APPROVAL, said=said, approvals=asked)
    if front.get("status") == "escalated":
        said = "; ".join(map(str, front.get("why") or ["a person has to look"]))
        return TaskReport(task_id=task_id, status=TaskStatus.REFUSED, said=said)
    if front.get("delays") and front.get("status") == "later":
        why = "; ".join(map(str, front["delays"]))
        said = f"it is queued as {task_id} and done once, by itself, as soon as that is possible; until now: {why}"
        return TaskReport(task_id=task_id, status=TaskStatus.WAITING_FOR_SERVICE, said=said)
    if front.get("status") in {"new", "working"}:
        return TaskReport(
            task_id=task_id,
            status=TaskStatus.UNDER_WAY,
            said=f"it is stored as {task_id} and being worked on; ask get_task_status for it",
        )
    return TaskReport(task_id=task_id, status=TaskStatus.TAKEN, said="a person has taken it over")


def _asked_of(request_id: str) -> AskedOf:
    from tasks.approvals.record import get  # imports SQLAlchemy, and the next one prefect: rarely needed
    from tasks.flow_runs.runs import run_address

    request = get(request_id)
    return AskedOf(
        request_id=request_id,
        address=run_address(request.flow_run_id) if request.flow_run_id else None,
        note=f"{Folder.PENDING_APPROVAL}/{request_id}.md",
        command=f"fte approvals show {request_id}",
        expires_at=request.expires_at.isoformat(timespec="seconds"),
    )


def _plain(value: Any) -> Any:
    """YAML's round-trip types as JSON's."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
