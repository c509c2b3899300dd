"""How the employee worked in a week, computed again from the raw records by another path."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from blocks.database import close_databases, transaction
from blocks.prefect_server import PrefectSilentError
from blocks.settings import settings
from domain.audit.event import AuditEvent, AuditStatus
from domain.briefing.part import Part
from domain.briefing.part import Standing as Known
from domain.briefing.recorded import SLOT
from domain.health.probed import Probed
from domain.health.spell import HealthStanding
from domain.week import Week
from tasks.audit.log import audit_log
from tasks.briefing import recorded
from tasks.briefing.operations import operations_part, productivity_part
from tasks.flow_runs.ended import EndedRun
from tasks.reliability.heartbeats import Heartbeat
from tasks.reliability.spells import SpellRow, record_round
from tasks.vault.vault import current_vault, init_vault
from tests.worked_weeks import ENDED, FIRST, WEEK, work

pytestmark = pytest.mark.xdist_group("weeks")  # they are made once, not by each worker
WEEKS = [FIRST, WEEK.previous(3), WEEK]
HOUR = 3600


def run(number: int, begun_at: datetime, **changes: Any) -> EndedRun:
    flow = changes.pop("flow", "watch-gmail")
    facts = {"has_failed": number % 5 == 0, "lasted": timedelta(seconds=2 + number % 7), "url": "http://x/1"}
    return EndedRun(id=f"run-{number}", flow=flow, name="A run", begun_at=begun_at, **(facts | changes))


RUNS = [run(number, WEEK.since + timedelta(hours=number - 20)) for number in range(150)]


@pytest.fixture(autouse=True)
def _prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Prefect server's answer; that it is read from a real one, tests/flows shows."""
    monkeypatch.setattr(
        recorded, "ended_runs", lambda since, _until: [one for one in RUNS if since <= one.begun_at]
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weeks, made once."""
    folder = tmp_path_factory.mktemp("weeks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FTE_HOME", str(folder / "home"))
        patch.setenv("FTE_VAULT", str(folder / "Vault"))
        init_vault(current_vault().root)
        work()
        close_databases()
    return folder


@pytest.fixture
def worked(made: Path, home: Path) -> None:
    """The same weeks for one test."""
    shutil.copytree(made / "home", home)
    shutil.copytree(made / "Vault", current_vault().root)


@cache
def as_made(week: Week) -> Part:
    """What is told of a week as it was made; a test that changes its records asks anew."""
    return operations_part(week, ENDED)


@dataclass(frozen=True)
class Raw:
    """The audit log line by line, and the ledger's tables as SQLite has them."""

    lines: list[dict[str, Any]]

    def of(self, week: Week, *actions: str, **facts: str) -> list[dict[str, Any]]:
        return [
            line
            for line in self.lines
            if week.since <= moment(line["timestamp"]) < week.until
            and any(line["action"].endswith(one) for one in actions or ("",))
            and all(line[name] == value for name, value in facts.items())
        ]

    def pending(self, week: Week, notes: set[str]) -> set[str]:
        before = [line for line in self.lines if moment(line["timestamp"]) < week.until]
        ended = {line["resource"] for line in self.lines if line["action"] == "task.done"}
        ended_before = {line["resource"] for line in before if line["action"] == "task.done"}
        came = {line["resource"] for line in before if line["action"].endswith(".event_stored")}
        return {task for task in came - ended_before if task in ended or task in notes}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read_raw() -> Raw:
    files = sorted((current_vault().root / "Logs").glob("audit_*.jsonl"))
    return Raw([json.loads(line) for path in files for line in path.read_text().splitlines()])


def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
    with sqlite3.connect(settings().ledger_url.removeprefix("sqlite:///")) as ledger:
        return ledger.execute(
            sql, [sql_time(one) if isinstance(one, datetime) else one for one in values]
        ).fetchall()


def sql_time(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def value(part: Part, key: str) -> Decimal | None:
    number = part.number(f"{part.key}.{key}")
    assert number is not None, key
    return number.value


def close(found: Decimal | None, wanted: float) -> bool:
    return found is not None and float(found) == pytest.approx(wanted)


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.number)
def test_what_the_audit_log_says_is_counted_line_by_line(week: Week) -> None:
    part, raw = as_made(week), read_raw()
    notes = {path.stem for path in (current_vault().root / "Needs_Action").glob("*.md")}
    assert value(part, "came") == len(raw.of(week, ".event_stored"))
    assert value(part, "done") == len({line["resource"] for line in raw.of(week, "task.done")})
    assert value(part, "pending") == len(raw.pending(week, notes))
    tries = raw.of(week, status="intent")
    failures = raw.of(week, status="failure") + raw.of(week, status="unknown")
    assert value(part, "tries") == len(tries)
    assert value(part, "failures") == len(failures)
    assert close(value(part, "error_rate"), len(failures) / len(tries))
    for service in {line["action"].partition(".")[0] for line in tries}:
        tried = [line for line in tries if line["action"].startswith(f"{service}.")]
        failed = [line for line in failures if line["action"].startswith(f"{service}.")]
        assert close(value(part, f"error_rate.{service}"), len(failed) / len(tried))
    lags = [
        (moment(line["timestamp"]) - moment(line["details"]["received"])).total_seconds() / 60
        for line in raw.of(week, "gmail.event_stored", "mentions.event_stored")
    ]
    assert close(value(part, "lag_median"), median(lags))
    assert close(value(part, "lag_longest"), max(lags))


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.number)
def test_what_the_ledger_says_is_counted_by_sql(week: Week) -> None:
    part = as_made(week)
    since, until = week.since, week.until

    def count(sql: str, *values: object) -> int:
        return int(rows(f"SELECT count(*) FROM {sql}", *values)[0][0])  # noqa: S608 (the test's own)

    requests = "approval_requests WHERE state = ? AND {} >= ? AND {} < ?"
    assert value(part, "asked") == count(
        "approval_requests WHERE created_at >= ? AND created_at < ?", since, until
    )
    for key, state, column in (
        ("granted", "approved", "decided_at"),
        ("refused", "rejected", "decided_at"),
        ("expired", "expired", "expires_at"),
    ):
        assert value(part, key) == count(requests.format(column, column), state, since, until)
    waits = rows(
        "SELECT (julianday(decided_at) - julianday(created_at)) * 24 FROM approval_requests "
        "WHERE state IN ('approved', 'rejected') AND decided_at >= ? AND decided_at < ?",
        since,
        until,
    )
    assert close(value(part, "answer_median"), median(one for [one] in waits))
    assert close(value(part, "answer_longest"), max(one for [one] in waits))
    assert value(part, "waiting") == count(
        "approval_requests a WHERE created_at < ? AND CASE state WHEN 'pending' THEN 1 "
        "WHEN 'expired' THEN expires_at >= ? WHEN 'superseded' THEN "
        "(SELECT created_at FROM approval_requests b WHERE b.task_id = a.task_id AND version = 2) >= ? "
        "ELSE decided_at >= ? END",
        until,
        until,
        until,
        until,
    )
    letters = "dead_letters WHERE first_buried_at < ? AND (resolved_at IS NULL OR resolved_at >= ?)"
    assert value(part, "letters") == count(letters, until, until)
    assert value(part, "letters_new") == count(
        "dead_letters WHERE first_buried_at >= ? AND first_buried_at < ?", since, until
    )


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.number)
def test_uptime_and_the_machine_are_those_of_the_heartbeats(week: Week) -> None:
    part = as_made(week)
    [[seen, cpu, memory, disk]] = rows(
        "SELECT count(*), avg(cpu_percent), max(memory_percent), min(disk_free_bytes) FROM heartbeats "
        "WHERE slot >= ? AND slot < ?",
        week.since,
        week.until,
    )
    [[first]] = rows("SELECT min(slot) FROM heartbeats")
    begun = max(week.since, datetime.fromisoformat(first).replace(tzinfo=UTC))
    assert close(value(part, "uptime"), seen / ((week.until - begun) / timedelta(minutes=5)))
    assert close(value(part, "cpu"), cpu / 100)
    assert close(value(part, "memory"), memory / 100)
    assert close(value(part, "disk_free"), disk / 10**9)


