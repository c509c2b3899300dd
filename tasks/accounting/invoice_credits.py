"""Customer invoices credited in full in Odoo, by Odoo's own reversal; a draft is cancelled instead.

Odoo's wizard (`account.move.reversal`) is loaded under the effect's external id and remembers, in the transaction that
makes it, which credit note it made: a call again after a crash or a lost answer finds that one. Odoo clears wizards
away after a time; then the employee's own credit note with that reason on that invoice is taken for it.
"""

import re
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from blocks.odoo.repeats import forget_reads
from domain.accounting.invoice_credit import (
    DRAFT,
    MOST_FITTING,
    CreditableInvoice,
    CreditableInvoices,
    InvoiceCreditFacts,
    InvoiceCreditInputs,
    InvoiceCreditOrder,
    InvoiceCreditReceipt,
    InvoiceToCredit,
    NotCreditableError,
    NothingToCreditError,
    PartOfInvoiceError,
)
from domain.accounting.move import MoveState
from domain.accounting.partner import Identity
from domain.errors import RejectedError
from domain.money import Money, rounded
from tasks.accounting.chart import check_open_period, fetch_journal
from tasks.accounting.customers import known_customers
from tasks.accounting.invoices import read_invoice
from tasks.accounting.moves import MODEL, post_drafts, read_move, refuse_unlike, withdraw
from tasks.accounting.records import external_id, find_record, load_once, named_id
from tasks.reliability.claims import held, this_process

WIZARD = "account.move.reversal"
INVOICE = "out_invoice"
FIELDS = [
    "name",
    "move_type",
    "state",
    "partner_id",
    "company_id",
    "journal_id",
    "currency_id",
    "invoice_date",
    "amount_total",
    "amount_residual",
    "payment_state",
    "ref",
    "reversed_entry_id",
]
_NUMBER = re.compile(r"[^\s,;:()]*\d[^\s,;:()]*")
_DIGITS_ALONE = re.compile(
    r"(?:draft|entwurf|brouillon|borrador|bozza|concept)?\W*(?:no|nr|number|nummer|num[eé]ro|n[uú]mero|n)?\W*"
    r"(?P<digits>\d{1,9})",
    re.IGNORECASE,
)
"""`12`, `no. 12`, `draft 12`: a customer whose name has a number in it is not meant by it."""
_WHOLE_NUMBER = re.compile(r"[^\s,;:()]*/\d+")
_LAST_DIGITS = re.compile(r"(\d+)$")


class CreditTotalError(RejectedError):
    """Odoo makes another total of the credit note."""

    def __init__(self, chosen: CreditableInvoice, found: Money) -> None:
        super().__init__(
            f"Odoo makes {found} of the credit note for {chosen.number}, which is over {chosen.total} "
            f"{chosen.currency}; it is not posted: look at its taxes in Odoo, and ask again"
        )


async def creditable_invoices(client: OdooClient, wanted: InvoiceToCredit) -> CreditableInvoices:
    """The invoices that the words may mean: those of the number that they name, else those of the customer.

    Raises:
        UnknownCustomerError: the words name neither a number nor a customer of the books.
        NothingToCreditError: no invoice fits.
        NotCreditableError: the one that is named cannot be credited in full.
        PartOfInvoiceError: less than all of it is wanted.
    """
    if wanted.is_part:
        raise PartOfInvoiceError
    found = await numbered_invoices(client, wanted.invoice)
    if found:
        if len(found) == 1:
            await _refuse(client, found[0])
            if wanted.amount and wanted.amount < _creditable(found[0]).total:
                raise PartOfInvoiceError
        fits = [_creditable(row) for row in found]
        return CreditableInvoices(fits=fits, invoice=fits[0].number if len(fits) == 1 else None)
    if _DIGITS_ALONE.fullmatch(wanted.invoice.strip()) or _WHOLE_NUMBER.fullmatch(wanted.invoice.strip()):
        raise NothingToCreditError(wanted)
    (customer,) = await known_customers(client, [Identity(name=wanted.invoice)])
    domain: list[Any] = [
        ["move_type", "=", INVOICE],
        ["partner_id", "child_of", customer.partner_id],
        ["state", "in", [MoveState.POSTED.value, MoveState.DRAFT.value]],
    ]
    rows = await _search(client, domain)
    whole = [_creditable(row) for row in rows if row["amount_residual"] == row["amount_total"]]
    fits = [one for one in whole if _is_of(one, wanted)] or whole
    if not fits:
        raise NothingToCreditError(wanted, customer.name)
    is_clear = len(fits) == 1 and _is_of(fits[0], wanted)
    return CreditableInvoices(fits=fits[:MOST_FITTING], invoice=fits[0].number if is_clear else None)


