"""The five kinds of failure; each subclass lives beside the code that raises it.

A constructor takes facts and composes the message: what happened, to what, and what to do.
Messages go to people and to the audit log, so they never carry a secret.
"""

from collections.abc import Sequence


class DigitalFteError(Exception):
    """Any failure this product can name."""


class TransientError(DigitalFteError):
    """May succeed later and provably had no effect: retried."""


class RejectedError(DigitalFteError):
    """Understood and refused: final until something else changes."""


class UnknownOutcomeError(DigitalFteError):
    """It may have happened: reconciled, never blindly repeated."""


class ContractError(DigitalFteError):
    """Data broke a stated contract."""


class UnclearNameError(RejectedError):
    """A name that nobody has, or more than one; `perhaps` are those who may be meant, as each would be named."""

    def __init__(self, name: str, perhaps: Sequence[str], said: str) -> None:
        self.name, self.perhaps = name, list(perhaps)
        super().__init__(said)
