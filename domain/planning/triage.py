"""What a task is: domain, kind, priority and people, each with its reason."""

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel

from domain.money import AmountTooLargeError, Money
from domain.planning.kinds import KINDS, QUIET, name_of
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


class Triage(BaseModel, frozen=True):
    """The decision and why it was made; `confidence` is how likely kind and domain are right."""

    kind: str
    domain: TaskDomain
    priority: Priority
    reasons: list[str]
    confidence: float = 1.0


_BY_KIND = {
    "receipt": TaskDomain.BUSINESS,
    "credit_note": TaskDomain.BUSINESS,
    "mention": TaskDomain.BUSINESS,
    "page": TaskDomain.BUSINESS,
    "todo": TaskDomain.BUSINESS,
    "deadline": TaskDomain.PERSONAL,
}
_WHY_BY_KIND = {
    "receipt": "a bill or receipt belongs in the books",
    "credit_note": "a vendor's credit note belongs in the books",
    "mention": "it was said to the business in public",
    "todo": "it was agreed on in a meeting",
    "page": "the owner has the page watched",
    "deadline": "it stands in your own calendar",
}


Hint = tuple[TaskDomain, str]
"""A domain, and why."""


def triage(
    kind: str, sender: str, reading: Reading | None, handbook: Handbook, hint: Hint | None = None
) -> Triage:
    """Sort a task by rules alone; the sender's own words about urgency count for nothing.

    Who a sender is, is the mail's claim: it sorts, and never decides what is done.

    Args:
        kind: What it is.
        sender: Who claims to have sent it.
        reading: What was read of it.
        handbook: Who is who.
        hint: What its words say of the domain, where neither sender nor kind do.
    """
    known = handbook.people.who_wrote(sender)
    domain, why_domain = _domain_of(kind, sender, known, handbook) or hint or _NOBODYS
    priority, why_priority = _priority_of(kind, reading, known, handbook)
    return Triage(kind=kind, domain=domain, priority=priority, reasons=[why_domain, why_priority])


def _domain_of(kind: str, sender: str, known: tuple[str, Person] | None, handbook: Handbook) -> Hint | None:
    host = sender.rpartition("@")[2].strip("> ").lower()
    business = host and any(host == name or host.endswith(f".{name}") for name in handbook.business_domains)
    if kind in _BY_KIND:
        return _BY_KIND[kind], f"{_BY_KIND[kind].value}: {_WHY_BY_KIND[kind]}"
    if known and known[1].domain:
        domain = TaskDomain(known[1].domain)
        return domain, f"{domain.value}: {_named(known)}"
    if business:
        return TaskDomain.BUSINESS, f"business: {host} is one of the handbook's business domains"
    if kind in QUIET:
        return TaskDomain.PERSONAL, f"personal: {name_of(kind)} concerns nobody's books"
    if kind in KINDS and KINDS[kind].domain:
        domain = TaskDomain(KINDS[kind].domain)
        return domain, f"{domain.value}: {name_of(kind)}"
    return None


_NOBODYS = (TaskDomain.BOTH, "both: nothing in the handbook says whose matter this is")


def _priority_of(
    kind: str, reading: Reading | None, known: tuple[str, Person] | None, handbook: Handbook
) -> tuple[Priority, str]:
    if KINDS.get(kind, KINDS["other"]).priority == Priority.HIGH:
        return Priority.HIGH, f"high: {name_of(kind)} needs a person's eyes"
    if kind in QUIET:
        return Priority.LOW, f"low: {name_of(kind)}"
    total = reading.total if reading else None
    if total and total.value > handbook.ask_above:
        code = reading.currency.value if reading and reading.currency else handbook.currency
        limit = _said(handbook.ask_above, handbook.currency)
        return Priority.HIGH, f"high: {_said(total.value, code)} is above the handbook's {limit}"
    if known and known[1].priority:
        priority = Priority(known[1].priority)
        return priority, f"{priority.value}: {_named(known)}"
    if kind in KINDS and KINDS[kind].priority == Priority.LOW:
        return Priority.LOW, f"low: {name_of(kind)}"
    return Priority.NORMAL, "normal: nothing asks for haste"


def _said(amount: Decimal, currency: str) -> str:
    """As a person writes it; what no business has is said all the same."""
    try:
        return str(Money(amount=amount, currency=currency))
    except AmountTooLargeError:
        return f"{amount:.3e} {currency}"


def _named(known: tuple[str, Person]) -> str:
    name, person = known
    role = f" ({person.role})" if person.role else ""
    return f"the handbook knows the sender as {name}{role}"
