"""The confirmed rules, in the ledger's database: who can only write the Vault cannot change them."""

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.errors import ContractError
from tasks.keys import mac_of

SEALED = ("name", "rules", "revision")


class ConfirmedRules(Base):
    """One set of rules.

    Attributes:
        revision: Counts the confirmed changes, so that an old decision never counts for a later change.
        said: What was last put on record about the written rules, so that it is said once.
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


def confirmed_row(session: Session, name: str) -> ConfirmedRules | None:
    """The row, once it is proven to be ours.

    Raises:
        ForgedRulesError: it is not.
    """
    row = session.get(ConfirmedRules, name)
    if row is not None and not hmac.compare_digest(row.seal, _mac(row)):
        raise ForgedRulesError(name)
    return row


def seal_rules(row: ConfirmedRules) -> None:
    """Seal the row as it is now."""
    row.seal = _mac(row)


def _mac(row: ConfirmedRules) -> str:
    return mac_of({"kind": "rules"} | {name: getattr(row, name) for name in SEALED})
