"""The stand-in services for tests: one server in a thread for the session, or a process of one's own."""

import importlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from sandbox.server import KEPT_ALIVE_SECONDS, create_app
from tests.ports import free_port

ODOO_HEADERS = {"Authorization": "bearer sandbox-odoo-key", "X-Odoo-Database": "demo"}
PATIENCE_SECONDS = 30.0


class SandboxClient:
    """The sandbox from the outside: its address, its admin side, and what Odoo knows."""

    def __init__(self, url: str, media: Path | None = None) -> None:
        self.url, self.media = url, media
        self.http = httpx.Client(base_url=url, timeout=30, verify=url.startswith("https:"), trust_env=False)

    def reset(self) -> None:
        """Back to the demo company; journal and faults empty."""
        self.http.post("/_sandbox/reset").raise_for_status()

    def journal(self, **filters: Any) -> list[dict[str, Any]]:
        """Requests received; filters: service, method, path, body, status, effect, fault, after."""
        answer = self.http.get("/_sandbox/journal", params=filters)
        answer.raise_for_status()
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries

    def clear_journal(self) -> None:
        """Forget the requests so far."""
        self.http.delete("/_sandbox/journal").raise_for_status()

    def fault(self, kind: str, **rule: Any) -> None:
        """Put a fault in force; rule: service, method, path, body, skip, times, seconds, status, ..."""
        answer = self.http.post("/_sandbox/faults", json={"kind": kind, **rule})
        assert answer.status_code == 201, answer.text

    def clear_faults(self) -> None:
        """Let everything work again."""
        self.http.delete("/_sandbox/faults").raise_for_status()

    def odoo(self, model: str, method: str, **arguments: Any) -> Any:
        """Ask or change Odoo from outside: neither listed in the journal nor hit by a fault."""
        return self._odoo(model, method, arguments, {**ODOO_HEADERS, "X-Sandbox-Observer": "test"})

    def odoo_as_client(self, model: str, method: str, **arguments: Any) -> Any:
        """The same as the product would call it: listed, and hit by faults."""
        return self._odoo(model, method, arguments, ODOO_HEADERS)

    def _odoo(self, model: str, method: str, arguments: dict[str, Any], headers: dict[str, str]) -> Any:
        answer = self.http.post(f"/json/2/{model}/{method}", json=arguments, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


class SandboxProcess(SandboxClient):
    """A sandbox in a process of its own, which can be killed and started again on the same state."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}")
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port), "--state", str(self._state_dir)]
        self._process = subprocess.Popen(command, cwd=Path(__file__).parent.parent)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "the sandbox process ended"
            assert time.monotonic() < deadline, "the sandbox process does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            return self.http.get("/_sandbox/health").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxClient]:
    """One server for the whole session, in a thread, on a free port."""
    with sandbox_thread(tmp_path_factory.mktemp("sandbox")) as client:
        yield client


@contextmanager
def sandbox_with(state: Path, add: Callable[[Any], None]) -> Iterator[SandboxClient]:
    """A server in a thread, whose company has what `add` puts beside its chart, given the maker of its books."""
    maker: Any = importlib.import_module("sandbox.odoo.seed")._Maker
    plain = maker._chart

    def chart(made: Any) -> None:
        plain(made)
        add(made)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maker, "_chart", chart)
        with sandbox_thread(state) as client:
            yield client


@contextmanager
def sandbox_thread(
    state: Path, seen_by: Callable[[ASGIApp], ASGIApp] | None = None
) -> Iterator[SandboxClient]:
    """A server in a thread of this process, so with its clock; `seen_by` stands before it on the wire."""
    app = create_app(state)
    port = free_port()
    config = uvicorn.Config(
        seen_by(app) if seen_by else app,
        host="127.0.0.1",
        port=port,
        http="h11",
        ws="none",
        date_header=False,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=KEPT_ALIVE_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        assert thread.is_alive(), "the sandbox did not start"
        assert time.monotonic() < deadline, "the sandbox does not start"
        time.sleep(0.01)
    client = SandboxClient(f"http://127.0.0.1:{port}", state / "media")
    yield client
    client.close()
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)
    app.state.store.close()


@pytest.fixture
def sandbox(sandbox_server: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """The sandbox as new: demo company, empty journal, no faults; it is the stand-in web, too."""
    monkeypatch.setenv("FTE_SANDBOX_PORT", sandbox_server.url.rpartition(":")[2])
    sandbox_server.reset()
    return sandbox_server


@pytest.fixture
def sandbox_process(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox process with its own persisted state, for tests that kill."""
    process = SandboxProcess(tmp_path / "sandbox-state")
    yield process
    process.kill()
    process.close()


def sent(sandbox: SandboxClient) -> list[EmailMessage]:
    """What the mailbox sent, oldest first."""
    rows = sandbox.http.get("/_sandbox/gmail/messages").json()["messages"]
    raws = [
        sandbox.http.get(f"/_sandbox/gmail/messages/{row['id']}").json()["raw"].encode("latin-1")
        for row in reversed(rows)
        if "SENT" in row["labels"]
    ]
    return [cast("EmailMessage", message_from_bytes(raw, policy=default)) for raw in raws]
