"""Flow runs that start warm: forked from a process that has imported what every run needs.

Each run stays a process of its own, with `prefect.engine` as its program; but importing Prefect and our flows, three
of the four seconds from a drop to its run, happens once. Python's own fork server does it; docs/decisions/0007-runs-
start-warm.md says why, and what it costs. Where there is none (Windows) runs start as Prefect starts them.
"""

import multiprocessing
import os
import random
import runpy
import sys
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from typing import Any, Final

import anyio
import anyio.abc

METHOD: Final = "forkserver"
PRELOADED = [
    "prefect.flow_engine",
    "flows.watch_files",
    "flows.watch_gmail",
    "flows.work_tasks",
    "flows.collect_decisions",
    "flows.sync_odoo",
    "flows.request_approval",
    "flows.report_failure",
    "deployments.runner",
]
"""The last is what the fork server takes for the program of each child."""


def start_runs_warm() -> None:
    """From now on this process's runner forks its runs, where that is possible."""
    if METHOD not in multiprocessing.get_all_start_methods():
        return
    from prefect.runner import _starter_engine

    multiprocessing.get_context(METHOD).set_forkserver_preload(PRELOADED)
    _starter_engine.run_process = _run_forked  # type: ignore[assignment, attr-defined]  # on purpose


async def _run_forked(
    *,
    env: Mapping[str, str],
    task_status: anyio.abc.TaskStatus[Any],
    task_status_handler: Callable[[Any], Any],
    **_of_a_command: Any,
) -> BaseProcess:
    """In the place of Prefect's `run_process`, which starts the command `python -m prefect.engine`."""
    process = multiprocessing.get_context(METHOD).Process(target=_run_engine, args=(dict(env),))
    await anyio.to_thread.run_sync(process.start)
    task_status.started(task_status_handler(process))
    await anyio.to_thread.run_sync(process.join)
    return process


def _run_engine(env: dict[str, str]) -> None:
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
