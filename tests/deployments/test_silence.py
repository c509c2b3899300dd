"""No command is silent for long, not to who reads its output in a pipe either."""

import threading
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from deployments import lazy_commands, printing, silence
from deployments.commands import mcp
from deployments.lazy_commands import CommandPlace, LazyGroup
from deployments.printing import busy


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a line was said; the wait for it is short."""
    event, tell = threading.Event(), silence._tell
    monkeypatch.setattr(silence, "SAY_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(silence, "_tell", lambda words: (tell(words), event.set()))
    return event


def test_what_is_long_is_told_in_a_pipe(told: threading.Event, capsys: pytest.CaptureFixture[str]) -> None:
    with busy("Backing up ..."):
        assert told.wait(30)
    assert capsys.readouterr().err.endswith("Backing up ...\n")


def test_a_terminal_that_shows_it_moving_gets_no_line_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(printing, "_err", Console(force_terminal=True, stderr=True))
    monkeypatch.setattr(printing, "told_when_long", lambda line: (lines.append(line), nullcontext())[1])
    with busy("Backing up ..."), busy("Asking Odoo ...", when_long="Waiting for Odoo."):
        pass
    assert lines == ["Waiting for Odoo."]


def test_what_is_over_in_time_is_told_by_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(silence, "SAY_AFTER_SECONDS", 3600.0)
    with silence.told_when_long("Backing up ..."):
        pass
    timers = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    assert all(one.finished.is_set() for one in timers)
    assert capsys.readouterr().err == ""


def test_a_command_that_is_long_in_coming_says_that_it_starts(
    told: threading.Event, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(_name: str) -> object:
        assert told.wait(30)
        return SimpleNamespace(one=lambda: typer.echo("done"))

    class Commands(LazyGroup):
        places = {"one": CommandPlace("one", "one", "The one.")}  # noqa: RUF012 (as its parent)

    monkeypatch.setattr(lazy_commands, "import_module", load)
    app = typer.Typer(cls=Commands)
    app.callback()(lambda: None)
    with pytest.raises(SystemExit):
        app(["one"])
    said = capsys.readouterr()
    assert (said.err, said.out) == ("Starting ...\n", "done\n")


async def test_a_server_of_agents_that_is_slow_is_a_row_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp, "PATIENCE_SECONDS", 0.0)
    assert (await mcp._asked("vault"))["state"] == "no answer within 0 seconds"


def test_who_waits_for_the_servers_of_agents_is_told(
    told: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look() -> dict[str, object]:
        assert told.wait(30)
        return {"servers": [], "gateway": "", "mode": "", "problems": []}

    monkeypatch.setattr(mcp, "apply_environment", lambda _here: None)
    monkeypatch.setattr(mcp, "_looked_at", look)
    result = CliRunner().invoke(mcp.app, ["health"])
    assert result.exit_code == 0, result.output
    assert "Asking each server ..." in result.stderr
