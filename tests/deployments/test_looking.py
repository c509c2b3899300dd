"""What is polled: a run only where there is something to do, and a word of when it was looked at."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from blocks.settings import settings
from deployments import looking
from deployments.looking import LOOKERS, Looker, Starts, look_once
from deployments.schedules import ROWS
from domain.briefing.recorded import slot_of
from domain.reliability.look import LookResult
from tasks.reliability.heartbeats import heartbeats
from tasks.reliability.looks import forget_looks
from tasks.reliability.waiting import last_looks


class FakeServer:
    """A hand-written Prefect: what was started, what is under way, whether it answers."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.begun: datetime | None = None
        self.answers = True

    async def start_run(self, flow: str) -> UUID | None:
        if not self.answers:
            return None
        self.started.append(flow)
        return uuid4()

    async def begun_at(self, _flow: str) -> datetime | None:
        return self.begun


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    found = FakeServer()
    monkeypatch.setattr(looking, "start_run", found.start_run)
    monkeypatch.setattr(looking, "begun_at", found.begun_at)
    return found


def looker(*answers: LookResult | Exception | Callable[[], LookResult], rest: float = 0) -> Looker:
    """A looker that sees these one after the other."""
    left = list(answers)

    async def look(_now: datetime) -> LookResult:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer

    return Looker("mail", 60, look, "watch_gmail", rest_seconds=rest)


async def looked(looker: Looker, times: int) -> Starts:
    starts = Starts()
    for _time in range(times):
        await look_once(looker, starts)
    return starts


async def test_a_look_that_finds_nothing_starts_no_run_and_says_when_it_was(server: FakeServer) -> None:
    before = datetime.now(UTC)
    await looked(looker(LookResult.NOTHING), 1)
    assert server.started == []
    [last] = last_looks()
    assert (last.channel, last.found, last.problem) == ("mail", LookResult.NOTHING, None)
    assert last.looked_at >= before


async def test_work_starts_a_run(server: FakeServer) -> None:
    await looked(looker(LookResult.WORK, LookResult.NOTHING), 2)
    assert server.started == ["watch_gmail"]


async def test_work_that_a_run_is_at_starts_no_other(server: FakeServer) -> None:
    server.begun = datetime.now(UTC)
    await looked(looker(LookResult.WORK, LookResult.WORK), 2)
    assert server.started == []


async def test_a_run_that_began_long_ago_may_have_died(server: FakeServer) -> None:
    server.begun = datetime.now(UTC) - timedelta(minutes=10)
    await looked(looker(LookResult.WORK, LookResult.WORK), 2)
    assert server.started == ["watch_gmail"]


async def test_what_a_run_left_undone_is_not_tried_without_pause(server: FakeServer) -> None:
    await looked(looker(LookResult.WORK, LookResult.WORK, LookResult.WORK, rest=3600), 3)
    assert server.started == ["watch_gmail"]


async def test_a_new_problem_starts_the_flow_once_so_that_it_tells_the_owner(server: FakeServer) -> None:
    await looked(looker(OSError("no route"), OSError("no route"), OSError("still none")), 3)
    assert server.started == ["watch_gmail"]
    [last] = last_looks()
    assert (last.found, last.problem) == (None, "still none")


async def test_a_problem_that_comes_back_is_new(server: FakeServer) -> None:
    await looked(looker(OSError("no route"), LookResult.NOTHING, OSError("no route")), 3)
    assert server.started == ["watch_gmail", "watch_gmail"]
    assert last_looks()[0].problem == "no route"


async def test_a_problem_of_an_earlier_process_is_not_new(server: FakeServer) -> None:
    await looked(looker(OSError("no route")), 1)
    await looked(looker(OSError("no route")), 1)
    assert server.started == ["watch_gmail"]


async def test_a_run_that_could_not_be_started_is_owed(server: FakeServer) -> None:
    server.answers = False

    def comes_back() -> LookResult:
        server.answers = True
        raise OSError("no route")

    starts = await looked(looker(OSError("no route"), OSError("no route"), comes_back), 3)
    assert server.started == ["watch_gmail"]
    assert not starts.is_owed


async def test_nothing_is_owed_any_more_once_there_is_nothing_to_do(server: FakeServer) -> None:
    server.answers = False
    starts = await looked(looker(LookResult.WORK, LookResult.NOTHING), 2)
    assert not starts.is_owed


async def test_a_look_that_hangs_is_given_up(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    async def hang(_now: datetime) -> LookResult:
        await asyncio.Event().wait()
        return LookResult.NOTHING

    monkeypatch.setattr(looking, "LONGEST_LOOK_SECONDS", 0.01)
    await look_once(Looker("mail", 60, hang, "watch_gmail"), Starts())
    assert "longer than" in str(last_looks()[0].problem)
    assert server.started == ["watch_gmail"]


async def test_a_ledger_that_is_away_keeps_nobody_from_looking(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_look: object) -> bool:
        raise OSError("disk full")

    monkeypatch.setattr(looking, "record_look", full)
    await looked(looker(LookResult.WORK), 1)
    assert server.started == ["watch_gmail"]


async def test_a_channel_that_nobody_looks_at_any_more_is_forgotten() -> None:
    await looked(looker(LookResult.NOTHING), 1)
    forget_looks(but_for=["Inbox"])
    assert last_looks() == []


def test_what_a_look_starts_is_a_deployment_and_has_a_channel_of_its_own() -> None:
    assert {looker.flow for looker in LOOKERS} <= {row.flow for row in ROWS} | {None}
    assert len({looker.channel for looker in LOOKERS}) == len(LOOKERS)


def test_no_schedule_polls() -> None:
    often = [row.flow for row in ROWS if row.every and row.every < timedelta(hours=1)]
    assert often == []


async def test_the_employee_has_a_heartbeat(server: FakeServer) -> None:
    settings().vault_path.mkdir()
    [heartbeat] = [one for one in LOOKERS if one.channel == "heartbeat"]
    begun = datetime.now(UTC)
    await looked(heartbeat, 2)
    slots = [row.slot for row in heartbeats(slot_of(begun), datetime.now(UTC))]
    assert slots
    assert last_looks()[0].problem is None
    assert server.started == []
