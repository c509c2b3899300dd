"""`fte backfill`: years of documents and mails at once; run again, it goes on where it was stopped."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blocks.settings import settings
from deployments.environment import apply_environment, ui_url
from deployments.printing import AsJson
from domain.errors import RejectedError

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner


class BackfillMissingError(RejectedError):
    """Several processes need what is not installed."""

    def __init__(self) -> None:
        super().__init__("several processes need Dask, which is not installed: uv sync --extra backfill")


def backfill(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, readable=True, help="Documents and mails (.eml).")
    ],
    *,
    processes: Annotated[int, typer.Option(min=1, max=256, help="How many, by Dask; 1 needs none.")] = 1,
    scheduler: Annotated[
        str, typer.Option(help="A Dask scheduler whose workers have the Vault and the ledger, too: tcp://...")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take in every document below a folder, each once; what needs your decision waits for it."""
    here = settings()
    apply_environment(here)
    from blocks.prefect_server import prefect_asked
    from flows.backfill import backfill as flow

    if scheduler or processes > 1:
        flow = flow.with_options(task_runner=_dask(processes, scheduler))
    from deployments.commands.run import show_end

    with prefect_asked():  # what fails in the flow is its state
        state = flow(folder.resolve(), return_state=True)
    run_id = str(state.state_details.flow_run_id)
    show_end(str(state.name), state.message, run_id, ui_url(here), as_json=as_json)


def _dask(processes: int, scheduler: str) -> "TaskRunner[Any]":
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise BackfillMissingError from None
    local = {"n_workers": processes, "threads_per_worker": 1, "dashboard_address": None}
    runner: TaskRunner[Any] = DaskTaskRunner(
        address=scheduler or None, cluster_kwargs=None if scheduler else local
    )
    return runner
