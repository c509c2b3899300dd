import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.commands.vault import app

run = CliRunner().invoke


def test_init_makes_the_vault_of_the_settings_and_then_nothing(tmp_path: Path) -> None:
    first = run(app, ["init"])
    assert first.exit_code == 0
    assert (tmp_path / "Vault" / "Company_Handbook.md").is_file()
    assert "is ready" in first.output
    assert "complete already" in run(app, ["init"]).output


def test_init_takes_a_path_and_speaks_json(tmp_path: Path) -> None:
    made = json.loads(run(app, ["init", str(tmp_path / "other"), "--json"]).output)
    assert made["vault"] == str(tmp_path / "other")
    assert str(tmp_path / "other" / "Inbox") in made["made"]


def test_init_of_another_vault_says_how_it_is_used(tmp_path: Path) -> None:
    assert run(app, ["init", str(tmp_path / "other")]).output.endswith(
        f"set FTE_VAULT={tmp_path / 'other'} for every fte command.\n"
    )
    assert "FTE_VAULT" not in run(app, ["init"]).output


def test_init_knows_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert run(app, ["init", "~/vault"]).exit_code == 0
    assert (tmp_path / "vault" / "Inbox").is_dir()


def test_check_lists_broken_notes_and_fails(tmp_path: Path) -> None:
    run(app, ["init"])
    assert run(app, ["check"]).exit_code == 0
    (tmp_path / "Vault" / "Needs_Action" / "a.md").write_text("---\nx: [y]: z\n---\n")
    (tmp_path / "Vault" / "Done" / "b.md").write_text("---\nx: y: z\n---\n")
    found = run(app, ["check"])
    assert found.exit_code == 1
    assert "Needs_Action/a.md: line 2: " in found.output
    assert "Done/b.md" not in found.output
    listed = json.loads(run(app, ["check", "--done", "--json"]).output)
    assert [entry["path"] for entry in listed] == ["Needs_Action/a.md", "Done/b.md"]
