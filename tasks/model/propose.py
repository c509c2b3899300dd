"""The one place where a language model is asked for a proposal: of a kind, a plan, a draft or words.

The connected models are asked in their order until one answers what it was asked. What they say is a proposal, which
whoever asks checks; where that does not hold, it is put on record here. None that is away, slow, over its budget or
talks nonsense costs more than its help.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from blocks.language_model import (
    MOST_OUTPUT_TOKENS,
    LanguageModel,
    ModelAnswer,
    TokenCount,
    load_extra,
    saved_models,
)
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError, RejectedError, TransientError
from tasks.audit.log import audit_log
from tasks.clock import Clock, present
from tasks.model.spending import reserve_usd, settle_usd
from tasks.vault.template import PROMPTS
from tasks.vault.wording import Values, render

ASKED = "model.asked"
MOST_OVERHEAD_TOKENS = 1_000
"""Of the answer's schema and the protocol, above the question's own."""

WAITED_FOR_SECONDS = 5.0
"""Of all models together, where a person waits for what comes of it."""
UNATTENDED_SECONDS = 20.0

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


@dataclass(frozen=True)
class ModelQuestion(Generic[T]):
    """What is asked.

    Attributes:
        purpose: In a word or two; the audit log has it.
        prompt: Of the prompts in Templates/Prompts/, with the values that it names.
        data: What it is about, as JSON values: data, whatever stands in it.
        kind: The answer's type.
        seconds: How long all models together may take; None: each as long as its owner lets it.
    """

    purpose: str
    prompt: tuple[str, Values]
    data: Mapping[str, Any]
    kind: type[T]
    seconds: float | None = UNATTENDED_SECONDS


class Proposed(NamedTuple, Generic[T]):
    """What was answered, and by which model."""

    said: T
    model: str


async def ask_models(question: ModelQuestion[T]) -> Proposed[T] | None:
    """The first answer; None: no model is connected.

    What the models cost together keeps within the first one's limit of a day.

    Raises:
        DigitalFteError: none answers; the last one's reason.
    """
    models = await saved_models()
    if not models:
        return None
    prompt = render(PROMPTS, *question.prompt).text
    asked = (prompt, json.dumps(question.data, ensure_ascii=False))
    await asyncio.to_thread(load_extra)
    limit, until = models[0].daily_limit_usd, time.monotonic() + (question.seconds or 0)
    for number, model in enumerate(models):
        is_last = number == len(models) - 1
        share = (until - time.monotonic()) / (len(models) - number)
        seconds = (
            model.time_limit_seconds if question.seconds is None else min(share, model.time_limit_seconds)
        )
        quick = model.model_copy(update={"time_limit_seconds": max(seconds, 0.1), "daily_limit_usd": limit})
        try:
            said = await ask_model(quick, question.purpose, asked, question.kind)
            return Proposed(said, model.model)
        except DigitalFteError:  # told in the audit log by `ask_model`; the next one may know
            if is_last:
                raise
    return None


async def proposal(question: ModelQuestion[T]) -> Proposed[T] | None:
    """What a model proposes; None where none is connected, or none is of help."""
    try:
        return await ask_models(question)
    except DigitalFteError:  # told in the audit log by whoever met it
        return None


def tell_refusal(what: str, resource: str, problem: str, said: Mapping[str, Any], now: datetime) -> None:
    """Put on record that a proposal was not taken, and why; its words are private.

    Args:
        what: The kind of proposal: `kind`, `plan`, `draft`, `wording`.
        resource: What it was for.
        problem: Why it was not taken.
        said: The proposal, and what it stood against.
        now: Aware UTC.
    """
    event = AuditEvent(
        action=f"model.{what}_refused",
        status=AuditStatus.INFO,
        actor="model",
        resource=resource,
        details={"problem": problem},
        private=dict(said),
    )
    audit_log().append(event, now)
