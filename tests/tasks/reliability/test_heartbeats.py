"""A row for each five minutes at work: one, with what can be known of the machine, for 90 days."""

from datetime import datetime, timedelta

import pytest

from blocks.settings import settings
from domain.briefing.recorded import SLOT, slot_of
from tasks.reliability.heartbeats import KEPT, Heart, first_heartbeat, heartbeats

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _vault() -> None:
    settings().vault_path.mkdir()


def test_a_slot_has_one_row_whoever_looks_how_often(now: datetime) -> None:
    heart = Heart()
    for seconds in (0, 60, 120, 299, 300):
        heart.beat(now + timedelta(seconds=seconds))
    Heart().beat(now + timedelta(seconds=310))  # a process that was started again
    assert [row.slot for row in heartbeats(now - DAY, now + DAY)] == [now, now + SLOT]


def test_the_processors_are_unknown_until_two_looks_can_be_compared(now: datetime) -> None:
    heart = Heart()
    heart.beat(now)
    sum(number * number for number in range(200_000))
    heart.beat(now + SLOT)
    first, second = heartbeats(now, now + DAY)
    assert first.cpu_percent is None
    assert second.cpu_percent is not None
    assert 0 < second.cpu_percent <= 100
    assert 0 < second.memory_percent <= 100
    assert second.disk_free_bytes > 0


def test_what_is_older_than_90_days_is_dropped(now: datetime) -> None:
    heart = Heart()
    heart.beat(now)
    heart.beat(now + KEPT)
    assert first_heartbeat() == now
    heart.beat(now + KEPT + SLOT)
    assert first_heartbeat() == now + KEPT


def test_a_slot_begins_every_five_minutes(now: datetime) -> None:
    assert slot_of(now + timedelta(minutes=4, seconds=59)) == now
    assert slot_of(now + timedelta(minutes=5)) == now + SLOT
