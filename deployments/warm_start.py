"""Flow runs that start warm: in a process that was forked ahead of time and has everything at hand that a run needs.

Each run stays a process of its own, with `prefect.engine` as its program; but importing Prefect and our flows, three
of the four seconds from a drop to its run, happens once, and what is slow only the first time (certificates, the
ledger's tables, the reading of notes) happens while the process waits for its run. Python's own fork server does it;
docs/decisions/0007-runs-start-warm.md says why, and what it costs. Where there is none (Windows) runs start as Prefect
starts them.
"""

import atexit
import gc
import multiprocessing
import os
import random
import runpy
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

import anyio
import anyio.abc

METHOD: Final = "forkserver"
PRELOADED = [
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.concurrency.asyncio",
    "prefect.utilities.visualization",
    "prefect._internal.pytz",
    "fastapi.encoders",
    "anyio._backends._asyncio",
    "tasks.accounting.reports",
    "tasks.actions.odoo",
    "flows.watch_files",
    "flows.watch_gmail",
    "flows.watch_mentions",
    "flows.watch_calendar",
    "flows.work_tasks",
    "flows.collect_decisions",
    "flows.sync_odoo",
    "flows.request_approval",
    "flows.report_failure",
    "deployments.serving",
    "deployments.runner",
]
"""Also what a run imports when it comes to it: Prefect imports FastAPI for the parameters of a sub-flow, 0.2 s.

The last is what the fork server takes for the program of each child.
"""


def waiting_process() -> "WaitingProcess | None":
    """Begin the process that waits for the first run: its imports take seconds. None where there is no fork server."""
    if METHOD not in multiprocessing.get_all_start_methods():
        return None
    multiprocessing.get_context(METHOD).set_forkserver_preload(PRELOADED)
    return WaitingProcess()


def start_runs_warm(waiting: "WaitingProcess") -> None:
    """From now on this process's runner gives its runs to the process that waits."""
    from prefect.runner import _starter_engine

    _starter_engine.run_process = waiting.run  # type: ignore[assignment, attr-defined]  # on purpose


class WaitingProcess:
    """The one process that waits for the next run; when it is taken or was killed, a run's process is forked then."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()
        atexit.register(self.dismiss)
        threading.Thread(target=self.prepare, name="first-waiting-run", daemon=True).start()

    async def run(
        self,
        *,
        env: Mapping[str, str],
        task_status: anyio.abc.TaskStatus[Any],
        task_status_handler: Callable[[Any], Any],
        **_of_a_command: Any,
    ) -> BaseProcess:
        """In the place of Prefect's `run_process`, which starts the command `python -m prefect.engine`."""
        process = await anyio.to_thread.run_sync(self.begin, dict(env))
        task_status.started(task_status_handler(process))
        await anyio.to_thread.run_sync(process.join)
        await anyio.to_thread.run_sync(self.prepare)
        return process

    def prepare(self) -> None:
        """Have a process wait for the next run, if none does."""
        with self._lock:
            if self._process is not None and self._process.is_alive():
                return
            ours, theirs = multiprocessing.get_context(METHOD).Pipe()
            self._process, self._pipe = _forked(_wait_for_run, theirs), ours
            theirs.close()

    def dismiss(self) -> None:
        """Nobody needs a run any more: the process that waits ends."""
        if self._pipe is not None:
            self._pipe.close()

    def begin(self, env: dict[str, str]) -> BaseProcess:
        """Give the run to the process that waits; fork another one where there is none."""
        with self._lock:
            process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is not None and pipe is not None:
            try:
                pipe.send(env)
            except OSError:  # it was killed
                process.join()
            else:
                return process
            finally:
                pipe.close()
        return _forked(_become_flow_run, env)


def _forked(work: Callable[..., None], given: Any) -> BaseProcess:
    process = multiprocessing.get_context(METHOD).Process(target=work, args=(given,))
    process.start()
    return process


def _wait_for_run(pipe: Connection) -> None:
    """Get ready, then become the run that is asked for; end with the runner."""
    _get_ready()
    try:
        env = pipe.recv()
    except EOFError:
        return
    _become_flow_run(env)


def _get_ready() -> None:
    """Do once, without any effect, what every run does first; what fails here fails again in the run, which says so."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.schedules import IntervalSchedule

    from blocks.prefect_server import read_authorities_once
    from tasks.clock import present
    from tasks.planning.rehearsal import rehearse
    from tasks.reliability.outbox import waiting_counts

    read_authorities_once()
    with suppress(Exception):
        get_client()
        get_client(sync_client=True)
        IntervalSchedule(
            interval=timedelta(hours=1), timezone="UTC"
        )  # for the first one all zones are looked up
        waiting_counts()
        rehearse(present())
    gc.freeze()


def _become_flow_run(env: dict[str, str]) -> None:
    """The forked process becomes `python -m prefect.engine` with this environment."""
    from prefect.context import SettingsContext, get_settings_context
    from prefect.settings import Settings

    os.environ.clear()
    os.environ.update(env)
    random.seed()
    sys.argv = ["prefect.engine"]
    sys.modules.pop("prefect.engine", None)
    with SettingsContext(profile=get_settings_context().profile, settings=Settings()):
        runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
