"""The Dashboard as an artifact of the Prefect server, changed in its place; its lines lead to runs."""

from contextlib import suppress

from blocks.database import LedgerUnavailableError
from blocks.prefect_server import prefect_asked, prefect_client
from domain.dashboard.page import Dashboard
from domain.vault.folder import Folder
from tasks.approvals.record import pending
from tasks.dashboard.render import artifact_text
from tasks.flow_runs.artifacts import show_latest
from tasks.flow_runs.runs import newest_runs, run_address

KEY = "dashboard"
DESCRIPTION = "Tasks, approvals, money, posts, services and incidents"
NEWEST, MOST_RUNS = 50, 200
"""Runs of tasks that are asked for: after a change, and at first."""
MOST_KEPT = 2000


class Artifact:
    """What this process last showed there."""

    def __init__(self) -> None:
        """Nothing was shown yet."""
        self._shown: str | None = None
        self._runs: dict[str, str] = {}

    async def show(self, page: Dashboard, as_of: str, *, is_new: bool) -> None:
        """Show the page, unless it is what is shown already.

        Args:
            page: What to show.
            as_of: When that changed last.
            is_new: Whether it has just changed, and with it perhaps the runs of its tasks.

        Raises:
            PrefectAwayError, PrefectPasswordError: the Prefect server does not take it; the next look tries again.
        """
        requests = _requests()
        if not is_new and self._shown == artifact_text(page, as_of, self._runs | requests):
            return
        with prefect_asked():
            async with prefect_client() as client:
                newest = await newest_runs(
                    client, "work_task", "task_id", NEWEST if self._runs else MOST_RUNS
                )
                older = {task: run for task, run in self._runs.items() if task not in newest}
                self._runs = dict([*older.items(), *newest.items()][-MOST_KEPT:])
                text = artifact_text(page, as_of, self._runs | requests)
                await show_latest(client, KEY, text, DESCRIPTION)
        self._shown = text


def _requests() -> dict[str, str]:
    """Where each request is decided, by its note's place."""
    with suppress(LedgerUnavailableError):
        return {
            f"{Folder.PENDING_APPROVAL}/{one.id}": run_address(one.flow_run_id)
            for one in pending()
            if one.flow_run_id
        }
    return {}
