"""`fte demo` ends what it started, whatever ends it; the week itself takes minutes and is run by hand."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import typer
from typer.testing import CliRunner, Result

from deployments.commands import demo as command
from deployments.commands.demo import Demo, DemoStoppedError
from sandbox.feed import main as feed
from tests.sandbox_fixture import SandboxClient

FAMILY = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[subprocess.Popen[bytes]]:
    """In the employee's place: a process with a child."""
    family: list[subprocess.Popen[bytes]] = []

    def start(_here: Demo) -> subprocess.Popen[bytes]:
        family.append(subprocess.Popen([sys.executable, "-c", FAMILY], start_new_session=True))
        return family[0]

    monkeypatch.setattr(command, "_started", start)
    monkeypatch.setattr(command.tempfile, "mkdtemp", lambda prefix: _made(tmp_path / f"{prefix}home"))
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    return family


def _made(path: Path) -> str:
    path.mkdir()
    return str(path)


def play(
    monkeypatch: pytest.MonkeyPatch, ends: BaseException, started: list[subprocess.Popen[bytes]]
) -> Result:
    def tell(here: Demo, up: subprocess.Popen[bytes]) -> None:
        (here.home / "sandbox").mkdir()
        while not psutil.Process(up.pid).children():
            time.sleep(0.01)
        members.extend([psutil.Process(up.pid), *psutil.Process(up.pid).children()])
        raise ends

    members: list[psutil.Process] = []
    monkeypatch.setattr(command, "_tell_week", tell)
    app = typer.Typer()
    app.command()(command.demo)
    result = CliRunner().invoke(app)
    assert len(members) == 2
    assert started[0].returncode is not None
    assert not [one for one in members if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    return result


def test_an_impatient_end_leaves_nothing_running_and_nothing_behind(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = play(monkeypatch, KeyboardInterrupt(), started)
    assert "Nothing runs any more." in ended.output
    assert ended.exit_code == 130
    assert list(tmp_path.iterdir()) == []


def test_what_did_not_happen_is_told_and_the_logs_are_kept(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "fte-demo-home"
    ended = play(monkeypatch, DemoStoppedError("the rent", home), started)
    assert f"in vain: the rent; the logs were kept in {home}" in str(ended.exception)
    assert (home / "sandbox").is_dir()


def test_the_papers_of_a_day_can_be_chosen(sandbox: SandboxClient, tmp_path: Path) -> None:
    words = [sandbox.url, str(tmp_path), "--pace", "0", "--day", "2026-11-16"]
    assert feed([*words, "--only", "receipt"]) == 0
    assert [path.name for path in tmp_path.glob("*")] == ["paper-and-pine-2026-11-16.txt"]
