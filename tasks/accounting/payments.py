"""Payments of invoices and bills in Odoo: recorded once, set off against their document, read back, undone.

`record_payment` goes on at the part that is missing: call it again after a crash, a time-out or an unknown
outcome. Odoo lets two callers pay one document; whose payment finds nothing open is withdrawn here.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.accounting.move import MoveMissingError
from domain.accounting.payment import (
    DIRECTIONS,
    Direction,
    NotPayableError,
    Payable,
    PaymentFacts,
    PaymentInputs,
    PaymentReceipt,
    PaymentState,
    payable_problem,
    payment_problems,
)
from domain.errors import RejectedError
from domain.money import rounded
from tasks.accounting.chart import check_open_period
from tasks.accounting.payables import (
    PAYABLE_FIELDS,
    check_journal_currency,
    fetch_payment_journal,
    fetch_payment_method,
    read_payable,
)
from tasks.accounting.records import external_id, find_made_meanwhile, find_record, load_once, read_record

PAYMENT_FIELDS = [
    "name",
    "state",
    "payment_type",
    "partner_id",
    "amount",
    "currency_id",
    "date",
    "journal_id",
    "move_id",
    "is_reconciled",
    "reconciled_invoice_ids",
    "reconciled_bill_ids",
]
DEBT_TYPES = ["asset_receivable", "liability_payable"]


class PaymentChangedError(RejectedError):
    """What is in Odoo under this key is not the payment that was asked for."""

    def __init__(self, facts: PaymentFacts, problems: list[str]) -> None:
        super().__init__(
            f"payment {facts.payment_id} was changed in Odoo ({'; '.join(problems)}); it is left as it is"
        )


class PaymentUnmatchedError(RejectedError):
    """Odoo did not set the payment off against its document."""

    def __init__(self, payable: Payable) -> None:
        super().__init__(
            f"Odoo did not set the payment off against {payable.label} of {payable.partner}, so it was cancelled; "
            "see in Odoo whether partner and document use the same receivable or payable account"
        )


async def payment_inputs(
    client: OdooClient, invoice_id: int, *, amount: Decimal, method: str, paid_on: dt.date
) -> PaymentInputs:
    """What is to be approved for `record_payment(invoice_id, amount, method)`, with what the books add.

    Raises:
        MoveMissingError: there is no such invoice.
        NotPayableError: it is no posted invoice or bill.
        ValidationError: the amount is not positive or has too many digits.
    """
    payable = await read_payable(client, invoice_id)
    if payable.move_type not in DIRECTIONS or payable.name is None:
        raise NotPayableError(payable)
    return PaymentInputs(
        invoice_id=invoice_id,
        invoice=payable.name,
        partner=payable.partner,
        direction=DIRECTIONS[payable.move_type],
        amount=amount,
        currency=payable.currency,
        method=method,
        paid_on=paid_on,
    )


async def record_payment(client: OdooClient, inputs: PaymentInputs, key: str) -> PaymentReceipt:
    """Book the payment and set it off against its document; safe to call again with the same key.

    Raises:
        MoveMissingError: there is no such invoice.
        NotPayableError: it is no posted invoice or bill.
        PaymentMismatchError: the request says another partner, number, currency or direction.
        AlreadyPaidError: nothing is open on it; also when somebody else was faster.
        OverPaymentError: less is open on it.
        PaymentMethodError: the method means no journal, or several.
        PaymentAccountMissingError: the journal's payments would not be booked.
        ClosedPeriodError: the day is in a closed period.
        JournalCurrencyError: the journal takes another currency.
        PaymentChangedError: a person changed or cancelled the payment of this key.
        OdooRefusedError: Odoo refuses, with its own sentence.
    """
    payment_id = await find_record(client, "account.payment", external_id("pay", key))
    if payment_id is None:
        payment_id = await _load_payment(client, inputs, key)
    facts = await read_payment(client, payment_id, inputs.invoice_id)
    if facts.state is PaymentState.DRAFT:
        await _post(client, facts, inputs)
        facts = await read_payment(client, payment_id, inputs.invoice_id)
    if _is_booked(facts) and not facts.is_matched:
        await _match(client, facts)
        facts = await read_payment(client, payment_id, inputs.invoice_id)
    return await _proven(client, facts, inputs, key)


async def check_payment(client: OdooClient, inputs: PaymentInputs, key: str) -> None:
    """Refuse what `record_payment` would refuse, before a person is asked; changes nothing.

    Raises:
        RejectedError: as `record_payment` does.
    """
    if await find_record(client, "account.payment", external_id("pay", key)) is None:
        await _checked(client, inputs)


async def is_paid_before(client: OdooClient, inputs: PaymentInputs) -> bool:
    """Whether money ever went to that vendor; money that comes in goes to nobody new."""
    if inputs.direction is Direction.RECEIVED:
        return True
    payable = await read_payable(client, inputs.invoice_id)
    made = await client.call(
        "account.payment",
        "search_count",
        domain=[
            ["partner_id", "child_of", payable.partner_id],
            ["payment_type", "=", Direction.PAID_OUT.value],
            ["state", "in", [PaymentState.IN_PROCESS.value, PaymentState.PAID.value]],
        ],
        limit=1,
    )
    return bool(made)


async def read_payment(client: OdooClient, payment_id: int, invoice_id: int) -> PaymentFacts:
    """What the books say about the payment and the document it was for.

    Raises:
        RecordMissingError: the payment is not there.
        MoveMissingError: the document is not there.
    """
    row = await read_record(client, "account.payment", payment_id, PAYMENT_FIELDS, "payment")
    moves = [invoice_id, *([row["move_id"][0]] if row["move_id"] else [])]
    rows = await client.call("account.move", "read", moves, fields=PAYABLE_FIELDS)
    by_id = {move["id"]: move for move in rows}
    if invoice_id not in by_id:
        raise MoveMissingError("invoice", invoice_id)
    return _facts(row, by_id[invoice_id], by_id.get(moves[-1], row))


async def cancel_payment(client: OdooClient, key: str, invoice_id: int) -> PaymentFacts | None:
    """Undo `record_payment`: the payment stays in Odoo, cancelled, and its document is open again."""
    payment_id = await find_record(client, "account.payment", external_id("pay", key))
    if payment_id is None:
        return None
    facts = await read_payment(client, payment_id, invoice_id)
    if facts.state is not PaymentState.CANCELLED:
        await _cancel(client, facts)
    return await read_payment(client, payment_id, invoice_id)


async def _checked(client: OdooClient, inputs: PaymentInputs) -> tuple[Payable, int, int]:
    payable = await read_payable(client, inputs.invoice_id)
    problem = payable_problem(inputs, payable)
    if problem is not None:
        raise problem
    journal = await fetch_payment_journal(client, payable.company_id, inputs.method)
    method_id = await fetch_payment_method(client, journal, inputs.direction)
    await check_open_period(client, payable.company_id, inputs.paid_on, locks=())
    return payable, journal.journal_id, method_id


async def _load_payment(client: OdooClient, inputs: PaymentInputs, key: str) -> int:
    try:
        payable, journal_id, method_id = await _checked(client, inputs)
    except RejectedError:
        mine = await find_made_meanwhile(client, "account.payment", external_id("pay", key))
        if mine is None:
            raise
        return mine
    values = {
        "id": external_id("pay", key),
        "payment_type": inputs.direction.value,
        "partner_type": "customer" if payable.move_type.startswith("out_") else "supplier",
        "partner_id/.id": str(payable.partner_id),
        "amount": str(inputs.amount),
        "currency_id/.id": str(payable.currency_id),
        "date": inputs.paid_on.isoformat(),
        "journal_id/.id": str(journal_id),
        "payment_method_line_id/.id": str(method_id),
        "memo": payable.label,
    }
    return await load_once(client, "account.payment", values)


async def _post(client: OdooClient, facts: PaymentFacts, inputs: PaymentInputs) -> None:
    """Post a draft that is still what was asked for; one whose document was paid meanwhile is deleted."""
    changed = _changes(facts, inputs)
    if changed:
        raise PaymentChangedError(facts, changed)
    payable = await read_payable(client, inputs.invoice_id)
    problem = payable_problem(inputs, payable)
    if problem is not None and await _delete_draft(client, facts.payment_id):
        raise problem
    try:
        await client.call("account.payment", "action_post", [facts.payment_id])
    except OdooRefusedError:
        # older servers refuse what another process with this key posted meanwhile
        if (await read_payment(client, facts.payment_id, inputs.invoice_id)).state is not PaymentState.DRAFT:
            return
        await _delete_draft(client, facts.payment_id)
        await check_journal_currency(client, payable, inputs.method)
        raise


async def _delete_draft(client: OdooClient, payment_id: int) -> bool:
    """Whether it could be deleted: Odoo refuses if another process with this key posted it meanwhile."""
    try:
        await client.call("account.payment", "unlink", [payment_id])
    except OdooRefusedError:
        return False
    return True


async def _match(client: OdooClient, facts: PaymentFacts) -> None:
    """Set the payment off against its document, as far as that is still open."""
    lines = await client.call(
        "account.move.line",
        "search",
        domain=[
            ["payment_id", "=", facts.payment_id],
            ["account_type", "in", DEBT_TYPES],
            ["reconciled", "=", False],
        ],
    )
    for line_id in lines:
        try:
            await client.call(
                "account.move", "js_assign_outstanding_line", [facts.invoice_id], line_id=line_id
            )
        except OdooRefusedError:
            # another process with this key was faster; what it reached is read back
            continue


async def _proven(client: OdooClient, facts: PaymentFacts, inputs: PaymentInputs, key: str) -> PaymentReceipt:
    """The receipt; a payment that found less open than it was over is withdrawn."""
    problems = payment_problems(inputs, facts)
    if not problems:
        return _receipt(client, facts, key)
    if not _is_booked(facts) or _changes(facts, inputs):
        raise PaymentChangedError(facts, problems)
    await _cancel(client, facts)
    payable = await read_payable(client, inputs.invoice_id)
    raise payable_problem(inputs, payable) or PaymentUnmatchedError(payable)


async def _cancel(client: OdooClient, facts: PaymentFacts) -> None:
    try:
        await client.call("account.payment", "action_cancel", [facts.payment_id])
    except OdooRefusedError:
        now = await read_payment(client, facts.payment_id, facts.invoice_id)
        if now.state is not PaymentState.CANCELLED:
            raise


def _is_booked(facts: PaymentFacts) -> bool:
    return facts.state in (PaymentState.IN_PROCESS, PaymentState.PAID)


def _changes(facts: PaymentFacts, inputs: PaymentInputs) -> list[str]:
    asked = (inputs.direction, inputs.amount, inputs.currency, inputs.partner)
    found = (facts.direction, facts.amount, facts.currency, facts.partner)
    if asked == found:
        return []
    shown = [f"{way} {amount:f} {currency} of {partner}" for way, amount, currency, partner in (found, asked)]
    return [f"it is {shown[0]}, asked was {shown[1]}"]


def _facts(row: dict[str, Any], invoice: dict[str, Any], entry: dict[str, Any]) -> PaymentFacts:
    currency = row["currency_id"][1]
    paid = [*row["reconciled_invoice_ids"], *row["reconciled_bill_ids"]]
    return PaymentFacts(
        payment_id=row["id"],
        name=row["name"] or None,
        state=PaymentState(row["state"]),
        direction=Direction(row["payment_type"]),
        partner_id=row["partner_id"][0],
        partner=row["partner_id"][1],
        amount=rounded(row["amount"], currency),
        currency=currency,
        date=entry["date"],
        journal=row["journal_id"][1],
        invoice_id=invoice["id"],
        invoice=invoice["name"] or None,
        invoice_residual=rounded(invoice["amount_residual"], invoice["currency_id"][1]),
        invoice_payment_state=invoice["payment_state"],
        is_matched=row["is_reconciled"] and paid == [invoice["id"]],
    )


def _receipt(client: OdooClient, facts: PaymentFacts, key: str) -> PaymentReceipt:
    url = client.page("account.action_account_payments", facts.payment_id)
    return PaymentReceipt(**facts.model_dump(), key=key, url=url)
