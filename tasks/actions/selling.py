"""How the catalogue's actions of selling are carried out: customers, products, invoices in Odoo.

Nobody is paid by them, so no payee is new; the sums of invoices count as all others do.
"""

from typing import Any

from domain.accounting.customer import CustomerInputs, customer_problems
from domain.accounting.invoice import InvoiceInputs, invoice_problems
from domain.accounting.invoice_batch import InvoiceBatchFacts, InvoiceBatchInputs, batch_problems
from domain.accounting.plausible import odd_dates
from domain.accounting.product import ProductInputs, product_problems
from tasks.actions import connected
from tasks.actions.performer import EvidenceMissingError
from tasks.reliability.limits import present


class CreateInvoice:
    """`odoo.create_invoice`: made and posted over exactly the approved total, and read back."""

    async def look(self, key: str, inputs: InvoiceInputs) -> dict[str, Any]:
        """What cannot be invoiced is refused here: unknown customer, product, tax, currency; closed period."""
        from tasks.accounting.invoices import check_invoice

        async with await connected.odoo_client() as client:
            await check_invoice(client, inputs, key=key)
        odd = odd_dates(inputs.issued_on, inputs.due_date, present().date())
        return {"payee_known": True, "oddities": odd}

    async def perform(self, key: str, inputs: InvoiceInputs) -> dict[str, Any]:
        """Create what is missing of invoice and posting."""
        from tasks.accounting.invoices import create_invoice

        async with await connected.odoo_client() as client:
            receipt = await create_invoice(client, inputs, key=key)
        return receipt.model_dump(mode="json")

    async def read_back(self, receipt: dict[str, Any], inputs: InvoiceInputs) -> dict[str, Any]:
        """The invoice as Odoo has it now."""
        from tasks.accounting.invoices import read_invoice

        async with await connected.odoo_client() as client:
            facts = await read_invoice(client, receipt["invoice_id"])
        return _shown("odoo.create_invoice", facts.model_dump(mode="json"), invoice_problems(inputs, facts))

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Cancel the invoice; it stays in Odoo as a cancelled record."""
        from tasks.accounting.invoices import cancel_invoice

        del receipt
        async with await connected.odoo_client() as client:
            await cancel_invoice(client, key)
        return True


class CreateInvoices:
    """`odoo.create_invoices`: all made and posted, or none, each over exactly its approved total, and read back."""

    async def look(self, key: str, inputs: InvoiceBatchInputs) -> dict[str, Any]:
        """What cannot be invoiced is refused here, as of a single invoice."""
        from tasks.accounting.invoice_batches import check_batch

        async with await connected.odoo_client() as client:
            await check_batch(client, inputs, key=key)
        today = present().date()
        odd = [
            f"{one.customer}: {oddity}"
            for one in inputs.invoices
            for oddity in odd_dates(one.issued_on, one.due_date, today)
        ]
        return {"payee_known": True, "oddities": odd}

    async def perform(self, key: str, inputs: InvoiceBatchInputs) -> dict[str, Any]:
        """Create what is missing of invoices and posting."""
        from tasks.accounting.invoice_batches import create_invoices

        async with await connected.odoo_client() as client:
            facts = await create_invoices(client, inputs, key=key)
        return facts.evidence() | {"key": key}

    async def read_back(self, receipt: dict[str, Any], inputs: InvoiceBatchInputs) -> dict[str, Any]:
        """The invoices as Odoo has them now."""
        from tasks.accounting.invoice_batches import read_batch

        async with await connected.odoo_client() as client:
            facts = await read_batch(client, _ids(receipt))
        evidence = InvoiceBatchFacts(invoices=facts).evidence()
        return _shown("odoo.create_invoices", evidence, batch_problems(inputs, facts))

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Cancel the invoices; they stay in Odoo as cancelled records."""
        from tasks.accounting.invoice_batches import cancel_batch

        del key
        async with await connected.odoo_client() as client:
            await cancel_batch(client, _ids(receipt))
        return True


class CreateCustomer:
    """`odoo.create_customer`: matched by e-mail, tax number and name before one is created."""

    async def look(self, key: str, inputs: CustomerInputs) -> dict[str, Any]:
        """An ambiguous customer is refused here."""
        from tasks.accounting.customers import check_customer

        del key
        async with await connected.odoo_client() as client:
            await check_customer(client, inputs)
        return {"payee_known": True}

    async def perform(self, key: str, inputs: CustomerInputs) -> dict[str, Any]:
        """The customer's identity, not the effect's key, keeps it from being created twice."""
        from tasks.accounting.customers import create_customer

        del key
        async with await connected.odoo_client() as client:
            receipt = await create_customer(client, inputs)
        return receipt.model_dump(mode="json")

    async def read_back(self, receipt: dict[str, Any], inputs: CustomerInputs) -> dict[str, Any]:
        """The customer as Odoo has them now."""
        from tasks.accounting.customers import read_customer

        async with await connected.odoo_client() as client:
            facts = await read_customer(client, receipt["customer_id"])
        problems = customer_problems(inputs, facts)
        return _shown("odoo.create_customer", facts.model_dump(mode="json"), problems)

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Delete a customer that this made and nobody uses yet."""
        from tasks.accounting.customers import remove_customer

        del key
        async with await connected.odoo_client() as client:
            return await remove_customer(client, receipt)


class CreateProduct:
    """`odoo.create_product`: matched by code and name before one is created."""

    async def look(self, key: str, inputs: ProductInputs) -> dict[str, Any]:
        """An ambiguous product or category is refused here."""
        from tasks.accounting.products import check_product

        del key
        async with await connected.odoo_client() as client:
            await check_product(client, inputs)
        return {"payee_known": True}

    async def perform(self, key: str, inputs: ProductInputs) -> dict[str, Any]:
        """The product's code or name, not the effect's key, keeps it from being created twice."""
        from tasks.accounting.products import create_product

        del key
        async with await connected.odoo_client() as client:
            receipt = await create_product(client, inputs)
        return receipt.model_dump(mode="json")

    async def read_back(self, receipt: dict[str, Any], inputs: ProductInputs) -> dict[str, Any]:
        """The product as Odoo has it now."""
        from tasks.accounting.products import read_product

        async with await connected.odoo_client() as client:
            facts = await read_product(client, receipt["product_id"])
        problems = product_problems(inputs, facts)
        return _shown("odoo.create_product", facts.model_dump(mode="json"), problems)

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Delete a product that this made and nobody uses yet."""
        from tasks.accounting.products import remove_product

        del key
        async with await connected.odoo_client() as client:
            return await remove_product(client, receipt)


def _ids(receipt: dict[str, Any]) -> list[int]:
    return [one["invoice_id"] for one in receipt["invoices"]]


def _shown(action: str, facts: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    if problems:
        raise EvidenceMissingError(action, problems)
    return facts
