"""What is said of Prefect: another version than the tested one, and how large its database is."""

from datetime import timedelta

import pytest
from prefect.server.schemas.states import TERMINAL_STATES, StateType
from prefect.settings.models.root import Settings as PrefectSettings

from blocks.settings import settings
from deployments.commands.doctor import database_bytes, untested_version
from deployments.environment import prefect_environment


def test_the_installed_prefect_is_the_tested_one() -> None:
    assert untested_version() == ""


def test_another_minor_version_is_said() -> None:
    assert untested_version("3.10.0") == "Prefect 3.10.0 is installed; tested with 3.9"


def test_the_database_counts_with_its_write_ahead_log() -> None:
    folder = settings().state / "prefect"
    folder.mkdir(parents=True)
    assert database_bytes(settings()) == 0
    (folder / "prefect.db").write_bytes(b"x" * 10)
    (folder / "prefect.db-wal").write_bytes(b"x" * 5)
    assert database_bytes(settings()) == 15


def test_runs_are_kept_for_two_weeks_and_only_ended_ones_are_removed() -> None:
    environment = prefect_environment(settings())
    assert environment["PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD"] == str(14 * 86_400)
    assert {StateType.PAUSED, StateType.SCHEDULED} & set(TERMINAL_STATES) == set()


def test_prefect_takes_the_times_for_which_runs_and_events_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in prefect_environment(settings()).items():
        if name.endswith("_RETENTION_PERIOD"):
            monkeypatch.setenv(name, value)
    server = PrefectSettings().server
    assert server.events.retention_period == timedelta(days=14)
    assert server.services.db_vacuum.retention_period == timedelta(days=14)
