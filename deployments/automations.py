"""Automations in the Prefect server: what happens when a run fails or gets stuck."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from blocks.prefect_server import prefect_client
from deployments.schedules import ROWS
from tasks.flow_runs.runs import deployment_name

REPORT = "report_failure"
STUCK_AFTER = timedelta(minutes=30)
"""No run works this long; one that does has lost its process or waits for a machine that does not answer."""

ENDINGS = {
    f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Crashed", "Cancelled", "Suspended")
}


async def register_automations() -> None:
    """Create or update the two automations; names are their identity."""
    async with prefect_client() as client:
        watched = {
            row.flow: (await client.read_deployment_by_name(deployment_name(row.flow))).id for row in ROWS
        }
        report = watched.pop(REPORT)
        for automation in _automations(list(watched.values()), report):
            await _replace(client, automation)


def _automations(watched: list[UUID], report: UUID) -> list[AutomationCore]:
    ours: dict[str, Any] = {
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
        "match_related": {
            "prefect.resource.role": "deployment",
            "prefect.resource.id": [f"prefect.deployment.{deployment}" for deployment in watched],
        },
        "for_each": {"prefect.resource.id"},
    }
    failed = EventTrigger(
        expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
        **ours,
    )
    stuck = EventTrigger(
        after={"prefect.flow-run.Running"},
        expect=ENDINGS,
        posture=Posture.Proactive,
        threshold=1,
        within=STUCK_AFTER,
        **ours,
    )
    return [
        AutomationCore(
            name="digital-fte: a run failed",
            description="Tells the owner and the audit log",
            trigger=failed,
            actions=[_reporting(report, "failed")],
        ),
        AutomationCore(
            name="digital-fte: a run is stuck",
            description=f"A run has not ended after {STUCK_AFTER}; tells the owner and the audit log",
            trigger=stuck,
            actions=[_reporting(report, "stuck")],
        ),
    ]


def _reporting(deployment: UUID, what: str) -> RunDeployment:
    run_id = {"__prefect_kind": "jinja", "template": "{{ event.resource.id }}"}
    return RunDeployment(deployment_id=deployment, parameters={"resource": run_id, "what": what})


async def _replace(client: PrefectClient, automation: AutomationCore) -> None:
    for old in await client.read_automations_by_name(automation.name):
        await client.delete_automation(old.id)
    await client.create_automation(automation)
