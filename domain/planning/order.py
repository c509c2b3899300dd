"""An order: one action that an agent asked for, with typed inputs.

What makes it an order is our own sealed record of it (`tasks/planning/orders.py`), never the look of a document.
"""

import hashlib
import json
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from domain.approvals.hashing import canonical_json
from domain.errors import RejectedError
from domain.refused_values import refusals

if TYPE_CHECKING:
    from domain.planning.plan import Plan
    from domain.planning.triage import Triage

STEP = "order"
AS_SAID = "as_said"
"""Key of the inputs of an order that still waits for what the books add."""


NUMBERS = frozenset({"amount", "price", "quantity", "tax_percent", "discount"})
NAMES = frozenset({"customer", "vendor", "name", "product", "category", "method", "currency", "email"})


def plain_arguments(value: Any, name: str = "") -> Any:
    """Arguments in one way of writing: 2 and "2.00" are one amount, `Acme` and ` acme ` one customer."""
    if isinstance(value, dict):
        return {key: plain_arguments(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_arguments(item, name) for item in value]
    if value is None or isinstance(value, bool):
        return value
    words = " ".join(str(value).split()) if isinstance(value, str) else value
    if name in NAMES:
        return str(words).casefold()
    if name in NUMBERS:
        with suppress(InvalidOperation):
            return f"{Decimal(str(words)).normalize():f}"
    return words


class ToolCall(BaseModel, frozen=True):
    """What was said: the tool, its arguments as JSON values, and the agent's own key for this call, if any.

    Attributes:
        sender: Who said it, where it was no agent.
        facts: More for the front matter of the task's note.
    """

    source: str
    tool: str
    arguments: dict[str, Any]
    key: str | None = None
    sender: str = ""
    facts: dict[str, Any] = {}

    @property
    def content(self) -> str:
        """One hash for one content, however its numbers and names are written."""
        return _hash([self.tool, plain_arguments(self.arguments)])

    @property
    def task_id(self) -> str:
        """The same content, or the same key, is the same task."""
        key = (self.key or "").strip()
        identity = [self.source, "key", key] if key else [self.source, "content", self.content]
        return f"order-{_hash(identity)[:16]}"


class Order(BaseModel, frozen=True):
    """One action of the catalogue, as it was taken.

    Attributes:
        inputs: JSON values that satisfy the action's model; while the books have not told currency, taxes and
            counterparty, what the agent said, under `AS_SAID` alone.
    """

    source: str
    action: str
    inputs: dict[str, Any]

    @property
    def said(self) -> dict[str, Any] | None:
        """What the agent said, while the books have not been asked; None once the inputs are complete."""
        return self.inputs.get(AS_SAID)


class KeyReusedError(RejectedError):
    """One idempotency key was used for two contents."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"idempotency_key '{key}' was used for another call; nothing was done: give a new key"
        )


class BadInputError(RejectedError):
    """The inputs do not satisfy the action's model."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__(f"{'; '.join(refusals(error))}. Nothing was done: correct it and ask again")


def order_plan(task_id: str, order: Order) -> "Plan":
    """The plan of an order is the order itself, and what it leads to: each part by itself, none waits for another."""
    from domain.planning.catalogue import CATALOGUE  # 0.2 s, which no greeting of an agent needs
    from domain.planning.plan import Plan, Step

    action = CATALOGUE[order.action]
    step = Step(id=STEP, action=order.action, inputs=order.inputs)
    try:
        following = action.leads_to(action.inputs.model_validate(order.inputs))
    except ValidationError:
        following = []  # `check_plan` says what is wrong
    steps = [Step(id=name, action=part, inputs=inputs, needs=[STEP]) for name, part, inputs in following]
    return Plan(task_id=task_id, playbook="", steps=[step, *steps])


def order_triage(order: Order) -> "Triage":
    """What an order is."""
    from domain.planning.triage import Priority, TaskDomain, Triage  # for the same reason

    reasons = [f"business: {order.source} ordered {order.action}", "normal: nothing asks for haste"]
    return Triage(kind="order", domain=TaskDomain.BUSINESS, priority=Priority.NORMAL, reasons=reasons)


def order_document(order: Order) -> bytes:
    """What a person reads of it; it is never read back."""
    shown = order.model_dump(mode="json", exclude_defaults=True)
    return (json.dumps(shown, indent=2, ensure_ascii=False) + "\n").encode()


def _hash(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
