"""What the owner hears of a service that stays away."""

from datetime import datetime, timedelta

import pytest

from domain.errors import TransientError
from domain.reliability.breaker import FIRST_OPEN_SECONDS, THRESHOLD
from domain.reliability.outage import AGAIN_AFTER, FIRST_WORD_AFTER
from tasks.reliability import outbox
from tasks.reliability.breakers import guarded
from tasks.reliability.outages import notify_outages
from tests.tasks.reliability.test_notify import Mailbox

MINUTE = timedelta(minutes=1)


async def fail(now: datetime, service: str = "odoo", times: int = THRESHOLD) -> None:
    for _ in range(times):
        with pytest.raises(TransientError):
            async with guarded(service, clock=lambda: now):
                raise TransientError("connection refused")


async def come_back(now: datetime, service: str = "odoo") -> None:
    async with guarded(service, clock=lambda: now):
        """It answers."""


async def hear(box: Mailbox, start: datetime, lasting: timedelta, step: timedelta = MINUTE) -> list[str]:
    """Titles of what is told while somebody looks each minute."""
    before = len(box.notices)
    for minute in range(int(lasting / step)):
        await notify_outages(start + step * minute, box)
    return [title for title, _, _ in box.notices[before:]]


async def test_a_long_outage_is_told_daily_and_once_when_it_is_over(now: datetime) -> None:
    box = Mailbox()
    await fail(now)
    assert await hear(box, now, FIRST_WORD_AFTER) == []
    assert await hear(box, now + FIRST_WORD_AFTER, timedelta(hours=3)) == ["Odoo does not do its work"]
    assert "connection refused" in box.notices[-1][1]
    again = await hear(box, now + timedelta(hours=4), 3 * AGAIN_AFTER, timedelta(minutes=10))
    assert again == ["Odoo still does not do its work"] * 3
    late = now + 4 * AGAIN_AFTER
    await come_back(late)
    assert await hear(box, late, timedelta(hours=2)) == ["Odoo is back"]


async def test_of_a_short_outage_nobody_hears(now: datetime) -> None:
    box = Mailbox()
    await fail(now)
    assert await hear(box, now, 2 * MINUTE) == []
    await come_back(now + timedelta(seconds=FIRST_OPEN_SECONDS))
    assert await hear(box, now + 2 * MINUTE, 3 * FIRST_WORD_AFTER) == []


async def test_work_that_waits_for_a_service_that_answers_is_told_too(now: datetime) -> None:
    box = Mailbox()
    outbox.put("odoo", "file-1", kind="task", payload={}, due=now)
    item = outbox.next_due("odoo", now=now)
    assert item is not None
    outbox.failed(item.id, error=TransientError("disk full"), now=now, retry_at=now + MINUTE)
    await hear(box, now, FIRST_WORD_AFTER + MINUTE)
    assert "disk full" in box.notices[-1][1]
    assert "Tasks that wait for it: 1." in box.notices[-1][1]
    outbox.done("file-1")
    assert await hear(box, now + FIRST_WORD_AFTER + MINUTE, MINUTE) == ["Odoo is back"]


async def test_a_word_that_could_not_be_sent_is_sent_later_also_of_the_end(now: datetime) -> None:
    box = Mailbox(broken=True)
    await fail(now)
    assert await hear(box, now, 2 * FIRST_WORD_AFTER) == []
    box.broken = False
    assert await hear(box, now + 2 * FIRST_WORD_AFTER, MINUTE) == ["Odoo does not do its work"]
    await come_back(now + timedelta(hours=1))
    box.broken = True
    assert await hear(box, now + timedelta(hours=1), 3 * MINUTE) == []
    box.broken = False
    assert await hear(box, now + timedelta(hours=2), 3 * MINUTE) == ["Odoo is back"]


async def test_services_that_go_at_once_are_told_at_once(now: datetime) -> None:
    box = Mailbox()
    await fail(now)
    await fail(now, "gmail")
    heard = await hear(box, now, 2 * FIRST_WORD_AFTER)
    assert heard == ["Gmail and Odoo do not do their work"]
    await come_back(now + timedelta(hours=1), "gmail")
    assert await hear(box, now + timedelta(hours=1), 5 * MINUTE) == ["Gmail is back"]


async def test_what_only_waits_for_its_time_is_no_outage(now: datetime) -> None:
    box = Mailbox()
    outbox.put(outbox.SCHEDULE, "post", kind=outbox.TASK, payload={}, due=now + timedelta(days=2))
    assert await hear(box, now, timedelta(hours=1)) == []
