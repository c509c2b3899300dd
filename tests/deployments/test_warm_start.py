"""How runs start; that a forked one is a run like every other is what the journeys show."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import pytest
from prefect.runner import Runner, _starter_engine
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments import warm_start
from deployments.warm_start import WaitingProcess, waiting_process
from tasks.vault.vault import current_vault, init_vault

ENVIRONMENT = {"PREFECT__FLOW_RUN_ID": "1"}


class Forked:
    """A process that was forked, seen from the runner."""

    def __init__(self, work: Callable[..., None], given: Any) -> None:
        self.work, self.joined = work, False
        self.given: Any = given
        if isinstance(given, Connection):  # it has an end of the pipe of its own
            self.given = Connection(os.dup(given.fileno()))

    def is_alive(self) -> bool:
        return not self.joined

    def join(self) -> None:
        self.joined = True

    def told(self) -> dict[str, str] | None:
        """The run it was given; None when nobody needs it any more."""
        try:
            env: dict[str, str] = self.given.recv()
        except EOFError:
            return None
        return env


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[Forked]:
    """What was forked, in order, without forking."""
    found: list[Forked] = []

    def fork(work: Callable[..., None], given: Any) -> Forked:
        found.append(Forked(work, given))
        return found[-1]

    monkeypatch.setattr(warm_start, "_forked", fork)
    return found


def ready() -> WaitingProcess:
    """One process waits."""
    waiting = WaitingProcess()
    for thread in threading.enumerate():
        if thread.name == "first-waiting-run":
            thread.join()
    return waiting


def test_a_run_is_given_to_the_process_that_waits(forked: list[Forked]) -> None:
    waiting = ready()
    assert waiting.begin(ENVIRONMENT) is forked[0]
    assert forked[0].told() == ENVIRONMENT
    assert len(forked) == 1


def test_a_second_run_at_the_same_time_is_forked_then(forked: list[Forked]) -> None:
    waiting = ready()
    waiting.begin({})
    assert waiting.begin(ENVIRONMENT) is forked[1]
    assert forked[1].given == ENVIRONMENT


def test_a_waiting_process_that_was_killed_takes_no_run_with_it(forked: list[Forked]) -> None:
    waiting = ready()
    forked[0].given.close()
    assert waiting.begin(ENVIRONMENT) is forked[1]
    assert forked[1].given == ENVIRONMENT


def test_one_process_waits_and_no_more(forked: list[Forked]) -> None:
    waiting = ready()
    waiting.prepare()
    assert len(forked) == 1
    waiting.begin({})
    waiting.prepare()
    assert len(forked) == 2
    forked[1].join()
    waiting.prepare()
    assert len(forked) == 3, "the one that died is replaced"


def test_a_waiting_process_ends_with_the_runner(forked: list[Forked]) -> None:
    ready().dismiss()
    assert forked[0].told() is None


def test_what_a_run_does_first_can_be_done_ahead_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        warm_start, "suppress", lambda _all: pytest.MonkeyPatch.context()
    )  # nothing is hidden
    monkeypatch.setattr(warm_start.gc, "freeze", lambda: None)
    monkeypatch.setattr("blocks.prefect_server.read_authorities_once", lambda: None)
    init_vault(current_vault().root)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        warm_start._get_ready()


def test_where_nothing_can_be_forked_no_process_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert waiting_process() is None


def test_prefect_starts_a_run_by_the_function_that_is_replaced() -> None:
    assert callable(_starter_engine.run_process)


def test_the_runner_can_be_asked_to_look_now() -> None:
    """`deployments/serving.py` calls this; a release of Prefect without it fails here."""
    assert callable(Runner._get_and_submit_flow_runs)
