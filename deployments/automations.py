"""Automations in the Prefect server: what happens when a run fails, gets stuck or loses its machine."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from blocks.prefect_server import prefect_client
from deployments.schedules import ROWS
from tasks.flow_runs.runs import deployment_name

REPORT = "report_failure"
STUCK_AFTER = timedelta(minutes=30)
"""No run works this long; one that does has lost its process or waits for a machine that does not answer."""

HEARTBEAT = "prefect.flow-run.heartbeat"
SILENT_AFTER = timedelta(seconds=90)
"""A worker's run tells every 30 s that it lives (`PREFECT_FLOWS_HEARTBEAT_FREQUENCY` in compose.yaml)."""

ENDINGS = {
    f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Crashed", "Cancelled", "Suspended")
}


async def register_automations(*, has_workers: bool = False) -> None:
    """Create or update the automations; names are their identity.

    Args:
        has_workers: Of runs on a work pool nobody sees that their process ended when their worker ended with it, so
            that their heartbeats are listened for; the runner of `fte up` sees it by itself.
    """
    async with prefect_client() as client:
        watched = {
            row.flow: (await client.read_deployment_by_name(deployment_name(row.flow))).id for row in ROWS
        }
        report = watched.pop(REPORT)
        automations = _automations(list(watched.values()), report)
        if has_workers:
            automations.append(_silent([watched[row.flow] for row in ROWS if row.single]))
        for automation in automations:
            await _replace(client, automation)


def _runs_of(deployments: list[UUID]) -> dict[str, Any]:
    return {
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
        "match_related": {
            "prefect.resource.role": "deployment",
            "prefect.resource.id": [f"prefect.deployment.{deployment}" for deployment in deployments],
        },
        "for_each": {"prefect.resource.id"},
    }


def _silent(deployments: list[UUID]) -> AutomationCore:
    """What frees the place of a run that died with its worker: the next of a flow that runs alone waits for it."""
    silent = EventTrigger(
        after={HEARTBEAT},
        expect={"prefect.flow-run.*"},  # an end under whatever name
        posture=Posture.Proactive,
        threshold=1,
        within=SILENT_AFTER,
        **_runs_of(deployments),
    )
    message = "its process or its machine ended unexpectedly; its tasks are worked on again"
    return AutomationCore(
        name="digital-fte: a run lost its worker",
        description=f"A run has not told for {SILENT_AFTER} that it lives; it counts as crashed",
        trigger=silent,
        actions=[ChangeFlowRunState(name="Crashed", state=StateType.CRASHED, message=message)],
    )


def _automations(watched: list[UUID], report: UUID) -> list[AutomationCore]:
    ours = _runs_of(watched)
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
