from pathlib import Path

import pytest

from domain.planning.playbook import parse_playbook
from domain.policy.handbook import ApprovalTimes, Autonomy, Handbook, ProofRules, parse_handbook
from domain.social.brand import Brand
from domain.social.week import Tellable
from tasks.vault import template
from tasks.vault.check import broken_notes
from tasks.vault.template import TemplateMissingError
from tasks.vault.vault import Folder, Vault, init_vault


def test_a_new_vault_has_every_folder_and_its_first_notes(tmp_path: Path) -> None:
    made = init_vault(tmp_path / "a" / "Vault")
    assert {path.name for path in made} > {
        *Folder,
        "Company_Handbook.md",
        "Business_Goals.md",
        "receipt.md",
        "weekly_update.md",
    }
    assert list(broken_notes(Vault(tmp_path / "a" / "Vault"))) == []


def test_doing_it_again_changes_nothing_and_a_persons_files_stay(tmp_path: Path) -> None:
    init_vault(tmp_path)
    (tmp_path / "Company_Handbook.md").write_text("mine")
    (tmp_path / "Playbooks" / "receipt.md").unlink()
    assert init_vault(tmp_path) == [tmp_path / "Playbooks" / "receipt.md"]
    assert init_vault(tmp_path) == []
    assert (tmp_path / "Company_Handbook.md").read_text() == "mine"


def test_the_template_can_be_the_vault_itself() -> None:
    assert [path for path in init_vault(template._HOUSE / "Vault") if path.suffix == ".md"] == []


def test_an_installation_without_a_template_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "_TEMPLATES", (tmp_path / "no", tmp_path / "none"))
    with pytest.raises(TemplateMissingError, match="install digital-fte again"):
        init_vault(tmp_path / "Vault")


def test_a_packaged_template_is_used_where_there_is_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "packaged"
    init_vault(packaged)
    monkeypatch.setattr(template, "_TEMPLATES", (tmp_path / "no", packaged))
    init_vault(tmp_path / "Vault")
    assert (tmp_path / "Vault" / "Playbooks" / "receipt.md").is_file()


def test_the_handbook_shows_every_rule_there_is(tmp_path: Path) -> None:
    init_vault(tmp_path)
    front = Vault(tmp_path).read_root("Company_Handbook.md").front
    assert set(front) == set(Handbook.model_fields)
    for group, model in (
        ("proof", ProofRules),
        ("approvals", ApprovalTimes),
        ("autonomy", Autonomy),
        ("brand", Brand),
    ):
        assert set(front[group]) == set(model.model_fields)


def test_the_first_handbook_is_as_careful_as_no_handbook(tmp_path: Path) -> None:
    init_vault(tmp_path)
    written, absent = parse_handbook(Vault(tmp_path).read_root("Company_Handbook.md").front), Handbook()
    assert written.brand == absent.brand
    assert Tellable.REVENUE not in written.may_tell
    assert written.ask_above == absent.ask_above
    assert (written.day_threshold, written.payee_threshold) == (absent.day_threshold, absent.payee_threshold)
    assert (written.proof, written.approvals, written.known_payees) == (absent.proof, absent.approvals, [])


def test_every_playbook_can_be_followed(tmp_path: Path) -> None:
    init_vault(tmp_path)
    vault = Vault(tmp_path)
    books = [
        parse_playbook(name, vault.read(Folder.PLAYBOOKS, name).front)
        for name in vault.names(Folder.PLAYBOOKS)
    ]
    assert {step.action for book in books for step in book.steps} >= {"odoo.record_bill"}
