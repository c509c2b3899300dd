"""Timesheets in Odoo: whose hours there are, which of them are invoiced, and the mark that says so.

Odoo answers a user without the right to other people's timesheets with no entries and no error; that is refused here,
as no hours would be forgotten. Where `sale_timesheet` is installed its own link to the invoice counts as well.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooModuleMissingError
from domain.accounting.date_range import DateRange
from domain.accounting.hours import InvoicingStanding, TimesheetEntry, mark_in, mark_of, reference_in
from domain.accounting.move import MoveState
from domain.errors import RejectedError
from domain.reliability.effect import EffectState
from tasks.accounting.records import find_record, literal, name_in, named_id
from tasks.reliability.effect_ledger import find_effect

MODEL = "account.analytic.line"
MANAGER = "hr_timesheet.group_timesheet_manager"
FIELDS = ["date", "name", "unit_amount", "partner_id", "project_id", "task_id", "employee_id", "ref"]
SALE_FIELDS = ["timesheet_invoice_id", "timesheet_invoice_type", "so_line", "allow_billable"]
"""Those of `sale_timesheet`."""
BY_THE_HOUR = "billable_time"
NOT_ORDERED = frozenset({"non_billable", "billable_manual", False})
"""Hours without an order line: of a project that Odoo does not invoice by orders they go by rates."""


class TimesheetRightsError(RejectedError):
    """The key's user may not see everybody's timesheets."""

    def __init__(self) -> None:
        super().__init__(
            "the employee's user in Odoo may not see everybody's timesheets, so hours would be missed: give it "
            "Timesheets: Administrator (fte odoo setup does), and try again"
        )


class TimesheetsMissingError(RejectedError):
    """There are no timesheets in these books."""

    def __init__(self) -> None:
        super().__init__(
            "Odoo has no timesheets: install its app Timesheets (hr_timesheet), or invoice without hours"
        )


async def fetch_entries(
    client: OdooClient, days: DateRange, customers: Collection[int] | None = None
) -> list[TimesheetEntry]:
    """Every entry of these days on a customer's project; only of these customers, where any are named.

    Raises:
        TimesheetsMissingError: the module is not installed.
        TimesheetRightsError: the key's user would not see them all.
    """
    domain: list[Any] = [["date", ">=", days.first.isoformat()], ["date", "<=", days.last.isoformat()]]
    return await _fetch(client, [*domain, *_of(customers)])


async def fetch_entries_by_id(client: OdooClient, ids: Sequence[int]) -> list[TimesheetEntry]:
    """These entries as they are now; those that were deleted are left out."""
    return await _fetch(client, [["id", "in", list(ids)]]) if ids else []


async def hours_before(client: OdooClient, day: dt.date, customer_id: int) -> Decimal:
    """The hours of a customer from before that day that carry no mark."""
    domain = [["date", "<", day.isoformat()], ["ref", "not ilike", literal(mark_of(""))], *_of([customer_id])]
    found = await _fetch(client, domain)
    return sum((entry.hours for entry in found if entry.is_billable and not entry.invoice_id), Decimal(0))


async def standings(client: OdooClient, entries: Iterable[TimesheetEntry]) -> dict[int, InvoicingStanding]:
    """Whether each entry is still to be invoiced, by its id; a cancelled invoice gives its hours back."""
    entries = list(entries)
    by_mark = {mark: await _of_mark(client, mark) for mark in {entry.mark for entry in entries if entry.mark}}
    linked = sorted({entry.invoice_id for entry in entries if entry.invoice_id})
    cancelled = await _cancelled(client, linked)
    return {entry.entry_id: _standing(entry, by_mark, cancelled) for entry in entries}


async def mark_entries(client: OdooClient, entries: Iterable[TimesheetEntry], mark: str) -> None:
    """Write the mark on these entries, behind the reference that a person gave them."""
    for reference, ids in _by_reference(entries).items():
        await client.call(MODEL, "write", ids, vals={"ref": f"{reference} {mark}".strip()})


async def unmark_entries(client: OdooClient, mark: str) -> None:
    """Take the mark off whatever carries it, and Odoo's own link with it."""
    entries = await fetch_entries_by_id(client, await marked_entries(client, mark))
    link = {"timesheet_invoice_id": False} if await _sells(client) else {}
    for reference, ids in _by_reference(entries).items():
        await client.call(MODEL, "write", ids, vals={"ref": reference or False, **link})


async def marked_entries(client: OdooClient, mark: str) -> list[int]:
    """The ids of the entries that carry the mark."""
    domain = [["ref", "ilike", literal(mark)]]
    found = await client.call(MODEL, "search_read", domain=domain, fields=["ref"], order="id")
    return [row["id"] for row in found if mark_in(row["ref"]) == mark]


