"""Weeks of an employee's own records, made up: the audit log, the ledger's tables, heartbeats."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from blocks.database import transaction
from blocks.settings import settings
from domain.audit.event import AuditEvent, AuditStatus
from domain.vault.folder import Folder
from domain.vault.note import Note
from domain.week import Week
from tasks.approvals.record import ApprovalRow
from tasks.audit.log import AuditLog
from tasks.reliability.dead_letters import DeadLetter
from tasks.reliability.heartbeats import Heartbeat
from tasks.reliability.table import Effect
from tasks.vault.vault import current_vault

BEGUN = datetime(2026, 9, 16, 8, tzinfo=UTC)
"""A Wednesday: the first week has five days."""
ENDED = datetime(2026, 11, 27, 9, tzinfo=UTC)
WEEK = Week(date(2026, 11, 16), ZoneInfo("Europe/Vienna"))
FIRST = Week(date(2026, 9, 14), ZoneInfo("Europe/Vienna"))
SERVICES = ("odoo.record_bill", "odoo.create_invoice", "linkedin.publish", "vault.file_away")
SOURCES = ("gmail", "files", "mentions", "mcp")


def work(tasks: int = 240, seed: int = 1) -> None:
    """Weeks in which tasks came, were tried, failed, were asked about and done."""
    chance = random.Random(seed)  # noqa: S311 (made up)
    log = AuditLog(settings().vault_path, settings().state / "keys")
    told: list[tuple[datetime, AuditEvent]] = []
    rows: list[Any] = []
    for number in range(tasks):
        _task(number, chance, told, rows)
    told = [(at, event) for at, event in told if at < ENDED]
    told.append((BEGUN, AuditEvent(action="approver.enrolled", status=AuditStatus.SUCCESS)))
    for at, event in sorted(told, key=lambda one: one[0]):
        log.append(event, at)
    with transaction() as session:
        session.add_all([*rows, *_beats(chance)])
    ended = {event.resource for _, event in told if event.action == "task.done"}
    for task in sorted({event.resource for _, event in told} - ended - {""})[::2]:
        current_vault().store(Folder.NEEDS_ACTION, task, Note.new({"status": "waiting"}, "\n# A task\n"))


def _task(number: int, chance: random.Random, told: list[Any], rows: list[Any]) -> None:
    came = BEGUN + (ENDED - BEGUN) * chance.random()
    source = chance.choice(SOURCES)
    task, lag = f"{source}-{number:04}", timedelta(seconds=chance.randint(2, 4000))
    details = {"received": (came - lag).isoformat(timespec="seconds")}

    def tell(action: str, status: AuditStatus, at: datetime, **facts: Any) -> None:
        told.append((at, AuditEvent(action=action, status=status, resource=task, **facts)))

    tell(f"{source}.event_stored", AuditStatus.SUCCESS, came, details=details)
    _crossed(number, came, tell)
    tried = came + timedelta(minutes=chance.randint(1, 600))
    if chance.random() < 0.4:
        tried = _asked(number, task, came, chance, rows)
    if tried > ENDED:
        return
    action = chance.choice(SERVICES)
    for attempt in range(chance.randint(1, 3)):
        at = tried + timedelta(minutes=attempt)
        effect = {"effect": f"effect-{number}"}
        tell(action, AuditStatus.INTENT, at, details=effect)
        how = chance.choice(
            [AuditStatus.SUCCESS, AuditStatus.SUCCESS, AuditStatus.FAILURE, AuditStatus.UNKNOWN]
        )
        tell(action, how, at + timedelta(seconds=3), details=effect)
    if chance.random() < 0.2:
        told_at, facts = tried + timedelta(minutes=5), {"reasons": 1, "priority": "normal"}
        domain = ("personal", "business", "both")[number % 3]
        tell("task.escalated", AuditStatus.INFO, told_at, details=facts, domain=domain)
        resolved = min(tried + timedelta(days=3), ENDED) if chance.random() < 0.5 else None
        rows.append(_letter(task, tried, resolved))
    elif chance.random() < 0.8:
        if chance.random() < 0.4:
            rows.append(_reply(number, task, tried))
        done = tried + timedelta(hours=chance.randint(1, 60))
        done_facts = {"steps": ["a"], "priority": chance.choice(["high", "normal", "low"])}
        domain = chance.choice(["personal", "business", "both"])
        tell("task.done", AuditStatus.SUCCESS, done, details=done_facts, domain=domain)


def _crossed(number: int, came: datetime, tell: Callable[..., None]) -> None:
    """Some wait for the task before, and some promised a day that is another one now."""
    if number % 12 == 5:
        needs = {"depends_on": [f"{SOURCES[0]}-{number - 1:04}"]}
        tell("dependency.waiting", AuditStatus.INFO, came + timedelta(seconds=20), details=needs)
    if number % 15 == 4:
        moved = {"promised": f"{came:%Y-%m-%d}", "due": f"{came + timedelta(days=1 + number % 5):%Y-%m-%d}"}
        tell("cross_domain.moved", AuditStatus.INFO, came + timedelta(seconds=25), details=moved)


def _asked(number: int, task: str, came: datetime, chance: random.Random, rows: list[Any]) -> datetime:
    """A request; when its task goes on."""
    state = chance.choice(["approved", "approved", "rejected", "expired", "pending", "superseded"])
    asked, waited = came + timedelta(seconds=30), timedelta(minutes=chance.randint(1, 3000))
    decided = asked + waited if state in {"approved", "rejected"} else None
    rows.append(request_row(f"r{number:04}", task, state, asked, decided))
    if state == "superseded" and asked + waited < ENDED:
        rows.append(request_row(f"r{number:04}b", task, "pending", asked + waited, None, version=2))
    return decided or ENDED + timedelta(days=1)


def request_row(  # noqa: PLR0913, PLR0917 (a row's own fields)
    name: str, task: str, state: str, asked: datetime, decided: datetime | None, version: int = 1
) -> ApprovalRow:
    texts = dict.fromkeys(("asked_hash", "content_hash", "shown", "shown_hash", "seal"), "")
    inputs = {"vendor": f"Vendor of {task}", "total": "12.00", "currency": "USD"}
    times = dict.fromkeys(("remind_at", "escalate_at"), asked)
    return ApprovalRow(
        id=name, task_id=task, step_id="a", version=version, action="odoo.record_bill", asked={}, inputs=inputs,
        reasons=[], proof_required=False, state=state, created_at=asked, decided_at=decided,
        expires_at=asked + timedelta(hours=72), **texts, **times,
    )  # fmt: skip


def _reply(number: int, task: str, at: datetime) -> Effect:
    """A mail that was sent: every third answers none."""
    inputs = {"in_reply_to": "<1@example.com>"} if number % 3 else {"in_reply_to": None}
    return Effect(
        key=f"sent-{number}", task_id=task, step_id="a", action="mail.send_email", inputs=inputs, content_hash="",
        state="done", created_at=at, begun_at=at, updated_at=at,
    )  # fmt: skip


def _letter(task: str, at: datetime, resolved: datetime | None) -> DeadLetter:
    return DeadLetter(
        kind="task", key=task, payload={}, cause="OdooUnavailableError", error="away", attempts=1, buried_at=at,
        state="resolved" if resolved else "buried", first_buried_at=at, resolved_at=resolved,
    )  # fmt: skip


def _beats(chance: random.Random) -> list[Heartbeat]:
    """Every five minutes but for one in twenty."""
    slots = (ENDED - BEGUN) // timedelta(minutes=5)
    return [
        Heartbeat(
            slot=BEGUN + number * timedelta(minutes=5),
            cpu_percent=None if chance.random() < 0.1 else round(chance.uniform(0, 100), 1),
            memory_percent=round(chance.uniform(20, 90), 1),
            disk_free_bytes=chance.randint(10**9, 10**11),
        )
        for number in range(slots)
        if chance.random() > 0.05
    ]