@pytest.mark.usefixtures("worked")
def test_an_outage_takes_of_the_uptime_what_it_lasted_and_what_nobody_knows_is_not_up() -> None:
    before = as_made(WEEK)
    [[beats]] = rows("SELECT count(*) FROM heartbeats WHERE slot >= ? AND slot < ?", WEEK.since, WEEK.until)
    begun = WEEK.until - timedelta(days=1)
    beat_then = {
        datetime.fromisoformat(slot).replace(tzinfo=UTC)
        for [slot] in rows("SELECT slot FROM heartbeats WHERE slot >= ? AND slot < ?", begun, WEEK.until)
    }
    down = set()
    for number in range(0, 288, 3):  # two of three slots were looked at
        for at in (begun + SLOT * number, begun + SLOT * (number + 1)):
            is_down = number < 36
            down |= {at} if is_down else set()
            standing = HealthStanding.DOWN if is_down else HealthStanding.UP
            record_round([Probed("ledger", standing), Probed("odoo", standing)], at)
    part = operations_part(WEEK, ENDED)
    whole = beats / float(value(before, "uptime"))
    looked = {begun + SLOT * number for number in range(288) if number % 3 < 2}
    lost = len(beat_then - (looked - down))
    assert close(value(part, "uptime"), (beats - lost) / whole)
    assert close(value(part, "up.odoo"), (192 - 24) / 288)
    assert close(value(part, "down.odoo"), 24 / 288)
    assert close(value(part, "unknown.odoo"), 96 / 288)


