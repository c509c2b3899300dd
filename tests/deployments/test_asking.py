"""Commands that ask a service: what is waited for is said, and nobody waits without end."""

import asyncio
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from blocks.prefect_server import PrefectSilentError
from deployments import asking, silence
from deployments.asking import NoAnswerError, ask
from deployments.commands import books, connect, live_command, odoo, run, work
from domain.errors import RejectedError
from tasks.actions import connected


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits in tenths of seconds; and no variable that a command sets stays."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setattr(silence, "SAY_AFTER_SECONDS", 0.0)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes each request and never answers."""
    closing = threading.Event()

    class Silent(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            closing.wait()

        do_POST = do_GET  # noqa: N815 (the interface)

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    closing.set()
    server.shutdown()
    server.server_close()


async def _answered() -> str:
    return "books"


async def _refused() -> str:
    raise RejectedError("the key is wrong")


def test_an_answer_is_handed_on_and_so_is_a_refusal() -> None:
    assert ask("Odoo", _answered()) == "books"
    with pytest.raises(RejectedError, match="the key is wrong"):
        ask("Odoo", _refused())


def test_what_is_waited_for_is_said_and_the_wait_has_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoAnswerError, match=r"Odoo has not answered within 0.3 seconds; look at Odoo"):
        ask("Odoo", asyncio.sleep(3600), seconds=0.3, remedy="look at Odoo")
    assert "Waiting for Odoo; without an answer this ends after 0.3 seconds." in capsys.readouterr().err


def test_a_service_that_does_not_start_is_said_by_fte_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(work, "SAY_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(work, "HEALTH_SECONDS", 0.3)
    with pytest.raises(work.NotStartedError, match="server did not start"):
        work._wait_until(lambda: False, "server", tmp_path / "server.log")
    assert "Waiting for server, at most 0.3 seconds" in capsys.readouterr().out


def _said(result: object) -> str:
    return str(getattr(result, "exception", ""))


def test_odoo_that_does_not_answer_ends_connect_and_set_up(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (live_command, odoo):
        monkeypatch.setattr(module, "use_live_server", lambda: None)
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.5)
    words = ["--url", silent, "--database", "demo", "--login", "bot", "--key", "k"]
    connected = CliRunner().invoke(connect.app, ["odoo", *words])
    assert isinstance(connected.exception, NoAnswerError)
    assert silent in _said(connected)
    words = ["--url", silent, "--database", "demo", "--password", "p", "--plan"]
    planned = CliRunner().invoke(odoo.app, ["setup", *words])
    assert isinstance(planned.exception, NoAnswerError), planned.output
    assert silent in _said(planned)


def test_a_prefect_server_that_does_not_answer_ends_a_run_and_the_books(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setattr(run, "PREFECT_SECONDS", 0.5)
    monkeypatch.setattr(connected, "PREFECT_SECONDS", 0.5)
    monkeypatch.setenv("FTE_PREFECT_URL", silent)
    with temporary_settings({PREFECT_API_URL: f"{silent}/api"}):
        with pytest.raises(NoAnswerError, match="the Prefect server has not answered"):
            run.run("sync_odoo")
        told = CliRunner().invoke(books.app, ["receivable"])
    assert isinstance(told.exception, PrefectSilentError)
