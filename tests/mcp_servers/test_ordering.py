"""What went wrong inside a tool, as an agent is told."""

import asyncio
import errno
from typing import Any

import httpx
import pytest
from fastmcp.exceptions import ToolError

from mcp_servers import ordering
from mcp_servers.ordering import NotQueuedError, clear_errors
from tasks.planning.task_status import TaskReport, TaskStatus, UnknownTaskError


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (httpx.ReadError("cut off"), "books nothing twice"),
        (OSError(errno.ENOSPC, "No space left on device", "/desk/note.md"), "No space left on device: /desk"),
        (PermissionError(errno.EACCES, "Permission denied", "/desk/note.md"), "Permission denied"),
    ],
)
async def test_a_failure_is_a_sentence_that_promises_no_more_than_is_known(
    failure: Exception, said: str
) -> None:
    async def tool() -> None:
        raise failure

    with pytest.raises(ToolError, match=said) as told:
        await clear_errors(tool)()
    assert "nothing was done" not in str(told.value)
    assert "\n" not in str(told.value)


async def never() -> Any:
    """What a hanging Odoo makes of a call."""
    await asyncio.Event().wait()


async def connected() -> None:
    """There is an account."""


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience, and a Prefect server that knows the account."""
    monkeypatch.setattr(ordering, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(ordering, "check_connected", connected)


@pytest.mark.usefixtures("hanging")
async def test_a_call_that_could_not_be_stored_in_time_says_that_nothing_is_queued(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(task_id: str) -> TaskReport:
        raise UnknownTaskError(task_id)

    monkeypatch.setattr(ordering, "task_report", unknown)
    with pytest.raises(NotQueuedError, match="not queued"):
        await ordering.ordered("create_invoice", {"customer": "Nobody"}, key=None, make=never)


@pytest.mark.usefixtures("hanging")
async def test_a_stored_call_is_answered_with_its_task_and_worked_on_behind_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def under_way(task_id: str) -> TaskReport:
        return TaskReport(task_id=task_id, status=TaskStatus.UNDER_WAY, said="it is being worked on")

    monkeypatch.setattr(ordering, "task_report", under_way)
    report = await ordering.ordered("create_invoice", {"customer": "Nobody"}, key="one", make=never)
    assert report.status is TaskStatus.UNDER_WAY
    (work,) = ordering._at_work
    assert not work.done()
    work.cancel()
