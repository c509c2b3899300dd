"""Asking the Prefect server for a run of a deployment."""

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.settings import PREFECT_UI_URL

from blocks.prefect_server import PrefectAwayError, PrefectPasswordError, prefect_asked, prefect_client

if TYPE_CHECKING:
    from prefect import Flow, State
    from prefect.client.orchestration import PrefectClient

BELIEVED = timedelta(minutes=2)

log = logging.getLogger(__name__)


async def name_run(name: str) -> None:
    """Call the present flow run by what it did; a Prefect server that does not answer leaves its name as it is."""
    run_id = flow_run.get_id()
    if run_id is None:
        return
    try:
        async with prefect_client() as client:
            await client.update_flow_run(UUID(run_id), name=name)
    except httpx.HTTPError as error:
        log.warning("the run keeps its name: %s", error)


async def name_scheduled_runs(names: Mapping[str, str]) -> int:
    """Call what a schedule planned by its flow's own name: Prefect gives that only to runs that begin.

    Args:
        names: Of the runs, by deployment.

    Returns:
        How many had a name that Prefect made up.

    Raises:
        PrefectAwayError: the Prefect server does not answer.
        PrefectPasswordError: it refused the password.
    """
    with prefect_asked():
        async with prefect_client() as client:
            ours = DeploymentFilter(name=DeploymentFilterName(any_=list(names)))
            wanted = {
                each.id: names[each.name] for each in await client.read_deployments(deployment_filter=ours)
            }
            planned = FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=list(wanted)),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
            )
            unnamed = [
                (run.id, wanted[run.deployment_id])
                for run in await client.read_flow_runs(flow_run_filter=planned)
                if run.auto_scheduled and run.deployment_id and run.name != wanted[run.deployment_id]
            ]
            for run_id, name in unnamed:
                await client.update_flow_run(run_id, name=name)
    return len(unnamed)


async def record_run(
    flow: "Flow[..., Any]", *, name: str, parameters: dict[str, Any], state: "State[Any]", tags: Iterable[str]
) -> UUID | None:
    """Show as a run what was done outside of the Prefect server; a server that does not answer leaves it out."""
    try:
        async with prefect_client() as client:
            run = await client.create_flow_run(flow, name=name, parameters=parameters, state=state, tags=tags)
    except httpx.HTTPError as error:
        log.warning("%s is not shown as a run: %s", name, error)
        return None
    return run.id


async def is_under_way(flow: str) -> bool:
    """Whether a run of this flow's deployment works or is about to; False when the Prefect server is away.

    One that began long ago may have died with its machine: it is not believed.
    """
    begun = await begun_at(flow)
    return begun is not None and datetime.now(UTC) - begun < BELIEVED


async def begun_at(flow: str) -> datetime | None:
    """Since when the newest run of this flow's deployment works or is about to; None when there is none."""
    begun = FlowRunFilterState(
        type=FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING])
    )
    by_now = FlowRunFilterExpectedStartTime(before_=datetime.now(UTC))
    name = flow.replace("_", "-")
    try:
        async with prefect_client() as client:
            runs = await client.read_flow_runs(
                flow_filter=FlowFilter(name=FlowFilterName(any_=[name])),
                deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[name])),
                flow_run_filter=FlowRunFilter(state=begun, expected_start_time=by_now),
                sort=FlowRunSort.EXPECTED_START_TIME_DESC,
                limit=1,
            )
    except httpx.HTTPError:
        return None
    return runs[0].expected_start_time if runs else None


async def newest_runs(client: "PrefectClient", flow: str, parameter: str, limit: int) -> dict[str, str]:
    """Where a person sees the newest runs of a flow, each by the value of a parameter."""
    ours = FlowFilter(name=FlowFilterName(any_=[flow.replace("_", "-")]))
    newest = FlowRunSort.START_TIME_DESC
    runs = await client.read_flow_runs(flow_filter=ours, sort=newest, limit=limit)
    return {str(run.parameters.get(parameter)): run_address(str(run.id)) for run in reversed(runs)}


def run_address(run_id: str) -> str:
    """Where a person sees a run in Prefect's UI."""
    return f"{PREFECT_UI_URL.value()}/runs/flow-run/{run_id}"


def deployment_name(flow: str) -> str:
    """`flow-name/deployment-name`, as Prefect addresses the deployment of a flow of `flows/`."""
    dashed = flow.replace("_", "-")
    return f"{dashed}/{dashed}"


async def start_run(
    flow: str,
    *,
    parameters: dict[str, Any] | None = None,
    key: str | None = None,
    name: str | None = None,
    tags: list[str] | None = None,
) -> UUID | None:
    """Create a run of a flow's deployment.

    Args:
        flow: Module name in `flows/`.
        parameters: The flow's parameters.
        key: Idempotency key: the same key gives the same run.
        name: What the UI shows.
        tags: What the UI filters by.

    Returns:
        The run's id; None when the Prefect server does not take it. A later look does it, so nothing is lost.
    """
    try:
        return await create_run(flow, parameters=parameters, idempotency_key=key, name=name, tags=tags)
    except (PrefectAwayError, PrefectPasswordError) as error:
        log.warning("%s was not started now, a later look or its schedule will: %s", flow, error)
        return None


async def create_run(flow: str, **facts: Any) -> UUID:
    """`start_run` for a caller who wants to know why not; `facts` are those of Prefect's client.

    Raises:
        PrefectAwayError: the Prefect server is away, or does not know the flow.
        PrefectPasswordError: the Prefect server refused the password.
    """
    with prefect_asked():
        async with prefect_client() as client:
            try:
                deployment = await client.read_deployment_by_name(deployment_name(flow))
            except ObjectNotFound as error:
                raise PrefectAwayError(f"it does not know {flow} yet") from error
            return (await client.create_flow_run_from_deployment(deployment.id, **facts)).id
