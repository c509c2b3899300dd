"""Opportunities in Odoo's CRM: found, moved and noted on, once. Books without a CRM have none, and that is no error."""

import re
from html import unescape
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooAccessError, OdooModuleMissingError
from blocks.odoo.repeats import forget_reads
from domain.accounting.opportunity import (
    Opportunity,
    OpportunityFacts,
    OpportunityInputs,
    OpportunityMissingError,
    OpportunityReceipt,
    UnknownStageError,
)
from tasks.accounting.records import literal, name_in
from tasks.reliability.claims import held, see_not_lost, this_process

MODEL = "crm.lead"
_BEFORE = re.compile(r"Stage before: (.+?)\. \(")


async def find_opportunity(client: OdooClient, customer_id: int) -> Opportunity:
    """The customer's one open opportunity; without a CRM, without rights, of none or of several: why not."""
    domain = [
        ["partner_id.commercial_partner_id", "=", customer_id],
        ["type", "=", "opportunity"],
        ["stage_id.is_won", "=", False],
    ]
    try:
        rows = await client.call(MODEL, "search_read", domain=domain, fields=["name", "stage_id"], limit=20)
    except OdooModuleMissingError:
        return Opportunity(found=False, why="Odoo has no CRM")
    except OdooAccessError:
        return Opportunity(
            found=False,
            why="the employee's user in Odoo may not see opportunities: give it Sales: User: All Documents",
        )
    if len(rows) != 1:
        names = "; ".join(row["name"] for row in rows)
        why = (
            f"the customer has several open opportunities: {names}"
            if rows
            else "there is no open opportunity"
        )
        return Opportunity(found=False, why=why)
    (row,) = rows
    return Opportunity(found=True, opportunity_id=row["id"], name=row["name"], stage=name_in(row["stage_id"]))


async def check_opportunity(client: OdooClient, inputs: OpportunityInputs) -> None:
    """Refuse what `note_opportunity` would refuse, before a person is asked; changes nothing.

    Raises:
        OpportunityMissingError: it is not there.
        UnknownStageError: the CRM has no such stage.
    """
    await _read(client, inputs.opportunity_id)
    await _stage_id(client, inputs.stage)


async def note_opportunity(client: OdooClient, inputs: OpportunityInputs, key: str) -> OpportunityReceipt:
    """Post the note and move the opportunity; safe to call again with the same key.

    Raises:
        OpportunityMissingError: it is not there.
        UnknownStageError: the CRM has no such stage.
    """
    number = inputs.opportunity_id
    async with held(f"opportunity {number}", owner=f"{this_process()}#{key}"):
        forget_reads()  # who held it before may have noted
        row = await _read(client, number)
        stage_id = await _stage_id(client, inputs.stage)
        if not await _notes(client, number, key):
            see_not_lost()
            body = f"{inputs.note} Stage before: {name_in(row['stage_id'])}. ({_sign(key)})"
            await client.call(MODEL, "message_post", [number], body=body)
        if stage_id and (not row["stage_id"] or row["stage_id"][0] != stage_id):
            await client.call(MODEL, "write", [number], vals={"stage_id": stage_id})
    facts = await read_opportunity(client, number, key)
    return OpportunityReceipt(
        **facts.model_dump(),
        key=key,
        stage_before=await _stage_before(client, number, key),
        url=f"{client.url}/odoo/crm/{number}",
    )


async def read_opportunity(client: OdooClient, opportunity_id: int, key: str) -> OpportunityFacts:
    """What the CRM says now.

    Raises:
        OpportunityMissingError: it is not there.
    """
    row = await _read(client, opportunity_id)
    notes = await _notes(client, opportunity_id, key)
    return OpportunityFacts(
        opportunity_id=opportunity_id, name=row["name"], stage=name_in(row["stage_id"]), notes=len(notes)
    )


async def move_back(client: OdooClient, receipt: Any) -> bool:
    """Undo `note_opportunity`: its stage is as before, if nobody moved it since; the note stays, and says so."""
    number, before = receipt["opportunity_id"], receipt["stage_before"]
    row = await _read(client, number)
    is_ours = name_in(row["stage_id"]) == receipt["stage"] and before != receipt["stage"]
    sign = f"{receipt['key']}-undone"
    if not await _notes(client, number, sign):
        body = f"What was noted before was undone: the invoice is cancelled. ({_sign(sign)})"
        await client.call(MODEL, "message_post", [number], body=body)
    if is_ours and before:
        stage_id = await _stage_id(client, before)
        await client.call(MODEL, "write", [number], vals={"stage_id": stage_id})
    return True


async def _read(client: OdooClient, opportunity_id: int) -> dict[str, Any]:
    found = await client.call(
        MODEL, "search_read", domain=[["id", "=", opportunity_id]], fields=["name", "stage_id"]
    )
    if not found:
        raise OpportunityMissingError(opportunity_id)
    row: dict[str, Any] = found[0]
    return row


async def _stage_id(client: OdooClient, stage: str | None) -> int | None:
    if stage is None:
        return None
    rows = await client.call("crm.stage", "search_read", domain=[], fields=["name"], order="sequence, id")
    for row in rows:
        if row["name"].casefold() == stage.casefold():
            return int(row["id"])
    raise UnknownStageError(stage, [row["name"] for row in rows])


def _sign(key: str) -> str:
    """What a note is known by again: Odoo has no names for messages."""
    return f"fte {key}"


async def _notes(client: OdooClient, opportunity_id: int, key: str) -> list[dict[str, Any]]:
    domain = [
        ["model", "=", MODEL],
        ["res_id", "=", opportunity_id],
        ["body", "ilike", literal(f"({_sign(key)})")],
    ]
    found: list[dict[str, Any]] = await client.call(
        "mail.message", "search_read", domain=domain, fields=["body"]
    )
    return found


async def _stage_before(client: OdooClient, opportunity_id: int, key: str) -> str:
    (note, *_) = await _notes(client, opportunity_id, key)
    found = _BEFORE.search(note["body"])
    return unescape(found[1]) if found else ""
