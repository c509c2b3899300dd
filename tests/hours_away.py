"""What happens while something is away for an hour, and once it is back; `docs/degradation.md` tells it to people.

Each time the same is to be done: a bill to be booked in Odoo, a post for four platforms that a person has approved, and
a customer's message on WhatsApp. The clock is moved.
"""

import asyncio
import errno
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest

from blocks.settings import settings
from deployments.commands import approvals
from domain.vault.folder import Folder
from tasks.approvals.record import pending
from tasks.audit.verify import VerificationState, verify_audit_log
from tasks.reliability import outbox
from tasks.reliability.breakers import is_up
from tasks.vault.vault import current_vault
from tests.business_days import Employee, at_work
from tests.business_month import FIRST_DAY, Month
from tests.business_month_count import PLATFORMS, public
from tests.employee_fixture import receipt
from tests.sandbox_fixture import SandboxClient

ALWAYS = 1_000_000
EVERYWHERE = set(PLATFORMS)


@dataclass
class Hour:
    """An hour in which something is away, and the work that comes just before it."""

    month: Month
    patch: pytest.MonkeyPatch
    day: int = 0

    def begin(self) -> None:
        """The post is approved, the bill lies in Inbox, the message is sent."""
        self.day += 1
        self.month._post(f"news-{self.day}", "x, linkedin, facebook, instagram", self.day)
        asyncio.run(self.employee.settle())
        (request,) = pending()
        assert "approved" in self.employee.fte(approvals.app, "approve", request.id, "--approver", "Ann")
        bill = receipt("Cloudberry Hosting Inc.", f"{self.day}.10", self.number)
        self.month._drop(f"bill-{self.day}.txt", bill.encode())
        said = {"from": "436601234599", "name": "Rosa", "text": f"Do you open on day {self.day}?"}
        self.month._say("whatsapp", said)

    @property
    def number(self) -> str:
        return f"CBH-88000{self.day}"

    @property
    def employee(self) -> Employee:
        return self.month.employee

    @property
    def sandbox(self) -> SandboxClient:
        return self.month.sandbox

    def out(self) -> set[str]:
        """Where the post stands, once on each platform."""
        words = f"Our shop window of day {self.day} is finished."
        said = Counter(platform for platform, text in public(self.month).elements() if words in text)
        assert set(said.values()) <= {1}
        return set(said)

    def bills(self) -> int:
        """How often the bill is in the books."""
        wanted = [["ref", "=", self.number]]
        return int(self.sandbox.odoo("account.move", "search_count", domain=wanted))

    def taken(self) -> int:
        """How many tasks came of the message."""
        names = [
            name for folder in (Folder.NEEDS_ACTION, Folder.DONE) for name in current_vault().names(folder)
        ]
        return sum(name.startswith("whatsapp-") for name in names) - self.day + 1

    def waits_for(self) -> set[str]:
        return {item.service for item in outbox.waiting() if item.service != outbox.SCHEDULE}

    async def pass_by(self, looks: int = 3) -> None:
        """The hour; the employee looks and works as ever at its beginning, its end, and in between."""
        ends = datetime.now(UTC) + timedelta(hours=1)
        for look in range(looks):
            self.employee.clock.move_to(
                max(datetime.now(UTC), ends - timedelta(hours=1) * (1 - look / (looks - 1)))
            )
            await self.employee.settle()


@contextmanager
def before_it(sandbox: SandboxClient, receiver: str) -> Iterator[Hour]:
    """An employee that has begun."""
    with (
        pytest.MonkeyPatch.context() as patch,
        at_work(sandbox, receiver, datetime.combine(FIRST_DAY, time(9), UTC)) as employee,
    ):
        asyncio.run(employee.settle())
        yield Hour(Month(employee), patch)


@contextmanager
def refused(hour: Hour, **which: Any) -> Iterator[None]:
    hour.sandbox.fault("refuse_before", times=ALWAYS, **which)
    yield
    hour.sandbox.clear_faults()


@contextmanager
def limited(hour: Hour) -> Iterator[None]:
    """LinkedIn says once for how long it wants to be left alone."""
    hour.sandbox.clear_journal()
    hour.sandbox.fault(
        "status", service="linkedin", path="/rest/posts$", method="POST", status=429, retry_after=3500
    )
    yield
    assert len(hour.sandbox.journal(service="linkedin", path="/rest/posts$", method="POST")) <= 2


@contextmanager
def full_disk(hour: Hour) -> Iterator[None]:
    """Nothing can be brought to the disk; SQLite's own files are on it already."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with hour.patch.context() as patch:
        patch.setattr(os, "fsync", full)
        patch.setattr(hour.employee, "is_something_away", True)
        yield


@contextmanager
def without_prefect(hour: Hour) -> Iterator[None]:
    """No run can be started, not even that of the decision."""
    hour.employee.is_prefect_away = True
    yield
    hour.employee.is_prefect_away = False


@contextmanager
def clock_ahead(hour: Hour) -> Iterator[None]:
    """By a day; then it is right again."""
    right = datetime.now(UTC)
    hour.employee.clock.shift(timedelta(days=1))
    yield
    hour.employee.clock.move_to(right + timedelta(hours=1))


Row = tuple[Callable[[Hour], Any], set[str], int, int, set[str]]
ROWS: dict[str, Row] = {
    "LinkedIn is down": (partial(refused, service="linkedin"), EVERYWHERE - {"linkedin"}, 1, 1, {"linkedin"}),
    "Odoo is down": (partial(refused, service="odoo"), EVERYWHERE, 0, 1, {"odoo"}),
    "LinkedIn limits": (limited, EVERYWHERE, 1, 1, set()),
    "the network is gone": (refused, set(), 0, 1, EVERYWHERE | {"odoo"}),
    "the disk is full": (full_disk, set(), 0, 0, set()),
    "Prefect is gone": (without_prefect, set(), 0, 0, set()),
    "the clock is a day ahead": (clock_ahead, EVERYWHERE, 1, 1, set()),
}
"""What is away: then where the post is out, how often the bill is booked, how many messages are taken, what waits."""


def live_through(hour: Hour, name: str) -> None:
    """An hour without it, and then one with it; anything that was lost or done twice is an assertion that fails."""
    away, out, bills, taken, waits = ROWS[name]
    hour.begin()
    with away(hour):
        asyncio.run(hour.pass_by())
        assert (hour.out(), hour.bills(), hour.taken()) == (out, bills, taken), name
        assert hour.waits_for() >= waits, name
        assert not any(map(is_up, waits)), name
    asyncio.run(hour.pass_by(looks=2))
    assert (hour.out(), hour.bills(), hour.taken()) == (EVERYWHERE, 1, 1), name
    assert hour.waits_for() == set(), name
    assert verify_audit_log(settings().vault_path, settings().keys).state is VerificationState.INTACT
