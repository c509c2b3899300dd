"""`fte service` against the programs of the operating system: the real checker of units, and a recorder of calls."""

import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from deployments.commands.service import app

run = CliRunner().invoke
SECRET = "postgresql://fte:canary-5821@db/ledger"
TASK_FORMAT = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the operating system's programs write down how they were called; each says that all is well."""
    programs, written = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()
    for name in ("systemctl", "schtasks"):
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "{written}"\necho active\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("FTE_HOME", str(tmp_path / 'a "home" at 100% $HOME'))
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "Ann's Vault"))
    monkeypatch.setenv("FTE_PORT", "4711")
    monkeypatch.setenv("FTE_MCP_PORT", "4712")
    return written


def test_the_unit_is_installed_is_sound_and_goes_again(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTE_DATABASE_URL", SECRET)
    shown = run(app, ["install", "--print", "--platform", "linux"]).output
    assert not calls.exists()
    installed = run(app, ["install", "--platform", "linux"])
    unit = tmp_path / "config" / "systemd" / "user" / "digital-fte.service"
    assert unit.read_text() == shown
    assert "canary" not in shown
    assert {'Environment="FTE_PORT=4711"', 'Environment="FTE_MCP_PORT=4712"'} <= set(shown.splitlines())
    assert "FTE_DATABASE_URL can hold a password" in installed.output
    assert calls.read_text().splitlines()[-1] == "systemctl --user restart digital-fte.service"
    assert run(app, ["status", "--platform", "linux"]).output == "active\n"
    if shutil.which("systemd-analyze"):
        checked = subprocess.run(
            ["systemd-analyze", "--user", "verify", unit],
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert unit.name not in checked.stderr, checked.stderr
    run(app, ["remove", "--platform", "linux"])
    assert not unit.exists()
    assert "systemctl --user disable --now digital-fte.service" in calls.read_text()
    gone = run(app, ["status", "--platform", "linux"])
    assert (gone.output, gone.exit_code) == ("not installed\n", 3)


def test_a_refusal_of_the_operating_system_is_told(calls: Path) -> None:
    systemctl = calls.parent / "bin" / "systemctl"
    systemctl.write_text("#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n")
    refused = run(app, ["install", "--platform", "linux"])
    assert "Failed to connect to bus" in str(refused.exception)
    assert not (calls.parent / "config").exists()
    assert "no service for sunos" in str(run(app, ["install", "--platform", "sunos"]).exception)


def test_in_the_sandbox_s_vault_it_is_not_installed_and_says_so_when_asked(
    calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = calls.parent / "vault"
    vault.mkdir()
    monkeypatch.setenv("FTE_VAULT", str(vault))
    (vault / ".digital-fte.json").write_text('{"mode": "sandbox"}')
    refused = run(app, ["install", "--platform", "linux"])
    assert "holds the sandbox's work; set your company up first" in str(refused.exception)
    assert run(app, ["status", "--platform", "linux"]).output == "not installed\n"


def test_the_windows_task_starts_it_at_logon_and_quotes_what_it_is_told(calls: Path) -> None:
    task = ET.fromstring(run(app, ["install", "--print", "--platform", "win32"]).output.partition("\n")[2])  # noqa: S314
    told = {one.tag.removeprefix(TASK_FORMAT): one.text or "" for one in task.iter()}
    assert told["RunLevel"] == "LeastPrivilege"
    assert told["ExecutionTimeLimit"] == "PT0S"
    assert f"$env:FTE_VAULT = '{calls.parent}/Ann''s Vault'; " in told["Arguments"]
    assert told["Arguments"].endswith("'up' '--live'; exit $LASTEXITCODE\"")
    assert "canary" not in told["Arguments"]
    run(app, ["install", "--platform", "win32"])
    assert [line.split()[1] for line in calls.read_text().splitlines()] == ["/Create", "/Run"]
