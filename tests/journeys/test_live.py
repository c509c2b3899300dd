"""Live mode: locked, its secrets encrypted with our own key, at work on a connected account."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from cryptography.fernet import Fernet

from tests.employee_fixture import Employee, receipt
from tests.mcp_servers.agent import agent_over_stdio
from tests.sandbox_fixture import SandboxProcess

pytestmark = pytest.mark.long

KEY = "sandbox-odoo-key"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Employee]:
    """A live installation beside the session's sandbox one."""
    employee = Employee(tmp_path_factory.mktemp("live"), mode="live")
    employee.start()
    yield employee
    employee.stop()


def keys(live: Employee) -> dict[str, str]:
    found: dict[str, str] = json.loads((live.state / "keys" / "prefect.json").read_text())
    return found


def test_the_prefect_server_refuses_who_has_no_password(live: Employee) -> None:
    for login in (None, ("fte", "wrong")):
        assert httpx.get(f"{live.api}/admin/settings", auth=login).status_code == 401
    assert httpx.get(f"{live.api}/admin/settings", auth=("fte", keys(live)["password"])).is_success


LOCKED_OUT = "refused the password"
COMMANDS = (("books", "receivable"), ("run", "sync_odoo"), ("connect", "notifications", "json://localhost"))


def test_a_wrong_password_of_this_machine_is_said_with_what_to_do(live: Employee) -> None:
    path = live.state / "keys" / "prefect.json"
    right = path.read_text()
    path.write_text(json.dumps(keys(live) | {"password": "wrong"}))
    try:
        for words in COMMANDS:
            told = live.fte(*words, ok=False)
            assert (told.returncode, LOCKED_OUT in told.stderr) == (4, True), told.stderr
            assert "fte down, then fte up" in told.stderr
        found = examined(live)
    finally:
        path.write_text(right)
    assert found["Prefect server"]["health"] == found["Accounts"]["health"] == "broken"
    assert LOCKED_OUT in found["Prefect server"]["found"]


async def test_a_wrong_password_of_a_prefect_server_elsewhere_is_said_with_what_to_do(live: Employee) -> None:
    elsewhere = {
        "FTE_PREFECT_URL": f"http://127.0.0.1:{live.port}",
        "FTE_MODE": "live",
        "PREFECT_API_AUTH_STRING": "fte:wrong",
    }
    for words in COMMANDS:
        told = live.fte(*words, ok=False, **elsewhere)
        assert (told.returncode, LOCKED_OUT in told.stderr) == (4, True), told.stderr
        assert "PREFECT_API_AUTH_STRING" in told.stderr
    async with agent_over_stdio(live, **elsewhere) as agent:
        assert LOCKED_OUT in await agent.refused("get_accounts_receivable")
        assert any(LOCKED_OUT in problem for problem in (await agent.health())["problems"])


def test_a_page_of_another_site_cannot_use_the_owner_s_login(live: Employee) -> None:
    """Such a page can have the browser send the password, but not read a token and send it along."""
    answer = httpx.post(f"{live.api}/flow_runs/count", json={}, auth=("fte", keys(live)["password"]))
    assert answer.status_code == 403
    assert "CSRF" in answer.text


def test_everything_listens_on_loopback_alone(live: Employee) -> None:
    assert live.up is not None
    family = psutil.Process(live.up.pid).children(recursive=True)
    listening = [
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}


def test_no_process_knows_or_tells_more_than_it_needs(live: Employee) -> None:
    """The key of the blocks is the server's alone; a command line is everybody's to read, a core is a copy of all."""
    assert live.up is not None
    up = psutil.Process(live.up.pid)
    told = set()
    for process in [up, *up.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # a run that has ended meanwhile
            words = " ".join(process.cmdline())
            assert not any(secret in words for secret in keys(live).values()), words
            if keys(live)["encryption"] in process.environ().values():
                told.add(words.partition(" -m ")[2].partition(" ")[0])
            if hasattr(process, "rlimit"):  # Linux
                assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0), words
    assert told == {"deployments.server"}


def test_a_connected_account_is_worked_on_and_its_key_is_only_in_the_encrypted_block(
    live: Employee, tmp_path: Path
) -> None:
    with_books = SandboxProcess(tmp_path / "real")
    words = ("--url", with_books.url, "--database", "demo", "--login", "bot@sandbox", "--key", KEY)
    try:
        assert "Connected to the books of" in live.fte("connect", "odoo", *words).stdout
        live.drop("hosting.txt", receipt("Cloudberry Hosting Inc.", "8.40", "CBH-91001"))
        done = live.until(lambda: live.note_with("Done", "CBH-91001"))
        assert "state: posted" in live.note("Done", done)
        live.until(lambda: examined(live)["odoo"]["health"] == "good")  # a busy machine may look too late
    finally:
        with_books.kill()
        with_books.close()
    assert KEY in saved_block(live, "odoo")
    assert [
        path for path in live.root.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()
    ] == []


def saved_block(live: Employee, name: str) -> str:
    """Decrypted with our own key, as whoever has the database alone cannot."""
    database = sqlite3.connect(f"file:{live.state / 'prefect' / 'prefect.db'}?mode=ro", uri=True)
    [(data,)] = database.execute("SELECT data FROM block_document WHERE name = ?", [name]).fetchall()
    database.close()
    return Fernet(keys(live)["encryption"].encode()).decrypt(json.loads(data)).decode()


def test_commands_find_the_live_employee_without_being_told(live: Employee) -> None:
    assert json.loads(live.fte("status", "--json").stdout)["mode"] == "live"
    looked = live.until(lambda: looks_of(live) if {"mail", "Inbox"} <= set(looks_of(live)) else None)
    assert looked["mail"] == "not connected"
    assert looked["Inbox"].endswith("UTC")
    ended = json.loads(live.fte("run", "collect_decisions", "--json").stdout)
    assert ended["state"] in {"Completed", "UnderWay"}
    found = examined(live)
    assert found["Prefect server"]["health"] == "good"
    assert (found["odoo"]["health"], found["odoo"]["remedy"]) == ("broken", "start Odoo, then fte doctor")


def looks_of(live: Employee) -> dict[str, str]:
    """When each channel was last looked at, as `fte status` says it."""
    found: dict[str, str] = json.loads(live.fte("status", "--json").stdout)["last_looked_at"]
    return found


def examined(live: Employee) -> dict[str, dict[str, str]]:
    """What `fte doctor` says, by what it looked at."""
    found: list[dict[str, str]] = json.loads(live.fte("doctor", "--json", ok=False).stdout)
    return {item["what"]: item for item in found}


def test_the_sandbox_neither_takes_its_place_nor_its_vault(live: Employee) -> None:
    vault = live.fte("up", "--sandbox", "--no-feed", ok=False)
    assert vault.returncode == 4
    assert "holds live work" in vault.stderr
    other = str(live.root / "Other")
    place = live.fte("up", "--sandbox", "--no-feed", ok=False, FTE_VAULT=other)
    assert place.returncode == 4
    assert f"port {live.port}" in place.stderr
