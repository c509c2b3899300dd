"""What the run of a task shows in Prefect's UI: its tags, and the plan with how far it has come."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.runtime import flow_run

from blocks.prefect_server import prefect_client
from blocks.settings import settings
from domain.planning.plan_page import PlanProgress, plan_tags, render_no_plan, render_plan
from tasks.flow_runs.artifacts import create_artifact, update_artifact
from tasks.planning.prepare import Prepared

SOURCES = {"gmail": "mail", "file": "files", "order": "agents"}
"""How a task came, by the first part of its id, as a tag."""

SHOWN_AFTER_SECONDS = 0.5

log = logging.getLogger(__name__)

_pages: ContextVar[list["RunPage"]] = ContextVar("pages")


@contextmanager
def pages_kept() -> Iterator[list["RunPage"]]:
    """Inside, work without a run keeps its pages, to be shown on the run that is made afterwards."""
    pages: list[RunPage] = []
    token = _pages.set(pages)
    try:
        yield pages
    finally:
        _pages.reset(token)


class RunPage:
    """The plan as an artifact that is changed in its place. It is written beside the work, which never waits for it.

    A Prefect server that does not answer leaves the page as it is: what counts stands in the Vault.
    """

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._run_id = flow_run.get_id()
        if self._run_id is None:
            _pages.get([]).append(self)
        self._artifact: UUID | None = None
        self._next: Callable[[], str] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._is_ending = asyncio.Event()

    def tags(self) -> list[str]:
        """What the UI filters by."""
        source = self._prepared.task_id.partition("-")[0]
        about = {self._prepared.triage.kind, SOURCES.get(source, source), *plan_tags(self._prepared.plan)}
        return sorted({settings().mode.value, *about})

    def show(self, progress: PlanProgress) -> None:
        """Show this, as soon as what is being written is there; only the newest is written."""
        prepared = self._prepared
        self._next = (
            partial(render_plan, prepared.plan, progress, prepared.doubts, prepared.expected)
            if prepared.plan
            else partial(render_no_plan, prepared.problems)
        )
        if self._run_id is not None and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write_soon(UUID(self._run_id)))

    async def settle(self) -> None:
        """Wait until the newest is there; for the end of the run."""
        self._is_ending.set()
        if self._writing is not None:
            await self._writing

    async def _write_soon(self, run_id: UUID) -> None:
        """Show a plan that is over in a moment once, at its end, and any other while it goes on."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_ending.wait(), SHOWN_AFTER_SECONDS)
        await self.write(run_id)

    async def write(self, run_id: UUID, *, is_tagged: bool = False) -> None:
        """Show the newest on this run."""
        try:
            async with prefect_client() as client:
                while (newest := self._next) is not None:
                    self._next = None
                    await self._put(client, run_id, newest(), is_tagged=is_tagged)
        except httpx.HTTPError as error:
            log.warning("the run's page does not show the plan: %s", error)

    async def _put(self, client: PrefectClient, run_id: UUID, markdown: str, *, is_tagged: bool) -> None:
        if self._artifact is not None:
            await update_artifact(client, self._artifact, markdown)
            return
        self._artifact = await create_artifact(client, run_id, "plan", markdown, "Plan")
        if not is_tagged:
            await client.update_flow_run(run_id, tags=self.tags())
