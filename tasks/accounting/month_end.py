"""The checks before a month is closed; they only read, and closing itself (the lock date) stays a person's in Odoo."""

import datetime as dt
from collections import Counter
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.date_range import DateRange, parse_period
from domain.accounting.month_end import MonthEnd, MonthEndCheck, month_end
from domain.money import Money, rounded
from tasks.accounting.hours_invoices import customers_with_hours
from tasks.accounting.moves import MODEL
from tasks.accounting.overdue import overdue_invoices
from tasks.accounting.timesheets import TimesheetsMissingError

DOCUMENTS = ["out_invoice", "out_refund", "in_invoice", "in_refund", "entry"]
MOST_OVERDUE = 500


async def check_month(client: OdooClient, month: str) -> MonthEnd:
    """The month, where nothing keeps it open.

    Raises:
        MonthNotReadyError: something does; all of it is named at once.
        TimesheetRightsError: the timesheets cannot be read whole.
    """
    days = parse_period(month)
    return month_end(
        month,
        [
            await _drafts(client, days),
            await _unbilled(client, month),
            await _twice(client, days),
            await _without_document(client, days),
            await _unmatched(client, days),
            await _overdue(client, days.last),
        ],
    )


async def _moves(client: OdooClient, days: DateRange, *conditions: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await client.call(
        MODEL,
        "search_read",
        domain=[["date", ">=", days.first.isoformat()], ["date", "<=", days.last.isoformat()], *conditions],
        fields=["name", "partner_id", "ref", "amount_total", "currency_id", "message_attachment_count"],
        order="date, id",
    )
    return found


async def _drafts(client: OdooClient, days: DateRange) -> MonthEndCheck:
    rows = await _moves(client, days, ["state", "=", "draft"], ["move_type", "in", DOCUMENTS])
    return MonthEndCheck(
        name="drafts that are not posted",
        found=[_called(row) for row in rows],
        remedy="post or delete them in Odoo",
    )


async def _unbilled(client: OdooClient, month: str) -> MonthEndCheck:
    try:
        found = await customers_with_hours(client, month)
    except TimesheetsMissingError:
        found = []
    return MonthEndCheck(
        name="hours that are not invoiced",
        found=[f"{one.customer} {one.hours.normalize():f} h" for one in found],
        remedy=f"fte playbooks start monthly_invoices --set month={month}",
    )


async def _twice(client: OdooClient, days: DateRange) -> MonthEndCheck:
    """Odoo posts a vendor's number a second time without a word."""
    rows = await _moves(
        client, days, ["state", "=", "posted"], ["move_type", "=", "in_invoice"], ["ref", "!=", False]
    )
    counts = Counter((row["partner_id"][1], row["ref"]) for row in rows if row["partner_id"])
    return MonthEndCheck(
        name="vendor bills with the same number",
        found=[f"{vendor} {number}" for (vendor, number), count in counts.items() if count > 1],
        remedy="look whether one is booked twice",
    )


async def _without_document(client: OdooClient, days: DateRange) -> MonthEndCheck:
    rows = await _moves(client, days, ["state", "=", "posted"], ["move_type", "=", "in_invoice"])
    return MonthEndCheck(
        name="vendor bills without a document",
        found=[_called(row) for row in rows if not row["message_attachment_count"]],
        remedy="attach the bill in Odoo",
        is_blocking=False,
    )


async def _unmatched(client: OdooClient, days: DateRange) -> MonthEndCheck:
    rows = await client.call(
        "account.payment",
        "search_read",
        domain=[
            ["date", ">=", days.first.isoformat()],
            ["date", "<=", days.last.isoformat()],
            ["state", "in", ["in_process", "paid"]],
            ["is_reconciled", "=", False],
        ],
        fields=["name", "partner_id", "amount", "currency_id"],
        order="date, id",
    )
    return MonthEndCheck(
        name="payments that settle nothing",
        found=[_called(row | {"amount_total": row["amount"]}) for row in rows],
        remedy="reconcile them with their invoices or bills in Odoo",
        is_blocking=False,
    )


async def _overdue(client: OdooClient, day: dt.date) -> MonthEndCheck:
    rows = await overdue_invoices(client, day, days=1, customer=None, limit=MOST_OVERDUE)
    return MonthEndCheck(
        name="customer invoices overdue at the end of the month",
        found=[f"{row['number']} {row['customer']}" for row in rows],
        remedy="fte playbooks start payment_reminders",
        is_blocking=False,
    )


def _called(row: dict[str, Any]) -> str:
    """A record as a person finds it."""
    currency = row["currency_id"][1]
    amount = Money(amount=rounded(row["amount_total"], currency), currency=currency)
    name = row["name"] if row["name"] and row["name"] != "/" else "a draft"
    return " ".join(filter(None, (name, row["partner_id"][1] if row["partner_id"] else "", str(amount))))
