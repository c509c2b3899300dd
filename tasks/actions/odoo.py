"""The actions in the books: vendor bills, payments, customer invoices, customers and products in Odoo.

Nobody is paid by what is sold, so no payee is new; the sums of invoices count as all others do.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.repeats import forget_reads
from domain.accounting.allocation import AllocationInputs, allocation_problems
from domain.accounting.bank import BankAccount
from domain.accounting.bill import BillFacts, BillInputs, BillReceipt, bill_problems
from domain.accounting.credit_note import (
    CreditNoteFacts,
    CreditNoteInputs,
    CreditNoteReceipt,
    credit_note_problems,
)
from domain.accounting.customer import CustomerFacts, CustomerInputs, customer_problems
from domain.accounting.hours import (
    HoursInvoiceFacts,
    HoursInvoiceInputs,
    HoursOrder,
    hours_problems,
)
from domain.accounting.invoice import InvoiceFacts, InvoiceInputs, InvoiceOrder, invoice_problems
from domain.accounting.invoice_batch import InvoiceBatchFacts, InvoiceBatchInputs, batch_problems
from domain.accounting.invoice_credit import InvoiceCreditFacts, InvoiceCreditInputs, credit_problems
from domain.accounting.opportunity import OpportunityFacts, OpportunityInputs, opportunity_problems
from domain.accounting.party import party_key
from domain.accounting.payment import (
    PaymentFacts,
    PaymentInputs,
    PaymentOrder,
    PaymentReceipt,
    payment_problems,
)
from domain.accounting.plausible import odd_dates
from domain.accounting.product import Product, ProductInputs, product_problems
from domain.accounting.reminder import ReminderFacts, ReminderInputs, reminder_problems
from domain.accounting.reminder_pause import ReminderPauseFacts, ReminderPauseInputs, pause_problems
from domain.accounting.vendor import (
    BankAccountFacts,
    BankAccountInputs,
    VendorDetailsInputs,
    VendorFacts,
    VendorInputs,
    account_problems,
    details_problems,
    vendor_problems,
)
from domain.errors import RejectedError
from domain.receipts.category import Category
from tasks.accounting import (
    bills,
    credit_notes,
    customers,
    hours_invoices,
    invoice_credits,
    invoice_orders,
    invoices,
    opportunities,
    payments,
    products,
    reminder_pauses,
    reminders,
    vendors,
)
from tasks.accounting.allocations import allocated
from tasks.accounting.chart import check_own_or_rated
from tasks.accounting.customer_discounts import discount_oddities
from tasks.accounting.fiscal_positions import tax_oddities
from tasks.accounting.goals import UNREADABLE, read_goals
from tasks.accounting.hour_rates import HourRateTable
from tasks.accounting.oddities import bill_oddities
from tasks.accounting.partners import find_vendor, look_at_bank_details
from tasks.accounting.payables import read_payable
from tasks.actions import connected
from tasks.actions.performer import Performer, Receipt, by_name
from tasks.clock import present
from tasks.policy.handbook import read_handbook
from tasks.reliability.claims import held, this_process
from tasks.reliability.effect_ledger import approved_before, is_named_elsewhere
from tasks.reliability.moved import PARTNER_FIELDS
from tasks.vault.vault import current_vault

PRODUCT_FIELDS = ("product_id",)
RECORD_BILL, REIMBURSE = "odoo.record_bill", "odoo.reimburse_expenses"


def _cancelling(
    cancel: Callable[[OdooClient, str], Awaitable[object]],
) -> Callable[[OdooClient, str, Receipt], Awaitable[bool]]:
    """Undoing by the effect's key: the record stays in Odoo, cancelled."""

    async def undo(client: OdooClient, key: str, _receipt: Receipt) -> bool:
        await cancel(client, key)
        return True

    return undo