@pytest.mark.usefixtures("worked")
def test_runs_are_counted_by_flow_with_their_durations() -> None:
    part = as_made(WEEK)
    of_week = [one for one in RUNS if WEEK.since <= one.begun_at < WEEK.until]
    assert value(part, "runs.watch-gmail") == len(of_week) == value(part, "runs")
    assert value(part, "runs_failed") == sum(one.has_failed for one in of_week)
    assert close(value(part, "run_median"), median(one.lasted.total_seconds() for one in of_week))
    assert value(part, "run_longest") == 8


@pytest.mark.usefixtures("worked")
def test_a_number_stands_beside_the_weeks_before_that_were_recorded_whole() -> None:
    raw = read_raw()
    counts = [len(raw.of(WEEK.previous(back), ".event_stored")) for back in range(9)]
    number = as_made(WEEK).number("operations.came")
    assert number is not None
    assert (number.value, number.before, number.usual) == (counts[0], counts[1], median(counts[1:]))
    second = operations_part(FIRST.previous(-1), ENDED).number("operations.came")
    assert second is not None
    assert (second.before, second.usual) == (None, None)


@pytest.mark.usefixtures("worked")
def test_each_number_leads_to_records_that_exist() -> None:
    raw = read_raw()
    known = {f"audit event {line['event_id']}" for line in raw.lines}
    known |= {f"request {one}" for [one] in rows("SELECT id FROM approval_requests")}
    known |= {f"dead letter {one}" for [one] in rows("SELECT id FROM dead_letters")}
    known |= {f"heartbeat {one[:16]} UTC" for [one] in rows("SELECT slot FROM heartbeats")}
    known |= {f"run {one.id}" for one in RUNS}
    known |= {f"effect {one}" for [one] in rows("SELECT key FROM effects")}
    for part in (as_made(WEEK), productivity_part(WEEK, ENDED)):
        for number in part.all_numbers:
            assert {record.id for record in number.records} <= known
            assert number.as_of == ENDED
            is_count = number.unit == "count" and number.value is not None
            assert not is_count or number.value == number.record_count


@pytest.mark.usefixtures("worked")
def test_what_still_waits_is_named_with_what_it_is_about() -> None:
    waiting = rows(
        "SELECT id, task_id FROM approval_requests WHERE state = 'pending' AND created_at < ? ORDER BY created_at",
        WEEK.until,
    )
    [table] = [one for one in as_made(WEEK).tables if one.title == "Approvals that wait"]
    assert [(row.numbers[0].key, row.label) for row in table.rows] == [
        (f"operations.wait.{name}", f"Book a vendor bill in Odoo: 12.00 USD, Vendor of {task}")
        for name, task in waiting[:5]
    ]
    assert table.note == f"And {len(waiting) - 5} more."


@pytest.mark.usefixtures("worked")
def test_a_first_week_says_how_many_of_its_days_were_recorded() -> None:
    part = as_made(FIRST)
    assert part.standing is Known.PARTIAL
    assert "from 2026-09-16 on: 5 of its 7 days" in part.said[0]


