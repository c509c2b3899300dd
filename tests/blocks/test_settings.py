"""Which world a command works in when nobody says."""

import errno
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocks.settings import (
    HANDBOOK,
    VAULT_FORMAT,
    BrokenMarkError,
    MixedVaultError,
    Mode,
    NewerVaultError,
    OtherInstallationError,
    OtherVaultError,
    WrongSettingError,
    settings,
)
from deployments.vault import prepare_vault
from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import audit_log
from tasks.audit.verify import VerificationState, verify_audit_log

SEEN = AuditEvent(action="mail.seen", status=AuditStatus.INFO)


def test_the_environment_is_parsed_once_until_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings()
    assert settings() is first
    monkeypatch.setenv("FTE_HOME", "/srv/fte")
    monkeypatch.setenv("FTE_MODE", "live")
    assert (settings().home, settings().mode) == (Path("/srv/fte"), Mode.LIVE)
    monkeypatch.delenv("FTE_MODE")
    assert settings().mode is Mode.SANDBOX


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("FTE_MODE", "FTE_MODE is none of 'sandbox' or 'live'; choose one of them"),
        ("FTE_KEEP_RUNS_DAYS", "FTE_KEEP_RUNS_DAYS is not a whole number; give one such as 12"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setenv(name, "perhaps")
    with pytest.raises(WrongSettingError, match=said):
        settings()


@pytest.mark.parametrize("name", ["FTE_PORT", "FTE_SANDBOX_PORT", "FTE_WEBHOOK_PORT", "FTE_MCP_PORT"])
def test_a_port_that_no_machine_has_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "99999999")
    with pytest.raises(WrongSettingError, match=f"{name} must be at most 65535; correct it"):
        settings()


def test_the_sandbox_is_the_world_as_long_as_no_account_is_connected(home: Path) -> None:
    assert settings().mode is Mode.SANDBOX
    (home / "live").mkdir(parents=True)
    settings().connected_mark.touch()
    assert settings().mode is Mode.LIVE


def test_the_mode_at_work_needs_no_repeating(home: Path) -> None:
    home.mkdir()
    settings().at_work_mark.write_text("live")
    assert settings().mode is Mode.LIVE


def test_a_chosen_mode_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    settings().at_work_mark.write_text("live")
    monkeypatch.setenv("FTE_MODE", "sandbox")
    assert settings().mode is Mode.SANDBOX


def test_a_mark_that_cannot_be_read_says_nothing(home: Path) -> None:
    home.mkdir()
    settings().at_work_mark.write_text("")
    assert settings().mode is Mode.SANDBOX


def test_a_vault_is_worked_in_its_own_mode_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = home / "Vault"
    vault.mkdir(parents=True)
    monkeypatch.setenv("FTE_VAULT", str(vault))
    settings().check_vault()
    settings().vault_mark.write_text('{"mode": "live"}')
    assert settings().mode is Mode.LIVE, "stopped, before an account is connected"
    monkeypatch.setenv("FTE_MODE", "sandbox")
    with pytest.raises(MixedVaultError, match="holds live work and this is the sandbox mode"):
        settings().check_vault()
    with pytest.raises(MixedVaultError):
        audit_log()
    assert list(vault.iterdir()) == [settings().vault_mark], "nothing was written"


def test_a_command_from_any_folder_is_about_the_vault_that_was_worked_last(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FTE_VAULT", raising=False)
    ours, elsewhere = tmp_path / "ours", tmp_path / "elsewhere"
    for folder in (ours / "Vault", elsewhere):
        folder.mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    assert settings().vault_path == home / "Vault"
    monkeypatch.chdir(ours)
    (ours / "Vault" / HANDBOOK).touch()
    prepare_vault(settings())
    audit_log().append(SEEN, datetime.now(UTC))
    monkeypatch.chdir(elsewhere)
    assert settings().vault_path == ours / "Vault"
    audit_log().append(SEEN, datetime.now(UTC))
    found = verify_audit_log(ours / "Vault", settings().keys)
    assert (found.state, found.rows) == (VerificationState.INTACT, 2)
    assert not (home / "Vault").exists()
    (ours / "Vault" / HANDBOOK).unlink()
    assert settings().vault_path == home / "Vault"


def _work(vault: Path) -> VerificationState:
    """A start and a record in the log; what the log proves then."""
    prepare_vault(settings())
    audit_log().append(SEEN, datetime.now(UTC))
    return verify_audit_log(vault, settings().keys).state


def test_a_second_copy_of_the_sandbox_begins_anew(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = {}
    for name in ("first", "second", "first"):
        monkeypatch.setenv("FTE_VAULT", str(tmp_path / name))
        assert _work(tmp_path / name) is VerificationState.INTACT, name
        assert states.setdefault(name, settings().state) == settings().state
    assert states == {"first": home / "sandbox", "second": home / "sandbox-2"}
    (tmp_path / "second").rename(tmp_path / "moved")
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "moved"))
    assert settings().state == states["second"], "its Vault was moved"
    assert _work(tmp_path / "moved") is VerificationState.INTACT
    (tmp_path / "moved" / "Dashboard.md").touch()
    settings().vault_mark.unlink()
    assert settings().state == states["second"], "what was worked keeps its state"
    assert _work(tmp_path / "moved") is VerificationState.INTACT


