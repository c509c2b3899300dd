"""Each test runs on SQLite and, when FTE_TEST_POSTGRES_URL names a database, on PostgreSQL too."""

import os
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.warm_programs import WarmPrograms

POSTGRES = os.environ.get("FTE_TEST_POSTGRES_URL")
ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Crew = Callable[..., list[str]]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True, params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The ledger's database: a file, or a schema of its own."""
    if request.param == "sqlite":
        home.mkdir(parents=True, exist_ok=True)
        yield "sqlite"
        return
    if not POSTGRES:
        pytest.skip("FTE_TEST_POSTGRES_URL is not set: no PostgreSQL to test on")
    schema = f"test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"})
    monkeypatch.setenv("FTE_DATABASE_URL", url.render_as_string(hide_password=False))
    yield "postgresql"
    from blocks.database import close_databases

    close_databases()
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def start_worker(warm_workers: WarmPrograms) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a process; after its imports (up to `# go`) it says `ready` and waits for a line of input.

    It is forked warm; one that is killed from outside is the test's own child (`is_own`).
    """
    started: list[subprocess.Popen[str]] = []

    def start(script: str, *, is_own: bool = False) -> "subprocess.Popen[str]":
        gate = "import sys\nprint('ready', flush=True)\nsys.stdin.readline()\n"
        imports, _, body = textwrap.dedent(script).partition("# go\n")
        words = ["-c", imports + gate + body]
        worker = subprocess.Popen(
            [sys.executable, *words] if is_own else warm_workers.command(*words),
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.communicate()


@pytest.fixture
def run_crew(start_worker: Callable[..., "subprocess.Popen[str]"]) -> Crew:
    """Runs a script in several processes that set out together; returns the line that each printed."""

    def run(script: str, *, workers: int) -> list[str]:
        crew = [start_worker(script + "\nsys.stdout.flush()\nsys.stdin.readline()") for _ in range(workers)]
        for worker in crew:
            assert hear(worker) == "ready"
        for worker in crew:
            release(worker)
        said = [hear(worker) for worker in crew]  # all of them live until each has spoken
        for worker in crew:
            worker.communicate(timeout=60)
        assert [worker.returncode for worker in crew] == [0] * workers
        return said

    return run


def release(worker: "subprocess.Popen[str]") -> None:
    assert worker.stdin
    worker.stdin.write("\n")
    worker.stdin.flush()


def hear(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout
    return worker.stdout.readline().strip()
