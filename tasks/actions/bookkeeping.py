"""How the catalogue's actions in the books are carried out, each through its task in `tasks/accounting`."""

from typing import Any

from domain.accounting.bill import BillInputs, bill_problems
from domain.accounting.payment import PaymentInputs, payment_problems
from domain.errors import DigitalFteError
from domain.planning.plan import Step
from domain.receipts.category import Category
from tasks.actions import connected
from tasks.actions.performer import EvidenceMissingError
from tasks.reliability.claims import held, this_process
from tasks.reliability.limits import present


async def preview_step(step: Step) -> dict[str, str]:
    """What Odoo will make of a bill, for the person who is asked; what cannot be told now says why."""
    if step.action != "odoo.record_bill":
        return {}
    from tasks.accounting.bills import preview_bill

    try:
        async with await connected.odoo_client() as client:
            return await preview_bill(client, BillInputs.model_validate(step.inputs))
    except DigitalFteError as error:  # the person is asked all the same
        return {"in Odoo": f"could not be looked up now: {error}"}


def _document(inputs: BillInputs) -> bytes | None:
    """The document that was read, and perhaps approved: its name holds its content's digest."""
    from tasks.vault.vault import current_vault

    return current_vault().document(inputs.document) if inputs.document else None


def _categories() -> set[str]:
    """The kinds of expense that the employee and the owner's goals name; goals that cannot be read name none."""
    from tasks.accounting.goals import UNREADABLE, read_goals

    try:
        goals = read_goals()
    except UNREADABLE:
        return set(Category)
    return {*Category, *goals.budgets, *goals.accounts}


class RecordBill:
    """`odoo.record_bill`: vendor found or created, bill posted with its document attached, read back."""

    async def look(self, key: str, inputs: BillInputs) -> dict[str, Any]:
        """Known means: the vendor has posted bills in Odoo already. A duplicate is refused here."""
        from tasks.accounting.bills import check_bill, is_known_payee
        from tasks.accounting.oddities import bill_oddities
        from tasks.accounting.vendors import find_vendor, is_other_bank_account

        _document(inputs)
        async with await connected.odoo_client() as client:
            await check_bill(client, inputs, key=key)
            vendor = (await find_vendor(client, inputs)).partner
            return {
                "payee_id": vendor.partner_id if vendor else None,
                "payee_known": await is_known_payee(client, inputs),
                "bank_details_changed": await is_other_bank_account(client, inputs),
                "oddities": await bill_oddities(
                    client, inputs, today=present().date(), categories=_categories()
                ),
            }

    async def perform(self, key: str, inputs: BillInputs) -> dict[str, Any]:
        """Create what is missing of vendor, bill, attachment and posting."""
        from tasks.accounting.bills import record_bill

        name = inputs.document.rpartition("/")[2] if inputs.document else None
        content = _document(inputs)
        async with await connected.odoo_client() as client:
            receipt = await record_bill(client, inputs, key=key, document=content, filename=name)
        return receipt.model_dump(mode="json")

    async def read_back(self, receipt: dict[str, Any], inputs: BillInputs) -> dict[str, Any]:
        """The bill as Odoo has it now."""
        from tasks.accounting.bills import read_bill

        async with await connected.odoo_client() as client:
            facts = await read_bill(client, receipt["bill_id"])
        problems = bill_problems(inputs, facts)
        if problems:
            raise EvidenceMissingError("odoo.record_bill", problems)
        return facts.model_dump(mode="json")

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Cancel the bill; it stays in Odoo as a cancelled record."""
        from tasks.accounting.bills import cancel_bill

        del receipt
        async with await connected.odoo_client() as client:
            await cancel_bill(client, key)
        return True


class RecordPayment:
    """`odoo.record_payment`: the payment is booked, set off against its invoice or bill, and read back."""

    async def look(self, key: str, inputs: PaymentInputs) -> dict[str, Any]:
        """Known means: money went to that vendor before. What cannot be paid is refused here."""
        from tasks.accounting.payables import read_payable
        from tasks.accounting.payments import check_payment, is_paid_before

        async with await connected.odoo_client() as client:
            await check_payment(client, inputs, key=key)
            payable = await read_payable(client, inputs.invoice_id)
            return {"payee_id": payable.partner_id, "payee_known": await is_paid_before(client, inputs)}

    async def perform(self, key: str, inputs: PaymentInputs) -> dict[str, Any]:
        """Create what is missing of payment, posting and setting off; one payment of a document at a time."""
        from blocks.odoo.repeats import forget_reads
        from tasks.accounting.payments import record_payment

        mine = f"{this_process()}#{key}"
        async with (
            held(f"payment of invoice {inputs.invoice_id}", owner=mine),
            await connected.odoo_client() as client,
        ):
            forget_reads("account.move")  # who held it before may have paid
            receipt = await record_payment(client, inputs, key=key)
        return receipt.model_dump(mode="json")

    async def read_back(self, receipt: dict[str, Any], inputs: PaymentInputs) -> dict[str, Any]:
        """The payment as Odoo has it now, with what is still open on its document."""
        from tasks.accounting.payments import read_payment

        async with await connected.odoo_client() as client:
            facts = await read_payment(client, receipt["payment_id"], inputs.invoice_id)
        problems = payment_problems(inputs, facts)
        if problems:
            raise EvidenceMissingError("odoo.record_payment", problems)
        return facts.model_dump(mode="json")

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Cancel the payment in the books; money that has moved must be moved back by a person."""
        from tasks.accounting.payments import cancel_payment

        async with await connected.odoo_client() as client:
            await cancel_payment(client, key, receipt["invoice_id"])
        return True
