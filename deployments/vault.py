"""The Vault an employee starts with: complete, and of one world only."""

import json

from blocks.settings import Settings
from tasks.vault.vault import Vault, init_vault


def prepare_vault(here: Settings) -> None:
    """Make or complete the Vault and mark it with the mode that works on it.

    Raises:
        MixedVaultError: the other mode works on it.
    """
    init_vault(here.vault_path)
    here.check_vault()
    here.vault_mark.write_text(json.dumps({"mode": here.mode.value}))
    Vault(here.vault_path).sweep()
