"""Asking the Prefect server for a run, and not asking for one that it would only cancel."""

from datetime import UTC, datetime, timedelta

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.states import Completed, Running, Scheduled, State
from prefect.types.entrypoint import EntrypointType

from tasks.flow_runs.runs import is_under_way, start_run


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
