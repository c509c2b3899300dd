"""The life of an effect: which states there are and which may follow which."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.errors import ContractError


class EffectState(StrEnum):
    """What is known about a change to the outside world."""

    INTENT = "intent"
    """Written before the call: it may be under way or may have happened."""
    DONE = "done"
    REFUSED = "refused"
    """The service understood and refused it."""
    UNKNOWN = "unknown"
    """The call was made and nobody knows how it ended."""
    WITHDRAWN = "withdrawn"
    """It provably did not happen; it may be begun again under the same key."""
    COMPENSATED = "compensated"
    """It was done and then undone."""


FOLLOWERS: dict[EffectState, frozenset[EffectState]] = {
    EffectState.INTENT: frozenset(
        {EffectState.DONE, EffectState.REFUSED, EffectState.UNKNOWN, EffectState.WITHDRAWN}
    ),
    EffectState.UNKNOWN: frozenset(
        {EffectState.DONE, EffectState.REFUSED, EffectState.UNKNOWN, EffectState.WITHDRAWN}
    ),
    EffectState.REFUSED: frozenset({EffectState.WITHDRAWN}),
    EffectState.WITHDRAWN: frozenset({EffectState.INTENT}),
    EffectState.DONE: frozenset({EffectState.COMPENSATED}),
    EffectState.COMPENSATED: frozenset(),
}

SPENDING = frozenset({EffectState.INTENT, EffectState.UNKNOWN, EffectState.DONE})
"""The states whose money counts as spent: it has left, or it may have."""


class BeginStatus(StrEnum):
    """What a worker that wants to perform an effect is told."""

    NEW = "new"
    """The intent is written: go ahead."""
    DONE = "done"
    """It already happened: take the receipt."""
    UNFINISHED = "unfinished"
    """An earlier attempt has no known end: reconcile before anything else."""
    REFUSED = "refused"
    """The service refused exactly this before."""
    COMPENSATED = "compensated"
    """It was done and undone: never again under this key."""


@dataclass(frozen=True)
class BeginResult:
    """The answer of the ledger to "may I perform this effect?"."""

    kind: BeginStatus
    receipt: dict[str, Any] | None = None
    error: str | None = None
    attempts: int = 1


@dataclass(frozen=True, kw_only=True)
class NewEffect:
    """An effect that is about to be performed.

    `key` means the same thing in the world each time it is used; `inputs` is JSON; money is given as
    `amount` and `currency` when the effect spends some.
    """

    key: str
    task_id: str
    step_id: str
    action: str
    content_hash: str
    inputs: dict[str, Any] = field(default_factory=dict)
    amount: Decimal | None = None
    currency: str | None = None
    payee: str | None = None
    approval_id: str | None = None


class EffectMissingError(ContractError):
    """An outcome was reported for an effect that was never begun."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the ledger has no effect {key!r}; begin it before reporting how it ended")


class EffectKeyReusedError(ContractError):
    """One key stands for two different contents."""

    def __init__(self, key: str, known_hash: str, new_hash: str) -> None:
        super().__init__(
            f"effect {key!r} was begun with content {known_hash[:12]} and is now asked for with "
            f"{new_hash[:12]}; changed content needs a key of its own"
        )


class EffectTransitionError(ContractError):
    """An effect cannot go from this state to that one."""

    def __init__(self, key: str, state: EffectState, wanted: EffectState) -> None:
        super().__init__(
            f"effect {key!r} is {state.value} and cannot become {wanted.value}; look at its receipt "
            "and at the audit log before you try again"
        )


def is_allowed(state: EffectState, wanted: EffectState) -> bool:
    """Whether `wanted` may follow `state`."""
    return wanted in FOLLOWERS[state]


def begin_result(
    state: EffectState, receipt: dict[str, Any] | None, error: str | None, attempts: int
) -> BeginResult:
    """What an existing effect in this state means for the next worker (never NEW)."""
    kinds = {
        EffectState.DONE: BeginStatus.DONE,
        EffectState.REFUSED: BeginStatus.REFUSED,
        EffectState.COMPENSATED: BeginStatus.COMPENSATED,
    }
    return BeginResult(kinds.get(state, BeginStatus.UNFINISHED), receipt, error, attempts)
