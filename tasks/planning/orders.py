"""Orders of agents: each a sealed row in the ledger's database, and a task in the Vault.

The row alone makes a task an order. A note or a document that looks like one, dropped or mailed, has no row and
is read like any other document; a row that our own code did not write is not followed. An order whose invoice or
customer cannot be looked up now is kept as it was said, and completed once the books can be asked.
"""

import asyncio
import hmac
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.approvals.changes import label_of
from domain.approvals.render import filled_values
from domain.errors import ContractError, RejectedError, TransientError
from domain.markdown import shown_inline
from domain.planning.catalogue import CATALOGUE
from domain.planning.event import Event
from domain.planning.order import STEP, BadInputError, KeyReusedError, Order, ToolCall, order_document
from domain.planning.plan import effect_key
from tasks.actions.performers import performer_of
from tasks.intake import store_event
from tasks.keys import mac_of
from tasks.reliability import outbox
from tasks.reliability.breakers import guarded
from tasks.reliability.serialised import find_row, serialised

LOOK_SECONDS = 2.0
"""An Odoo that does not answer by then is away: the task waits for it, the caller does not."""


class OrderRow(Base):
    """One order; `content` is the hash of the call that it came from."""

    __tablename__ = "orders"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    content: Mapped[str]
    action: Mapped[str]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    doubts: Mapped[list[str]] = mapped_column(JSON)
    """Empty in every row; databases have the column, and the seals of earlier orders count it in."""
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seal: Mapped[str]


class ForgedOrderError(ContractError):
    """The record of an order was changed by something other than the employee."""

    def __init__(self, task_id: str) -> None:
        super().__init__(
            f"the record of {task_id} is not as it was taken; it is not followed: look who changed it"
        )


async def take_order(
    call: ToolCall, order: Order, now: datetime, *, look_seconds: float = LOOK_SECONDS
) -> bool:
    """Put a call in the Vault as a task, once.

    What the books would refuse is refused here, and leaves no task. An Odoo that is away, or that others wait for
    already, does not refuse: the task waits for it.

    Args:
        call: What the agent said; its content or key is the task's identity.
        order: What it orders; it counts only for a call that is new.
        now: Aware UTC.
        look_seconds: How long the books may be asked before it is stored as it is.

    Returns:
        Whether the call is new.

    Raises:
        BadInputError: the inputs are not possible.
        KeyReusedError: the key was used for another content.
        RejectedError: it cannot be done, with the reason.
    """
    row = find_row(OrderRow, call.task_id)
    if row is None:
        service = CATALOGUE[order.action].service or ""
        row, has_to_wait = await _kept_order(call, order, now, look_seconds)
        if has_to_wait:  # from now on it has its place in the order of the calls
            payload = {"task_id": call.task_id}
            outbox.put(service, call.task_id, kind=outbox.TASK, payload=payload, due=now)
    if row.content != call.content:
        raise KeyReusedError(call.key or "")
    return store_event(_event(call, _order(row), row.placed_at), now) is not None


async def _kept_order(
    call: ToolCall, order: Order, now: datetime, look_seconds: float
) -> tuple[OrderRow, bool]:
    """The order as it is kept, and whether it has to wait for the books."""
    try:
        order, has_to_wait = await look_up(call.task_id, order, look_seconds)
    except RejectedError:
        # another caller with this very key may have been faster: what is refused may be what came of its call
        row = find_row(OrderRow, call.task_id)
        if row is None:
            raise
        return row, False
    return _keep(call, order, now), has_to_wait


def waits_for_books(task_id: str) -> str | None:
    """The service that has to complete this order; None where nothing is left to complete."""
    row = find_row(OrderRow, task_id)
    if row is None or _is_forged(row) or _order(row).said is None:
        return None
    return CATALOGUE[row.action].service


async def complete_order(task_id: str) -> None:
    """Have the books add what an order leaves to them, once: what they said first is what is approved and booked.

    Nothing happens to a complete order, nor to a task that is none.

    Raises:
        TransientError: the books cannot be asked now.
        RejectedError: they cannot do it, with the reason.
        ForgedOrderError: the record was tampered with.
    """
    order = find_order(task_id)
    if order is None or order.said is None:
        return
    async with guarded(CATALOGUE[order.action].service or ""):
        try:
            completed = await _completed(order)
        except ValidationError as error:
            raise BadInputError(error) from error
    _replace_inputs(task_id, completed)