def _removing(
    remove: Callable[[OdooClient, Receipt], Awaitable[bool]], fields: tuple[str, ...]
) -> Callable[[OdooClient, str, Receipt], Awaitable[bool]]:
    """Undoing by deletion: not of what another effect was given or told of."""

    async def undo(client: OdooClient, key: str, receipt: Receipt) -> bool:
        record_id = next(receipt[name] for name in fields if name in receipt)
        if receipt["is_new"] and is_named_elsewhere(key, fields, record_id):
            return False
        return await remove(client, receipt)

    return undo


async def _look_at_bill(client: OdooClient, inputs: BillInputs, key: str) -> dict[str, Any]:
    """Known means: the vendor has posted bills in Odoo already. What must not be booked is refused here."""
    _document(inputs)
    await bills.check_bill(client, inputs, key)
    await check_own_or_rated(client, inputs.currency)
    vendor = (await find_vendor(client, inputs)).partner
    return {
        "payee_id": vendor.partner_id if vendor else None,
        "payee_known": await bills.is_known_payee(client, inputs),
        "payee_name": vendor.name if vendor else None,
        "bank_details": await look_at_bank_details(client, inputs, _approved_accounts(inputs)),
        "oddities": await bill_oddities(client, inputs, today=present().date(), categories=_categories()),
    }


def _approved_accounts(inputs: BillInputs) -> list[BankAccount]:
    """The accounts on this vendor's bills that a person saw and approved; none for a bill that names no account."""
    if not (inputs.vendor_iban or inputs.vendor_account):
        return []
    before = approved_before(RECORD_BILL, party_key(inputs.vendor))
    numbers = [bill.get(name) for bill in before for name in ("vendor_iban", "vendor_account")]
    return [BankAccount(number=number, active=True) for number in numbers if number]


async def _record_bill(client: OdooClient, inputs: BillInputs, key: str) -> BillReceipt:
    name = inputs.document.rpartition("/")[2] if inputs.document else None
    return await bills.record_bill(client, inputs, key, document=_document(inputs), filename=name)


async def _look_at_credit_note(client: OdooClient, inputs: CreditNoteInputs, key: str) -> dict[str, Any]:
    """A bill that cannot be credited is a person's to correct: they are asked all the same, and `do` refuses it."""
    looked = await _look_at_bill(client, inputs, key)
    try:
        await credit_notes.check_credit_note(client, inputs, key)
    except RejectedError as error:
        return looked | {"oddities": [*looked["oddities"], str(error)]}
    return looked


async def _record_credit_note(client: OdooClient, inputs: CreditNoteInputs, key: str) -> CreditNoteReceipt:
    name = inputs.document.rpartition("/")[2] if inputs.document else None
    return await credit_notes.record_credit_note(client, inputs, key, _document(inputs), name)


def _document(inputs: BillInputs) -> bytes | None:
    """The document that was read, and perhaps approved: its name holds its content's digest."""
    return current_vault().document(inputs.document) if inputs.document else None


def _categories() -> set[str]:
    """The kinds of expense that the employee and the owner's goals name; goals that cannot be read name none."""
    try:
        goals = read_goals()
    except UNREADABLE:
        return set(Category)
    return {*Category, *goals.budgets, *goals.accounts}


async def _booked_again(client: OdooClient, inputs: BillInputs, facts: BillFacts) -> str:
    """The other bills of the same document: Odoo itself posts a second one without a warning."""
    duplicates = await bills.find_duplicates(client, inputs, facts.vendor_id)
    others = [
        f"{one.name or 'draft'} (id {one.bill_id})" for one in duplicates if one.bill_id != facts.bill_id
    ]
    return (
        f"the same document is in the books again: {', '.join(others)}; a person must look" if others else ""
    )


async def _complete_payment(client: OdooClient, said: PaymentOrder) -> PaymentInputs:
    return await payments.payment_inputs(
        client, said.invoice_id, amount=said.amount, method=said.method, paid_on=said.paid_on
    )


