"""Vendor bills in Odoo: recorded once with their document, read back, found again, cancelled.

`record_bill` goes on at the part that is missing: call it again after a crash, a time-out or an unknown
outcome. It never changes a bill that a person has changed.
"""

import base64
from decimal import Decimal
from typing import Any, NamedTuple

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillFacts, BillInputs, BillReceipt, bill_notes, discount_words, paid_before
from domain.accounting.duplicate import DuplicateBillError, duplicates_of, earlier_duplicate, plain_number
from domain.accounting.move import MoveState
from domain.accounting.tax import LinePrice, OwedTax, line_prices, tax_words
from domain.accounting.taxed_sum import TaxedSum, by_rate
from domain.errors import RejectedError
from domain.money import rounded
from tasks.accounting.chart import (
    ChosenAccount,
    Journal,
    fetch_currency,
    fetch_expense_account,
    fetch_journal,
)
from tasks.accounting.fiscal_positions import fetch_owed_tax
from tasks.accounting.line_accounts import fetch_account_of_tax
from tasks.accounting.moves import (
    MODEL,
    MOVE_FIELDS,
    cancel_unpaid,
    post_drafts,
    read_move,
    refuse_unlike,
    shared_facts,
    withdraw,
)
from tasks.accounting.partners import ensure_vendor, find_vendor
from tasks.accounting.records import (
    any_spacing,
    external_id,
    find_made_meanwhile,
    find_record,
    load_once,
    name_in,
    named_id,
)
from tasks.accounting.taxes import fetch_purchase_taxes

BILL_FIELDS = [*MOVE_FIELDS, "ref", "message_attachment_count"]


class BookedOn(NamedTuple):
    """A bill's journal, the account and price of each of its lines, and the tax that the buyer owes on it."""

    journal: Journal
    accounts: list[ChosenAccount]
    lines: list[LinePrice]
    owed: OwedTax | None


class BillTotalError(RejectedError):
    """The draft in Odoo is not over the document's amount."""

    def __init__(self, inputs: BillInputs, facts: BillFacts) -> None:
        super().__init__(
            f"Odoo makes {facts.amount_total} {facts.currency} of draft bill {facts.bill_id}, the document says "
            f"{inputs.total} {inputs.currency}; it is not posted: correct it in Odoo, or delete the draft"
        )


async def record_bill(  # noqa: PLR0913 (the document and its name, and what it reverses)
    client: OdooClient,
    inputs: BillInputs,
    key: str,
    document: bytes | None = None,
    filename: str | None = None,
    *,
    reverses: int | None = None,
) -> BillReceipt:
    """Book the bill with its document and post it; safe to call again with the same key.

    With `reverses`, a credit note is set off against that bill as it is posted.

    Raises:
        AmbiguousPartnerError: the vendor is not clear.
        DuplicateBillError: this document is in the books already.
        CurrencyNotUsableError: the currency is unknown or not active.
        BillTotalError: Odoo computes another total.
        MoveCancelledError: the bill was booked and then cancelled by a person.
        OdooRefusedError: Odoo refuses, with its own sentence.
    """
    bill_id = await find_record(client, MODEL, external_id("bill", key))
    if bill_id is None:
        bill_id = await _load_bill(client, inputs, key, reverses)
    if document is not None:
        await attach_document(client, bill_id, document, key=key, filename=filename or "document")
    facts = await read_bill(client, bill_id)
    refuse_unlike(facts, inputs.total, inputs.currency, BillTotalError(inputs, facts))
    await post_drafts(client, [facts])
    facts = await read_booked(client, bill_id, inputs)
    await _give_way(client, inputs, facts)
    return BillReceipt(
        **facts.model_dump(),
        key=key,
        url=client.page("account.action_move_in_invoice_type", facts.bill_id),
        notes=bill_notes(inputs, facts),
    )


async def check_bill(client: OdooClient, inputs: BillInputs, key: str) -> None:
    """Refuse what `record_bill` would refuse, before a person is asked; changes nothing.

    Raises:
        AmbiguousPartnerError: the vendor is not clear.
        DuplicateBillError: this document is in the books already, under another key.
        CurrencyNotUsableError: the currency is unknown or not active.
        ArchivedPartnerError: the vendor is archived.
    """
    if await find_record(client, MODEL, external_id("bill", key)) is not None:
        return
    await fetch_currency(client, inputs.currency)
    match = await find_vendor(client, inputs)
    if match.partner is not None:
        duplicates = await find_duplicates(client, inputs, match.partner.partner_id)
        if duplicates and await find_made_meanwhile(client, MODEL, external_id("bill", key)) is None:
            raise DuplicateBillError(inputs, duplicates[0])


