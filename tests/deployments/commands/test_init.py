"""`fte init`: from a file, in questions on a terminal, stopped and gone on with; the handbook stays its owner's."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from blocks.odoo.credentials import OdooCredentials
from blocks.settings import settings
from deployments.answers_file import EXAMPLE
from deployments.commands import init as command
from deployments.vault import prepare_vault
from tasks.approvals.record import pending
from tasks.policy.handbook import read_handbook
from tests.deployments.commands.test_connect import environment, server
from tests.employee_fixture import edit
from tests.sandbox_fixture import SandboxClient

__all__ = ["environment", "server"]

ANSWERS = {
    "company": {
        "name": "Northwind Lane",
        "country": "AT",
        "currency": "EUR",
        "zone": "Europe/Vienna",
        "owner": "Ann: Miller",
        "email": "ann@northwind-lane.example",
    },
    "rules": {"ask_above": 500, "day_limit": 800.5, "code_above": 2000},
}
TYPED = [
    "Northwind Lane",
    "AT",
    "EUR",
    "Europe/Vienna",
    "Ann Miller",
    "",
    "500",
    "800",
    "800",
    "y",
    "n",
    "",
    "n",
]


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return written(tmp_path, ANSWERS)


def written(folder: Path, said: object) -> Path:
    path = folder / "answers.yaml"
    YAML(typ="safe").dump(said, path)
    return path


def init(*words: str, typed: str | None = None) -> Result:
    import typer

    app = typer.Typer()
    app.command()(command.init)
    return CliRunner().invoke(app, list(words), input=typed)


def handbook() -> Path:
    return settings().vault_path / "Company_Handbook.md"


def test_a_file_of_answers_becomes_the_first_rules_and_again_changes_nothing(answers: Path) -> None:
    done = init("--from", str(answers))
    assert done.exit_code == 0, done.output
    held = read_handbook()
    assert (held.ask_above, held.day_limit, held.proof.amount_above) == (500, 800.5, 2000)
    assert (held.currency, held.owner, held.time_zone) == ("EUR", "Ann: Miller", "Europe/Vienna")
    assert held.hours is not None
    assert held.hours.timezone == "Europe/Vienna"
    assert held.people.known["ann@northwind-lane.example"].role == "owner"
    assert "currency: EUR" in (settings().vault_path / "Business_Goals.md").read_text()
    first = handbook().read_text()
    template = Path("Vault/Company_Handbook.md").read_text()
    changed = set(first.splitlines()) - set(template.splitlines())
    assert len(first.splitlines()) == len(template.splitlines()), "each comment is there once"
    assert len(changed) == 9
    assert pending() == [], "the very first rules are the owner's word"
    assert "says all that already" in init("--from", str(answers)).output
    assert handbook().read_text() == first


def test_what_a_person_wrote_is_shown_and_kept_and_wider_rules_are_asked_about(
    answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init("--from", str(answers))
    edit(handbook(), ("ask_above: 500 ", "ask_above: 300 "), ("# The rules the employee follows.", "# Mine."))
    before = handbook().read_text()
    kept = init("--from", str(answers))
    assert "ask_above: 300 -> 500" in kept.output
    assert "somebody has written into" in str(kept.exception)
    monkeypatch.setattr(command, "is_terminal", lambda: True)
    assert init("--from", str(answers), typed="n\n").exit_code == 0
    assert handbook().read_text() == before
    assert read_handbook().ask_above == 300
    agreed = init("--from", str(answers), typed="y\n")
    assert "holds once you confirm it" in agreed.output
    assert "# Mine." in handbook().read_text()
    assert read_handbook().ask_above == 300, "until it is confirmed"
    assert [one.action for one in pending()] == ["rules.change"]


def test_a_file_is_refused_with_all_its_mistakes_and_without_its_secrets(tmp_path: Path) -> None:
    said = {
        "company": {"name": "", "currency": "dollars", "zone": "Mars", "owner": "A", "email": "nobody"},
        "rules": {"ask_above": -1, "limit": 3},
        "accounts": {"odoo": {"key": "canary-77", "datbase": "x"}, "gmial": None},
    }
    refused = init("--from", str(written(tmp_path, said)))
    lines = str(refused.exception).splitlines()[1:]
    assert sorted(line.split(":")[0].strip() for line in lines) == [
        "accounts, gmial",
        "accounts, odoo, datbase",
        "accounts, odoo, key",
        "company, currency",
        "company, email",
        "company, name",
        "company, zone",
        "rules, ask_above",
        "rules, limit",
    ]
    assert "ODOO_KEY" in str(refused.exception)
    assert "canary" not in str(refused.exception) + refused.output
    assert not settings().home.exists(), "nothing was done"
    (tmp_path / "answers.yaml").write_text("company: {name: [}")
    assert "line 1" in str(init("--from", str(tmp_path / "answers.yaml")).exception)


def test_the_example_can_be_used_but_for_its_accounts(tmp_path: Path) -> None:
    assert init("--example").output == EXAMPLE
    said = YAML(typ="safe").load(EXAMPLE)
    assert init("--from", str(written(tmp_path, {**said, "accounts": []}))).exit_code == 0


def test_the_sandbox_s_vault_is_not_set_up_for_real_work(answers: Path) -> None:
    prepare_vault(settings())
    before = handbook().read_text()
    assert "holds sandbox work" in str(init("--from", str(answers)).exception)
    assert handbook().read_text() == before


def test_the_sandbox_s_vault_is_refused_before_anything_else_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "is_terminal", lambda: True)
    prepare_vault(settings())
    taken = str(settings().vault_path)
    refused = init(typed="Northwind Lane\n")
    assert "holds sandbox work" in str(refused.exception)
    assert refused.output == "", "nothing was asked"
    monkeypatch.delenv("FTE_VAULT")
    said = init(typed=f"{taken}\n{tmp_path / 'Mine'}\n").output
    assert said.index("holds sandbox work") < said.index("What is the company called?")
    by_file = init("--from", str(written(tmp_path, {**ANSWERS, "vault": taken})))
    assert "holds sandbox work" in str(by_file.exception)
    assert not settings().chosen_vault.exists()


@pytest.mark.usefixtures("server")
def test_accounts_are_connected_with_their_secret_from_the_environment_and_once(
    tmp_path: Path, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[OdooCredentials] = []

    async def save(block: OdooCredentials, _name: str, *, overwrite: bool) -> None:
        assert overwrite
        kept.append(block)

    monkeypatch.setattr(OdooCredentials, "save", save)
    monkeypatch.setattr(command, "_start", lambda: None)
    options = {"url": sandbox.url, "database": "demo", "login": "bot@sandbox"}
    said = {**ANSWERS, "accounts": {"odoo": options, "model": {"name": "qwen3:8b"}}}
    file = written(tmp_path, said)
    first = init("--from", str(file))
    assert "odoo: it wants an answer that is in neither the file nor the environment" in first.output
    monkeypatch.setenv("ODOO_KEY", "sandbox-odoo-key")
    second = init("--from", str(file))
    assert "Connected to the books of" in second.output
    assert "Not connected yet:\n  model: " in second.output
    assert second.exit_code == 1
    assert [block.api_key.get_secret_value() for block in kept] == ["sandbox-odoo-key"]
    init("--from", str(file))
    assert len(kept) == 1
    assert "sandbox-odoo-key" not in "".join(
        path.read_text(errors="replace") for path in settings().home.rglob("*") if path.is_file()
    )


def on_a_terminal(typed: list[str]) -> tuple[str, int]:
    """What a person reads who types these lines, and the exit status; after the last one the line is closed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "deployments.command_line", "init"], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, "".join(f"{line}\n" for line in typed).encode() + b"\x04")
    read = b""
    try:
        while part := os.read(ours, 65536):
            read += part
    except OSError:  # Linux' way to say that nobody holds the other end
        pass
    os.close(ours)
    return read.decode().replace("\r\n", "\n"), process.wait(timeout=60)


def test_the_questions_on_a_terminal_can_be_stopped_and_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    said, status = on_a_terminal([*TYPED[:3], "Mars"])
    assert "That is no time zone" in said
    assert "Stopped; run 'fte init' again: it goes on here." in said
    assert status == 1
    assert not handbook().exists()
    monkeypatch.setattr(command, "is_terminal", lambda: True)
    done = init(typed="".join(f"{line}\n" for line in [*TYPED[3:], "", "n"]))
    said = done.output
    assert "Going on where you stopped" in said
    assert "What is the company called?" not in said
    assert "Up to which sum may a bill be booked without asking?" in said
    assert done.exit_code == 0, said
    held = read_handbook()
    assert (held.currency, held.ask_above, held.time_zone) == ("EUR", 500, "Europe/Vienna")


def test_without_a_terminal_it_says_what_to_do() -> None:
    assert "fte init --from answers.yaml" in str(init().exception)
