from datetime import datetime, timedelta

import pytest

from blocks.database import transaction
from domain.errors import RejectedError, TransientError
from domain.reliability.effect import BeginStatus, NewEffect
from tasks.reliability import effect_ledger
from tasks.reliability.dead_letters import (
    DeadLetter,
    LetterMissingError,
    LetterState,
    add_dead_letter,
    find_letter,
    put_back,
    replay,
    resolve,
    waiting_letters,
)


class JournalClosedError(RejectedError):
    pass


def bury_task(key: str, now: datetime, error: Exception | None = None) -> int:
    error = error or JournalClosedError("March is closed")
    return add_dead_letter("task", key, payload={"task_id": key}, error=error, now=now)


def test_the_same_work_is_one_letter_however_often_it_dies(now: datetime) -> None:
    number = bury_task("file-1", now)
    later = now + timedelta(days=1)
    assert bury_task("file-1", later, TransientError("down")) == number
    letter = find_letter(number)
    assert letter is not None
    assert (letter.cause, letter.attempts, letter.first_buried_at, letter.buried_at) == (
        "TransientError",
        2,
        now,
        later,
    )


def test_replay_by_number_or_by_cause_gives_the_payloads_back(now: datetime) -> None:
    first, second = bury_task("file-1", now), bury_task("file-2", now)
    other = bury_task("file-3", now, TransientError("down"))
    assert [letter.payload for letter in replay(other, now)] == [{"task_id": "file-3"}]
    assert [letter.id for letter in replay("JournalClosedError", now)] == [first, second]
    assert [letter.id for letter in waiting_letters("JournalClosedError")] == [first, second]


def test_a_failed_replay_waits_again_and_a_good_one_is_resolved(now: datetime) -> None:
    number = bury_task("file-1", now)
    replay(number, now)
    put_back(number, TransientError("down again"), now)
    assert [(letter.cause, letter.attempts) for letter in waiting_letters()] == [("TransientError", 2)]
    replay(number, now)
    resolve(number, now)
    assert waiting_letters() == []
    with pytest.raises(LetterMissingError, match="fte dead-letters list"):
        replay(number, now)
    bury_task("file-1", now)
    assert [letter.id for letter in waiting_letters()] == [number]


def test_a_replay_that_died_with_its_process_can_be_done_again(now: datetime) -> None:
    number = bury_task("file-1", now)
    replay(number, now)
    with transaction() as session:
        letter = session.get(DeadLetter, number)
        assert letter is not None
        assert letter.state == LetterState.REPLAYING
        mine = letter.replayer or ""
        letter.replayer = "elsewhere/b/1:2:1.00"
    with pytest.raises(LetterMissingError):
        replay(number, now)  # another machine is at it
    with transaction() as session:
        letter = session.get(DeadLetter, number)
        assert letter is not None
        letter.replayer = mine.rpartition(":")[0] + ":0.01"  # a process of this host that is gone
    assert [letter.id for letter in replay(number, now)] == [number]


@pytest.mark.parametrize("key", ["k1", "file-1"])
def test_a_replay_opens_refused_effects_again_under_the_same_key(now: datetime, key: str) -> None:
    effect = NewEffect(key="k1", task_id="file-1", step_id="s", action="a", content_hash="h")
    effect_ledger.begin_effect(effect, now=now)
    effect_ledger.refuse_effect("k1", "closed", now)
    replay(bury_task(key, now), now)
    assert effect_ledger.begin_effect(effect, now=now).kind is BeginStatus.NEW


def test_a_replay_leaves_done_and_unknown_effects_as_they_are(now: datetime) -> None:
    for key in ("done", "unknown"):
        effect = NewEffect(key=key, task_id="file-1", step_id="s", action="a", content_hash="h")
        effect_ledger.begin_effect(effect, now=now)
    effect_ledger.finish_effect("done", {"id": 1}, now)
    effect_ledger.mark_unknown("unknown", "cut", now)
    replay(bury_task("file-1", now), now)
    assert [row.state for row in effect_ledger.effects_of("file-1")] == ["done", "unknown"]
