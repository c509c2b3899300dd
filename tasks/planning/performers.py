"""How each action of the catalogue is carried out; the names are the catalogue's.

`perform` must be safe to call again with the same key: it looks for what an earlier call left behind and goes
on from there (Odoo's external ids make that certain), so reconciling and repeating are one thing.
"""

from typing import TYPE_CHECKING, Any, Protocol

from domain.accounting.bill import BillInputs, bill_problems
from domain.errors import ContractError
from domain.planning.catalogue import FileAwayInputs

if TYPE_CHECKING:
    from blocks.odoo.client import OdooClient


class EvidenceMissingError(ContractError):
    """What was read back does not show what was asked for."""

    def __init__(self, action: str, problems: list[str]) -> None:
        super().__init__(f"{action}: read back, {'; '.join(problems)}; a person must look")


class Performer(Protocol):
    """The doing side of one action."""

    async def look(self, key: str, inputs: Any) -> dict[str, Any]:
        """What the policy wants to know of the payee (`payee_known`, `bank_details_changed`).

        Raises:
            RejectedError: it cannot be done, so no person needs to be asked.
        """
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
        PERFORMERS.update({"odoo.record_bill": RecordBill(), "desk.file_away": FileAway()})
    return PERFORMERS[action]


class RecordBill:
    """`odoo.record_bill`: vendor found or created, bill posted with its document attached, read back."""

    async def look(self, key: str, inputs: BillInputs) -> dict[str, Any]:
        """Known means: the vendor has posted bills in Odoo already. A duplicate is refused here."""
        from tasks.accounting.bills import check_bill, is_known_payee
        from tasks.accounting.vendors import is_other_bank_account

        async with await _odoo() as client:
            await check_bill(client, inputs, key=key)
            return {
                "payee_known": await is_known_payee(client, inputs),
                "bank_details_changed": await is_other_bank_account(client, inputs),
            }

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
        problems = bill_problems(inputs, facts)
        if problems:
            raise EvidenceMissingError("odoo.record_bill", problems)
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
