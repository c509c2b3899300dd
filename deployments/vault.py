"""The Vault an employee starts with: complete, and of one world only."""

from blocks.settings import Settings
from tasks.vault.vault import Vault, init_vault


def prepare_vault(here: Settings) -> None:
    """Make or complete the Vault and mark it with the mode that works on it.

    Raises:
        MixedVaultError: the other mode works on it.
        OtherInstallationError: another employee works on it.
        NewerVaultError: a later version of the program worked on it.
    """
    here.check_vault()
    init_vault(here.vault_path)
    here.mark_vault()
    Vault(here.vault_path).sweep()
