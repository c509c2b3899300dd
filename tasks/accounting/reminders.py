"""Reminders of overdue invoices: which are due, and the note on each that keeps a stage from going out twice."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.repeats import forget_reads
from domain.accounting.reminder import (
    STAGES,
    ReminderDue,
    ReminderFacts,
    ReminderInputs,
    ReminderReceipt,
    ReminderRefusedError,
    RemindersDue,
    RemindersPausedError,
    RemindersWanted,
    next_stage,
)
from domain.money import Money, rounded
from tasks.accounting.invoices import read_invoice
from tasks.accounting.log_notes import own_notes
from tasks.accounting.moves import MODEL, read_move
from tasks.accounting.overdue import overdue_invoices
from tasks.accounting.reminder_pauses import pauses_of
from tasks.clock import present
from tasks.reliability.claims import held, see_not_lost, this_process

MOST_OVERDUE = 500
_SIGN = re.compile(r"\(fte (no )?reminder (\d) ([A-Za-z0-9_-]+)\)")
Noted = tuple[int, str, dt.date]
"""A stage, the key of the effect that noted it, and the day."""


async def reminders_due(client: OdooClient, wanted: RemindersWanted, today: dt.date) -> RemindersDue:
    """Every overdue invoice whose next reminder is due and not paused, the oldest first.

    Raises:
        RemindersPausedError: one customer's are asked for, and all are paused.
    """
    rows = await overdue_invoices(
        client, today, days=min(wanted.after), customer=wanted.customer, limit=MOST_OVERDUE
    )
    paused = await pauses_of(client, rows, today)
    if wanted.customer and rows and len(paused) == len(rows):
        raise RemindersPausedError(rows[0]["customer"], paused[rows[0]["invoice_id"]])
    rows = [row for row in rows if row["invoice_id"] not in paused]
    noted = await _noted(client, [row["invoice_id"] for row in rows])
    due = []
    for row in rows:
        before = [(stage, day) for stage, _, day in noted[row["invoice_id"]]]
        stage = next_stage(row["days"], before, today, wanted)
        if stage:
            left = rounded(row["left"], row["currency"])
            due.append(
                ReminderDue(
                    **{name: row[name] for name in ("invoice_id", "number", "customer", "email", "currency")},
                    due_on=row["due_on"],
                    days=row["days"],
                    left=left,
                    amount=str(Money(amount=left, currency=row["currency"])),
                    stage=stage,
                    template=STAGES[min(stage, len(STAGES)) - 1],
                )
            )
    return RemindersDue(invoices=due, count=len(due))


async def check_reminder(client: OdooClient, inputs: ReminderInputs, key: str) -> None:
    """Refuse what `note_reminder` would refuse; changes nothing.

    Raises:
        ReminderRefusedError: it was paid, or reminded of meanwhile, or all three reminders are out.
    """
    facts = await read_reminder(client, inputs.invoice_id)
    noted = (await _noted(client, [inputs.invoice_id]))[inputs.invoice_id]
    if any(known == key for _, known, _ in noted):
        return

    if paused := await _paused(client, inputs.invoice_id):
        raise ReminderRefusedError(facts.number, facts.customer, paused)

    def refuse(why: str) -> ReminderRefusedError:
        return ReminderRefusedError(facts.number, facts.customer, why)

    if inputs.stage > len(STAGES):
        last = max(day for _, _, day in noted) if noted else "another day"
        raise refuse(f"all three reminders are out, the last since {last}; call them, or have it collected")
    if not inputs.email:
        raise refuse("Odoo has no e-mail address of theirs; write it into the contact there")
    if facts.left != inputs.left:
        raise refuse(f"{facts.left} {inputs.currency} are left to pay by now, not {inputs.left}")
    if facts.stage >= inputs.stage:
        raise refuse(f"reminder {facts.stage} is out already")


async def _paused(client: OdooClient, invoice_id: int) -> str:
    row = await read_move(client, invoice_id, ["commercial_partner_id"], "invoice")
    rows = [{"invoice_id": invoice_id, "customer_id": row["commercial_partner_id"][0]}]
    return (await pauses_of(client, rows, present().date())).get(invoice_id, "")


async def note_reminder(client: OdooClient, inputs: ReminderInputs, key: str) -> ReminderReceipt:
    """Note the stage on the invoice, one worker at a time; safe to call again with the same key.

    Raises:
        ReminderRefusedError: as `check_reminder` does.
    """
    async with held(f"reminder of invoice {inputs.invoice_id}", owner=f"{this_process()}#{key}"):
        forget_reads()  # who held it before may have noted
        await check_reminder(client, inputs, key)
        noted = (await _noted(client, [inputs.invoice_id]))[inputs.invoice_id]
        if not any(known == key for _, known, _ in noted):
            see_not_lost()
            body = f"{inputs.note()} (fte reminder {inputs.stage} {key})"
            await client.call(MODEL, "message_post", [inputs.invoice_id], body=body)
    url = client.page("account.action_move_out_invoice_type", inputs.invoice_id)
    return ReminderReceipt(
        **(await read_reminder(client, inputs.invoice_id, key)).model_dump(), key=key, url=url
    )


async def take_back_reminder(client: OdooClient, key: str, receipt: Any) -> bool:
    """Undo `note_reminder`: a second note says that this reminder was not sent, and it is due again."""
    number = receipt["invoice_id"]
    if any(known == key for _, known, _ in (await _noted(client, [number]))[number]):
        body = f"That reminder was not sent. (fte no reminder {receipt['stage']} {key})"
        await client.call(MODEL, "message_post", [number], body=body)
    return True


async def read_reminder(client: OdooClient, invoice_id: int, key: str | None = None) -> ReminderFacts:
    """What stands on the invoice now of the reminder that was noted with this key; no key: of the last one.

    Raises:
        MoveMissingError: it is not there.
    """
    invoice = await read_invoice(client, invoice_id)
    noted = (await _noted(client, [invoice_id]))[invoice_id]
    return ReminderFacts(
        invoice_id=invoice_id,
        number=invoice.name or str(invoice_id),
        customer=invoice.customer,
        stage=max((stage for stage, known, _ in noted if key in {None, known}), default=0),
        left=invoice.residual if invoice.state == "posted" else Decimal(0),
    )


async def _noted(client: OdooClient, invoices: Sequence[int]) -> dict[int, list[Noted]]:
    """The stages that stand on each invoice, without those that were taken back."""
    if not invoices:
        return defaultdict(list)
    rows = await own_notes(client, "reminder", [MODEL], invoices)
    signs = [(row, found) for row in rows for found in _SIGN.finditer(row["body"])]
    gone = {found[3] for _, found in signs if found[1]}
    noted: dict[int, list[Noted]] = defaultdict(list)
    for row, found in signs:
        if not found[1] and found[3] not in gone:
            noted[row["res_id"]].append((int(found[2]), found[3], dt.date.fromisoformat(row["date"][:10])))
    return noted