async def preview_bill(client: OdooClient, inputs: BillInputs) -> dict[str, str]:
    """How the bill would be booked now, in words: vendor, account and tax; changes nothing.

    Raises:
        AmbiguousPartnerError: the vendor is not clear.
        BooksNotReadyError: there is no account for it.
        GoalsError: the goals list an account for it that the books do not have.
    """
    match = await find_vendor(client, inputs)
    booked = await _booked_on(client, inputs)
    accounts = "; ".join(dict.fromkeys(map(str, booked.accounts)))
    return {"vendor": str(match), "account": accounts, "tax": tax_words(inputs, booked.lines, booked.owed)}


async def is_known_payee(client: OdooClient, inputs: BillInputs) -> bool:
    """Whether a bill of that vendor was ever posted: only that makes a payee known.

    Raises:
        AmbiguousPartnerError: several fit, or the one that fits has another tax number.
    """
    match = await find_vendor(client, inputs)
    if match.partner is None:
        return False
    posted = await client.call(
        MODEL,
        "search_count",
        domain=[
            ["commercial_partner_id", "=", match.partner.partner_id],
            ["move_type", "in", ["in_invoice", "in_receipt"]],
            ["state", "=", "posted"],
        ],
        limit=1,
    )
    return bool(posted)


async def find_duplicates(client: OdooClient, inputs: BillInputs, vendor_id: int) -> list[BillFacts]:
    """The vendor's bills that are the same document, cancelled ones aside."""
    same_number = ["|", ["ref", "=ilike", any_spacing(plain_number(inputs.number))]] if inputs.number else []
    found = await client.call(
        MODEL,
        "search_read",
        domain=[
            ["move_type", "=", inputs.move_type],
            ["commercial_partner_id", "=", vendor_id],
            ["state", "!=", MoveState.CANCELLED.value],
            *same_number,
            ["invoice_date", "=", inputs.issued_on.isoformat()],
        ],
        fields=BILL_FIELDS,
        order="id",
    )
    return duplicates_of(inputs, [bill_facts(row) for row in found])


async def read_bill(client: OdooClient, bill_id: int) -> BillFacts:
    """What the books say about the bill now.

    Raises:
        MoveMissingError: it is not there.
    """
    return bill_facts(await read_move(client, bill_id, BILL_FIELDS, "bill"))


async def read_booked(client: OdooClient, bill_id: int, inputs: BillInputs) -> BillFacts:
    """The same with what these inputs say more of: net and tax at each rate.

    Raises:
        MoveMissingError: it is not there.
    """
    facts = await read_bill(client, bill_id)
    return facts.model_copy(update=await fetch_taxes(client, bill_id, inputs))


async def fetch_taxes(client: OdooClient, bill_id: int, inputs: BillInputs) -> dict[str, tuple[Any, ...]]:
    """What a bill's lines and their taxes come to at each rate, a refund's as printed, and what the buyer owes.

    Nothing where these inputs say nothing of it.
    """
    if not (inputs.tax_breakdown or inputs.is_taxed_by_buyer):
        return {}
    items = await client.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", bill_id], ["display_type", "in", ["product", "tax"]]],
        fields=["tax_ids", "tax_line_id", "amount_currency"],
        order="id",
    )
    ids = sorted({tax for item in items for tax in (*item["tax_ids"], named_id(item["tax_line_id"])) if tax})
    taxes = await client.call("account.tax", "read", ids, fields=["amount"]) if ids else []
    rates = {row["id"]: Decimal(str(row["amount"])) for row in taxes}
    sign = -1 if inputs.move_type == "in_refund" else 1
    rows, owed = [], []
    for item in items:
        amount = rounded(sign * Decimal(str(item["amount_currency"])), inputs.currency)
        own = named_id(item["tax_line_id"])
        rate = rates[own] if own else sum((rates[tax] for tax in item["tax_ids"]), Decimal(0))
        net, tax = (Decimal(0), amount) if own else (amount, Decimal(0))
        rows.append(TaxedSum(rate=rate, net=net, tax=tax))
        if tax < 0:
            owed.append(f"{name_in(item['tax_line_id'])}, {-tax} {inputs.currency}")
    return {"tax_breakdown": by_rate(rows), "owed_taxes": tuple(owed)}


async def attach_document(
    client: OdooClient, bill_id: int, document: bytes, *, key: str, filename: str
) -> int:
    """The id of the bill's attachment, stored once per key."""
    name = external_id("doc", key)
    existing = await find_record(client, "ir.attachment", name)
    if existing is not None:
        return existing
    values = {
        "id": name,
        "name": filename,
        "res_model": MODEL,
        "res_id": str(bill_id),
        "datas": base64.b64encode(document).decode(),
    }
    return await load_once(client, "ir.attachment", values)