async def complete_credit(client: OdooClient, order: InvoiceCreditOrder) -> InvoiceCreditInputs:
    """What is to be approved for an order.

    Raises:
        MoveMissingError: there is no such invoice.
        NotCreditableError: it cannot be credited in full.
    """
    if order.invoice_id is None:
        return InvoiceCreditInputs(**order.model_dump(exclude={"invoice_id"}))
    row = await read_move(client, order.invoice_id, FIELDS, "invoice")
    await _refuse(client, row)
    chosen = _creditable(row)
    return InvoiceCreditInputs(invoice=chosen.number, fits=(chosen,), reason=order.reason, dated=order.dated)


async def check_credit(client: OdooClient, inputs: InvoiceCreditInputs, key: str) -> None:
    """Refuse what `credit_invoice` would refuse, as far as it is said which invoice is meant; changes nothing.

    What was made under this key before an answer was lost is no reason to refuse.

    Raises:
        RejectedError: as `credit_invoice` does.
    """
    if inputs.chosen:
        try:
            await _checked(client, inputs)
        except NotCreditableError:
            if not await _was_begun(client, inputs.chosen, key):
                raise


async def credit_invoice(client: OdooClient, inputs: InvoiceCreditInputs, key: str) -> InvoiceCreditReceipt:
    """Credit the invoice in full, or cancel the draft; one worker at a time, safe to call again with the same key.

    Odoo lets two callers credit one invoice; whose credit note finds nothing to be set off against is withdrawn here.

    Raises:
        UnchosenInvoiceError: nobody said which.
        MoveMissingError: it is not there any more.
        NotCreditableError: it is paid, credited, cancelled, another company's, or was changed meanwhile.
        ClosedPeriodError: the day of the credit note is in a closed period.
        CreditTotalError: Odoo computes another total.
        MoveCancelledError: the credit note was made and then cancelled by a person.
        OdooRefusedError: Odoo refuses, with its own sentence.
    """
    chosen, note_id = inputs.decided, None
    async with held(f"credit of invoice {chosen.invoice_id}", owner=f"{this_process()}#{key}"):
        forget_reads()  # who held it before may have credited it
        if chosen.is_draft:
            await _cancel_draft(client, inputs)
        else:
            note_id = await _posted_note(client, inputs, key)
    facts = await read_credit(client, chosen.invoice_id, note_id)
    if note_id and facts.credit_note_left:
        await withdraw(client, [await read_invoice(client, note_id)])
        await _refuse(client, await read_move(client, chosen.invoice_id, FIELDS, "invoice"))
    url = client.page("account.action_move_out_invoice_type", note_id or chosen.invoice_id)
    return InvoiceCreditReceipt(**facts.model_dump(), key=key, url=url)


async def read_credit(client: OdooClient, invoice_id: int, note_id: int | None) -> InvoiceCreditFacts:
    """What the books say about the invoice and its credit note now.

    Raises:
        MoveMissingError: one of them is not there.
    """
    invoice = await read_move(client, invoice_id, FIELDS, "invoice")
    note = await read_move(client, note_id, FIELDS, "credit note") if note_id else None
    currency = invoice["currency_id"][1]
    return InvoiceCreditFacts(
        invoice_id=invoice_id,
        invoice=_label(invoice),
        customer=_customer(invoice),
        state=MoveState(invoice["state"]),
        left=rounded(invoice["amount_residual"], currency),
        currency=note["currency_id"][1] if note else currency,
        credit_note_id=note_id,
        credit_note=_label(note) if note else None,
        credit_note_state=MoveState(note["state"]) if note else None,
        total=rounded(note["amount_total"] if note else Decimal(0), currency),
        credit_note_left=rounded(note["amount_residual"] if note else Decimal(0), currency),
        printed=(note["ref"] or "") if note else "",
        reverses=named_id(note["reversed_entry_id"]) if note else None,
    )


