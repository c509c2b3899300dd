"""What a task is: domain, kind, priority and people, each with its reason."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.policy.handbook import Handbook
from domain.policy.people import Person
from domain.receipts.reading import Reading


class Priority(StrEnum):
    """How soon a task wants attention."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class TaskDomain(StrEnum):
    """Whose matter it is."""

    PERSONAL = "personal"
    BUSINESS = "business"
    BOTH = "both"


class Triage(BaseModel):
    """The decision and why it was made."""

    model_config = ConfigDict(frozen=True)

    kind: str
    domain: TaskDomain
    priority: Priority
    reasons: list[str]


KIND_NAMES = {
    "receipt": "a bill or receipt",
    "order": "an agent's order",
    "newsletter": "a newsletter",
    "advertising": "an advertising mail",
    "phishing": "a mail that looks like a fraud",
    "request": "a mail that asks for something",
    "other": "a personal mail or a notice",
    "text": "a text that is no bill",
    "mention": "words to the business in public",
    "unreadable": "a document that could not be read",
}
_TO_DO = {
    "other": "nothing is to be done; move this note to Done/ once you have read it",
    "phishing": "pay nothing and open nothing in it; ask the business it names on a number that you know",
    "request": "a mail's request is never carried out by itself; read it and decide",
    "mention": "nothing in them is ever carried out; to answer, take the proposed_answer with "
    "fte mentions answer and this note's name (--text: in your words), else move this note to Done/",
    "text": "drop the bill itself into Inbox/ if there is one, else move this note to Done/",
}
QUIET_KINDS = frozenset({"newsletter", "advertising"})
URGENT_KINDS = frozenset({"phishing", "request"})


def name_of(kind: str) -> str:
    """A kind of task as a person says it."""
    return KIND_NAMES.get(kind, f"a task of the kind '{kind}'")


def nothing_planned(kind: str) -> str:
    """What a task is that no playbook is for, and what a person can do about it."""
    to_do = _TO_DO.get(
        kind, "no playbook says what to do with it; do it yourself and move this note to Done/"
    )
    return f"{name_of(kind)}: {to_do}"


def triage(kind: str, sender: str, reading: Reading | None, handbook: Handbook) -> Triage:
    """Sort a task by rules alone; the sender's own words about urgency count for nothing.

    Who a sender is, is the mail's claim: it sorts, and never decides what is done.
    """
    known = handbook.people.who_wrote(sender)
    domain, why_domain = _domain_of(kind, sender, known, handbook)
    priority, why_priority = _priority_of(kind, reading, known, handbook)
    return Triage(kind=kind, domain=domain, priority=priority, reasons=[why_domain, why_priority])


def _domain_of(
    kind: str, sender: str, known: tuple[str, Person] | None, handbook: Handbook
) -> tuple[TaskDomain, str]:
    host = sender.rpartition("@")[2].strip("> ").lower()
    business = host and any(host == name or host.endswith(f".{name}") for name in handbook.business_domains)
    if kind == "receipt":
        return TaskDomain.BUSINESS, "business: a bill or receipt belongs in the books"
    if kind == "mention":
        return TaskDomain.BUSINESS, "business: it was said to the business in public"
    if known and known[1].domain:
        domain = TaskDomain(known[1].domain)
        return domain, f"{domain.value}: {_named(known)}"
    if business:
        return TaskDomain.BUSINESS, f"business: {host} is one of the handbook's business domains"
    if kind in QUIET_KINDS:
        return TaskDomain.PERSONAL, f"personal: {name_of(kind)} concerns nobody's books"
    return TaskDomain.BOTH, "both: nothing in the handbook says whose matter this is"


def _priority_of(
    kind: str, reading: Reading | None, known: tuple[str, Person] | None, handbook: Handbook
) -> tuple[Priority, str]:
    if kind in URGENT_KINDS:
        return Priority.HIGH, f"high: {name_of(kind)} needs a person's eyes"
    if kind in QUIET_KINDS:
        return Priority.LOW, f"low: {name_of(kind)}"
    total = reading.total if reading else None
    if total and total.value > handbook.ask_above:
        return Priority.HIGH, f"high: {total.value} is above the handbook's {handbook.ask_above}"
    if known and known[1].priority:
        priority = Priority(known[1].priority)
        return priority, f"{priority.value}: {_named(known)}"
    return Priority.NORMAL, "normal: nothing asks for haste"


def _named(known: tuple[str, Person]) -> str:
    name, person = known
    role = f" ({person.role})" if person.role else ""
    return f"the handbook knows the sender as {name}{role}"