async def _look_at_payment(client: OdooClient, inputs: PaymentInputs, key: str) -> dict[str, Any]:
    """Known means: money went to that vendor before."""
    await payments.check_payment(client, inputs, key)
    payable = await read_payable(client, inputs.invoice_id)
    return {
        "payee_id": payable.partner_id,
        "payee_known": await payments.is_paid_before(client, inputs),
        "oddities": await discount_oddities(client, inputs, payable),
    }


async def _record_payment(client: OdooClient, inputs: PaymentInputs, key: str) -> PaymentReceipt:
    """One payment of a document at a time."""
    async with held(f"payment of invoice {inputs.invoice_id}", owner=f"{this_process()}#{key}"):
        forget_reads("account.move")  # who held it before may have paid
        return await payments.record_payment(client, inputs, key)


async def _look_at_allocation(client: OdooClient, inputs: AllocationInputs, key: str) -> dict[str, Any]:
    """What cannot be is a person's to correct: they are asked all the same, and `do` refuses it."""
    if inputs.problems():
        return {"payee_known": False}
    try:
        return await _look_at_payment(client, await allocated(client, inputs), key)
    except RejectedError as error:
        return {"payee_known": False, "oddities": [str(error)]}


async def _allocate_payment(client: OdooClient, inputs: AllocationInputs, key: str) -> PaymentReceipt:
    return await _record_payment(client, await allocated(client, inputs), key)


async def _cancel_payment(client: OdooClient, key: str, receipt: Receipt) -> bool:
    """In the books; money that has moved must be moved back by a person."""
    await payments.cancel_payment(client, key, receipt["invoice_id"])
    return True


async def _complete_invoice(client: OdooClient, order: InvoiceOrder) -> InvoiceInputs:
    return await invoice_orders.complete_order(client, order.due_within(read_handbook().rates.due_days))


async def _look_at_invoice(client: OdooClient, inputs: InvoiceInputs, key: str) -> dict[str, Any]:
    await invoices.check_invoice(client, inputs, key)
    return await _odd_invoice(client, inputs)


async def _look_at_invoices(client: OdooClient, inputs: InvoiceBatchInputs, key: str) -> dict[str, Any]:
    await invoices.check_invoices(client, inputs, key)
    odd = [
        f"{one.customer}: {oddity}"
        for one, oddities in zip(inputs.invoices, await _odd(client, inputs.invoices), strict=True)
        for oddity in oddities
    ]
    return {"oddities": odd}


async def _complete_hours(client: OdooClient, order: HoursOrder) -> HoursInvoiceInputs:
    handbook = read_handbook()
    table = HourRateTable(handbook.rates, handbook.currency)
    return await hours_invoices.complete_hours(client, order, table, present().date())


async def _look_at_hours(client: OdooClient, inputs: HoursInvoiceInputs, key: str) -> dict[str, Any]:
    await hours_invoices.check_hours(client, inputs, key)
    return await _odd_invoice(client, inputs)


async def _odd_invoice(client: OdooClient, inputs: InvoiceInputs) -> dict[str, Any]:
    (oddities,) = await _odd(client, [inputs])
    return {"oddities": oddities}


async def _odd(client: OdooClient, found: Sequence[InvoiceInputs]) -> list[list[str]]:
    """What is odd about each invoice's days and taxes."""
    today = present().date()
    taxes = await tax_oddities(client, found)
    return [
        [*odd_dates(one.issued_on, one.due_date, today), *odd] for one, odd in zip(found, taxes, strict=True)
    ]


async def _read_invoices(
    client: OdooClient, receipt: Receipt, _inputs: InvoiceBatchInputs
) -> InvoiceBatchFacts:
    return InvoiceBatchFacts(invoices=await invoices.read_invoices(client, _ids(receipt)))


async def _cancel_invoices(client: OdooClient, _key: str, receipt: Receipt) -> bool:
    await invoices.cancel_invoices(client, _ids(receipt))
    return True