async def take_back_credit(client: OdooClient, receipt: Any) -> bool:
    """Undo `credit_invoice`: a cancelled draft is a draft again; a posted credit note stays, and False says so."""
    if receipt["credit_note_id"]:
        return False
    row = await read_move(client, receipt["invoice_id"], FIELDS, "invoice")
    if row["state"] == MoveState.CANCELLED:
        await client.call(MODEL, "button_draft", [row["id"]])
    return True


async def _was_begun(client: OdooClient, chosen: CreditableInvoice, key: str) -> bool:
    """Whether a reversal was begun under this key, or the draft is cancelled as it was to be."""
    if chosen.is_draft:
        row = await read_move(client, chosen.invoice_id, FIELDS, "invoice")
        return bool(row["state"] == MoveState.CANCELLED)
    wizard = await find_record(client, WIZARD, external_id("credit", key))
    return wizard is not None and await _made_by(client, wizard) is not None


async def _cancel_draft(client: OdooClient, inputs: InvoiceCreditInputs) -> None:
    chosen = inputs.decided
    row = await read_move(client, chosen.invoice_id, FIELDS, "invoice")
    if row["state"] != MoveState.CANCELLED:
        await _checked(client, inputs)
        await client.call(MODEL, "button_cancel", [chosen.invoice_id])


async def _posted_note(client: OdooClient, inputs: InvoiceCreditInputs, key: str) -> int:
    chosen = inputs.decided
    wizard = await find_record(client, WIZARD, external_id("credit", key))
    note_id = await (_made_by(client, wizard) if wizard else _own_note(client, inputs))
    is_new = note_id is None
    if note_id is None:
        row = await _checked(client, inputs)
        wizard = await load_once(client, WIZARD, _wizard_values(inputs, row, key))
        await client.call(WIZARD, "reverse_moves", [wizard])
        note_id = await _made_by(client, wizard)
        if note_id is None:
            raise OdooRefusedError(f"{WIZARD}.reverse_moves", "it made no credit note")
    facts = await read_invoice(client, note_id)
    try:
        error = CreditTotalError(chosen, Money(amount=facts.amount_total, currency=facts.currency))
        refuse_unlike(facts, chosen.total, chosen.currency, error)
        await post_drafts(client, [facts])
    except (CreditTotalError, OdooRefusedError):
        if is_new:
            await client.call(MODEL, "unlink", [note_id])
        raise
    return note_id


def _wizard_values(inputs: InvoiceCreditInputs, row: dict[str, Any], key: str) -> dict[str, str]:
    return {
        "id": external_id("credit", key),
        "move_ids/.id": str(row["id"]),
        "journal_id/.id": str(row["journal_id"][0]),
        "date": inputs.dated.isoformat(),
        "reason": inputs.reason or "",
    }


async def _made_by(client: OdooClient, wizard: int) -> int | None:
    (row,) = await client.call(WIZARD, "read", [wizard], fields=["new_move_ids"])
    return row["new_move_ids"][0] if row["new_move_ids"] else None


async def _own_note(client: OdooClient, inputs: InvoiceCreditInputs) -> int | None:
    """The employee's own credit note with this reason on this invoice."""
    chosen = inputs.decided
    uid = (await client.call("res.users", "context_get"))["uid"]
    found = await _notes(client, chosen.invoice_id, ["create_uid", "=", uid])
    ending = f"{chosen.number}, {inputs.reason}" if inputs.reason else chosen.number
    return next((int(row["id"]) for row in found if str(row["ref"]).endswith(ending)), None)


async def _notes(client: OdooClient, invoice_id: int, *more: list[Any]) -> list[dict[str, Any]]:
    """What reverses the invoice and is not cancelled."""
    domain = [["reversed_entry_id", "=", invoice_id], ["state", "!=", MoveState.CANCELLED.value], *more]
    return await _search(client, domain)


