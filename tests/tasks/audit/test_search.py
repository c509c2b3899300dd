import csv
import json
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import AuditLog
from tasks.audit.report import generate_audit_report
from tasks.audit.search import ExportFormat, ExportTargetError, Query, export_audit_data, search_audit_log
from tests.audit_records import NOW, event, fill


def resources(log: AuditLog, query: Query) -> list[str]:
    return [row["resource"] for row in search_audit_log(log.folder.parent, query)]


def test_search_binds_its_text(log: AuditLog) -> None:
    log.append(event(resource="file-1"), NOW)
    assert resources(log, Query(text="' OR 1=1 --")) == []
    assert resources(log, Query(text="FILE-1")) == ["file-1"]


def history(log: AuditLog) -> None:
    """A vendor's mail from its arrival to its booking, between what concerns others."""
    sender = {"sender": "Harbor Print <b@harborprint.example>"}
    for number, facts in enumerate(
        (
            {"action": "gmail.event_stored", "resource": "gmail-1", "private": sender},
            {"action": "gmail.event_stored", "resource": "gmail-2", "private": {"sender": "Maple"}},
            {"action": "approval.requested", "resource": "gmail-1"},
            {"action": "approval.approved", "resource": "gmail-1", "approved_by": "Owner"},
            {"action": "odoo.record_bill", "resource": "gmail-1", "details": {"effect": "e1"}},
            {"action": "odoo.record_bill", "resource": "gmail-2", "details": {"effect": "e2"}},
            {"action": "odoo.record_bill.undone", "resource": "elsewhere", "details": {"effect": "e1"}},
            {"action": "audit.checked"},
        )
    ):
        log.append(event(**facts), NOW + timedelta(days=number))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["harborprint", "HARBOR", "gmail-1"])
def test_a_vendors_name_leads_from_the_arrival_to_the_booking(log: AuditLog, text: str) -> None:
    history(log)
    found = search_audit_log(log.folder.parent, Query(text=text))
    expected = ["odoo.record_bill", "approval.approved", "approval.requested", "gmail.event_stored"]
    assert [row["action"] for row in found if row["resource"] == "gmail-1"] == expected
    assert "gmail-2" not in {row["resource"] for row in found}
    alone = search_audit_log(log.folder.parent, Query(text="harbor", alone=True))
    assert [row["action"] for row in alone] == ["gmail.event_stored"]


def test_an_effect_leads_to_all_that_became_of_it(log: AuditLog) -> None:
    history(log)
    assert "elsewhere" in resources(log, Query(text="e1"))
    assert resources(log, Query(text="elsewhere")) == ["elsewhere", "gmail-1"]


def test_days_narrow_what_belongs_to_a_text_not_where_it_is_looked_for(log: AuditLog) -> None:
    history(log)
    since = (NOW + timedelta(days=3)).date()
    found = search_audit_log(log.folder.parent, Query(text="harbor", since=since, status="success"))
    assert [row["action"] for row in found] == ["odoo.record_bill", "approval.approved"]


def test_erased_content_is_not_found(log: AuditLog) -> None:
    history(log)
    arrival = search_audit_log(log.folder.parent, Query(text="harbor", alone=True))[0]
    assert log.erase_private(arrival["event_id"], NOW)
    assert resources(log, Query(text="harbor")) == []


def test_search_finds_nothing_in_a_log_that_has_not_begun(log: AuditLog) -> None:
    assert resources(log, Query()) == []
    assert (
        generate_audit_report(log.folder.parent, Query())
        .as_markdown()
        .startswith("# Audit report\n\n0 records")
    )


def test_a_found_record_is_as_it_was_written(log: AuditLog) -> None:
    log.append(event(details={"totals": ["8.40", None, 3]}), NOW)
    written = json.loads(log.files()[0].read_bytes())
    assert search_audit_log(log.folder.parent, Query()) == [written]


def test_search_is_newest_first_and_limited(log: AuditLog) -> None:
    fill(log)
    assert resources(log, Query(limit=2)) == ["file-5", "file-4"]


def test_days_are_inclusive_also_after_the_clock_was_set_back(log: AuditLog) -> None:
    fill(log)
    log.append(event(resource="set back"), NOW)
    day = date(2026, 11, 20)
    assert resources(log, Query(since=day, until=day)) == ["set back", "file-1", "file-0"]
    assert resources(log, Query(since=day + timedelta(days=2))) == ["file-5", "file-4"]


def test_a_torn_or_harmed_line_hides_no_other_and_is_reported(log: AuditLog) -> None:
    fill(log)
    with log.files()[1].open("ab") as file:
        file.write(b"no record\n")
    with log.files()[-1].open("ab") as file:
        file.write(b'{"timestamp":"2026-')
    assert len(resources(log, Query())) == 6
    assert "lines are no records" in generate_audit_report(log.folder.parent, Query()).as_markdown()


def test_the_report_names_approvers_and_failures(log: AuditLog) -> None:
    log.append(event(resource="file-1", approved_by="Owner", approver_channel="vault"), NOW)
    log.append(event(resource="file-2", status=AuditStatus.UNKNOWN, error="the answer | was lost"), NOW)
    text = generate_audit_report(log.folder.parent, Query()).as_markdown()
    assert "| Owner | vault |" in text
    assert "the answer \\| was lost" in text


def exported(log: AuditLog, target: Path) -> Path:
    fill(log)
    assert export_audit_data(log.folder.parent, Query(), ExportFormat(target.suffix[1:]), target) == 6
    return target


def test_every_record_is_exported_as_csv(log: AuditLog, tmp_path: Path) -> None:
    with exported(log, tmp_path / "audit.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["resource"] for row in rows] == [f"file-{number}" for number in range(6)]
    assert rows[0]["timestamp"] == "2026-11-20T12:00:00.000Z"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_a_csv_is_a_formula(log: AuditLog, tmp_path: Path, begins: str) -> None:
    hostile = f"{begins}cmd|' /C calc'!A0"
    log.append(
        AuditEvent(action="tick", status=AuditStatus.INFO, resource=hostile, actor=hostile, error=hostile),
        NOW,
    )
    export_audit_data(log.folder.parent, Query(), ExportFormat.CSV, tmp_path / "audit.csv")
    with (tmp_path / "audit.csv").open(newline="") as file:
        last = list(csv.DictReader(file))[-1]
    assert {last[name] for name in ("resource", "actor", "error")} == {f"'{hostile}"}
    assert last["action"] == "tick"


def test_every_record_is_exported_as_json(log: AuditLog, tmp_path: Path) -> None:
    rows = json.loads(exported(log, tmp_path / "audit.json").read_text())
    assert rows[0] == json.loads(log.files()[0].read_bytes().splitlines()[0])
    assert len(rows) == 6


def test_every_record_is_exported_as_parquet(log: AuditLog, tmp_path: Path) -> None:
    target = exported(log, tmp_path / "it's audit.parquet")
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT sequence, timestamp FROM read_parquet(?)", [str(target)]).fetchall()
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0][1].timestamp() == NOW.timestamp()


def test_an_export_replaces_nothing(log: AuditLog, tmp_path: Path) -> None:
    target = exported(log, tmp_path / "audit.csv")
    with pytest.raises(ExportTargetError):
        export_audit_data(log.folder.parent, Query(), ExportFormat.CSV, target)
    assert [path.name for path in tmp_path.glob("*audit*")] == ["audit.csv"]
