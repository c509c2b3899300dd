"""`fte mcp`: the registry, and what the clients' configurations hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from blocks.settings import settings
from deployments.commands.mcp import app
from deployments.environment import prefect_environment
from deployments.processes import services
from mcp_servers.registry import WRITINGS, Client, committed
from mcp_servers.serve import SERVERS, token_file

ROOT = Path(__file__).parents[3]
SECRET = "postgresql://fte:PASSWORD@db/ledger"


def printed(*words: str, code: int = 0) -> Any:
    answer = CliRunner().invoke(app, list(words))
    assert answer.exit_code == code, (answer.output, answer.exception)
    return json.loads(answer.stdout) if answer.stdout else answer.exception


@pytest.mark.parametrize("client", Client)
@pytest.mark.parametrize("way", [(), ("--http",)])
def test_a_clients_configuration_is_json_with_absolute_commands_and_no_secret(
    client: Client, way: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTE_DATABASE_URL", SECRET)
    monkeypatch.setenv("FTE_PORT", "4711")
    token = token_file().read_text().strip()
    if way and WRITINGS[client].token is None:
        assert "leave --http out" in str(printed("config", client, *way, code=1))
        return
    found = printed("config", client, *way)
    entries = found["servers" if client is Client.VSCODE else "mcpServers"]
    assert set(entries) == {f"digital-fte-{name}" for name in SERVERS}
    for name, entry in entries.items():
        server = name.removeprefix("digital-fte-")
        if way:
            assert entry["url"] == f"http://127.0.0.1:4290/mcp/{server}"
        else:
            assert Path(entry["command"]).is_absolute()
            assert Path(entry["command"]).exists()
            assert entry["args"][-2:] == ["mcp", server]
            assert Path(entry["env"]["FTE_VAULT"]).is_absolute()
            assert entry["env"]["FTE_PORT"] == "4711"
    assert not any(secret in json.dumps(found) for secret in (token, "PASSWORD"))


def test_the_projects_own_registry_is_the_one_that_the_code_has() -> None:
    assert json.loads((ROOT / ".mcp.json").read_text()) == committed()
    assert [row["server"] for row in printed("list", "--json")] == list(SERVERS)


def test_health_says_of_each_server_whether_it_answers_and_what_the_employee_lacks() -> None:
    found = printed("health", "--json", code=1)
    assert {one["state"] for one in found["servers"]} == {"answers"}
    assert any("fte up" in problem for problem in found["problems"])
    assert "not at work" in found["gateway"]


def test_the_gateway_is_a_service_only_if_it_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [one.name for one in services(settings(), prefect_environment(settings()))]
    assert "mcp" not in names
    monkeypatch.setenv("FTE_MCP_PORT", "4999")
    (wanted,) = [one for one in services(settings(), {}) if one.name == "mcp"]
    assert wanted.command[-4:] == ["mcp", "serve", "--port", "4999"]
