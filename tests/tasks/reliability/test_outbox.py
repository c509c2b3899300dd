from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest

from domain.errors import RejectedError, TransientError
from domain.reliability.backoff import OUTAGE
from domain.reliability.breaker import FIRST_OPEN_SECONDS, THRESHOLD
from tasks.reliability import outbox
from tasks.reliability.breakers import guarded
from tasks.reliability.dead_letters import waiting_letters
from tasks.reliability.outbox import is_behind, next_due, next_try, put
from tasks.reliability.rate_limits import postpone

ELSEWHERE = "elsewhere/b/1:1:1.00#"
"""Beginning of the workers that run on another machine."""
WORKERS = count()


def put_in(key: str, now: datetime, service: str = "odoo", about: list[str] | None = None) -> bool:
    order = {} if about is None else {outbox.ORDER: about}
    return put(service, key, kind="effect", payload={"key": key, **order}, due=now)


def take_all(now: datetime, service: str = "odoo") -> list[outbox.OutboxItem]:
    """What may be under way at once, each taken by a worker of its own."""
    taken: list[outbox.OutboxItem] = []
    while item := next_due(service, now=now, worker=f"{ELSEWHERE}{next(WORKERS)}"):
        taken.append(item)
    return taken


def keys(items: list[outbox.OutboxItem]) -> list[str]:
    return [item.key for item in items]


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
    assert not is_behind("odoo", "a", ["party x"])
    put_in("a", now, about=["party x"])
    assert not is_behind("odoo", "a", ["party x"])
    assert is_behind("odoo", "b", ["party x", "document 7"])
    assert not is_behind("odoo", "b", ["party y"])
    assert not is_behind("gmail", "b", ["party x"])


def test_who_is_in_the_queue_and_worked_out_of_turn_stays_behind_those_before_it(now: datetime) -> None:
    put_in("a", now, about=["party x"])
    put_in("b", now, about=["party x"])
    put_in("c", now, about=["party y"])
    assert is_behind("odoo", "b", ["party x"])
    assert not is_behind("odoo", "c", ["party y"])
    assert not is_behind("odoo", "b", ["party x"], is_called=True)
    outbox.done("a")
    assert not is_behind("odoo", "b", ["party x"])


async def test_while_the_service_is_away_everybody_queues_up(now: datetime) -> None:
    put_in("a", now, about=["party x"])
    await fail_calls("odoo", now)
    assert is_behind("odoo", "b", ["party y"])


def test_what_is_independent_goes_side_by_side_and_the_rest_in_order(now: datetime) -> None:
    for key, about in {"a": ["x"], "b": ["x"], "c": ["y"], "d": ["y", "z"], "e": ["z"], "f": []}.items():
        put_in(key, now, about=about)
    assert keys(take_all(now)) == ["a", "c", "f"]
    for key in ("a", "c", "f"):
        outbox.done(key)
    assert keys(take_all(now)) == ["b", "d"], "e is about the same as d, which is under way"
    outbox.done("d")
    assert keys(take_all(now)) == ["e"]


def test_so_many_at_once_and_no_more(now: datetime) -> None:
    for number in range(2 * outbox.TOGETHER):
        put_in(f"w{number}", now, about=[f"party {number}"])
    assert len(take_all(now)) == outbox.TOGETHER
    outbox.done("w0")
    assert keys(take_all(now)) == [f"w{outbox.TOGETHER}"]


def test_who_does_not_say_what_it_is_about_waits_for_all_and_they_for_it(now: datetime) -> None:
    put_in("a", now, about=["x"])
    put_in("b", now)
    put_in("c", now, about=["y"])
    for key in ("a", "b", "c"):
        assert keys(take_all(now)) == [key]
        outbox.done(key)


async def test_while_the_service_is_away_only_the_oldest_is_tried(now: datetime) -> None:
    put_in("a", now, about=["x"])
    put_in("b", now, about=["y"])
    await fail_calls("odoo", now)
    assert keys(take_all(now)) == ["a"]


def test_what_fails_keeps_only_those_waiting_that_are_about_the_same(now: datetime) -> None:
    for key, about in {"a": ["x"], "b": ["x"], "c": ["y"]}.items():
        put_in(key, now, about=about)
    (first, _) = take_all(now)
    outbox.done("c")
    outbox.failed(first.id, error=TransientError("down"), now=now, retry_at=now + timedelta(minutes=5))
    assert take_all(now) == []
    assert keys(take_all(now + timedelta(minutes=5))) == ["a"]


def test_when_many_fail_the_rest_is_not_tried_in_their_place(now: datetime) -> None:
    for number in range(outbox.MOST_TROUBLED + 5):
        put_in(f"w{number}", now, about=[f"party {number}"])
    tried = []
    while item := next_due("odoo", now=now):
        tried.append(item.key)
        outbox.failed(item.id, error=TransientError("no"), now=now, retry_at=now + timedelta(minutes=1))
    assert len(tried) == outbox.MOST_TROUBLED


def test_what_waited_for_the_service_is_due_at_once_when_it_is_back(now: datetime) -> None:
    later = now + timedelta(minutes=10)
    put_in("never tried", later, about=["x"])
    put_in("failed once", now, about=["y"])
    put_in("failed twice", now, about=["z"])
    for key in ("failed once", "failed twice", "failed twice"):
        item = next_due("odoo", now=now)
        assert item is not None
        assert item.key == key
        outbox.failed(
            item.id,
            error=TransientError("no"),
            now=now,
            retry_at=now if key != "failed once" and item.attempts == 1 else later,
        )
    assert outbox.services_waited_for(now) == {"odoo"}
    assert outbox.release("odoo", now) == 2
    assert outbox.services_waited_for(now) == set()
    assert keys(take_all(now)) == ["never tried", "failed once"]


def test_a_try_that_failed_because_the_service_was_away_does_not_count(now: datetime) -> None:
    put_in("a", now)
    item = next_due("odoo", now=now)
    assert item is not None
    outbox.forgive(item.id)
    outbox.forgive(item.id)
    (waits,) = outbox.waiting()
    assert (item.attempts, waits.attempts) == (1, 0)


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


def test_one_worker_at_a_time(now: datetime) -> None:
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
    for hours in range(6):  # each failed probe doubles the opening
        await fail_calls("odoo", now + timedelta(hours=hours))
    now += timedelta(hours=5)
    moment = next_try("odoo", 1, now)
    assert moment is not None
    assert moment >= now + timedelta(seconds=2**5 * FIRST_OPEN_SECONDS)
    postpone("odoo", now + timedelta(hours=1))
    assert next_try("odoo", 1, now) == now + timedelta(hours=1)


async def test_asking_whether_the_service_is_back_is_no_try_of_the_write(now: datetime) -> None:
    put_in("a", now)
    await fail_calls("odoo", now)
    head = next_due("odoo", now=now)
    assert head is not None
    assert head.attempts == 0


@pytest.mark.parametrize("about", [None, ["x"], []], ids=["strict", "one key", "independent"])
def test_processes_drain_one_queue_without_sharing_a_delivery(
    run_crew: Callable[..., list[str]], now: datetime, about: list[str] | None
) -> None:
    for key in "abcdefghij":
        put_in(key, now, about=about)
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
