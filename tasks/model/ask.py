"""One question to the language model: its price reserved before, its call told in the audit log after."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel

from blocks.language_model import MOST_OUTPUT_TOKENS, LanguageModel, ModelAnswer, TokenCount
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError, RejectedError, TransientError
from tasks.audit.log import audit_log
from tasks.clock import Clock, present
from tasks.model.spending import reserve_usd, settle_usd

ASKED = "model.asked"
MOST_OVERHEAD_TOKENS = 1_000
"""Of the answer's schema and the protocol, above the question's own."""

T = TypeVar("T", bound=BaseModel)


async def ask_model(
    model: LanguageModel,
    purpose: str,
    asked: tuple[str, str],
    kind: type[T],
    *,
    clock: Clock = present,
) -> T:
    """What the model answers; it is a proposal.

    Args:
        model: Who is asked.
        purpose: What for, in a word or two: the audit log has it, and not the question.
        asked: Instructions, and the data that they are about.
        kind: The answer's type.
        clock: Of the limit and the audit log.

    Raises:
        ModelOverBudgetError: it was not asked.
        RejectedError, TransientError, UnknownOutcomeError, ContractError: as `LanguageModel.ask` tells.
        AuditUnavailableError, LedgerUnavailableError: nothing can be told or counted.
    """
    most = model.price_usd(_most_tokens("".join(asked)))
    reserved = reserve_usd(most, model.daily_limit_usd, clock())
    event = AuditEvent(
        action=ASKED,
        status=AuditStatus.SUCCESS,
        actor="model",
        resource=model.model,
        payload_hash=_digest("\n".join(asked)),
        details={"purpose": purpose},
    )
    try:
        answer = await model.ask(*asked, kind)
    except DigitalFteError as error:
        is_free = isinstance(error, (RejectedError, TransientError))
        usd = Decimal(0) if is_free else most
        settle_usd(reserved, usd)
        failed = AuditStatus.FAILURE if is_free else AuditStatus.UNKNOWN
        details = {**event.details, "usd_at_most": str(usd)}
        _tell(event, clock(), status=failed, error=str(error), details=details)
        raise
    usd = model.price_usd(answer.tokens) if min(answer.tokens) > 0 else most  # some servers do not count
    settle_usd(reserved, usd)
    _tell(event, clock(), details={**event.details, **_figures(answer, usd)})
    return answer.said


def _figures(answer: ModelAnswer[T], usd: Decimal) -> dict[str, object]:
    return {
        "tokens_read": answer.tokens.read,
        "tokens_written": answer.tokens.written,
        "usd": str(usd),
        "answer_sha256": _digest(answer.said.model_dump_json()),
    }


def _tell(event: AuditEvent, now: datetime, **changed: object) -> None:
    audit_log().append(event.model_copy(update=changed), now)


def _most_tokens(text: str) -> TokenCount:
    """No token is shorter than a byte."""
    return TokenCount(len(text.encode()) + MOST_OVERHEAD_TOKENS, MOST_OUTPUT_TOKENS)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
