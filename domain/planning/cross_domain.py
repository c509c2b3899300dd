"""What business tells personal, and personal business: the stated rules, each with its reason on the task.

They raise a task, widen its domain or move its day, never more: the plan is made without them, so that nobody gains
anything but attention by whom a mail claims to be from.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.accounting.overdue import OverdueInvoice
from domain.planning.triage import Priority, TaskDomain, Triage
from domain.policy.absences import absence_on, day_back
from domain.policy.handbook import Handbook
from domain.policy.people import LANDLORD, People, Person


@dataclass(frozen=True)
class CrossDomainRule:
    """A rule by its name, and what it says."""

    name: str
    sentence: str

    def because(self, why: str) -> str:
        """A reason that names the rule."""
        return f"{why} (rule {self.name})"


OVERDUE_CUSTOMER = CrossDomainRule(
    "overdue_customer",
    "A mail from the address of a customer whose invoices are overdue is of high priority, and business, too.",
)
LANDLORDS_BILL = CrossDomainRule(
    "landlords_bill",
    "A bill of the landlord, or of anybody whom the handbook's people know as personal or both, is both.",
)
PROMISE_IN_ABSENCE = CrossDomainRule(
    "promise_in_absence",
    "A promised day that falls in an absence (the handbook's, your own calendar's) moves to the next working day.",
)
RULES = (OVERDUE_CUSTOMER, LANDLORDS_BILL, PROMISE_IN_ABSENCE)

PROMISED, DUE, DUE_BECAUSE = "promised", "due", "due_because"
"""In a task's note: the day that a person promised, the day it is due, and why that is another."""
WANT_ANSWERS = frozenset(
    {
        "other",
        "request",
        "complaint",
        "invoice_question",
        "quote_request",
        "support",
        "appointment",
        "follow_up",
    }
)
"""Kinds of mail that a person reads, so that their order matters."""
ORDER = (Priority.LOW, Priority.NORMAL, Priority.HIGH)


@dataclass(frozen=True)
class TaskSurroundings:
    """What is known beside the task itself.

    Attributes:
        billers: Who a bill may be of: its vendor's name and address, its mail's sender.
        overdue: The invoices of the customer whose address sent the mail, the oldest first; none where the books
            could not be asked.
    """

    people: People
    today: date
    billers: tuple[str, ...] = ()
    overdue: Sequence[OverdueInvoice] = field(default=())


@dataclass(frozen=True)
class _Told:
    rule: CrossDomainRule
    domain: TaskDomain
    priority: Priority
    why: str


def crossed(task: Triage, known: TaskSurroundings) -> Triage:
    """The task with what the other domain tells of it: never less urgent, never of fewer domains, of the same kind."""
    for told in (*_overdue_customer(task, known), *_landlords_bill(task, known)):
        domain = task.domain if told.domain is task.domain else TaskDomain.BOTH
        priority = max(task.priority, told.priority, key=ORDER.index)
        changed = [
            new.value for new, old in ((domain, task.domain), (priority, task.priority)) if new is not old
        ]
        reason = told.rule.because(f"{', '.join(changed) or priority.value}: {told.why}")
        task = task.model_copy(
            update={"domain": domain, "priority": priority, "reasons": [*task.reasons, reason]}
        )
    return task


def rules_behind(reasons: Iterable[str]) -> list[CrossDomainRule]:
    """The rules that these reasons name."""
    said = tuple(reasons)
    return [rule for rule in RULES if any(one.endswith(rule.because("")) for one in said)]


def _overdue_customer(task: Triage, known: TaskSurroundings) -> Iterator[_Told]:
    if task.kind not in WANT_ANSWERS or not known.overdue:
        return
    first, *more = known.overdue
    days = first.days(known.today)
    others = f", and {len(more)} more" if more else ""
    why = (
        f"{first.number} of {first.customer}, {first.left}, is {days} day{'s' * (days != 1)} overdue{others}; "
        "the mail gives their address as its sender"
    )
    yield _Told(OVERDUE_CUSTOMER, TaskDomain.BUSINESS, Priority.HIGH, why)


def _landlords_bill(task: Triage, known: TaskSurroundings) -> Iterator[_Told]:
    if task.kind != "receipt":
        return
    found = (known.people.who_wrote(one) or known.people.who_is(one) for one in known.billers)
    owns = next((one for one in found if one and _is_own(one[1])), None)
    if owns:
        name, person = owns
        as_what = person.role or person.domain
        why = f"the bill is of {name}, whom the handbook knows as {as_what}"
        yield _Told(LANDLORDS_BILL, TaskDomain.PERSONAL, task.priority, why)


def _is_own(person: Person) -> bool:
    return person.domain in {TaskDomain.PERSONAL, TaskDomain.BOTH} or (
        person.domain is None and person.role.strip().casefold() == LANDLORD
    )


@dataclass(frozen=True)
class Due:
    """The day on which a task is due; `why` says what moved it, or that no day was written."""

    day: date | None
    why: str = ""


def due_of(promised: Any, handbook: Handbook) -> Due:
    """When what was promised (a note's `promised`) is due, with the handbook's absences and working days."""
    if promised is None:
        return Due(None)
    try:
        day = date.fromisoformat(str(promised))
    except ValueError:
        return Due(None, f"promised: '{promised}' is no day; write it as 2026-12-31")
    absence = absence_on(day, handbook.absences)
    if absence is None:
        return Due(day)
    back = day_back(day, handbook.absences, handbook.hours)
    said = f"promised for {day}, which falls in the absence {absence}; moved to {back}: tell whoever waits for it"
    return Due(back, PROMISE_IN_ABSENCE.because(said))
