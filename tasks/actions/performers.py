"""How each action of the catalogue is carried out; the names are the catalogue's."""

from typing import Any

from domain.planning.catalogue import FileAwayInputs
from tasks.actions.performer import Performer


class FileAway:
    """`vault.file_away`: nothing leaves the Vault."""

    async def look(self, key: str, inputs: FileAwayInputs) -> dict[str, Any]:
        """Nobody is paid."""
        del key, inputs
        return {"payee_known": True}

    async def perform(self, key: str, inputs: FileAwayInputs) -> dict[str, Any]:
        """The reason is the receipt."""
        del key
        return {"filed": inputs.reason}

    async def read_back(self, receipt: dict[str, Any], inputs: FileAwayInputs) -> dict[str, Any]:
        """The note that moves to Done is the evidence."""
        del inputs
        return receipt

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Nothing happened that could be undone."""
        del key, receipt
        return True


PERFORMERS: dict[str, Performer] = {}


def performer_of(action: str) -> Performer:
    """The performer of a catalogued action."""
    if not PERFORMERS:
        from tasks.actions.bookkeeping import RecordBill, RecordPayment
        from tasks.actions.selling import CreateCustomer, CreateInvoice, CreateInvoices, CreateProduct

        PERFORMERS.update(
            {
                "odoo.record_bill": RecordBill(),
                "odoo.record_payment": RecordPayment(),
                "odoo.create_invoice": CreateInvoice(),
                "odoo.create_invoices": CreateInvoices(),
                "odoo.create_customer": CreateCustomer(),
                "odoo.create_product": CreateProduct(),
                "vault.file_away": FileAway(),
            }
        )
    return PERFORMERS[action]
