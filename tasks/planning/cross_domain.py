"""The rules between the domains at work: what books and handbook say of a task, in its note and on record."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from domain.accounting.overdue import OverdueInvoice
from domain.appointments.event import absences_of
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError
from domain.planning.cross_domain import (
    DUE,
    DUE_BECAUSE,
    PROMISED,
    WANT_ANSWERS,
    Due,
    TaskSurroundings,
    crossed,
    due_of,
    rules_behind,
)
from domain.policy.handbook import Handbook
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from tasks.accounting.overdue import overdue_of
from tasks.actions import connected
from tasks.appointments.kept import kept_calendar
from tasks.audit.log import audit_log
from tasks.planning.prepare import Prepared
from tasks.policy.handbook import read_handbook
from tasks.reliability.breakers import is_up
from tasks.vault.locks import NoteBusyError
from tasks.vault.vault import Folder, NoteMissingError, current_vault

LOOK_SECONDS = 2.0
"""Books that have not answered by then say nothing, and the task stays as it is."""
BILLERS = ("vendor", "vendor_email")
"""What is read from a bill that tells whose it is."""


async def crossed_task(prepared: Prepared, note: Note, handbook: Handbook, now: datetime) -> Prepared:
    """The task with what the other domain tells of it; the plan was made before, and stays."""
    sender, today = str(note.front.get("from", "")), _day(now, handbook)
    read = [row["value"] for row in prepared.rows if row["field"] in BILLERS]
    overdue = await _overdue(sender, today) if prepared.triage.kind in WANT_ANSWERS else ()
    known = TaskSurroundings(handbook.people, today, (*read, sender), overdue)
    told = crossed(prepared.triage, known)
    new = [reason for reason in told.reasons if reason not in (note.front.get("reasons") or ())]
    rules = rules_behind(new)
    if rules:
        details = {
            "rules": [rule.name for rule in rules],
            "domain": told.domain.value,
            "priority": told.priority.value,
        }
        _audit("cross_domain.applied", prepared.task_id, details, new, now)
    return replace(prepared, triage=told)


async def _overdue(sender: str, today: date) -> Sequence[OverdueInvoice]:
    """What the sender is late with; nothing where the books are away or not connected."""
    address = parseaddr(sender)[1]
    if "@" not in address or not is_up("odoo"):
        return ()
    try:
        async with asyncio.timeout(LOOK_SECONDS), await connected.odoo_client() as client:
            return await overdue_of(client, address, today)
    except (DigitalFteError, TimeoutError):
        return ()


def keep_promises(names: Iterable[str], now: datetime) -> None:
    """Write when these open tasks, each of which promises a day, are due by the absences as they are now."""
    where = current_vault()
    handbook: Handbook | None = None
    for name in names:
        with suppress(BrokenNoteError, NoteMissingError, NoteBusyError):  # looked at again in a minute
            note = where.read(Folder.NEEDS_ACTION, name)
            handbook = handbook or _with_calendar(read_handbook())
            _keep_promise(name, note, due_of(note.front.get(PROMISED), handbook), now)


def _with_calendar(handbook: Handbook) -> Handbook:
    """The handbook with the absences that stand in the owner's own calendar, as it was read last."""
    kept = kept_calendar()
    absences = absences_of(kept.events, handbook.hours, handbook.time_zone) if kept else []
    return handbook.model_copy(update={"absences": [*handbook.absences, *absences]}) if absences else handbook


def _keep_promise(name: str, note: Note, due: Due, now: datetime) -> None:
    said = {DUE: str(due.day or ""), DUE_BECAUSE: due.why}
    if all(str(note.front.get(key) or "") == value for key, value in said.items()):
        return
    if due.why:
        rules = [rule.name for rule in rules_behind([due.why])]
        details = {"rules": rules, PROMISED: str(note.front.get(PROMISED)), DUE: said[DUE]}
        _audit("cross_domain.moved", name, details, [due.why], now)
    current_vault().update(Folder.NEEDS_ACTION, name, lambda one: _with_said(one, said))


def _with_said(note: Note, said: dict[str, str]) -> Note:
    kept = {key: value for key, value in said.items() if value}
    return note.without_front(*(said.keys() - kept.keys())).with_front(**kept)


def _day(now: datetime, handbook: Handbook) -> date:
    return now.astimezone(ZoneInfo(handbook.time_zone)).date()


def _audit(action: str, task_id: str, details: dict[str, Any], reasons: list[str], now: datetime) -> None:
    event = AuditEvent(
        action=action,
        status=AuditStatus.INFO,
        actor="work_tasks",
        domain="both",
        resource=task_id,
        details=details,
        private={"reasons": reasons},
    )
    audit_log().append(event, now)