async def _search(client: OdooClient, domain: list[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await client.call(
        MODEL, "search_read", domain=domain, fields=FIELDS, order="invoice_date desc, id desc", limit=500
    )
    return rows


async def numbered_invoices(client: OdooClient, words: str) -> list[dict[str, Any]]:
    """The customer invoices whose number stands in the words, whole or as its last digits."""
    said = [one.strip(".#'\"").upper() for one in _NUMBER.findall(words)]
    if not said:
        return []
    found = await _search(client, [["move_type", "=", INVOICE], ["name", "in", said]])
    alone = _DIGITS_ALONE.fullmatch(words.strip())
    if found or not alone:
        return found
    number = int(alone["digits"])
    rows = await _search(client, [["move_type", "=", INVOICE], ["name", "=like", f"%{number}"]])
    drafts = [["move_type", "=", INVOICE], ["state", "=", MoveState.DRAFT.value], ["id", "=", number]]
    return [row for row in rows if _last_number(row["name"]) == number] or await _search(client, drafts)


def _last_number(name: str) -> int | None:
    found = _LAST_DIGITS.search(name)
    return int(found[1]) if found else None


async def _checked(client: OdooClient, inputs: InvoiceCreditInputs) -> dict[str, Any]:
    """The invoice as Odoo has it, which can be credited and is as it was shown."""
    chosen = inputs.decided
    row = await read_move(client, chosen.invoice_id, FIELDS, "invoice")
    await _refuse(client, row)
    if _creditable(row) != chosen:
        raise NotCreditableError(
            chosen.number,
            chosen.customer,
            f"was changed in Odoo meanwhile (now {_creditable(row).said}); nothing was credited: ask again",
        )
    if not chosen.is_draft:
        locks = ("sale_lock_date", "tax_lock_date")
        await check_open_period(client, row["company_id"][0], inputs.dated, locks=locks)
    return row


async def _refuse(client: OdooClient, row: dict[str, Any]) -> None:
    why = await _why_not(client, row)
    if why:
        raise NotCreditableError(_label(row), _customer(row), why)


async def _why_not(client: OdooClient, row: dict[str, Any]) -> str:
    """Why it cannot be credited in full, and what to do; nothing where it can."""
    if row["move_type"] != INVOICE:
        return "is no customer invoice; only those are credited here: name one, such as INV/2026/00012"
    journal = await fetch_journal(client, "sale")
    if row["company_id"][0] != journal.company_id:
        return (
            f"is an invoice of {row['company_id'][1]}, and the employee keeps the books of {journal.company}; "
            "credit it in Odoo as that company"
        )
    if row["state"] == MoveState.CANCELLED:
        return "is cancelled already; there is nothing to credit"
    return "" if row["state"] == MoveState.DRAFT else await _why_not_posted(client, row)


async def _why_not_posted(client: OdooClient, row: dict[str, Any]) -> str:
    others = ", ".join(_label(note) for note in await _notes(client, row["id"]))
    currency = row["currency_id"][1]
    total, left = (Money(amount=rounded(row[name], currency), currency=currency) for name in _SUMS)
    if left.amount == total.amount:
        return f"has a credit note already ({others}); post or delete that one in Odoo" if others else ""
    if others:
        part = " in part" if left.amount else ""
        return f"is credited{part} already by {others}; nothing more was credited"
    paid = Money(amount=total.amount - left.amount, currency=currency)
    return (
        f"is paid {'in full' if not left.amount else f'in part ({paid} of {total})'}, so that money would have to be "
        "paid back; nothing was credited: decide what becomes of it, and use Credit Note on the invoice in Odoo"
    )


_SUMS = ("amount_total", "amount_residual")


def _is_of(one: CreditableInvoice, wanted: InvoiceToCredit) -> bool:
    """Whether it is of that month and over that sum, as far as they are said."""
    is_month = wanted.month in {None, f"{one.dated:%Y-%m}" if one.dated else ""}
    return is_month and wanted.amount in {None, one.total}


def _label(row: dict[str, Any]) -> str:
    return row["name"] if row["name"] and row["name"] != "/" else f"{DRAFT} {row['id']}"


def _customer(row: dict[str, Any]) -> str:
    return str(row["partner_id"][1]) if row["partner_id"] else "nobody"


def _creditable(row: dict[str, Any]) -> CreditableInvoice:
    currency = row["currency_id"][1]
    return CreditableInvoice(
        invoice_id=row["id"],
        number=_label(row),
        customer=_customer(row),
        total=rounded(row["amount_total"], currency),
        currency=currency,
        dated=row["invoice_date"] or None,
        is_draft=row["state"] == MoveState.DRAFT,
    )
