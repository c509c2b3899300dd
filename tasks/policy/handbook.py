"""The owner's handbook: as it is written in the Vault, and as far as it is in force."""

from blocks.settings import HANDBOOK
from domain.policy.handbook import Handbook, parse_handbook
from domain.policy.rules import flat_handbook, handbook_of
from tasks.policy.rule_changes import effective_rules
from tasks.vault.vault import current_vault


def read_handbook() -> Handbook:
    """The policy in force: as the owner has written it, as far as it is confirmed.

    Raises:
        DigitalFteError: it cannot be read and none was ever confirmed.
    """
    return handbook_of(effective_rules(HANDBOOK, lambda: flat_handbook(read_written_handbook())))


def read_written_handbook() -> Handbook:
    """The policy as it is written now; nothing is done by it unless it is confirmed.

    Raises:
        HandbookError: it cannot be followed.
    """
    return parse_handbook(current_vault().read_root(HANDBOOK).front)
