"""Pauses of reminders, as notes in the log of the customer or the invoice in Odoo: there a person sees them."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.partner import Identity
from domain.accounting.reminder_pause import (
    NobodyPausedError,
    PauseOverError,
    Reminded,
    RemindedWanted,
    ReminderPauseFacts,
    ReminderPauseInputs,
    ReminderPauseReceipt,
)
from tasks.accounting.customers import PARTNER, known_customers
from tasks.accounting.invoice_credits import numbered_invoices
from tasks.accounting.log_notes import own_notes
from tasks.accounting.moves import MODEL, read_move

MOST_NAMED = 10
Place = tuple[str, int]
"""A model and the id of the record whose log it is."""
_SIGN = re.compile(r"\(fte reminders (paused|on|undone)(?: until (\d{4}-\d\d-\d\d))? ([A-Za-z0-9_-]+)\)")
_INVOICE = re.compile(
    r"^(?:the\s+|der\s+|die\s+|la\s+|l')?(?:invoice|rechnung|facture|factura|fattura|factuur)\s+",
    re.IGNORECASE,
)


async def find_reminded(client: OdooClient, wanted: RemindedWanted, today: dt.date) -> Reminded:
    """Whose reminders are meant: an invoice by its number, else a customer; nobody named: who was paused last.

    Raises:
        NobodyPausedError: nobody is named, and nothing is paused.
        UnclearNameError: several customers fit, or none.
    """
    if wanted.who is None:
        return await _paused_last(client, today)
    rows = await numbered_invoices(client, _INVOICE.sub("", wanted.who))
    if len(rows) == 1:
        return _invoice(rows[0])
    (customer,) = await known_customers(client, [Identity(name=wanted.who)])
    return Reminded(customer_id=customer.partner_id, invoice_id=None, name=customer.name)


async def pause_reminders(
    client: OdooClient, inputs: ReminderPauseInputs, key: str, today: dt.date
) -> ReminderPauseReceipt:
    """Note the pause, or its end; safe to call again with the same key.

    Raises:
        PauseOverError: its last day is over.
    """
    if inputs.until and inputs.until < today:
        raise PauseOverError(inputs.until)
    model, record_id = place = _place(inputs)
    if not any(found[3] == key for found in (await _signs(client, [place])).get(place, [])):
        word, until = ("paused" if inputs.paused else "on"), f" until {inputs.until}" if inputs.until else ""
        body = f"{inputs.note()} (fte reminders {word}{until} {key})"
        await client.call(model, "message_post", [record_id], body=body)
    facts = await read_pause(client, inputs, today)
    url = (
        client.page("account.action_move_out_invoice_type", record_id)
        if model == MODEL
        else f"{client.url}/odoo/contacts/{record_id}"
    )
    return ReminderPauseReceipt(**facts.model_dump(), key=key, url=url)


async def read_pause(client: OdooClient, inputs: ReminderPauseInputs, today: dt.date) -> ReminderPauseFacts:
    """What stands in the log now; where reminders go on, what keeps some of them paused all the same."""
    until = (await paused_until(client, [_place(inputs)])).get(_place(inputs))
    facts = inputs.model_copy(
        update={"paused": until is not None, "until": until if until != dt.date.max else None}
    )
    beside = "" if facts.paused else await _still_paused(client, inputs, today)
    return ReminderPauseFacts(
        customer_id=inputs.customer_id,
        invoice_id=inputs.invoice_id,
        name=inputs.name,
        paused=facts.paused,
        until=facts.until,
        said=f"{inputs.name}: {facts.note()}{beside}",
    )


async def _still_paused(client: OdooClient, inputs: ReminderPauseInputs, today: dt.date) -> str:
    """The customer's open invoices that are paused by themselves, or the pause of an invoice's customer, in words."""
    if inputs.invoice_id:
        row = await read_move(client, inputs.invoice_id, ["commercial_partner_id"], "invoice")
        customer = row["commercial_partner_id"]
        until = (await paused_until(client, [(PARTNER, customer[0])])).get(
            (PARTNER, customer[0]), dt.date.min
        )
        return f" All of {customer[1]} stay paused{_until(until)}." if until >= today else ""
    wanted = [
        ["commercial_partner_id", "=", inputs.customer_id],
        ["move_type", "=", "out_invoice"],
        ["state", "=", "posted"],
        ["amount_residual", ">", 0],
    ]
    rows = await client.call(MODEL, "search_read", domain=wanted, fields=["name"], order="name")
    until_of = await paused_until(client, [(MODEL, row["id"]) for row in rows])
    kept = [
        f"{row['name']}{_until(day)}"
        for row in rows
        if (day := until_of.get((MODEL, row["id"]), dt.date.min)) >= today
    ]
    if not kept:
        return ""
    named = ", ".join(kept[:MOST_NAMED]) + (
        f" and {len(kept) - MOST_NAMED} more" if len(kept) > MOST_NAMED else ""
    )
    return (
        f" Still paused by themselves: {named}; to let one go on, say 'Resume reminders for invoice NUMBER'."
    )


def _until(day: dt.date) -> str:
    return "" if day == dt.date.max else f" until {day}"


async def take_back_pause(client: OdooClient, key: str, receipt: Mapping[str, Any]) -> bool:
    """Undo `pause_reminders`: what was before it holds again."""
    invoice = receipt["invoice_id"]
    model, record_id = (MODEL, invoice) if invoice else (PARTNER, receipt["customer_id"])
    body = f"That was taken back. (fte reminders undone {key})"
    await client.call(model, "message_post", [record_id], body=body)
    return True


async def paused_until(client: OdooClient, places: Iterable[Place]) -> dict[Place, dt.date]:
    """Of those that are paused the last day without reminders; the last of all days where none is named."""
    found = {}
    for place, signs in (await _signs(client, places)).items():
        gone = {sign[3] for sign in signs if sign[1] == "undone"}
        kept = [sign for sign in signs if sign[1] != "undone" and sign[3] not in gone]
        if kept and kept[-1][1] == "paused":
            found[place] = dt.date.fromisoformat(kept[-1][2]) if kept[-1][2] else dt.date.max
    return found


async def pauses_of(client: OdooClient, rows: Sequence[Mapping[str, Any]], today: dt.date) -> dict[int, str]:
    """Of overdue invoices (`overdue_invoices`) those whose reminders are paused today, by themselves or their customer.

    Each by its id, with until when in words.
    """
    own = {row["invoice_id"]: (MODEL, row["invoice_id"]) for row in rows}
    customers = {row["invoice_id"]: (PARTNER, row["customer_id"]) for row in rows}
    until = await paused_until(client, {*own.values(), *customers.values()})
    last = {one: max(until.get(own[one], dt.date.min), until.get(customers[one], dt.date.min)) for one in own}
    return {
        one: "reminders paused" if day == dt.date.max else f"reminders paused until {day}"
        for one, day in last.items()
        if day >= today
    }


async def _signs(client: OdooClient, places: Iterable[Place] | None) -> dict[Place, list[re.Match[str]]]:
    """What the employee noted of pauses in these logs, in all where none are named; the oldest first."""
    wanted = None if places is None else set(places)
    if wanted is None:
        rows = await own_notes(client, "fte reminders", [MODEL, PARTNER])
    elif wanted:
        models, ids = {model for model, _ in wanted}, {record_id for _, record_id in wanted}
        rows = await own_notes(client, "fte reminders", list(models), list(ids))
    else:
        return {}
    found: dict[Place, list[re.Match[str]]] = {}
    for row in rows:
        place = row["model"], row["res_id"]
        if wanted is None or place in wanted:
            signs = [*found.pop(place, []), *_SIGN.finditer(row["body"])]
            found[place] = signs  # the log that was written into last is the last
    return found


async def _paused_last(client: OdooClient, today: dt.date) -> Reminded:
    signs = await _signs(client, None)
    paused = await paused_until(client, signs)
    last = next((place for place in reversed(signs) if paused.get(place, dt.date.min) >= today), None)
    if last is None:
        raise NobodyPausedError
    model, record_id = last
    if model == MODEL:
        return _invoice(await read_move(client, record_id, ["name", "partner_id"], "invoice"))
    (row,) = await client.call(PARTNER, "read", [record_id], fields=["name"])
    return Reminded(customer_id=record_id, invoice_id=None, name=row["name"])


def _invoice(row: Mapping[str, Any]) -> Reminded:
    name = f"{row['name']} of {row['partner_id'][1]}"
    return Reminded(customer_id=None, invoice_id=row["id"], name=name)


def _place(inputs: ReminderPauseInputs) -> Place:
    return (MODEL, inputs.invoice_id) if inputs.invoice_id else (PARTNER, inputs.customer_id or 0)
