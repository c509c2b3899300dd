"""Plans that wait: for a day, for a while, for an invoice to be paid, for an answer. Nothing runs meanwhile.

The latest end of a wait is fixed when it begins; it is fixed anew where the clock was set back since. Until then the
task stands in the schedule. What happens before brings it forward: `tell_reply` when the task of the answer is worked,
`tell_paid` by a look each minute while a plan waits for a payment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from blocks.odoo.client import OdooClient
from domain.errors import RejectedError
from domain.planning.plan import Step, Wait
from domain.planning.span import span_of
from domain.policy.handbook import Handbook
from domain.times import shown_there
from tasks.accounting.moves import MODEL
from tasks.actions.reader import read_step
from tasks.mail.awaited import is_awaited
from tasks.mail.threads import FOLLOWS
from tasks.reliability import outbox
from tasks.reliability.kept_plans import KeptStep, keep_step, wait_anew, waiting_for

PAID, REPLY, TIME = "paid", "reply", "time"
MISSED = timedelta(hours=1)
"""Of a wait that began by a wrong clock: what came within this before it was noticed counts as well."""


class NoSuchTimeError(RejectedError):
    """What a step waits for is no day and no span of time."""

    def __init__(self, step: str, error: ValueError) -> None:
        super().__init__(f"{step}: {error}")


@dataclass(frozen=True)
class Waiting:
    """It has not happened.

    Attributes:
        said: What is waited for, in words.
        due: When the wait ends at the latest.
    """

    said: str
    due: datetime


async def look_at(
    step: Step, task_id: str, known: KeptStep | None, handbook: Handbook, now: datetime
) -> Waiting | dict[str, Any]:
    """What a step that waits has come to: `happened` (`time`, `paid`, `reply`) and `at`, once something has.

    Raises:
        TransientError: it cannot be looked up now.
        NoSuchTimeError: its time cannot be read.
    """
    wait = step.wait or Wait()
    if known is None:
        if wait.paid is not None and await _is_paid(wait.paid):
            return _happened(PAID, now)
        inputs = _begun(step, handbook, now, since=now)
        known = keep_step(task_id, step.id, now, inputs=inputs, waits_for=_event(wait))
    elif known.facts is None and _is_ahead(known.inputs, now):
        known = wait_anew(task_id, step.id, now, _begun(step, handbook, now, since=now - MISSED))
    until = datetime.fromisoformat(known.inputs["until"])
    if now >= until:
        return _happened(TIME, until)
    return Waiting(f"{step.title.casefold()}, at the latest until {shown_there(until)}", until)


def _begun(step: Step, handbook: Handbook, now: datetime, *, since: datetime) -> dict[str, Any]:
    wait = step.wait or Wait()
    whose = wait.model_dump(include={"sender", "document"}, exclude_none=True)
    until = _until(step.id, wait, handbook, now)
    return {"since": since.isoformat(), "until": until.isoformat(), **whose}


def _is_ahead(inputs: Mapping[str, Any], now: datetime) -> bool:
    """Whether a wait began after the present: by a clock that was set back since."""
    return datetime.fromisoformat(inputs["since"]) > now


def hasten_those_ahead(now: datetime) -> list[str]:
    """Work the tasks that began to wait by a clock that was set back, so that they begin anew; which ones."""
    rows = [row for kind in (PAID, REPLY, TIME) for rows in waiting_for(kind).values() for row in rows]
    ahead = sorted({row.task_id for row in rows if _is_ahead(row.inputs, now)})
    for task_id in ahead:
        outbox.hasten(task_id, now)
    return ahead


def tell(
    kind: str,
    references: Sequence[str],
    at: datetime,
    now: datetime,
    *,
    counts: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> list[str]:
    """These invoices were paid, or these threads got an answer: what has waited for them since before goes on.

    Args:
        kind: `paid` or `reply`.
        references: The invoices or the threads.
        at: When that happened.
        now: The present.
        counts: Whether it is what a step waits for, by the step's inputs.

    Returns:
        The tasks that do.
    """
    waiting = waiting_for(kind)
    told = [
        (one.task_id, one.step_id)
        for reference in references
        for one in waiting.get(reference, ())
        if _is_since(one.inputs, at, now) and counts(one.inputs)
    ]
    for task_id, step_id in told:
        happened = _happened(kind, now)
        keep_step(task_id, step_id, now, facts=happened, evidence=happened)
        outbox.hasten(task_id, now)
    return sorted({task_id for task_id, _ in told})


def _is_since(inputs: Mapping[str, Any], at: datetime, now: datetime) -> bool:
    """Whether it came after the wait began."""
    return datetime.fromisoformat(inputs["since"]) <= at or _is_ahead(inputs, now)


def tell_reply(front: Mapping[str, Any], now: datetime) -> list[str]:
    """A mail came, as its task's note says: whoever waits for this answer in its thread goes on.

    Only a mail counts that belongs to a task (`tasks/mail/threads.py`); of a person, not of a machine; and, where the
    step says so, proven to be of whom it waits for, and with a document.
    """
    thread, received = str(front.get("thread") or ""), str(front.get("received") or "")
    if not thread or not received or not front.get(FOLLOWS):
        return []
    counts = partial(is_awaited, front)
    return tell(REPLY, [thread], datetime.fromisoformat(received), now, counts=counts)


async def tell_paid(client: OdooClient, now: datetime) -> list[str]:
    """Ask the books, in one question, which invoices that plans wait for are paid; for none nothing is asked."""
    ids = sorted(int(reference) for reference in waiting_for(PAID))
    if not ids:
        return []
    rows = await client.call(
        MODEL,
        "search_read",
        domain=[["id", "in", ids], ["state", "=", "posted"], ["amount_residual", "=", 0]],
        fields=["name"],
    )
    return tell(PAID, [str(row["id"]) for row in rows], now, now)


def _event(wait: Wait) -> str:
    if wait.paid is not None:
        return f"{PAID}:{wait.paid}"
    return f"{REPLY}:{wait.reply}" if wait.reply else f"{TIME}:"


def _happened(kind: str, at: datetime) -> dict[str, Any]:
    return {"happened": kind, "at": at.isoformat(timespec="seconds")}


async def _is_paid(invoice_id: int) -> bool:
    looked = Step(id="paid", action="odoo.read_invoice", inputs={"invoice_id": invoice_id})
    return bool((await read_step(looked))["is_paid"])


def _until(step: str, wait: Wait, handbook: Handbook, now: datetime) -> datetime:
    try:
        ends: list[datetime] = [now + span_of(span) for span in (wait.after, wait.at_most) if span]
        if wait.date:
            ends.append(_beginning(wait.date, handbook))
    except ValueError as error:
        raise NoSuchTimeError(step, error) from error
    return min(ends, default=now + timedelta(days=365))


def _beginning(day: str, handbook: Handbook) -> datetime:
    return datetime.combine(date.fromisoformat(day[:10]), time(), ZoneInfo(handbook.time_zone))
