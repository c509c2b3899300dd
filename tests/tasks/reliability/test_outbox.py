from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.errors import RejectedError, TransientError
from domain.reliability.backoff import OUTAGE
from domain.reliability.breaker import THRESHOLD
from tasks.reliability import outbox
from tasks.reliability.breakers import guarded
from tasks.reliability.dead_letters import waiting_letters
from tasks.reliability.limits import postpone
from tasks.reliability.outbox import is_behind, next_due, next_try, put


def put_in(key: str, now: datetime, service: str = "odoo") -> bool:
    return put(service, key, kind="effect", payload={"key": key}, due=now)


def deliver_all(service: str, now: datetime) -> list[str]:
    delivered = []
    while item := next_due(service, now=now):
        delivered.append(item.key)
        outbox.done(item.key)
    return delivered


async def fail_calls(service: str, now: datetime) -> None:
    for _ in range(THRESHOLD):
        with pytest.raises(TransientError):
            async with guarded(service, clock=lambda: now):
                raise TransientError("down")


def test_writes_are_delivered_in_order_per_service_and_once(now: datetime) -> None:
    for key in ("c", "a", "b"):
        assert put_in(key, now)
    put_in("z", now, service="gmail")
    assert not put_in("a", now)
    assert outbox.waiting_counts() == {"gmail": 1, "odoo": 3}
    assert deliver_all("odoo", now) == ["c", "a", "b"]
    assert [item.key for item in outbox.waiting()] == ["z"]
    assert put_in("a", now)  # it may have to wait again, later in its life


def test_what_waits_for_two_services_stays_with_the_one_that_is_away(now: datetime) -> None:
    put_in("a", now)
    put_in("a", now, service="gmail")
    outbox.done("a", but_for=["gmail"])
    assert outbox.waiting_counts() == {"gmail": 1}
    outbox.done("a")
    assert outbox.waiting_counts() == {}


def test_who_is_not_in_the_queue_has_to_stand_behind_it(now: datetime) -> None:
    assert not is_behind("odoo", "a")
    put_in("a", now)
    assert not is_behind("odoo", "a")
    assert is_behind("odoo", "b")
    assert not is_behind("gmail", "b")


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
    assert next_due("odoo", now=now, worker="elsewhere/b/1:1:1.00") is not None
    assert next_due("odoo", now=now) is None
    late = now + timedelta(seconds=outbox.DELIVERY_SECONDS)
    item = next_due("odoo", now=late)
    assert item is not None
    assert item.attempts == 2


def test_an_outcome_of_what_was_delivered_meanwhile_changes_nothing(now: datetime) -> None:
    put_in("a", now)
    head = next_due("odoo", now=now)
    assert head is not None
    outbox.done("a")
    assert not outbox.waits(head.id)
    outbox.failed(head.id, error=TransientError("down"), now=now, retry_at=None)
    assert waiting_letters() == []


def test_tries_come_further_apart_until_a_person_has_to_look(now: datetime) -> None:
    waits = [next_try("odoo", tries, now) for tries in range(1, OUTAGE.retries + 1)]
    seconds = [(moment - now).total_seconds() for moment in waits if moment]
    assert 54 <= seconds[0] <= 66
    assert 108 <= seconds[1] <= 132
    assert 540 <= seconds[-1] <= 660
    assert len(seconds) == OUTAGE.retries
    assert next_try("odoo", OUTAGE.retries + 1, now) is None


async def test_a_service_that_is_known_to_be_away_is_not_asked_before_its_time(now: datetime) -> None:
    for hours in range(3):  # each failed probe doubles the opening
        await fail_calls("odoo", now + timedelta(hours=hours))
    now += timedelta(hours=2)
    moment = next_try("odoo", 1, now)
    assert moment is not None
    assert moment >= now + timedelta(seconds=120)
    postpone("odoo", now + timedelta(hours=1))
    assert next_try("odoo", 1, now) == now + timedelta(hours=1)


async def test_asking_whether_the_service_is_back_is_no_try_of_the_write(now: datetime) -> None:
    put_in("a", now)
    await fail_calls("odoo", now)
    head = next_due("odoo", now=now)
    assert head is not None
    assert head.attempts == 0


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
    if item := outbox.next_due("odoo", now=now):
        mine.append(item.key)
        outbox.done(item.key)
print("".join(mine))
"""
    assert sorted("".join(run_crew(script, workers=3))) == list("abcdefghij")
