"""What corrections teach: where a person put another kind, domain or priority on tasks, the next one like them gets it.

A lesson counts from the third correction on that says the same: by the rule of succession, of `right` that agree and
`wrong` that do not, the next is right with the probability (right + 1) / (right + wrong + 2), and three of three are
the first to reach `SURE`. Each correction that says something else makes four more necessary.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from domain.mail.addresses import domain_of, is_free_mail

FIELDS = ("kind", "domain", "priority")
"""What of a task a person can correct, by the keys of its note."""
ROUTED = "routed"
"""In a task's note: the values that the employee gave it; where another stands in its place, a person put it there."""
SURE = 0.8
MOST_WORDS = 8
REPLY = re.compile(
    r"^\s*(?:(?:\[[^\]]{1,30}\]\s*)?(?:re|aw|sv|wg|fwd?|tr|rif|r|rv|i|antw|doorst|enc|vs|vb)\s*:\s*)+",
    re.IGNORECASE,
)
"""Before a subject that somebody else may have written."""
_WORD = re.compile(r"[^\W\d_]{3,}")


class CorrectionKind(StrEnum):
    """How a person corrected: by the note's values, or by moving it back."""

    VALUE = "value"
    MOVE = "move"


class Trait(StrEnum):
    """What tasks can have in common, the closest first."""

    SENDER = "sender"
    LIST = "list_id"
    SUBJECT = "subject"
    SENDER_DOMAIN = "sender_domain"


@dataclass(frozen=True)
class Features:
    """What a task is recognised by; all of it is the sender's claim.

    Attributes:
        sender: Its address, lower case.
        list_id: Of the mailing list that it came by.
        document: What was read, e.g. `mail-other`.
        words: Of its subject, in their order, without numbers.
    """

    sender: str = ""
    list_id: str = ""
    document: str = ""
    words: tuple[str, ...] = ()

    @property
    def sender_domain(self) -> str:
        """The sender's domain; empty where anybody can have an address."""
        host = domain_of(self.sender) if "@" in self.sender else ""
        return "" if is_free_mail(host) else host

    @property
    def subject(self) -> str:
        """The pattern of its subject; a single word is none."""
        return " ".join(self.words) if len(self.words) > 1 else ""

    def of(self, trait: Trait) -> str:
        """What it has of a trait; empty: nothing."""
        return str(getattr(self, trait.value))


@dataclass(frozen=True)
class Correction:
    """One value of one task that a person put right."""

    task_id: str
    field: str
    old: str
    new: str
    how: CorrectionKind
    features: Features
    at: datetime


@dataclass(frozen=True)
class Lesson:
    """What corrections say of a value for tasks with this trait."""

    field: str
    value: str
    trait: Trait
    shared: str
    right: int
    wrong: int

    @property
    def probability(self) -> float:
        """That a person would say so again."""
        return (self.right + 1) / (self.right + self.wrong + 2)

    @property
    def because(self) -> str:
        """For a person."""
        but = f", {self.wrong} otherwise" if self.wrong else ""
        return f"{self.value}: because you corrected {self.right} like it ({_SAID[self.trait]} {self.shared}{but})"


_SAID = {
    Trait.SENDER: "from",
    Trait.LIST: "of the list",
    Trait.SUBJECT: "with the subject",
    Trait.SENDER_DOMAIN: "from anybody at",
}


def features_of(sender: str, subject: str, *, list_id: str = "", document: str = "") -> Features:
    """What a task is recognised by, from its note and its document."""
    words = tuple(word.casefold() for word in _WORD.findall(REPLY.sub("", subject)))
    address = (parseaddr(sender)[1] or "").strip().casefold()
    return Features(address, list_id.strip("<> ").casefold(), document, words[:MOST_WORDS])


def differing(front: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The values in a note that somebody put in the place of the employee's own: old and new by field."""
    routed = front.get(ROUTED)
    if not isinstance(routed, Mapping):
        return {}
    pairs = {name: (str(routed.get(name) or ""), str(front.get(name) or "").strip()) for name in FIELDS}
    return {name: pair for name, pair in pairs.items() if pair[1] and pair[0] and pair[0] != pair[1]}


def lessons(features: Features, corrections: Iterable[Correction]) -> dict[str, Lesson]:
    """What is known for a task like this, by field: of the closest trait that is sure enough."""
    known = tuple(corrections)
    found: dict[str, Lesson] = {}
    for name in FIELDS:
        said = [one for one in known if one.field == name]
        sure = next(_sure(features, said), None)
        if sure is not None:
            found[name] = sure
    return found


def all_lessons(corrections: Sequence[Correction]) -> list[Lesson]:
    """Everything that is taught now."""
    found = {
        (lesson.field, lesson.trait, lesson.shared): lesson
        for one in corrections
        for lesson in _sure(one.features, [other for other in corrections if other.field == one.field])
    }
    return [found[key] for key in sorted(found)]


def _sure(features: Features, corrections: Sequence[Correction]) -> Iterator[Lesson]:
    for trait in Trait:
        shared = features.of(trait)
        said = Counter(one.new for one in corrections if shared and one.features.of(trait) == shared)
        if not said:
            continue
        value, right = said.most_common(1)[0]
        field = corrections[0].field
        lesson = Lesson(field, value, trait, shared, right, said.total() - right)
        if lesson.probability >= SURE:
            yield lesson