@pytest.mark.usefixtures("worked")
def test_a_source_that_began_later_is_said_and_unknown_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "ended_runs", lambda _since, _until: [run(1, WEEK.until)])
    close_databases()
    rows("DELETE FROM heartbeats WHERE slot < ?", WEEK.since + timedelta(days=3))
    part = operations_part(WEEK, ENDED)
    assert part.standing is Known.KNOWN
    assert "The record of heartbeats begins 2026-11-18 23:00 UTC." in part.said
    assert "The Prefect server's record of runs begins 2026-11-22 23:00 UTC." in part.said
    assert value(part, "runs") is None
    [[seen]] = rows("SELECT count(*) FROM heartbeats WHERE slot < ?", WEEK.until)
    assert close(value(part, "uptime"), seen / (4 * 24 * 12))


@pytest.mark.usefixtures("worked")
def test_a_week_before_anything_was_recorded_is_unknown() -> None:
    for part in (operations_part(FIRST.previous(), ENDED), productivity_part(FIRST.previous(), ENDED)):
        assert (part.standing, part.numbers, part.tables) == (Known.MISSING, (), ())
        assert "Nothing was recorded before 2026-09-16 08:00 UTC" in part.said[0]


@pytest.mark.usefixtures("worked")
def test_a_week_after_the_last_record_is_not_fresh() -> None:
    part = operations_part(WEEK.previous(-2), WEEK.previous(-3).since)
    assert part.standing is Known.STALE
    assert "Nothing was recorded after 2026-11-27 08:5" in part.said[0]


@pytest.mark.usefixtures("worked")
def test_without_the_audit_log_the_rest_stands() -> None:
    whole = as_made(WEEK)
    for path in (current_vault().root / "Logs").glob("audit_*.jsonl"):
        path.unlink()
        path.mkdir()
    part = operations_part(WEEK, ENDED)
    assert part.standing is Known.PARTIAL
    assert any("The audit log cannot be read" in said for said in part.said)
    assert value(part, "done") is value(part, "error_rate") is None
    assert part.number("operations.done").text == "not read"  # type: ignore[union-attr]
    assert value(part, "asked") == value(whole, "asked")
    assert productivity_part(WEEK, ENDED).standing is Known.MISSING


@pytest.mark.usefixtures("worked")
def test_without_the_prefect_server_only_runs_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_since: datetime, _until: datetime) -> list[EndedRun]:
        raise PrefectSilentError(10)

    monkeypatch.setattr(recorded, "ended_runs", silent)
    part = operations_part(WEEK, ENDED)
    assert part.standing is Known.PARTIAL
    assert "has not answered within 10 seconds" in part.said[0]
    unknown = {number.key for number in part.numbers if number.value is None}
    assert unknown == {f"operations.{key}" for key in ("runs", "runs_failed", "run_median", "run_longest")}


@pytest.mark.usefixtures("worked")
def test_without_the_ledger_the_audit_log_stands() -> None:
    whole = as_made(WEEK)
    close_databases()
    path = settings().ledger_url.removeprefix("sqlite:///")
    with open(path, "wb") as ledger:  # noqa: PTH123 (the ledger, overwritten)
        ledger.write(b"no database" * 1000)
    for end in ("-wal", "-shm"):
        (settings().state / f"ledger.db{end}").unlink(missing_ok=True)
    part = operations_part(WEEK, ENDED)
    assert part.standing is Known.PARTIAL
    assert value(part, "done") == value(whole, "done")
    assert value(part, "asked") is value(part, "letters") is value(part, "uptime") is None


WRONG = {
    "UPDATE approval_requests SET decided_at = '2026-01-01 00:00:00.000000' WHERE id = ?": (
        "SELECT id FROM approval_requests WHERE state = 'approved' AND decided_at >= ? AND decided_at < ?",
        "no request was decided before it was asked",
        "granted",
    ),
    "UPDATE dead_letters SET state = 'lost' WHERE id = ?": (
        "SELECT id FROM dead_letters WHERE first_buried_at >= ? AND first_buried_at < ?",
        "every letter has a state",
        "letters_new",
    ),
}


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("update", WRONG)
def test_a_wrong_row_is_named_and_the_rest_is_counted(update: str) -> None:
    find, sentence, key = WRONG[update]
    before = value(as_made(WEEK), key)
    assert before is not None
    [[name], *_] = rows(find, WEEK.since, WEEK.until)
    rows(update, name)
    part = operations_part(WEEK, ENDED)
    assert part.standing is Known.PARTIAL
    assert any(sentence in said and str(name) in said for said in part.said)
    assert value(part, key) == before - 1


