"""The runs that have ended, as far as the Prefect server still keeps them.

Imports Prefect inside its functions: Prefect reads its settings when it is imported, and scripts import this module
before they have applied theirs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from blocks.prefect_server import PrefectAwayError, prefect_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

PAGE = 200
MOST_RUNS = 4000
"""Runs that are read at most, the newest."""
SECONDS = 10.0
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
FAILURES = frozenset({"FAILED", "CRASHED"})


@dataclass(frozen=True)
class EndedRun:
    """A run that began and has ended."""

    id: str
    flow: str
    name: str
    begun_at: datetime
    has_failed: bool
    lasted: timedelta
    url: str


def ended_runs(since: datetime, until: datetime) -> list[EndedRun]:
    """The runs that began from one moment on and before another, and have ended; the newest first.

    Raises:
        PrefectAwayError: the Prefect server does not answer in time, or nobody knows where it is.
        PrefectPasswordError: it refused the password.
    """
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    if not PREFECT_API_URL.value():
        raise PrefectAwayError(
            "its address is not known here"
        )  # Prefect's client would start a server of its own
    with prefect_asked(), get_client(httpx_settings={"timeout": SECONDS}, sync_client=True) as client:
        flows = {flow.id: flow.name for flow in client.read_flows(limit=PAGE)}
        return [
            _ended(run, flows.get(run.flow_id, "unknown"), run.start_time, run.end_time)
            for run in _pages(client, since, until)
            if run.start_time and run.end_time
        ]


def _pages(client: "SyncPrefectClient", since: datetime, until: datetime) -> "Iterator[FlowRun]":
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.sorting import FlowRunSort

    begun = {"after_": since, "before_": until - timedelta(microseconds=1)}
    wanted = FlowRunFilter.model_validate({"start_time": begun, "state": {"type": {"any_": list(ENDS)}}})
    newest = FlowRunSort.START_TIME_DESC
    for offset in range(0, MOST_RUNS, PAGE):
        page = client.read_flow_runs(flow_run_filter=wanted, sort=newest, limit=PAGE, offset=offset)
        yield from page
        if len(page) < PAGE:
            return


def _ended(run: "FlowRun", flow: str, begun: datetime, ended: datetime) -> EndedRun:
    from tasks.flow_runs.runs import run_address

    return EndedRun(
        id=str(run.id),
        flow=flow,
        name=run.name,
        begun_at=begun,
        has_failed=run.state_type is not None and run.state_type.value in FAILURES,
        lasted=ended - begun,
        url=run_address(str(run.id)),
    )
