"""`fte run`: one flow, now."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blocks.settings import settings
from deployments.asking import PREFECT_SECONDS, answer_of
from deployments.environment import apply_environment, ui_url
from deployments.printing import AsJson, busy, print_json, say
from deployments.schedules import ROWS
from deployments.stopped import stopped_by_person
from domain.errors import RejectedError, TransientError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

WAIT_SECONDS = 600
RUNNABLE = [row.flow for row in ROWS if row.single]
"""The flows that one may start; the others are about one request or one failed run."""
FAILED = frozenset({"Failed", "Crashed", "Cancelled"})
"""Names of ends without a result."""


class UnknownFlowError(RejectedError):
    """There is no such deployment."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no '{name}' to run; known are {', '.join(known)}")


class StillRunningError(TransientError):
    """The command stops waiting; the run goes on."""

    def __init__(self, flow: str, address: str) -> None:
        super().__init__(f"{flow} is still under way after {WAIT_SECONDS} s; watch it at {address}")


def run(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(RUNNABLE)}.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Run one flow now, and wait for its end."""
    wanted = name.replace("-", "_")
    if wanted not in RUNNABLE:
        raise UnknownFlowError(name, RUNNABLE)
    here = settings()
    apply_environment(here)
    show_end(*ended_run(wanted, ui_url(here)), ui_url(here), as_json=as_json)


def show_end(state: str, message: str | None, run_id: str, address: str, *, as_json: bool) -> None:
    """Say how a run ended and where it is seen; a run without a result ends the command with a failure."""
    if as_json:
        print_json({"state": state, "message": message, "run": run_id})
    else:
        say(f"{state}: {message or ''}  {address}/runs/flow-run/{run_id}")
    if state in FAILED:
        raise typer.Exit(1)


def ended_run(flow: str, address: str, **parameters: Any) -> tuple[str, str | None, str]:
    """`run_now`, for a command that the person may stop.

    Raises:
        StoppedError: they did.
    """
    with stopped_by_person(f"a run of {flow} that had begun goes on: {address}/runs"):
        return asyncio.run(run_now(flow, address, **parameters))


async def run_now(flow: str, address: str, **parameters: Any) -> tuple[str, str | None, str]:
    """Start a flow's deployment and wait for its end: the state's name, its message, and the run's id."""
    with busy("Looking for the Prefect server ..."):
        from prefect.exceptions import FlowRunWaitTimeout
        from prefect.flow_runs import wait_for_flow_run

        from tasks.flow_runs.runs import create_run

    remedy = "fte down, then fte up, and run this again"
    run_id = await answer_of(
        "the Prefect server", create_run(flow, parameters=parameters), remedy=remedy, seconds=PREFECT_SECONDS
    )
    try:
        with busy(f"Running {flow} ..."):
            ended: FlowRun = await wait_for_flow_run(run_id, timeout=WAIT_SECONDS)
    except FlowRunWaitTimeout as error:
        raise StillRunningError(flow, f"{address}/runs/flow-run/{run_id}") from error
    return (*_said(ended), str(run_id))


def _said(ended: "FlowRun") -> tuple[str, str | None]:
    """Name and message of the end; a run that gave way to another one is not a failure."""
    if ended.state is None:
        return "Unknown", None
    if ended.state.is_cancelled() and "concurrency limit" in (ended.state.message or ""):
        return "UnderWay", "another run of it is under way and does this work"
    return ended.state.name or "Unknown", ended.state.message