def _by_reference(entries: Iterable[TimesheetEntry]) -> dict[str, list[int]]:
    grouped = defaultdict(list)
    for entry in entries:
        grouped[entry.reference].append(entry.entry_id)
    return grouped


async def link_entries(client: OdooClient, ids: Sequence[int], invoice_id: int) -> None:
    """Where `sale_timesheet` is installed, tell it of the invoice, so that Odoo does not invoice them again."""
    if await _sells(client):
        await client.call(MODEL, "write", list(ids), vals={"timesheet_invoice_id": invoice_id})


def _of(customers: Collection[int] | None) -> list[Any]:
    """The contacts of a business count as the business."""
    if customers is None:
        return [["partner_id", "!=", False]]
    return [["partner_id.commercial_partner_id", "in", list(customers)]]


async def _fetch(client: OdooClient, domain: list[Any]) -> list[TimesheetEntry]:
    await _check_rights(client)
    fields = [*FIELDS, *(SALE_FIELDS if await _sells(client) else [])]
    rows = await client.call(
        MODEL, "search_read", domain=[["project_id", "!=", False], *domain], fields=fields, order="date, id"
    )
    business = await _businesses(client, {row["partner_id"][0] for row in rows if row["partner_id"]})
    return [_entry(row, business) for row in rows if row["unit_amount"]]


async def _check_rights(client: OdooClient) -> None:
    uid = (await client.call("res.users", "context_get"))["uid"]
    if await client.call("res.users", "has_group", [uid], group_ext_id=MANAGER):
        return
    try:
        known = await client.call(MODEL, "fields_get", allfields=["project_id"], attributes=["type"])
    except OdooModuleMissingError as error:
        raise TimesheetsMissingError from error
    raise TimesheetRightsError if known else TimesheetsMissingError


async def _sells(client: OdooClient) -> bool:
    """Whether `sale_timesheet` is installed."""
    found = await client.call(MODEL, "fields_get", allfields=["timesheet_invoice_id"], attributes=["type"])
    return bool(found)


async def _businesses(client: OdooClient, partners: set[int]) -> dict[int, int]:
    if not partners:
        return {}
    fields = ["commercial_partner_id"]
    found = await client.call("res.partner", "read", sorted(partners), fields=fields)
    return {row["id"]: row["commercial_partner_id"][0] for row in found if row["commercial_partner_id"]}


def _entry(row: Mapping[str, Any], business: Mapping[int, int]) -> TimesheetEntry:
    partner, kind = row["partner_id"], row.get("timesheet_invoice_type", False)
    is_by_rates = kind in NOT_ORDERED and not row.get("allow_billable", False)
    return TimesheetEntry(
        entry_id=row["id"],
        day=row["date"],
        hours=Decimal(str(row["unit_amount"])),
        customer_id=business.get(partner[0]) if partner else None,
        employee=name_in(row["employee_id"]),
        project=name_in(row["project_id"]),
        task=name_in(row["task_id"]),
        description=row["name"] or "",
        mark=mark_in(row["ref"] or ""),
        reference=reference_in(row["ref"] or ""),
        invoice_id=named_id(row.get("timesheet_invoice_id")),
        sale_line_id=named_id(row.get("so_line")),
        is_billable=kind == BY_THE_HOUR or is_by_rates,
    )


async def _of_mark(client: OdooClient, mark: str) -> InvoicingStanding:
    """What a mark means now."""
    invoice_id = await find_record(client, "account.move", mark)
    if invoice_id is not None:
        return (
            InvoicingStanding.FREE if await _cancelled(client, [invoice_id]) else InvoicingStanding.INVOICED
        )
    effect = find_effect(mark.removeprefix(mark_of("")))
    if effect is None:
        return InvoicingStanding.ASTRAY
    is_open = effect.state in {EffectState.INTENT, EffectState.UNKNOWN}
    return InvoicingStanding.UNDER_WAY if is_open else InvoicingStanding.FREE


async def _cancelled(client: OdooClient, invoices: Sequence[int]) -> set[int]:
    if not invoices:
        return set()
    found = await client.call("account.move", "read", list(invoices), fields=["state"])
    return {row["id"] for row in found if row["state"] == MoveState.CANCELLED}


def _standing(
    entry: TimesheetEntry, by_mark: Mapping[str, InvoicingStanding], cancelled: set[int]
) -> InvoicingStanding:
    if entry.invoice_id and entry.invoice_id not in cancelled:
        return InvoicingStanding.INVOICED
    marked = by_mark.get(entry.mark or "", InvoicingStanding.FREE)
    if marked is not InvoicingStanding.FREE:
        return marked
    return InvoicingStanding.FREE if entry.is_billable else InvoicingStanding.OTHERWISE
