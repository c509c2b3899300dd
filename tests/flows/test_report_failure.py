"""Only a run that failed or really does not end is told of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Completed, Crashed, Running

from flows.report_failure import report_failure
from tasks.audit.log import audit_log


@pytest.mark.parametrize(
    ("state", "what", "told"),
    [
        (Crashed(message="gone"), "failed", 1),
        (Running(), "stuck", 1),
        (Completed(name="Degraded"), "stuck", 0),
        (Completed(name="Approved"), "stuck", 0),
    ],
)
async def test_a_run_that_ended_under_a_name_of_its_own_is_not_stuck(
    monkeypatch: pytest.MonkeyPatch, state: State, what: str, told: int
) -> None:
    run = SimpleNamespace(id=uuid4(), name="a run", state=state)
    heard: list[str] = []

    @asynccontextmanager
    async def client() -> AsyncIterator[SimpleNamespace]:
        async def read_flow_run(_id: object) -> SimpleNamespace:
            return run

        yield SimpleNamespace(read_flow_run=read_flow_run)

    async def hear(title: str, _body: str, **_facts: str) -> None:
        heard.append(title)

    monkeypatch.setattr("flows.report_failure.prefect_client", client)
    monkeypatch.setattr("flows.report_failure.notify_owner", hear)
    await report_failure.fn(f"prefect.flow-run.{run.id}", what)
    assert len(heard) == told
    assert sum(len(path.read_text().splitlines()) for path in audit_log().files()) == told
