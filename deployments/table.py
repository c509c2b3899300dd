"""When it runs: one row per deployment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from blocks.settings import settings

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
"""Fixed, or every restart would move the schedules."""

APART = timedelta(seconds=15)
"""Between the schedules of one row and the next: each run is a fresh process, and starting all at once slows all."""


@dataclass(frozen=True)
class Row:
    """One deployment of the flow with the same name.

    Attributes:
        flow: Module and function name in `flows/`.
        every: Interval of its schedule; None runs only when something asks for it.
        single: A second run at the same time is cancelled, not queued.
        about: What a person reads in the UI.
    """

    flow: str
    every: timedelta | None
    single: bool
    about: str


ROWS = (
    Row(
        "watch_files",
        timedelta(minutes=5),
        single=True,
        about="Stores what lies in Inbox/; a drop starts it at once",
    ),
    Row("watch_gmail", timedelta(minutes=1), single=True, about="Stores new mail as tasks"),
    Row(
        "work_tasks",
        timedelta(minutes=1),
        single=True,
        about="Works every open task until its evidence holds",
    ),
    Row(
        "collect_decisions",
        timedelta(minutes=1),
        single=True,
        about="Takes decisions from the Vault; reminds; expires",
    ),
    Row("sync_odoo", timedelta(hours=1), single=True, about="Brings the snapshot of the books up to date"),
    Row("request_approval", None, single=False, about="Waits for a person's decision about one action"),
    Row(
        "report_failure",
        None,
        single=False,
        about="Tells the owner and the audit log of a failed or stuck run",
    ),
)


async def build_deployments(*, work_pool: str | None = None) -> "list[RunnerDeployment]":
    """Every row as a Prefect deployment, for `serve` or for a work pool."""
    return [await _build(row, work_pool) for row in ROWS]


async def _build(row: Row, work_pool: str | None) -> "RunnerDeployment":
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Interval
    from prefect.types.entrypoint import EntrypointType

    flow: Any = getattr(import_module(f"flows.{row.flow}"), row.flow)
    limit = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    deployment: RunnerDeployment = await flow.ato_deployment(
        name=row.flow.replace("_", "-"),
        schedules=[Interval(row.every, anchor_date=ANCHOR + APART * ROWS.index(row))] if row.every else None,
        concurrency_limit=limit if row.single else None,
        description=row.about,
        tags=[settings().mode.value],
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=work_pool,
    )
    return deployment