def find_order(task_id: str) -> Order | None:
    """The order behind a task; None for a task that is none.

    Raises:
        ForgedOrderError: the record was tampered with.
    """
    row = find_row(OrderRow, task_id)
    return None if row is None else _order(row)


async def look_up(task_id: str, order: Order, seconds: float) -> tuple[Order, bool]:
    """The order, completed and checked as far as the books can be asked in time; whether it has to wait for them.

    Raises:
        BadInputError: the inputs are not possible.
        RejectedError: it cannot be done, with the reason.
    """
    try:
        _check_said(order)
        if outbox.waiting(CATALOGUE[order.action].service or ""):
            return order, True  # what stands before it may be what it needs: a customer, an invoice
        async with asyncio.timeout(seconds):
            order = await _completed(order)
            inputs = CATALOGUE[order.action].inputs.model_validate(order.inputs)
            key = effect_key(task_id, STEP, order.action, inputs.model_dump(mode="json"))
            await performer_of(order.action).look(key, inputs)
    except ValidationError as error:
        raise BadInputError(error) from error
    except (TransientError, TimeoutError):
        if CATALOGUE[order.action].service is None:
            raise  # there is no queue that it could wait in: whoever placed it tries again
        return order, True
    return order, False


def _check_said(order: Order) -> None:
    """Refuse what cannot be meant, whatever the books say."""
    action = CATALOGUE[order.action]
    if order.said is None or action.said is None:
        action.inputs.model_validate(order.inputs)
    else:
        action.said.model_validate(order.said)


async def _completed(order: Order) -> Order:
    """The order with its action's inputs: an agent names customer and items, the books say taxes and total."""
    said = CATALOGUE[order.action].said
    if order.said is None or said is None:
        return order
    inputs = await performer_of(order.action).completed(said.model_validate(order.said))
    return order.model_copy(update={"inputs": inputs})


def _keep(call: ToolCall, order: Order, now: datetime) -> OrderRow:
    """Store the row; of two callers at once, the first one's counts and is returned."""

    def keep(session: Session) -> OrderRow:
        row = session.get(OrderRow, call.task_id)
        if row is None:
            row = OrderRow(
                task_id=call.task_id, content=call.content, placed_at=now, doubts=[], **order.model_dump()
            )
            row.seal = _mac(row)
            session.add(row)
            session.flush()
        return row

    return serialised(keep)


def _replace_inputs(task_id: str, order: Order) -> None:
    """Keep what the books added; of two processes that asked them, the first one's counts."""

    def keep(session: Session) -> None:
        row = session.get(OrderRow, task_id)
        if row is not None and _order(row).said is not None:
            row.inputs = order.inputs
            row.seal = _mac(row)

    serialised(keep)


def _is_forged(row: OrderRow) -> bool:
    return not hmac.compare_digest(row.seal, _mac(row))


def _order(row: OrderRow) -> Order:
    if _is_forged(row):
        raise ForgedOrderError(row.task_id)
    return Order(source=row.source, action=row.action, inputs=row.inputs)


def _mac(row: OrderRow) -> str:
    names = ("task_id", "source", "content", "action", "inputs", "doubts")
    return mac_of({"kind": "order"} | {name: getattr(row, name) for name in names})


def _event(call: ToolCall, order: Order, placed_at: datetime) -> Event:
    document = order_document(order)
    return Event(
        id=call.task_id,
        source=call.source,
        received_at=placed_at,
        sender=call.sender or f"an agent, by {call.tool}",
        subject=_subject(order),
        excerpt=_in_words(order),
        document_name="order.json",
        document=document,
        extra=call.facts,
    )


def _in_words(order: Order) -> str:
    """What is ordered, one value a line; what the books leave open is as it was said."""
    try:
        action = CATALOGUE[order.action]
        values = action.shown(action.inputs.model_validate(order.inputs))
    except ValidationError:
        values = order.said or order.inputs
    return "\n".join(
        f"- {label_of(name)}: {shown_inline(str(value))}" for name, value in filled_values(values)
    )


def _subject(order: Order) -> str:
    """What the task is called."""
    action = CATALOGUE[order.action]
    return action.called(order.said or order.inputs) if action.called else action.title
