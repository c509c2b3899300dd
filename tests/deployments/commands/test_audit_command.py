import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from blocks.settings import settings
from deployments.commands.audit import NoPrivateContentError, app
from domain.vault.note import Note
from tasks.audit.log import AuditLog, audit_log
from tasks.audit.retain import AuditUnprovenError
from tasks.audit.verify import WrongPlaceError
from tasks.vault.vault import Folder, Vault, init_vault
from tests.audit_records import event

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=3650)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def log() -> AuditLog:
    log = audit_log()
    log.append(event(resource="file-1 [red]", private={"subject": "secret"}), LONG_AGO)
    log.append(event(resource="file-2", approved_by="Owner", approver_channel="ui"), NOW)
    return log


def harm(log: AuditLog) -> None:
    log.files()[0].write_bytes(log.files()[0].read_bytes().replace(b"file-1", b"file-9"))


@pytest.mark.usefixtures("log")
def test_search_shows_what_it_finds_and_speaks_json() -> None:
    assert "[red]" in run("search", "FILE-1").output
    assert [row["resource"] for row in json.loads(run("search", "--json").output)] == [
        "file-2",
        "file-1 [red]",
    ]
    assert "Nothing fits" in run("search", "absent").output


@pytest.mark.usefixtures("log")
def test_search_says_what_each_task_is_about_where_its_note_does() -> None:
    vault = Vault(settings().vault_path)
    init_vault(vault.root)
    vault.store(Folder.NEEDS_ACTION, "file-2", Note({"subject": "Rent of November"}, "text"))
    audit_log().append(event(resource="../file-2"), NOW)
    (vault.root / Folder.NEEDS_ACTION / "file-3.md").write_text("---\n[\n---\n")
    audit_log().append(event(resource="file-3"), NOW)
    found = run("search").output
    assert "Subject: Rent of November" in found
    assert found.count("Subject:") == 1


def test_search_refuses_an_unknown_outcome() -> None:
    assert run("search", "--status", "bogus").exit_code == 2


def test_verify_succeeds_on_a_sound_log_and_fails_on_a_harmed_one(log: AuditLog) -> None:
    assert run("verify").exit_code == 0
    harm(log)
    found = run("verify", "--json")
    assert found.exit_code == 1
    assert json.loads(found.output)["state"] == "broken"
    assert "line 1: the line was changed" in run("verify").output


def test_verify_compares_with_what_left_the_machine(log: AuditLog) -> None:
    head = log.head()
    assert head
    assert run("verify", "--against", f"{head.sequence}:{head.hash}").exit_code == 0
    assert run("verify", "--against", head.hash).exit_code == 0
    restored = run("verify", "--against", f"9:{head.hash}")
    assert restored.exit_code == 1
    assert "an older copy was put back" in restored.output
    assert isinstance(run("verify", "--against", "yesterday").exception, WrongPlaceError)


@pytest.mark.usefixtures("log")
def test_report_goes_to_the_screen_a_file_or_a_script(tmp_path: Path) -> None:
    assert "Approved by a person" in run("report").output
    assert json.loads(run("report", "--json").output)["covered"]["records"] == 2
    assert run("report", "--to", str(tmp_path / "report.md")).exit_code == 0
    assert "| Owner | ui |" in (tmp_path / "report.md").read_text()


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_export_writes_a_new_file(tmp_path: Path, suffix: str) -> None:
    done = run(
        "export",
        str(tmp_path / f"audit.{suffix}"),
        "--since",
        f"{NOW - timedelta(days=7):%Y-%m-%d}",
        "--json",
    )
    assert json.loads(done.output)["records"] == 1
    assert run("export", str(tmp_path / f"audit.{suffix}")).exit_code != 0
    assert run("export", str(tmp_path / "audit.xls")).exit_code == 2


def test_retain_drops_old_days_but_none_of_a_harmed_log(log: AuditLog) -> None:
    harm(log)
    assert isinstance(run("retain").exception, AuditUnprovenError)
    log.files()[0].write_bytes(log.files()[0].read_bytes().replace(b"file-9", b"file-1"))
    assert json.loads(run("retain", "--json").output)["dropped"] == [f"audit_{LONG_AGO:%Y-%m-%d}.jsonl"]
    assert "Nothing is older" in run("retain").output


@pytest.mark.usefixtures("log")
def test_private_content_is_erased_by_event_id() -> None:
    event_id = json.loads(run("search", "file-1", "--json").output)[0]["event_id"]
    assert "Erased" in run("erase", event_id).output
    assert isinstance(run("erase", event_id).exception, NoPrivateContentError)
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("command", [["search"], ["report"], ["export", "all.csv"]])
def test_a_day_that_is_none_says_how_a_day_is_written(command: list[str]) -> None:
    refused = run(*command, "--since", "2026-02-30")
    assert refused.exit_code == 2
    assert "'2026-02-30' is no day; write it as" in refused.output