@pytest.mark.usefixtures("worked")
def test_a_heartbeat_that_cannot_be_right_does_not_count() -> None:
    slot = WEEK.since.replace(tzinfo=UTC) + timedelta(seconds=1)
    with transaction() as session:
        session.add(Heartbeat(slot=slot, cpu_percent=700, memory_percent=50, disk_free_bytes=1))
    part = operations_part(WEEK, ENDED)
    assert any("processors are 0 to 100 % busy: 2026-11-15 23:00" in said for said in part.said)
    failed = {one.said: one.failed for check in part.checks for one in check.unmet}
    assert failed["processors are 0 to 100 % busy"] == ("2026-11-15 23:00",)
    assert value(part, "disk_free") != Decimal("0.000000001")


SPELL = {
    "service": "employee",
    "since": WEEK.since,
    "until": WEEK.since + timedelta(hours=1),
    "standing": "down",
    "said": "",
    "seconds": 0.0,
    "slowest": 0.0,
}
WRONG_SPELLS: dict[str, dict[str, Any]] = {
    "no spell ends before it begins": {"until": WEEK.since - timedelta(hours=1)},
    "no spell is of the future or from before 2020": {
        "since": ENDED + timedelta(days=9),
        "until": ENDED + timedelta(days=10),
    },
    "every spell says how the service was": {"standing": "asleep"},
}


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("sentence", WRONG_SPELLS)
def test_a_spell_that_cannot_be_right_is_named_and_does_not_count(sentence: str) -> None:
    before = value(as_made(WEEK), "uptime")
    spell = SpellRow(**SPELL | WRONG_SPELLS[sentence])
    named = f"employee {spell.since.astimezone(UTC):%Y-%m-%d %H:%M}"
    with transaction() as session:
        session.add(spell)
    part = operations_part(WEEK, ENDED)
    assert part.standing is Known.PARTIAL
    assert f"Spells of the services, not so and left out: {sentence}: {named}." in part.said
    assert [one.failed for check in part.checks for one in check.unmet] == [(named,)]
    assert value(part, "uptime") == before


LONG_AGO = datetime.fromtimestamp(ENDED.timestamp() / 1000, UTC)
"""A time in seconds that was read as milliseconds."""


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize(
    ("at", "sentence"),
    [(LONG_AGO, "no run"), (ENDED - timedelta(days=2), "no end of a run")],
    ids=["began", "lasted"],
)
def test_a_run_in_another_unit_of_time_is_named_and_does_not_count(
    monkeypatch: pytest.MonkeyPatch, at: datetime, sentence: str
) -> None:
    right = run(1, WEEK.since, lasted=timedelta(seconds=5))
    wrong = run(2, at, lasted=timedelta(seconds=5_000_000))
    monkeypatch.setattr(recorded, "ended_runs", lambda *_: [right, wrong])
    part = operations_part(WEEK, ENDED)
    said = f"Runs, not so and left out: {sentence} is of the future or from before 2020: run-2."
    assert said in part.said
    assert (value(part, "runs"), value(part, "run_longest")) == (1, 5)


@pytest.mark.usefixtures("worked")
def test_a_record_in_another_unit_of_time_does_not_begin_the_log() -> None:
    """What is older than the log is unknown, however old one of its records says it is."""
    long_ago = WEEK.previous(100)
    [first, *_] = sorted((current_vault().root / "Logs").glob("audit_*.jsonl"))
    line = json.loads(first.read_text().splitlines()[0])
    with first.open("a") as file:
        file.write(json.dumps(line | {"event_id": "early", "timestamp": LONG_AGO.isoformat()}) + "\n")
    assert operations_part(long_ago, ENDED).standing is Known.MISSING
    assert "no record is of the future or from before 2020: early" in " ".join(
        operations_part(WEEK, ENDED).said
    )


