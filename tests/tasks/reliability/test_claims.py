import asyncio
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tasks.reliability.claims import claim, release, renewed, this_process
from tasks.reliability.processes import is_dead

if TYPE_CHECKING:
    from subprocess import Popen

ME, OTHER = "here/b/1:1:1.00", "there/b/1:2:1.00"


def test_a_claim_is_held_until_it_is_released(now: datetime) -> None:
    assert claim("task:1", owner=ME, now=now, seconds=60)
    assert claim("task:1", owner=ME, now=now, seconds=60)
    assert not claim("task:1", owner=OTHER, now=now, seconds=60)
    assert claim("task:2", owner=OTHER, now=now, seconds=60)
    assert not release("task:1", owner=OTHER)
    assert release("task:1", owner=ME)
    assert not release("task:1", owner=ME)
    assert claim("task:1", owner=OTHER, now=now, seconds=60)


def test_a_claim_ends_by_time_and_its_owner_may_take_it_again(now: datetime) -> None:
    claim("task:1", owner=ME, now=now, seconds=60)
    assert claim("task:1", owner=ME, now=now + timedelta(seconds=50), seconds=60)
    assert not claim("task:1", owner=OTHER, now=now + timedelta(seconds=109), seconds=60)
    assert claim("task:1", owner=OTHER, now=now + timedelta(seconds=110), seconds=60)
    assert not claim("task:1", owner=ME, now=now + timedelta(seconds=111), seconds=60)


async def test_what_takes_longer_than_its_claim_keeps_it(now: datetime) -> None:
    seconds, asked, often = 0.04, [now], asyncio.Event()

    def clock() -> datetime:
        """Each look three quarters of the claim's time later."""
        asked.append(asked[-1] + timedelta(seconds=0.75 * seconds))
        if len(asked) > 10:
            often.set()
        return asked[-1]

    assert claim("task:1", owner=ME, now=now, seconds=seconds)
    async with renewed("task:1", owner=ME, seconds=seconds, clock=clock):
        await often.wait()
        assert not claim("task:1", owner=OTHER, now=asked[-1], seconds=seconds)
    assert claim("task:1", owner=OTHER, now=now, seconds=seconds)


def test_this_process_lives_and_another_boot_s_does_not() -> None:
    mine = this_process()
    place, pid, started = mine.rsplit(":", 2)
    assert not is_dead(mine)
    assert is_dead(f"{place}:{pid}:{float(started) - 60:.2f}")  # the process id was used again
    assert is_dead(f"{place}:{2**22 + 1}:1.00")
    host = place.split("/")[0]
    assert is_dead(f"{host}/00000000/1:{os.getpid()}:{started}")
    assert not is_dead(f"not-{host}/00000000/1:1:1.00")  # nothing is known about another machine
    assert not is_dead("somebody")
    assert not is_dead(f"{mine}#second")
    assert is_dead(f"{place}:{2**22 + 1}:1.00#second")


CLAIM = """
from datetime import datetime, UTC
from tasks.reliability.claims import claim, this_process
# go
print(claim("task:1", owner=this_process(), now=datetime(2026, 3, 2, 9, tzinfo=UTC), seconds=600), flush=True)
"""


def test_of_many_processes_one_gets_the_claim(run_crew: Callable[..., list[str]]) -> None:
    assert sorted(run_crew(CLAIM, workers=4)) == ["False"] * 3 + ["True"]


def test_a_killed_process_s_claim_is_free_at_once(
    start_worker: Callable[..., "Popen[str]"], now: datetime
) -> None:
    worker = start_worker(CLAIM + "sys.stdin.readline()", is_own=True)
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write("\n")
    worker.stdin.flush()
    assert [worker.stdout.readline() for _ in range(2)] == ["ready\n", "True\n"]
    assert not claim("task:1", owner=this_process(), now=now, seconds=60)
    worker.kill()
    deadline = time.monotonic() + 10
    while not (free := claim("task:1", owner=this_process(), now=now, seconds=60)):
        assert time.monotonic() < deadline
    assert free
