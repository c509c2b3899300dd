"""What went wrong inside a tool, as an agent is told."""

import asyncio
import errno
import threading
import time
from typing import Any

import httpx
import pytest
from fastmcp.exceptions import ToolError
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount
from domain.planning.order import Order, ToolCall
from mcp_servers import loading, ordering
from mcp_servers.calls import OwnFilesError, clear_errors
from mcp_servers.ordering import StatusLateError
from tasks.actions.connected import connected_account
from tasks.planning.task_status import TaskReport, TaskStatus, UnknownTaskError


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (httpx.ReadError("cut off"), "books nothing twice"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/vault/note.md"),
            "No space left on device: /vault",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/vault/note.md"), "Permission denied"),
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


async def never(*_: Any, **__: Any) -> Any:
    """What a hanging Odoo makes of a call."""
    await asyncio.Event().wait()


ORDER = Order(source="mcp", action="odoo.create_customer", inputs={"name": "Nobody"})


async def connected(*_: Any) -> None:
    """There is an account."""


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience, and a Prefect server that knows the account."""
    monkeypatch.setattr(ordering, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(ordering, "_connected", connected)
    monkeypatch.setattr(ordering, "take_order", never)


@pytest.mark.usefixtures("hanging")
async def test_a_call_that_could_not_be_looked_up_in_time_is_stored_as_it_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored: list[str] = []

    async def take(call: ToolCall, _order: Order, *_: Any, look_seconds: float) -> bool:
        if look_seconds:
            return bool(await never())
        stored.append(call.task_id)
        return True

    def stands(task_id: str) -> TaskReport:
        if task_id not in stored:
            raise UnknownTaskError(task_id)
        return TaskReport(task_id=task_id, status=TaskStatus.UNDER_WAY, said="it is being worked on")

    monkeypatch.setattr(ordering, "take_order", take)
    monkeypatch.setattr(ordering, "task_report", stands)
    answer = await ordering.ordered("create_invoice", {"customer": "Nobody"}, key=None, make=lambda: ORDER)
    assert ([answer.task_id], answer.status) == (stored, TaskStatus.UNDER_WAY)
    for work in ordering._at_work:
        work.cancel()


@pytest.mark.usefixtures("hanging")
async def test_a_call_is_stored_and_answered_in_time_while_its_work_is_still_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored, free = [], threading.Event()

    async def take(call: ToolCall, *_: Any, **__: Any) -> bool:
        stored.append(call.task_id)
        return True

    def stands(task_id: str) -> TaskReport:
        if task_id not in stored:
            raise UnknownTaskError(task_id)
        return TaskReport(task_id=task_id, status=TaskStatus.UNDER_WAY, said="it is being worked on")

    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setattr(loading, "import_module", lambda _name: free.wait(20))
    monkeypatch.setattr(ordering, "take_order", take)
    monkeypatch.setattr(ordering, "task_report", stands)
    begun = time.monotonic()
    try:
        answer = await ordering.ordered("create_customer", {"name": "B"}, key=None, make=lambda: ORDER)
    finally:
        waited = time.monotonic() - begun
        free.set()
        for work in ordering._at_work:
            work.cancel()
    assert ([answer.task_id], answer.status) == (stored, TaskStatus.UNDER_WAY)
    assert waited < 5


@pytest.mark.usefixtures("hanging")
async def test_a_stored_call_is_answered_with_its_task_and_worked_on_behind_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def under_way(task_id: str) -> TaskReport:
        return TaskReport(task_id=task_id, status=TaskStatus.UNDER_WAY, said="it is being worked on")

    monkeypatch.setattr(ordering, "task_report", under_way)
    report = await ordering.ordered("create_invoice", {"customer": "Nobody"}, key="one", make=lambda: ORDER)
    assert report.status is TaskStatus.UNDER_WAY
    (work,) = [one for one in ordering._at_work if not one.cancelling()]
    assert not work.done()
    work.cancel()


async def test_a_standing_that_cannot_be_read_in_time_says_to_ask_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free = threading.Event()
    monkeypatch.setattr(ordering, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(ordering, "task_report", lambda _task_id: free.wait(20))
    try:
        with pytest.raises(StatusLateError, match="ask again"):
            await ordering.told_report("order-0123456789abcdef")
    finally:
        free.set()


@pytest.mark.usefixtures("hanging")
async def test_a_slow_prefect_server_does_not_keep_a_call_from_being_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored = asyncio.Event()

    async def take(*_: Any, **__: Any) -> bool:
        stored.set()
        return await never()

    monkeypatch.setattr(ordering, "CONNECT_SECONDS", 0.01)
    monkeypatch.setattr(ordering, "ANSWER_SECONDS", 5.0)
    monkeypatch.setattr(ordering, "_connected", never)
    monkeypatch.setattr(ordering, "take_order", take)
    call = asyncio.create_task(
        ordering.ordered("create_customer", {"name": "A"}, key=None, make=lambda: ORDER)
    )
    await asyncio.wait_for(stored.wait(), 4)
    call.cancel()
    for work in ordering._at_work:
        work.cancel()


async def test_what_a_call_names_is_looked_up_with_the_account_of_a_moment_ago_while_it_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = (OdooAccount(url=f"http://{name}", database="d", api_key=SecretStr("k")) for name in "ab")
    saved, looked = [old, old, new], []

    async def account() -> OdooAccount:
        return saved.pop(0)

    async def look(*_: Any) -> None:
        looked.append(await connected_account())
        raise OwnFilesError(OSError("told again when the call is taken"))

    monkeypatch.setattr(ordering, "connected_account", account)
    monkeypatch.setattr(ordering, "look_up", look)
    monkeypatch.setattr("blocks.assumed._known", {})
    call = ToolCall(source="mcp", tool="create_customer", arguments={"name": "Nobody"}, key=None)
    for _ in range(3):
        await ordering._connected(call, lambda: ORDER)
    assert looked == [old, old, old, new]
