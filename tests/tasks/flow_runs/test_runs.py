"""Asking the Prefect server for a run, and not asking for one that it would only cancel."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.settings import PREFECT_API_URL
from prefect.states import Completed, Running, Scheduled, State
from prefect.types.entrypoint import EntrypointType

from deployments.schedules import ROWS, deployed_as, run_names
from tasks.flow_runs.runs import is_under_way, name_scheduled_runs, start_run


@flow(name="look-around")
async def look_around() -> None:
    """A flow that never runs here."""


async def deploy() -> None:
    deployment = await look_around.ato_deployment(
        name="look-around", entrypoint_type=EntrypointType.MODULE_PATH
    )
    await deployment.aapply()


async def in_state(state: State) -> bool:
    """A run that was asked for and came into a state: is it under way?"""
    run_id = await start_run("look_around")
    assert run_id is not None
    async with get_client() as client:
        await client.set_flow_run_state(run_id, state, force=True)
        under_way = await is_under_way("look_around")
        await client.delete_flow_run(run_id)
    return under_way


@pytest.mark.usefixtures("prefect_server")
async def test_only_a_run_that_works_or_is_about_to_is_under_way() -> None:
    assert not await is_under_way("look_around")
    await deploy()
    assert not await is_under_way("look_around")
    assert await in_state(Running())
    assert not await in_state(Completed())
    later = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(minutes=1))
    async with get_client() as client:
        deployment = await client.read_deployment_by_name("look-around/look-around")
        await client.create_flow_run_from_deployment(deployment.id, state=later)
    assert not await is_under_way("look_around")


@pytest.mark.usefixtures("prefect_server")
async def test_what_a_schedule_planned_is_called_by_its_flows_name() -> None:
    deployment = await look_around.ato_deployment(
        name="planned", entrypoint_type=EntrypointType.MODULE_PATH, interval=timedelta(hours=1)
    )
    planned_by = await deployment.aapply()
    await deploy()
    by_hand = await start_run("look_around", name="by hand")
    assert by_hand is not None
    address = f"{PREFECT_API_URL.value()}/deployments/{planned_by}/schedule"
    async with httpx.AsyncClient() as scheduler:  # in the place of the server's own
        (await scheduler.post(address, json={"min_runs": 3})).raise_for_status()
    names = {"planned": "Look around", "look-around": "Look around"}
    assert await name_scheduled_runs(names) == 3
    assert await name_scheduled_runs(names) == 0
    async with get_client() as client:
        wanted = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[planned_by]))
        runs = await client.read_flow_runs(flow_run_filter=wanted)
        assert (await client.read_flow_run(by_hand)).name == "by hand"
        await client.delete_deployment(planned_by)
    assert [(run.name, run.state_name) for run in runs] == [("Look around", "Scheduled")] * 3


async def test_every_flow_with_a_schedule_has_a_name_for_its_runs() -> None:
    names = run_names()
    planned = [names[deployed_as(row)] for row in ROWS if row.every]
    assert not any("{" in name for name in planned)  # nobody fills in what a schedule planned
