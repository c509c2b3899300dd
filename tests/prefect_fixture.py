"""A Prefect server of the tests' own, for flows that run in the tests' process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.employee_fixture import START_SECONDS
from tests.ports import free_port


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server of the tests' own, started as `fte up` does; takes about 20 seconds, so few tests ask for it."""
    port = free_port()
    command = [sys.executable, "-m", "deployments.server", "server", "start", "--no-services"]
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    log = tmp_path_factory.mktemp("prefect_server") / "log"
    with log.open("wb") as told:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=told, stderr=told
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api/health", server, log)
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker
        from prefect.settings import PREFECT_API_URL, temporary_settings

        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
            yield
            # what is still to be sent would be tried again for a minute
            APILogWorker.drain_all(timeout=5)
            EventsWorker.drain_all(timeout=5)
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until it answers; one that ended says why."""
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        with suppress(httpx.HTTPError):
            if httpx.get(address).is_success:
                return
        time.sleep(0.2)
    raise AssertionError(f"the Prefect server did not start: {log.read_text(errors='replace')}")
