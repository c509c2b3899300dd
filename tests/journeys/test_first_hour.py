"""The first hour of a new owner: `fte init` on a terminal, with a browser and a telephone at hand, and its outcome."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from ruamel.yaml import YAML

from sandbox.gmail.oauth import CLIENT_ID, CLIENT_SECRET
from tests.blocks.test_notifications import Receiver, receiver
from tests.employee_fixture import Employee
from tests.sandbox_fixture import SandboxProcess, sandbox_process, sent

__all__ = ["receiver", "sandbox_process"]

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

OWNER = "ann@northwind-lane.example"
SECRETS = {"ODOO_KEY": "sandbox-odoo-key", "FTE_X_SECRET": "sandbox-x-secret"}
BROWSER = f"{sys.executable} -c 'import httpx, sys; httpx.get(sys.argv[1], follow_redirects=True)' %s &"
"""Its owner agrees to whatever a page asks."""


@pytest.fixture
def employee(tmp_path: Path) -> Iterator[Employee]:
    """Nothing yet but the program."""
    new = Employee(tmp_path, mode="live")
    yield new
    new.fte("down")


def answers(folder: Path, outside: SandboxProcess) -> Path:
    """What the owner wants, and Google's file."""
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    places = {"auth_uri": f"{outside.url}/o/oauth2/auth", "token_uri": f"{outside.url}/token"}
    (folder / "client.json").write_text(json.dumps({"installed": client | places}))
    odoo = {"url": outside.url, "database": "demo", "login": "bot@sandbox"}
    gmail = {"client_secrets": str(folder / "client.json"), "api_url": outside.url}
    x = {"client_id": "sandbox-x-client", "port": 0, "api_url": outside.url}
    company = {"name": "Northwind Lane", "currency": "EUR", "zone": "Europe/Vienna", "owner": "Ann Miller"}
    said = {
        "company": {**company, "email": OWNER},
        "rules": {"ask_above": 500, "write_to_known_people": True},
        "accounts": {"odoo": odoo, "gmail": gmail, "x": x, "notifications": {}},
        "approver": "Ann Miller",
    }
    YAML(typ="safe").dump(said, folder / "answers.yaml")
    return folder / "answers.yaml"


def lived_through(command: list[str], environment: dict[str, str]) -> tuple[str, int]:
    """What an owner reads who scans the picture and types the code of their telephone; and the exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    read, typed = "", False
    try:
        while part := os.read(ours, 65536):
            read += part.decode(errors="replace")
            if "The code the app shows now" in read and not typed:
                uri = re.search(r"otpauth://\S+", read)
                assert uri, read
                os.write(ours, f"{pyotp.parse_uri(uri[0]).now()}\n".encode())  # type: ignore[union-attr]
                typed = True
    except OSError:  # Linux' way to say that nobody holds the other end
        pass
    os.close(ours)
    return read.replace("\r\n", "\n"), process.wait(timeout=60)


def found_by_doctor(employee: Employee) -> dict[str, str]:
    rows = json.loads(employee.fte("doctor", "--json", ok=False).stdout)
    return {row["what"]: row["health"] for row in rows}


def test_an_owner_has_after_one_command_what_they_asked_for(
    employee: Employee, sandbox_process: SandboxProcess, receiver: Receiver
) -> None:
    secret = {**SECRETS, "FTE_NOTIFICATION_URLS": receiver.address("hook").get_secret_value()}
    told = {"BROWSER": BROWSER, "OAUTHLIB_INSECURE_TRANSPORT": "1", "NO_PROXY": "*"}
    command = [sys.executable, "-m", "deployments.command_line", "init", "--from"]
    file = str(answers(employee.root, sandbox_process))
    said, status = lived_through([*command, file], employee.environment | secret | told)
    assert status == 0, said + employee.end_of_logs()
    for words in (
        "Connected to the books of",
        "Connected to the mailbox",
        "Connected to X as @northwindlane",
        "The owner is told through 1 service:",
        "Ann Miller is enrolled",
        "It is at work; fte doctor looks at everything",
    ):
        assert words in said, said
    assert said.count("now works on real accounts") == 1
    assert [notice["title"] for notice in receiver.received][:1] == ["Digital FTE"]
    employee.until(lambda: [mail for mail in sent(sandbox_process) if mail["To"] == OWNER])
    found = found_by_doctor(employee)
    connected = {"Vault", "Handbook", "Prefect server", "odoo", "gmail", "x", "Notifications"}
    assert {what: found[what] for what in connected} == dict.fromkeys(connected, "good"), found
    assert "broken" not in found.values(), found
    assert "asks above 500 EUR" in employee.fte("doctor", ok=False).stdout
    assert "Ann Miller" in employee.fte("approvers", "list").stdout
    again, status = lived_through([*command, file], employee.environment)
    assert status == 0, again
    assert "The handbook says all that already." in again
    assert "Connected to" not in again, "nothing is asked or connected twice"
    kept = [path for path in (employee.root / "home").rglob("*") if path.is_file()]
    for value in [*secret.values(), CLIENT_SECRET]:
        assert [path for path in kept if value.encode() in path.read_bytes()] == []
