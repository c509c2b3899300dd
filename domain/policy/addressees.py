"""Whom the employee may write to by itself: the owner, and people it knows where the handbook says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from pydantic import BaseModel, Field

from domain.policy.people import People
from domain.whatsapp.channel import listed_numbers, shown_number

OWNER = "owner"
"""The role of the owner's own addresses in the handbook's `people.known`."""
MOST_NAMED = 5


class MailRules(BaseModel, frozen=True, extra="forbid"):
    """Mail that goes out without a question; whatever is attached or speaks of money asks in any case."""

    known_people: bool = Field(
        default=False, description="people who are known may be written to without asking"
    )
    most_recipients: int = Field(default=3, ge=1, le=100, description="a mail to more people asks")


@dataclass(frozen=True)
class Addressees:
    """What the policy must know of one mail.

    Attributes:
        everybody: All addresses that get it.
        own: The mailbox's own address.
        known: Those whom mailbox or books know from before.
        files: What is attached.
        money: Words of it that speak of money; empty: none do.
    """

    everybody: tuple[str, ...]
    own: str
    known: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    money: str = ""


def mail_reasons(mail: Addressees, rules: MailRules, people: People) -> Iterator[str]:
    """Why a person has to see it first; nothing for a mail to the owner alone."""
    others = [one for one in mail.everybody if not _is_owner(one, mail, people)]
    if not others:
        return
    if not rules.known_people:
        whom = _named([*map(shown_number, others)])
        yield f"it goes to somebody else than you: {whom} (the handbook's mail.known_people)"
    known = {one.casefold() for one in mail.known} | _listed(people)
    if unknown := [shown_number(one) for one in others if one.casefold() not in known]:
        yield f"nobody here knows {_named(unknown)}"
    if len(mail.everybody) > rules.most_recipients:
        yield (
            f"{len(mail.everybody)} people get it, more than {rules.most_recipients} (the handbook's "
            "mail.most_recipients)"
        )
    if mail.files:
        yield f"files are attached: {_named(mail.files)}"
    if mail.money:
        yield f"it speaks of money: “{mail.money}”"


def owners(people: People) -> list[str]:
    """The owner's own mail addresses in the handbook."""
    return sorted(one for one in _listed(people, OWNER) if "@" in one)


def owner_name(people: People) -> str:
    """What the handbook calls the owner; empty where it gives no name, or several."""
    names = {parseaddr(key)[0] for key, one in people.known.items() if one.role.strip().casefold() == OWNER}
    names -= {""}
    return names.pop() if len(names) == 1 else ""


def _is_owner(address: str, mail: Addressees, people: People) -> bool:
    return address.casefold() == mail.own.casefold() or address.casefold() in _listed(people, OWNER)


def _listed(people: People, role: str = "") -> set[str]:
    """The addresses and numbers under the handbook's `people.known`; a name never stands for one."""
    return set(listed_numbers(people.known, role)) | {
        parseaddr(key)[1].casefold()
        for key, one in people.known.items()
        if "@" in key and role in ("", one.role.strip().casefold())
    }


def _named(many: list[str] | tuple[str, ...]) -> str:
    rest = len(many) - MOST_NAMED
    return ", ".join(many[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
