"""How runs start; that a forked one is a run like every other is what the journeys show."""

import multiprocessing

import pytest
from prefect.runner import _starter_engine

from deployments.warm_start import start_runs_warm


def test_where_nothing_can_be_forked_runs_start_as_the_engine_starts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cold = _starter_engine.run_process
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    start_runs_warm()
    assert _starter_engine.run_process is cold
