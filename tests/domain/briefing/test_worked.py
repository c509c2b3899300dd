"""The tasks of a week by their records: which of those left had to wait for another one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.audit.event import AuditStatus
from domain.briefing.recorded import DEPENDENT, DONE, AuditRecord, KeptRows
from domain.briefing.worked import Worked
from domain.week import Week


def test_of_the_tasks_left_those_are_told_that_had_to_wait_for_another() -> None:
    week = Week.before(datetime(2026, 11, 24, tzinfo=UTC), ZoneInfo("UTC"))
    steps = {
        "left": ["gmail.event_stored", DEPENDENT, DEPENDENT],
        "done": ["gmail.event_stored", DEPENDENT, DONE],
        "free": ["gmail.event_stored"],
    }
    rows = [
        AuditRecord(f"{task}-{at}", week.since + timedelta(hours=at), action, AuditStatus.INFO, task)
        for task, actions in steps.items()
        for at, action in enumerate(actions)
    ]
    kept: KeptRows[AuditRecord] = KeptRows(rows, week.since)
    worked = Worked(kept, KeptRows(), KeptRows(), KeptRows(), KeptRows(), frozenset(steps))
    assert [row.id for row in worked.dependent(week)] == ["left-1"]
    assert {row.task for row in (life.arrival for life in worked.pending(week))} == {"left", "free"}