def _ids(receipt: Receipt) -> list[int]:
    return [one["invoice_id"] for one in receipt["invoices"]]


PERFORMERS = by_name(
    *(
        Performer[OdooClient, BillInputs, BillFacts](
            name=name,
            connect=connected.books,
            check=_look_at_bill,
            do=_record_bill,
            read=lambda client, receipt, inputs: bills.read_booked(client, receipt["bill_id"], inputs),
            problems=bill_problems,
            undo=_cancelling(bills.cancel_bill),
            tell=bills.preview_bill,
            others=_booked_again,
        )
        for name in (RECORD_BILL, REIMBURSE)
    ),
    Performer[OdooClient, CreditNoteInputs, CreditNoteFacts](
        name="odoo.record_credit_note",
        connect=connected.books,
        check=_look_at_credit_note,
        do=_record_credit_note,
        read=lambda client, receipt, inputs: credit_notes.read_credit_note(
            client, receipt["bill_id"], inputs
        ),
        problems=credit_note_problems,
        undo=_cancelling(credit_notes.cancel_credit_note),
        tell=bills.preview_bill,
        others=_booked_again,
    ),
    Performer[OdooClient, PaymentInputs, PaymentFacts](
        name="odoo.record_payment",
        connect=connected.books,
        complete=_complete_payment,
        check=_look_at_payment,
        do=_record_payment,
        read=lambda client, receipt, inputs: payments.read_payment(
            client, receipt["payment_id"], inputs.invoice_id
        ),
        problems=payment_problems,
        undo=_cancel_payment,
    ),
    Performer[OdooClient, AllocationInputs, PaymentFacts](
        name="odoo.allocate_payment",
        connect=connected.books,
        check=_look_at_allocation,
        do=_allocate_payment,
        read=lambda client, receipt, _inputs: payments.read_payment(
            client, receipt["payment_id"], receipt["invoice_id"]
        ),
        problems=allocation_problems,
        undo=_cancel_payment,
    ),
    Performer[OdooClient, InvoiceInputs, InvoiceFacts](
        name="odoo.create_invoice",
        connect=connected.books,
        complete=_complete_invoice,
        check=_look_at_invoice,
        do=invoices.create_invoice,
        read=lambda client, receipt, _inputs: invoices.read_invoice(client, receipt["invoice_id"]),
        problems=invoice_problems,
        undo=_cancelling(invoices.cancel_invoice),
    ),
    Performer[OdooClient, InvoiceCreditInputs, InvoiceCreditFacts](
        name="odoo.credit_invoice",
        connect=connected.books,
        complete=invoice_credits.complete_credit,
        check=invoice_credits.check_credit,
        do=invoice_credits.credit_invoice,
        read=lambda client, receipt, _inputs: invoice_credits.read_credit(
            client, receipt["invoice_id"], receipt["credit_note_id"]
        ),
        problems=credit_problems,
        undo=lambda client, _key, receipt: invoice_credits.take_back_credit(client, receipt),
    ),
    Performer[OdooClient, HoursInvoiceInputs, HoursInvoiceFacts](
        name=hours_invoices.ACTION,
        connect=connected.books,
        complete=_complete_hours,
        check=_look_at_hours,
        do=hours_invoices.invoice_hours,
        read=lambda client, receipt, _inputs: hours_invoices.read_hours_invoice(
            client, receipt["invoice_id"], receipt["key"]
        ),
        problems=hours_problems,
        undo=_cancelling(hours_invoices.cancel_hours),
    ),
    Performer[OdooClient, InvoiceBatchInputs, InvoiceBatchFacts](
        name="odoo.create_invoices",
        connect=connected.books,
        complete=invoice_orders.complete_orders,
        check=_look_at_invoices,
        do=invoices.create_invoices,
        read=_read_invoices,
        problems=batch_problems,
        undo=_cancel_invoices,
        shown=InvoiceBatchFacts.evidence,
    ),
    Performer[OdooClient, ReminderInputs, ReminderFacts](
        name="odoo.note_reminder",
        connect=connected.books,
        check=reminders.check_reminder,
        do=reminders.note_reminder,
        read=lambda client, receipt, inputs: reminders.read_reminder(
            client, inputs.invoice_id, receipt["key"]
        ),
        problems=reminder_problems,
        undo=reminders.take_back_reminder,
    ),
    Performer[OdooClient, ReminderPauseInputs, ReminderPauseFacts](
        name="odoo.pause_reminders",
        connect=connected.books,
        do=lambda client, inputs, key: reminder_pauses.pause_reminders(client, inputs, key, present().date()),
        read=lambda client, _receipt, inputs: reminder_pauses.read_pause(client, inputs, present().date()),
        problems=pause_problems,
        undo=reminder_pauses.take_back_pause,
    ),
    Performer[OdooClient, OpportunityInputs, OpportunityFacts](
        name="odoo.note_opportunity",
        connect=connected.books,
        check=lambda client, inputs, _key: opportunities.check_opportunity(client, inputs),
        do=opportunities.note_opportunity,
        read=lambda client, receipt, inputs: opportunities.read_opportunity(
            client, inputs.opportunity_id, receipt["key"]
        ),
        problems=opportunity_problems,
        undo=lambda client, _key, receipt: opportunities.move_back(client, receipt),
    ),
    Performer[OdooClient, CustomerInputs, CustomerFacts](
        name="odoo.create_customer",
        connect=connected.books,
        check=lambda client, inputs, _key: customers.check_customer(client, inputs),
        do=lambda client, inputs, _key: customers.create_customer(client, inputs),
        read=lambda client, receipt, _inputs: customers.read_customer(client, receipt["customer_id"]),
        problems=customer_problems,
        undo=_removing(customers.remove_customer, PARTNER_FIELDS),
    ),
    Performer[OdooClient, VendorInputs, VendorFacts](
        name="odoo.create_vendor",
        connect=connected.books,
        check=lambda client, inputs, _key: vendors.check_vendor(client, inputs),
        do=lambda client, inputs, _key: vendors.create_vendor(client, inputs),
        read=lambda client, receipt, _inputs: vendors.read_vendor(client, receipt["vendor_id"]),
        problems=vendor_problems,
        undo=_removing(vendors.remove_vendor, PARTNER_FIELDS),
    ),
    Performer[OdooClient, VendorDetailsInputs, VendorFacts](
        name="odoo.complete_vendor",
        connect=connected.books,
        check=lambda client, inputs, _key: vendors.check_details(client, inputs),
        do=lambda client, inputs, _key: vendors.complete_vendor(client, inputs),
        read=lambda client, receipt, _inputs: vendors.read_vendor(client, receipt["vendor_id"]),
        problems=details_problems,
        undo=lambda client, _key, receipt: vendors.empty_details(client, receipt),
    ),
    Performer[OdooClient, BankAccountInputs, BankAccountFacts](
        name="odoo.add_bank_account",
        connect=connected.books,
        check=lambda client, inputs, _key: vendors.check_account(client, inputs),
        do=lambda client, inputs, _key: vendors.add_account(client, inputs),
        read=lambda client, receipt, _inputs: vendors.read_account(client, receipt["account_id"]),
        problems=account_problems,
        undo=_removing(vendors.remove_account, ("account_id",)),
    ),
    Performer[OdooClient, ProductInputs, Product](
        name="odoo.create_product",
        connect=connected.books,
        check=lambda client, inputs, _key: products.check_product(client, inputs),
        do=lambda client, inputs, _key: products.create_product(client, inputs),
        read=lambda client, receipt, _inputs: products.read_product(client, receipt["product_id"]),
        problems=product_problems,
        undo=_removing(products.remove_product, PRODUCT_FIELDS),
    ),
)
