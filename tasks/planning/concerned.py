"""Whom a mail concerns, and which records in the books it speaks of: shown in its note, and nothing rests on it.

The sender is the mail's claim, and so is each number in it; what is found is said with where it was found.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from blocks.odoo.client import OdooClient
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError
from domain.planning.correction import ROUTED
from domain.policy.handbook import Handbook
from domain.vault.note import Note
from tasks.accounting.moves import MODEL
from tasks.accounting.partners import partners_at
from tasks.actions import connected
from tasks.audit.log import audit_log
from tasks.planning.prepare import Prepared
from tasks.reliability.breakers import is_up

LOOK_SECONDS = 2.0
"""Books that have not answered by then say nothing."""
MOST_RECORDS, LONGEST_TEXT = 10, 4_000
BY_ADDRESS = " (the books know the address)"
NUMBER = re.compile(r"\b[A-Z][A-Z0-9]{0,9}(?:/\d{2,4}){1,2}/\d{3,6}\b")
"""A record's number as Odoo writes it, e.g. INV/2026/00031."""


async def concerned(prepared: Prepared, note: Note, handbook: Handbook, now: datetime) -> Prepared:
    """The task with its people and records; how it was sorted is put on record where that is new."""
    seen = prepared.seen
    if seen is not None and seen.mail is not None and prepared.plan is None:  # else its steps find their own
        people = _in_handbook(seen.sender, handbook)
        numbers = sorted(set(NUMBER.findall(f"{seen.subject} {seen.body[:LONGEST_TEXT]}")))[:MOST_RECORDS]
        known, records = await _in_books(parseaddr(seen.sender)[1], numbers)
        prepared = replace(prepared, people=(*people, *known), records=records)
    if prepared.routed and dict(note.front.get(ROUTED) or {}) != dict(prepared.routed):
        _tell(prepared, now)
    return prepared


def own_records(prepared: Prepared) -> list[str]:
    """Those of its records that belong to whoever has the sender's address: others are not the sender's business."""
    names = [one.removesuffix(BY_ADDRESS) for one in prepared.people if one.endswith(BY_ADDRESS)]
    return [record for record in prepared.records if any(f" of {name}, " in record for name in names)]


def _in_handbook(sender: str, handbook: Handbook) -> tuple[str, ...]:
    known = handbook.people.who_wrote(sender)
    if known is None:
        return ()
    role = f", {known[1].role}" if known[1].role else ""
    return (f"{known[0]}{role} (the handbook knows the sender)",)


async def _in_books(address: str, numbers: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who has the sender's address, and which records the numbers are; nothing where the books are away."""
    if not is_up("odoo") or not (numbers or "@" in address):
        return (), ()
    try:
        async with asyncio.timeout(LOOK_SECONDS), await connected.odoo_client() as client:
            partners = await partners_at(client, address) if "@" in address else []
            names = tuple(f"{one.name}{BY_ADDRESS}" for one in partners)
            return names, await _records(client, numbers)
    except (DigitalFteError, TimeoutError):
        return (), ()


async def _records(client: OdooClient, numbers: list[str]) -> tuple[str, ...]:
    if not numbers:
        return ()
    fields = ["name", "partner_id", "payment_state"]
    found = await client.call(MODEL, "search_read", domain=[["name", "in", numbers]], fields=fields)
    return tuple(_said(row) for row in sorted(found, key=lambda row: str(row["name"])))


def _said(row: Mapping[str, Any]) -> str:
    of = row["partner_id"][1] if row.get("partner_id") else "nobody"
    return (
        f"{row['name']} of {of}, {str(row.get('payment_state') or '').replace('_', ' ')} (the mail names it)"
    )


def _tell(prepared: Prepared, now: datetime) -> None:
    decided = prepared.triage
    details = {**prepared.routed, "confidence": decided.confidence, "records": len(prepared.records)}
    private = {
        "reasons": list(decided.reasons),
        "people": list(prepared.people),
        "records": list(prepared.records),
    }
    event = AuditEvent(
        action="task.routed",
        status=AuditStatus.INFO,
        actor="work_tasks",
        domain=decided.domain.value,
        resource=prepared.task_id,
        details=details,
        private=private,
    )
    audit_log().append(event, now)
