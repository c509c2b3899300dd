"""The month's script with other faults: at random, of every kind that the stand-in services know."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Final

from blocks.settings import settings
from deployments.sandbox_blocks import sandbox_blocks
from domain.social.post import Platform
from tests.business_kills import Killed
from tests.business_kills_count import outside
from tests.business_month import ALWAYS, Month

SETTLED_A_DAY: Final = 6
SERVICES: Final = (
    "odoo",
    "gmail",
    "x",
    "linkedin",
    "facebook",
    "instagram",
    "whatsapp",
    "google-calendar",
    "model",
)
ONCE: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "drop_after_effect", "method": "POST"},
    {"kind": "refuse_before"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": 40},
    {"kind": "status_after_effect", "status": 500, "method": "POST"},
    {"kind": "truncate"},
    {"kind": "wrong_json"},
)
"""Answer lost after the effect, none at all, refusals, an error in spite of the effect, half an answer, no JSON."""
CONNECT_AGAIN: Final = "connect it again: fte connect x"
AFTERWARDS: Final = (timedelta(hours=6), timedelta(days=1), timedelta(days=1))
"""What waits for its next try has time for it, when all is well again."""


@dataclass
class Troubled(Month):
    """The same days, mails, files and decisions."""

    killed: Killed = field(kw_only=True)
    chance: random.Random = field(default_factory=random.Random)
    there: set[tuple[str, str]] = field(default_factory=set)
    told: int = 0
    reconnected: int = 0

    def settled_in(self, days: int) -> int:
        """How often the employee works until nothing is left to do, at least."""
        return 2 + days * SETTLED_A_DAY

    async def live(self, days: range) -> None:
        """Live through these days; what is left is done in quiet ones."""
        self.there = set(outside(self))
        await super().live(days)
        for pause in AFTERWARDS:
            await self._connect_again()
            self.employee.clock.shift(pause)
            await self.employee.settle()

    async def _at(self, day: date, clock: time, *happens: Callable[[], None]) -> None:
        """A few of the next requests will go wrong."""
        await self._connect_again()
        if self.chance.random() < 0.8:
            for _ in range(self.chance.randint(1, 4)):
                rule = self.chance.choice(ONCE)
                self.sandbox.fault(
                    **rule, service=self.chance.choice(SERVICES), skip=self.chance.randrange(6)
                )
        await super()._at(day, clock, *happens)

    async def _connect_again(self) -> None:
        """As the owner does who is told that X no longer takes the access: a kill lost the answer with the new one."""
        new, self.told = self.killed.failed[self.told :], len(self.killed.failed)
        if any(CONNECT_AGAIN in why for why in new):
            self.reconnected += 1
            access = Platform.X.access
            await sandbox_blocks(settings())[access].save(access, overwrite=True)

    def _break(self, day: int) -> None:  # noqa: ARG002 (as in the month)
        """A service is away from the morning to the afternoon, every other day."""
        if self.chance.random() < 0.5:
            self.sandbox.fault("refuse_before", service=self.chance.choice(SERVICES), times=ALWAYS)

    def _lose(self, day: int) -> None:
        """Answers are lost at random."""
