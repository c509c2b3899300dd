"""What the doing side of an action must offer, and the error of evidence that is not there.

`perform` must be safe to call again with the same key: it looks for what an earlier call left behind and goes
on from there (Odoo's external ids make that certain), so reconciling and repeating are one thing.
"""

from typing import Any, Protocol

from domain.errors import ContractError


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
