"""report_failure: a run failed or got stuck; its owner hears of it."""

from datetime import UTC, datetime
from uuid import UUID

from prefect import flow

from blocks.prefect_server import prefect_client
from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import audit_log
from tasks.reliability.notify import notify_owner

STUCK = "stuck"
ENDINGS = {"failed": "has failed", STUCK: "does not end"}


@flow(name="report-failure", flow_run_name="Report: a run {what}")
async def report_failure(resource: str, what: str = "failed") -> None:
    """Write a failed or stuck run into the audit log and tell the owner.

    Trigger: automations of `deployments/automations.py`. Effects: one audit line, one notification
    (repeats within a while are held back). The work itself is not repeated here: open tasks are taken up by
    the next `work_tasks`.

    Args:
        resource: The Prefect server's resource id, `prefect.flow-run.<id>`.
        what: "failed" or "stuck".
    """
    now = datetime.now(UTC)
    async with prefect_client() as client:
        run = await client.read_flow_run(UUID(resource.rpartition(".")[2]))
    if what == STUCK and run.state and (run.state.is_final() or run.state.is_paused()):
        return  # its event has the name of its end, such as Degraded, for which the automation does not listen
    said = (run.state.message if run.state else None) or "no message"
    event = AuditEvent(
        action=f"run.{what}",
        status=AuditStatus.FAILURE,
        actor="report_failure",
        resource=run.name,
        run_id=str(run.id),
        error=said[:500],
    )
    audit_log().append(event, now)
    await notify_owner(f"A run {ENDINGS.get(what, what)}: {run.name}", said[:500], urgency="warning")
