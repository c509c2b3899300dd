"""Hours become an invoice, each once: found, priced, marked in Odoo, invoiced, read back, and freed again when undone.

The marks are written before the invoice is made, by one worker at a time: whoever comes later, after a crash too,
finds them. A mark names its invoice, so an attempt that was cut off goes on from there; what was refused leaves none.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from blocks.odoo.client import OdooClient
from blocks.odoo.repeats import forget_reads
from domain.accounting.date_range import parse_period
from domain.accounting.hours import (
    CustomerWithHours,
    HoursInvoiceFacts,
    HoursInvoiceInputs,
    HoursInvoiceReceipt,
    HoursOrder,
    HoursTakenError,
    HoursWanted,
    InvoicedEntry,
    InvoicingStanding,
    MixedCurrenciesError,
    NoHoursError,
    TimesheetEntry,
    UnbilledHours,
    changed_since,
    grouped_items,
    invoiced_entry,
    mark_of,
)
from domain.accounting.invoice import total_by_document, total_by_line
from domain.accounting.move import MoveState
from domain.accounting.partner import Identity, Partner
from domain.accounting.party import party_key
from domain.errors import RejectedError
from domain.reliability.effect import EffectState
from tasks.accounting import invoices
from tasks.accounting.customers import known_customers
from tasks.accounting.hour_rates import HourRateTable, fetch_rates
from tasks.accounting.invoice_orders import fetch_sales_terms
from tasks.accounting.moves import MODEL
from tasks.accounting.records import find_record
from tasks.accounting.timesheets import (
    fetch_entries,
    fetch_entries_by_id,
    hours_before,
    link_entries,
    mark_entries,
    marked_entries,
    standings,
    unmark_entries,
)
from tasks.reliability.claims import held, see_not_lost, this_process
from tasks.reliability.effect_ledger import effects_for

ACTION = "odoo.invoice_hours"
MARKING = "marking of hours as invoiced"


@dataclass(frozen=True)
class _Found:
    customer: Partner
    free: list[TimesheetEntry]
    notes: list[str]


async def unbilled_hours(client: OdooClient, wanted: HoursWanted) -> UnbilledHours:
    """What of a customer's hours is still to be invoiced; none is no error.

    Raises:
        UnknownCustomerError, AmbiguousPartnerError, ArchivedPartnerError: which customer is not said clearly.
        TimesheetsMissingError, TimesheetRightsError: the timesheets cannot be read whole.
    """
    found = await _find(client, wanted)
    return UnbilledHours(
        customer_id=found.customer.partner_id,
        customer=found.customer.name,
        email=found.customer.email,
        tax_number=found.customer.vat,
        period=str(parse_period(wanted.period)),
        hours=sum((entry.hours for entry in found.free), Decimal(0)),
        entries=[invoiced_entry(entry) for entry in found.free],
        told="; ".join(found.notes),
    )


async def customers_with_hours(client: OdooClient, period: str) -> list[CustomerWithHours]:
    """Every customer with hours of that period that are still to be invoiced, by name.

    Raises:
        PeriodError: it is no period.
        TimesheetsMissingError, TimesheetRightsError: the timesheets cannot be read whole.
    """
    entries = [one for one in await fetch_entries(client, parse_period(period)) if one.customer_id]
    standing = await standings(client, entries)
    hours: dict[int, Decimal] = {}
    for entry in entries:
        if standing[entry.entry_id] is InvoicingStanding.FREE and entry.customer_id:
            hours[entry.customer_id] = hours.get(entry.customer_id, Decimal(0)) + entry.hours
    if not hours:
        return []
    rows = await client.call("res.partner", "read", sorted(hours), fields=["name", "email", "vat"])
    found = [
        CustomerWithHours(
            customer_id=row["id"],
            customer=row["name"],
            email=row["email"] or None,
            tax_number=row["vat"] or None,
            hours=hours[row["id"]],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.customer.casefold(), one.customer_id))


async def complete_hours(
    client: OdooClient, order: HoursOrder, table: HourRateTable, today: dt.date
) -> HoursInvoiceInputs:
    """The invoice of what is ordered: each hour that is not invoiced yet, at its rate.

    Raises:
        NoHoursError: none is left.
        NoRateError: nothing says what some of them cost.
        MixedCurrenciesError: the rates are in several currencies.
        RejectedError: as `unbilled_hours` and `fetch_rates` do.
        ValidationError: an amount is not possible.
    """
    found = await _find(client, order)
    if not found.free:
        raise NoHoursError(order, "; ".join(found.notes) or "there are none")
    terms = await fetch_sales_terms(client)
    rates = await fetch_rates(client, found.free, found.customer, table, terms)
    currencies = {rate.currency for rate in rates.values()}
    if len(currencies) > 1:
        raise MixedCurrenciesError(currencies)
    (currency,) = currencies
    items = grouped_items(found.free, rates)
    issued_on = order.issued_on or today
    total_of = total_by_line if terms.rounds_by_line else total_by_document
    return HoursInvoiceInputs(
        customer=found.customer.name,
        customer_email=found.customer.email,
        customer_vat=found.customer.vat,
        customer_id=found.customer.partner_id,
        items=items,
        entries=[invoiced_entry(entry) for entry in found.free],
        notes=found.notes,
        issued_on=issued_on,
        due_date=order.due_date or issued_on + dt.timedelta(days=table.rates.due_days),
        currency=currency,
        total=total_of(items, currency),
    )


async def check_hours(client: OdooClient, inputs: HoursInvoiceInputs, key: str) -> None:
    """Refuse what `invoice_hours` would refuse, before a person is asked; changes nothing.

    Raises:
        HoursTakenError: an hour is on another invoice, or is not as it was.
        RejectedError: as `create_invoice` does.
    """
    await _untaken(client, inputs, mark_of(key))
    await invoices.check_invoice(client, inputs, key)


async def invoice_hours(client: OdooClient, inputs: HoursInvoiceInputs, key: str) -> HoursInvoiceReceipt:
    """Mark the hours, and make and post their invoice; safe to call again with the same key.

    Raises:
        HoursTakenError: an hour is on another invoice, or is not as it was; nothing was done.
        RejectedError: as `create_invoice` does; then no mark stays, unless a draft does that a person changed.
    """
    mark, ids = mark_of(key), [entry.entry_id for entry in inputs.entries]
    async with held(MARKING, owner=f"{this_process()}#{key}"):
        forget_reads()  # who held it before may have marked some
        free = await _untaken(client, inputs, mark)
        see_not_lost()
        await mark_entries(client, free, mark)
    try:
        made = await invoices.create_invoice(client, inputs, key)
    except RejectedError:
        if await _is_gone(client, mark):
            await unmark_entries(client, mark)
        raise
    await link_entries(client, ids, made.invoice_id)
    return HoursInvoiceReceipt(**made.model_dump(), entries=await marked_entries(client, mark))


async def read_hours_invoice(client: OdooClient, invoice_id: int, key: str) -> HoursInvoiceFacts:
    """What the books say about the invoice and the entries with its mark now.

    Raises:
        MoveMissingError: it is not there.
    """
    facts = await invoices.read_invoice(client, invoice_id)
    return HoursInvoiceFacts(**facts.model_dump(), entries=await marked_entries(client, mark_of(key)))


async def cancel_hours(client: OdooClient, key: str) -> None:
    """Undo `invoice_hours`: the invoice stays in Odoo, cancelled, and its hours are to be invoiced again.

    Raises:
        MovePaidError: payments hang on it.
        OdooRefusedError: Odoo refuses, for instance in a locked period.
    """
    await invoices.cancel_invoice(client, key)
    await unmark_entries(client, mark_of(key))


async def _is_gone(client: OdooClient, mark: str) -> bool:
    """Whether nobody could post that invoice any more."""
    invoice_id = await find_record(client, MODEL, mark)
    return (
        invoice_id is None or (await invoices.read_invoice(client, invoice_id)).state is MoveState.CANCELLED
    )


async def _find(client: OdooClient, wanted: HoursWanted) -> _Found:
    asked = Identity(name=wanted.customer, email=wanted.email, vat=wanted.tax_number)
    (customer,) = await known_customers(client, [asked])
    days = parse_period(wanted.period)
    entries = [one for one in await fetch_entries(client, days, [customer.partner_id]) if wanted.means(one)]
    standing = await standings(client, entries)
    free = [entry for entry in entries if standing[entry.entry_id] is InvoicingStanding.FREE]
    notes = [
        f"{hours.normalize():f} h are {one.value}"
        for one in InvoicingStanding
        if one is not InvoicingStanding.FREE
        and (hours := sum((e.hours for e in entries if standing[e.entry_id] is one), Decimal(0)))
    ]
    before = await hours_before(client, days.first, customer.partner_id)
    if before:
        notes.append(f"{before.normalize():f} h from before {days.first} are not invoiced either")
    return _Found(customer, free, [*notes, *await _changed(client, customer)])


async def _changed(client: OdooClient, customer: Partner) -> list[str]:
    """What became of hours after we invoiced them, a sentence each."""
    done = [
        HoursInvoiceInputs.model_validate(effect.inputs)
        for effect in effects_for(ACTION, party_key(customer.name))
        if effect.state == EffectState.DONE
    ]
    kept = [entry for inputs in done for entry in inputs.entries]
    now = {e.entry_id: e for e in await fetch_entries_by_id(client, [one.entry_id for one in kept])}
    return [said for one in kept if (said := changed_since(one, now.get(one.entry_id)))]


async def _untaken(client: OdooClient, inputs: HoursInvoiceInputs, mark: str) -> list[TimesheetEntry]:
    """The entries as they are now, of which none is on another invoice and none was changed."""
    entries = await fetch_entries_by_id(client, [entry.entry_id for entry in inputs.entries])
    now = {entry.entry_id: entry for entry in entries}
    others = await standings(client, [entry for entry in entries if entry.mark != mark])
    taken = [
        f"the hours of {now[number].day} ({now[number].employee}) are {standing.value} by now"
        for number, standing in others.items()
        if standing is not InvoicingStanding.FREE
    ]
    changed = [said for one in inputs.entries if (said := _differs(one, now.get(one.entry_id), mark))]
    moved = [
        f"the hours of {entry.day} ({entry.employee}) are another customer's by now"
        for entry in entries
        if entry.customer_id != inputs.customer_id
    ]
    if taken or changed or moved:
        raise HoursTakenError([*taken, *changed, *moved])
    return [entry for entry in entries if entry.mark != mark]


def _differs(asked: InvoicedEntry, now: TimesheetEntry | None, mark: str) -> str | None:
    """What is not as it was approved; what is marked already is on the invoice, and is reported later."""
    if now is not None and now.mark == mark:
        return None
    said = changed_since(asked, now)
    return said.replace("after they were invoiced", "meanwhile") if said else None
