"""What every call passes, whichever server it is made to: its turn, its progress and its record."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError

from blocks.settings import settings
from domain.reliability.rate_limits import limits_of
from mcp_servers import calls
from mcp_servers.building import build
from tasks.audit.log import AuditLog
from tasks.audit.verify import VerificationState, verify_audit_log
from tasks.vault.vault import init_vault


async def look(word: str) -> dict[str, str]:
    """Read."""
    if word == "nobody":
        raise FileNotFoundError(2, "No such file", word)
    if word == "long":
        await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0.001)
    return {"word": word}


async def order(word: str) -> dict[str, str]:
    """Order."""
    return {"task_id": f"order-{word}", "status": "done"}


@pytest.fixture
def vault() -> Path:
    init_vault(settings().vault_path)
    return settings().vault_path


@pytest.fixture
def client(vault: Path) -> Client[Any]:  # noqa: ARG001 (calls are on record where there is a Vault)
    return Client(build("test", "", {"reads": (look,), "finals": (order,)}))


def recorded() -> list[dict[str, Any]]:
    files = AuditLog(settings().vault_path, settings().keys).files()
    lines = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    return [line["details"] for line in lines if line["action"] == "mcp.calls"]


async def test_reads_are_written_together_and_an_order_before_its_answer(client: Client[Any]) -> None:
    async with client:
        for _ in range(3):
            await client.call_tool("look", {"word": "SECRET-WORD"})
        assert recorded() == []
        await client.call_tool("order", {"word": "SECRET-WORD"})
        (line,) = recorded()
        with pytest.raises(ToolError, match="cannot be used"):
            await client.call_tool("look", {"word": "nobody"})
        with pytest.raises(ToolError, match="is missing"):
            await client.call_tool("look", {})
        with pytest.raises(ToolError):
            await client.call_tool("no_such_tool", {})
    line, last = recorded()
    assert (line["server"], [call["tool"] for call in line["calls"]]) == ("test", ["look"] * 3 + ["order"])
    assert line["calls"][3]["task_id"] == "order-SECRET-WORD"
    assert [call["outcome"] for call in last["calls"]] == ["refused", "refused", "failed"]
    assert len({call["arguments"] for call in line["calls"][:3]}) == 1
    assert "SECRET-WORD" not in json.dumps([line["calls"][:3], last])
    assert all(call["milliseconds"] >= 0 and "mcp" in call["agent"] for call in line["calls"])
    proof = verify_audit_log(settings().vault_path, settings().keys)
    assert proof.state is VerificationState.INTACT


async def test_a_hundred_reads_are_a_line(client: Client[Any]) -> None:
    async with client:
        for _ in range(calls.MOST_GATHERED + 1):
            await client.call_tool("look", {"word": "a"})
        assert [len(line["calls"]) for line in recorded()] == [calls.MOST_GATHERED]
    assert [len(line["calls"]) for line in recorded()] == [calls.MOST_GATHERED, 1]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tasks.audit.log.append_line", full)
        yield patched


async def test_what_cannot_be_written_down_is_answered_once_and_then_no_more(
    client: Client[Any], full_disk: pytest.MonkeyPatch
) -> None:
    async with client:
        await client.call_tool("order", {"word": "a"})
        with pytest.raises(ToolError, match="No space left on device"):
            await client.call_tool("look", {"word": "a"})
        full_disk.undo()
        await client.call_tool("look", {"word": "a"})
    outcomes = [call["outcome"] for line in recorded() for call in line["calls"]]
    assert outcomes == ["answered", "refused", "answered"]


async def test_all_servers_and_processes_share_the_turns_and_one_too_many_is_told_when(
    client: Client[Any],
) -> None:
    other = Client(build("other", "", {"reads": (look,)}))
    await asyncio.to_thread(use_up_the_turns)
    async with client, other:
        for one in (client, other):
            with pytest.raises(ToolError, match=r"too many calls at once; .* ask again in \d+ seconds"):
                await one.call_tool("look", {"word": "a"})


def use_up_the_turns() -> None:
    from tasks.clock import present
    from tasks.reliability.rate_limits import postpone

    assert limits_of(calls.SERVICE)
    postpone(calls.SERVICE, present().replace(year=present().year + 1))


async def test_a_client_that_asks_hears_that_a_long_call_is_under_way(
    client: Client[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "TOLD_SECONDS", 0.001)
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with client:
        await client.call_tool("look", {"word": "long"}, progress_handler=hear)
    assert heard
    assert heard[0][1] == calls.WHOLE_SECONDS
    assert "look is under way" in str(heard[0][2])


async def test_where_there_is_no_vault_no_call_makes_one() -> None:
    async with Client(build("test", "", {"finals": (order,)})) as client:
        await client.call_tool("order", {"word": "a"})
    assert not settings().vault_path.exists()


async def test_turns_are_taken_for_several_calls_at_once(
    client: Client[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    async def counted(_service: str, units: int = 1, **_patience: float) -> None:
        taken.append(units)

    monkeypatch.setattr("tasks.reliability.rate_limits.wait_turn", counted)
    async with client:
        for _ in range(calls.TURNS_AT_ONCE + 1):
            await client.call_tool("look", {"word": "a"})
    assert taken == [calls.TURNS_AT_ONCE] * 2
