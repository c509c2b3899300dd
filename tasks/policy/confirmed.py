"""The confirmed rules, in the ledger's database: who can only write the Vault cannot change them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.approvals.request import Approved
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import ContractError
from tasks.audit.log import audit_log
from tasks.keys import mac_of
from tasks.reliability.notify import NotifyStatus, notify_owner
from tasks.reliability.serialised import serialised

WRONG = "wrong "
"""How what is said begins of a part of the rules that cannot be followed, while the others go on."""

SEALED = ("name", "rules", "revision")

TOLD = frozenset({NotifyStatus.SENT, NotifyStatus.NOT_CONFIGURED})
"""Without an address the audit log and the request in Pending_Approval/ are all there is."""


class ConfirmedRules(Base):
    """One set of rules.

    Attributes:
        revision: Counts the confirmed changes, so that an old decision never counts for a later change.
        said: What was last put on record about the written rules, a line each, so that it is said once.
        unsent: Sentences that the owner has not been told yet.
    """

    __tablename__ = "confirmed_rules"

    name: Mapped[str] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int]
    said: Mapped[str] = mapped_column(default="")
    unsent: Mapped[list[str]] = mapped_column("untold", JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seal: Mapped[str]


class ForgedRulesError(ContractError):
    """The confirmed rules were changed by something other than the employee."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the confirmed rules of {name} were changed in the database; nothing is done by them: "
            "look who changed them, and restore the ledger from a backup"
        )


@dataclass(frozen=True)
class Word:
    """Something to put on record once: for the audit log and for the owner.

    Attributes:
        said: What tells it from what was said before; empty when written and confirmed agree.
        action: The audit record's.
    """

    said: str
    action: str
    status: AuditStatus
    sentence: str
    details: dict[str, Any] = field(default_factory=dict)
    approved: Approved | None = None


def task_of(name: str) -> str:
    """What a request about these rules says as its task."""
    return f"rules-{name.removesuffix('.md').casefold()}"


def confirmed_rules(name: str) -> ConfirmedRules | None:
    """The confirmed rules of this name, if there are any yet.

    Raises:
        ForgedRulesError: they were tampered with.
    """
    return serialised(lambda session: _genuine(session, name))


def confirm_first(name: str, written: dict[str, Any], now: datetime) -> ConfirmedRules:
    """The rules that the first start finds are confirmed by that, and on record."""

    def keep(session: Session) -> ConfirmedRules:
        row = _genuine(session, name)
        if row is None:
            row = ConfirmedRules(name=name, rules=written, revision=1, said="", unsent=[], changed_at=now)
            row.seal = _mac(row)
            session.add(row)
        return row

    _audit(name, Word("", "rules.first_confirmed", AuditStatus.INFO, "", {"rules": written}), now)
    return serialised(keep)


def change_rules(
    confirmed: ConfirmedRules, rules: dict[str, Any], word: Word, now: datetime
) -> ConfirmedRules:
    """Put other rules in force, once: another process may have been faster, then its rules are in force."""

    def change(session: Session) -> ConfirmedRules:
        row = _genuine(session, confirmed.name) or confirmed
        if row.revision == confirmed.revision:
            row.rules, row.revision, row.changed_at = rules, row.revision + 1, now
            lines = [line for line in row.said.splitlines() if line.startswith(WRONG)]
            row.said, row.unsent = "\n".join(lines), [*row.unsent, word.sentence]
            row.seal = _mac(row)
        return row

    _audit(confirmed.name, word, now)
    return serialised(change)


def put_on_record(confirmed: ConfirmedRules, words: Sequence[Word], now: datetime) -> None:
    """Audit and keep for the owner what now is to be said of the written rules, as far as it was not said last."""
    said = "\n".join(word.said for word in words)
    if confirmed.said == said:
        return

    def say(session: Session) -> None:
        row = _genuine(session, confirmed.name)
        if row is not None and row.said != said:
            new = _not_in(row.said, words)
            row.said, row.unsent = said, [*row.unsent, *(word.sentence for word in new if word.sentence)]

    for word in _not_in(confirmed.said, words):
        _audit(confirmed.name, word, now)
    serialised(say)


def _not_in(said: str, words: Sequence[Word]) -> list[Word]:
    before = said.splitlines()
    return [word for word in words if not word.said or word.said not in before]


async def notify_rule_changes() -> None:
    """Tell the owner of each change once; what could not be told is tried again at the next call."""
    for name, sentences in unsent_notices().items():
        body = "\n".join(sentences)
        outcome = await notify_owner(f"The rules in {name}", body, urgency="warning", key=f"rules {body}")
        if outcome.status in TOLD:
            mark_sent(name, len(sentences))


def unsent_notices() -> dict[str, list[str]]:
    """What the owner has not been told yet, by the name of the rules."""
    rows = serialised(
        lambda session: [(row.name, row.unsent) for row in session.scalars(select(ConfirmedRules))]
    )
    return {name: list(words) for name, words in rows if words}


def mark_sent(name: str, count: int) -> None:
    """The owner was told the first so many sentences."""

    def mark(session: Session) -> None:
        row = _genuine(session, name)
        if row is not None:
            row.unsent = row.unsent[count:]

    serialised(mark)


def _genuine(session: Session, name: str) -> ConfirmedRules | None:
    row = session.get(ConfirmedRules, name)
    if row is not None and not hmac.compare_digest(row.seal, _mac(row)):
        raise ForgedRulesError(name)
    return row


def _mac(row: ConfirmedRules) -> str:
    return mac_of({"kind": "rules"} | {name: getattr(row, name) for name in SEALED})


def _audit(name: str, word: Word, now: datetime) -> None:
    event = AuditEvent(
        action=word.action,
        status=word.status,
        actor="rules",
        resource=task_of(name),
        details={"file": name, **word.details},
        approval_required=word.approved is not None,
        approved_by=word.approved.approver if word.approved else None,
        approver_channel=word.approved.channel if word.approved else None,
        payload_hash=word.approved.content_hash if word.approved else None,
        error=word.sentence if word.status is AuditStatus.FAILURE else None,
    )
    audit_log().append(event, now)