@pytest.mark.usefixtures("worked")
def test_lines_that_are_no_records_are_said() -> None:
    [*_, last] = sorted((current_vault().root / "Logs").glob("audit_*.jsonl"))
    with last.open("a") as file:
        file.write("cut off in the mid\n")
    [*first, _] = sorted((current_vault().root / "Logs").glob("audit_*.jsonl"))
    line = json.loads(first[-1].read_text().splitlines()[0])
    with first[-1].open("a") as file:
        file.write(json.dumps(line) + "\n")
    part = operations_part(WEEK, ENDED)
    assert part.standing is Known.PARTIAL
    assert any("1 lines of the audit log are no records" in said for said in part.said)
    assert any(f"every record is there once: {line['event_id']}" in said for said in part.said)


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.number)
def test_what_was_done_for_a_person_is_counted_again(week: Week) -> None:
    part, raw = productivity_part(week, ENDED), read_raw()
    assert value(part, "mails") == len(raw.of(week, "gmail.event_stored"))
    done = raw.of(week, "task.done")
    assert value(part, "important") == sum(line["details"]["priority"] == "high" for line in done)
    for domain in ("personal", "business", "both"):
        assert value(part, f"done.{domain}") == sum(line["domain"] == domain for line in done)
        handed = raw.of(week, "task.escalated")
        assert value(part, f"handed.{domain}") == sum(line["domain"] == domain for line in handed)
    sent = rows(
        "SELECT key, inputs FROM effects WHERE begun_at >= ? AND begun_at < ?", week.since, week.until
    )
    assert value(part, "replies") == sum(json.loads(inputs)["in_reply_to"] is not None for _, inputs in sent)
    waits = list(answered(raw, week))
    assert close(value(part, "response_median"), median(waits))
    assert close(value(part, "response_longest"), max(waits))
    first: dict[str, datetime] = {}
    for line in raw.lines:
        if line["resource"].startswith("gmail-") and line["action"] in {"task.done", "task.escalated"}:
            first.setdefault(line["resource"], moment(line["timestamp"]))
    assert value(part, "handled") == sum(week.since <= at < week.until for at in first.values())


def answered(raw: Raw, week: Week) -> Iterator[float]:
    """Hours from each mail to its first answer or its end."""
    ends: dict[str, list[datetime]] = {}
    for line in raw.lines:
        if line["action"] == "task.done":
            ends.setdefault(line["resource"], []).append(moment(line["timestamp"]))
    for task, begun, inputs in rows("SELECT task_id, begun_at, inputs FROM effects"):
        if json.loads(inputs)["in_reply_to"]:
            ends.setdefault(task, []).append(datetime.fromisoformat(begun).replace(tzinfo=UTC))
    for line in raw.lines:
        if line["action"] == "gmail.event_stored" and line["resource"] in ends:
            at = min(ends[line["resource"]])
            if week.since <= at < week.until:
                yield (at - moment(line["details"]["received"])).total_seconds() / HOUR


def test_what_an_older_version_did_not_record_is_unknown() -> None:
    init_vault(current_vault().root)
    log = audit_log()
    log.append(AuditEvent(action="approver.enrolled", status=AuditStatus.SUCCESS), WEEK.previous().since)
    for action in ("gmail.event_stored", "task.done"):
        event = AuditEvent(action=action, status=AuditStatus.SUCCESS, resource="gmail-1")
        log.append(event, WEEK.since + timedelta(hours=1))
    part = productivity_part(WEEK, ENDED)
    assert (value(part, "mails"), value(part, "handled")) == (1, 1)
    assert value(part, "important") is value(part, "response_median") is None
    assert "Domain and priority of the tasks done: not on record for all of the week." in part.said


def test_the_parts_of_a_mail_are_one_mail() -> None:
    init_vault(current_vault().root)
    log, at = audit_log(), WEEK.since + timedelta(hours=1)
    for task in ("gmail-9-2", "gmail-9"):
        log.append(AuditEvent(action="gmail.event_stored", status=AuditStatus.SUCCESS, resource=task), at)
    log.append(AuditEvent(action="task.done", status=AuditStatus.SUCCESS, resource="gmail-9"), at)
    part = productivity_part(WEEK, ENDED)
    assert (value(part, "mails"), value(part, "handled")) == (1, 0)
