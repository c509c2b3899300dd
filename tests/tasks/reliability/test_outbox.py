from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.errors import RejectedError, TransientError
from tasks.reliability import outbox
from tasks.reliability.dead_letters import waiting_letters
from tasks.reliability.outbox import ParcelMissingError, next_due, put


def put_in(key: str, now: datetime, service: str = "odoo") -> bool:
    return put(service, key, kind="effect", payload={"key": key}, now=now)


def deliver_all(service: str, now: datetime) -> list[str]:
    delivered = []
    while parcel := next_due(service, now=now):
        delivered.append(parcel.key)
        outbox.done(parcel.id, now=now)
    return delivered


def test_writes_are_delivered_in_order_per_service_and_once(now: datetime) -> None:
    for key in ("c", "a", "b"):
        assert put_in(key, now)
    put_in("z", now, service="gmail")
    assert not put_in("a", now)
    assert outbox.waiting_counts() == {"odoo": 3, "gmail": 1}
    assert deliver_all("odoo", now) == ["c", "a", "b"]
    assert not put_in("a", now)  # delivered once is delivered
    assert [parcel.key for parcel in outbox.waiting()] == ["z"]


def test_a_failed_head_keeps_those_behind_it_waiting(now: datetime) -> None:
    put_in("a", now)
    put_in("b", now)
    head = next_due("odoo", now=now)
    assert head is not None
    outbox.failed(head.id, error=TransientError("down"), now=now, retry_at=now + timedelta(minutes=5))
    assert next_due("odoo", now=now + timedelta(minutes=4)) is None
    assert deliver_all("odoo", now + timedelta(minutes=5)) == ["a", "b"]


def test_what_is_given_up_is_a_dead_letter_and_frees_the_queue(now: datetime) -> None:
    put_in("a", now)
    put_in("b", now)
    head = next_due("odoo", now=now)
    assert head is not None
    outbox.failed(head.id, error=RejectedError("journal closed"), now=now, retry_at=None)
    assert [(letter.key, letter.payload, letter.cause) for letter in waiting_letters()] == [
        ("a", {"key": "a"}, "RejectedError")
    ]
    assert put_in("a", now)  # a replay puts it in again, at the end
    assert deliver_all("odoo", now) == ["b", "a"]


def test_one_courier_at_a_time(now: datetime) -> None:
    put_in("a", now)
    assert next_due("odoo", now=now, courier="elsewhere/b/1:1:1.00") is not None
    assert next_due("odoo", now=now) is None
    late = now + timedelta(seconds=outbox.DELIVERY_SECONDS)
    parcel = next_due("odoo", now=late)
    assert parcel is not None
    assert parcel.attempts == 2


def test_an_outcome_of_nothing_is_refused(now: datetime) -> None:
    with pytest.raises(ParcelMissingError):
        outbox.done(99, now=now)


def test_processes_drain_one_queue_without_sharing_a_parcel(
    run_crew: Callable[..., list[str]], now: datetime
) -> None:
    for key in "abcdefghij":
        put_in(key, now)
    script = """
from datetime import datetime, UTC
from tasks.reliability import outbox
now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# go
mine = []
while outbox.waiting("odoo"):
    if parcel := outbox.next_due("odoo", now=now):
        mine.append(parcel.key)
        outbox.done(parcel.id, now=now)
print("".join(mine))
"""
    assert sorted("".join(run_crew(script, workers=3))) == list("abcdefghij")
