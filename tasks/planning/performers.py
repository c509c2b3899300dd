"""How each action of the catalogue is carried out; the names are the catalogue's.

`perform` must be safe to call again with the same key: it looks for what an earlier call left behind and goes
on from there (Odoo's external ids make that certain), so reconciling and repeating are one thing.
"""

from typing import TYPE_CHECKING, Any, Protocol

from domain.accounting.bill import BillInputs
from domain.errors import ContractError
from domain.planning.catalogue import FileAwayInputs

if TYPE_CHECKING:
    from blocks.odoo.client import OdooClient


class EvidenceMissingError(ContractError):
    """What was read back does not show what was asked for."""

    def __init__(self, action: str, wanted: str, found: str) -> None:
        super().__init__(
            f"{action}: expected {wanted}, but reading it back shows {found}; a person must look"
        )


class Performer(Protocol):
    """The doing side of one action."""

    async def payee_facts(self, inputs: Any) -> dict[str, Any]:
        """What the policy wants to know of the payee (`payee_known`, `bank_details_changed`)."""
        ...

    async def perform(self, key: str, inputs: Any) -> dict[str, Any]:
        """Do it, or finish what an earlier call with this key began. Returns a JSON receipt."""
        ...

    async def read_back(self, receipt: dict[str, Any], inputs: Any) -> dict[str, Any]:
        """Read the result from the outside world.

        Raises:
            EvidenceMissingError: it is not there as it should be.
        """
        ...

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Undo it; False when this action cannot be undone."""
        ...


class FileAway:
    """`desk.file_away`: nothing leaves the Vault."""

    async def payee_facts(self, inputs: FileAwayInputs) -> dict[str, Any]:
        """Nobody is paid."""
        del inputs
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
        PERFORMERS.update({"odoo.record_bill": RecordBill(), "desk.file_away": FileAway()})
    return PERFORMERS[action]


class RecordBill:
    """`odoo.record_bill`: vendor found or created, bill posted with its document attached, read back."""

    async def payee_facts(self, inputs: BillInputs) -> dict[str, Any]:
        """Known means: the vendor has posted bills in Odoo already."""
        from tasks.accounting.bills import is_known_payee

        async with await _odoo() as client:
            return {"payee_known": await is_known_payee(client, inputs)}

    async def perform(self, key: str, inputs: BillInputs) -> dict[str, Any]:
        """Create what is missing of vendor, bill, attachment and posting."""
        from tasks.accounting.bills import record_bill
        from tasks.planning.intake import desk

        name = inputs.document.rpartition("/")[2] if inputs.document else None
        content = desk().path(inputs.document).read_bytes() if inputs.document else None
        async with await _odoo() as client:
            receipt = await record_bill(client, inputs, key=key, document=content, filename=name)
        return receipt.model_dump(mode="json")

    async def read_back(self, receipt: dict[str, Any], inputs: BillInputs) -> dict[str, Any]:
        """The bill as Odoo has it now."""
        from tasks.accounting.bills import read_bill

        async with await _odoo() as client:
            facts = await read_bill(client, receipt["bill_id"])
        if facts.state != "posted" or facts.amount_total != inputs.total:
            wanted = f"a posted bill of {inputs.total} {inputs.currency}"
            raise EvidenceMissingError("odoo.record_bill", wanted, f"{facts.state}, {facts.amount_total}")
        if inputs.document and not facts.attachment_count:
            raise EvidenceMissingError("odoo.record_bill", "the document attached", "no attachment")
        return facts.model_dump(mode="json")

    async def compensate(self, key: str, receipt: dict[str, Any]) -> bool:
        """Cancel the bill; it stays in Odoo as a cancelled record."""
        from tasks.accounting.bills import cancel_bill

        del receipt
        async with await _odoo() as client:
            await cancel_bill(client, key)
        return True


async def _odoo() -> "OdooClient":
    from blocks.odoo.credentials import OdooCredentials

    block: OdooCredentials = await OdooCredentials.aload("odoo")
    return block.client()
