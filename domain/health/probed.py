"""What a question to one service came to."""

from dataclasses import dataclass

from domain.health.spell import HealthStanding


@dataclass(frozen=True)
class Probed:
    """A service that was asked.

    Attributes:
        standing: None: it is not connected.
        said: What it answered, or why it did not; without secrets.
        seconds: How long that took.
        is_refused: It answered, and refuses what is saved of the account.
        ending: What of the account has ended or ends soon, in words.
    """

    name: str
    standing: HealthStanding | None
    said: str = ""
    seconds: float = 0.0
    is_refused: bool = False
    ending: str = ""