def test_a_copy_that_was_deleted_and_made_again_begins_anew(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "Vault"))
    for state in ("sandbox", "sandbox-2", "sandbox-3"):
        assert _work(tmp_path / "Vault") is VerificationState.INTACT
        assert settings().state == home / state
        shutil.rmtree(tmp_path / "Vault")


def test_a_live_employee_works_one_vault(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_MODE", "live")
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "first"))
    assert _work(tmp_path / "first") is VerificationState.INTACT
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "second"))
    for refused in (lambda: prepare_vault(settings()), audit_log):
        with pytest.raises(OtherVaultError, match=r"set FTE_VAULT=.*first, or, to move it, .*fte down"):
            refused()
    assert not (tmp_path / "second").exists(), "nothing was written"
    (tmp_path / "first").rename(tmp_path / "second")
    assert _work(tmp_path / "second") is VerificationState.INTACT
    assert settings().state == home / "live"


def test_a_vault_is_worked_with_one_state_folder_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_VAULT", str(home / "Vault"))
    prepare_vault(settings())
    monkeypatch.setenv("FTE_HOME", str(home / "second"))
    for refused in (lambda: prepare_vault(settings()), audit_log):
        with pytest.raises(OtherInstallationError, match=r"another state folder.*break its audit log"):
            refused()
    assert not (home / "second").exists(), "nothing was written"
    monkeypatch.setenv("FTE_VAULT", str(home / "Other"))
    prepare_vault(settings())
    settings().check_vault()
    monkeypatch.setenv("FTE_VAULT", str(home / "Vault"))
    with pytest.raises(OtherInstallationError):
        settings().check_vault()
    settings().vault_mark.unlink()
    prepare_vault(settings())
    monkeypatch.setenv("FTE_HOME", str(home))
    with pytest.raises(OtherInstallationError):
        settings().check_vault()


def test_a_disk_that_is_full_leaves_the_vaults_mark_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTE_VAULT", str(home / "Vault"))
    prepare_vault(settings())

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(settings().vault_path.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as refused:
        settings().mark_vault()
    assert refused.value.filename == str(settings().vault_mark)
    assert settings().vault_mode is Mode.SANDBOX
    assert sorted(settings().vault_path.iterdir()) == before


def test_a_damaged_mark_is_named_with_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_VAULT", str(home / "Vault"))
    prepare_vault(settings())
    settings().vault_mark.write_text("")
    with pytest.raises(BrokenMarkError, match=r"is damaged.*delete it"):
        settings().check_vault()


def test_a_vault_of_a_later_format_is_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_VAULT", str(home / "Vault"))
    prepare_vault(settings())
    marks = json.loads(settings().vault_mark.read_text())
    assert marks.items() >= {"mode": "sandbox", "format": VAULT_FORMAT}.items()
    settings().vault_mark.write_text(json.dumps({"mode": "sandbox"}))
    prepare_vault(settings())
    assert json.loads(settings().vault_mark.read_text()) == marks, "one without a number is moved forward"
    settings().vault_mark.write_text(json.dumps({"mode": "sandbox", "format": VAULT_FORMAT + 1}))
    (home / "Vault" / "Watched_Pages.md").unlink()
    with pytest.raises(NewerVaultError, match=r"format 2 .* install the later version again"):
        prepare_vault(settings())
    assert not (home / "Vault" / "Watched_Pages.md").exists()