async def cancel_bill(client: OdooClient, key: str) -> BillFacts | None:
    """Undo `record_bill`: the bill stays in Odoo, cancelled; None if there never was one.

    Raises:
        MovePaidError: payments hang on it.
        OdooRefusedError: Odoo refuses, for instance in a locked period.
    """
    bill_id = await find_record(client, MODEL, external_id("bill", key))
    if bill_id is None:
        return None
    await cancel_unpaid(client, [await read_bill(client, bill_id)])
    return await read_bill(client, bill_id)


async def _booked_on(client: OdooClient, inputs: BillInputs) -> BookedOn:
    """What the bill's lines are booked on: of what is shown as of what is booked."""
    journal = await fetch_journal(client, "purchase")
    chosen = await fetch_expense_account(client, journal, inputs.category)
    taxes = await fetch_purchase_taxes(client, journal) if inputs.tax else []
    owed = None
    if inputs.is_taxed_by_buyer:
        owed = await fetch_owed_tax(client, inputs, journal.company_id, chosen.account.account_id)
    lines = line_prices(inputs, taxes, owed)
    return BookedOn(journal, [await _of_its_tax(client, chosen, line) for line in lines], lines, owed)


async def _of_its_tax(client: OdooClient, chosen: ChosenAccount, line: LinePrice) -> ChosenAccount:
    """The account of the line's own rate, where the chosen one is for another; what the owner lists stays."""
    if chosen.is_listed:
        return chosen
    account = chosen.account
    tax_id = line.tax.tax_id if line.tax else None
    other = await fetch_account_of_tax(client, account.account_id, account.name, tax_id)
    if other is None:
        return chosen
    changed = account.model_copy(update={"account_id": other.account_id, "name": other.name, "code": ""})
    return ChosenAccount(changed, chosen.doubt)


async def _load_bill(client: OdooClient, inputs: BillInputs, key: str, reverses: int | None) -> int:
    currency_id = await fetch_currency(client, inputs.currency)
    booked = await _booked_on(client, inputs)
    vendor_id = await ensure_vendor(client, inputs)
    duplicates = await find_duplicates(client, inputs, vendor_id)
    if duplicates:
        mine = await find_made_meanwhile(client, MODEL, external_id("bill", key))
        if mine is None:
            raise DuplicateBillError(inputs, duplicates[0])
        return mine
    first, *lines = [
        {
            "invoice_line_ids/id": external_id("line", f"{key}_{number}" if number > 1 else key),
            "invoice_line_ids/name": inputs.label,
            "invoice_line_ids/account_id/.id": str(chosen.account.account_id),
            "invoice_line_ids/quantity": "1",
            "invoice_line_ids/price_unit": str(line.price),
            "invoice_line_ids/tax_ids/.id": str(line.tax.tax_id) if line.tax else "",
        }
        for number, (chosen, line) in enumerate(zip(booked.accounts, booked.lines, strict=True), start=1)
    ]
    values = {
        "id": external_id("bill", key),
        "move_type": inputs.move_type,
        "journal_id/.id": str(booked.journal.journal_id),
        "partner_id/.id": str(vendor_id),
        "currency_id/.id": str(currency_id),
        "ref": inputs.number or "",
        "invoice_date": inputs.issued_on.isoformat(),
        "date": inputs.issued_on.isoformat(),
        "invoice_payment_term_id/.id": "",
        "invoice_date_due": (inputs.due_on or inputs.issued_on).isoformat(),
        **first,
    }
    notes = [note for note in (paid_before(inputs), discount_words(inputs)) if note]
    if notes:
        values["narration"] = " ".join(notes)
    if reverses is not None:
        values["reversed_entry_id/.id"] = str(reverses)
    return await load_once(client, MODEL, values, lines)


async def _give_way(client: OdooClient, inputs: BillInputs, facts: BillFacts) -> None:
    """Two tasks may book one document at the same moment under two keys: the later bill is withdrawn."""
    other = earlier_duplicate(facts, await find_duplicates(client, inputs, facts.vendor_id))
    if other is not None:
        await withdraw(client, [facts])
        raise DuplicateBillError(inputs, other)


def bill_facts(row: dict[str, Any]) -> BillFacts:
    """What a row of `BILL_FIELDS` says."""
    vendor_id, vendor = row["partner_id"]
    return BillFacts(
        **shared_facts(row),
        bill_id=row["id"],
        vendor_id=vendor_id,
        vendor=vendor,
        number=row["ref"] or None,
        attachment_count=row["message_attachment_count"],
    )
