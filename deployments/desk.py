"""The desk an employee starts at: complete, and of one world only."""

import json
from pathlib import Path

from blocks.settings import Settings
from domain.errors import RejectedError


class MixedDeskError(RejectedError):
    """Demo notes and real work would share a Vault."""

    def __init__(self, vault: Path, there: str, wanted: str) -> None:
        super().__init__(
            f"the Vault at {vault} holds {there} work and this is the {wanted} mode; "
            "make another one: fte vault init PATH, then set FTE_VAULT=PATH"
        )


def prepare_desk(here: Settings) -> None:
    """Make or complete the Vault and mark it with the mode that works on it.

    Raises:
        MixedDeskError: the other mode works on it.
    """
    from tasks.vault.desk import Desk, init_vault

    init_vault(here.vault_path)
    mark = here.vault_path / ".digital-fte.json"
    if mark.exists():
        there = json.loads(mark.read_text())["mode"]
        if there != here.mode.value:
            raise MixedDeskError(here.vault_path, there, here.mode.value)
    mark.write_text(json.dumps({"mode": here.mode.value}))
    Desk(here.vault_path).sweep()
