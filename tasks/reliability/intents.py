"""The seal on each intent: a row that our own code did not write passed no policy and no approval."""

import hmac

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base
from tasks.keys import mac_of
from tasks.reliability.table import Effect

SEALED = ("key", "task_id", "step_id", "action", "content_hash", "approval_id")


class IntentSeal(Base):
    """A MAC over what an effect's intent was written for."""

    __tablename__ = "intent_seals"

    key: Mapped[str] = mapped_column(primary_key=True)
    seal: Mapped[str]


def seal_intent(session: Session, effect: Effect) -> None:
    """Seal an intent that passed its check."""
    session.merge(IntentSeal(key=effect.key, seal=_mac(effect)))


def is_our_intent(session: Session, effect: Effect) -> bool:
    """Whether our own code wrote this intent, for this content."""
    kept = session.get(IntentSeal, effect.key)
    return kept is not None and hmac.compare_digest(kept.seal, _mac(effect))


def _mac(effect: Effect) -> str:
    return mac_of({"table": "effects"} | {name: getattr(effect, name) for name in SEALED})
