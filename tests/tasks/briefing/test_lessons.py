"""What was learned in a week: each number with its records, and the same however often it is asked."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from blocks.database import transaction
from domain.approvals.answer import Answer
from domain.audit.event import AuditEvent, AuditStatus
from domain.briefing.part import Standing
from domain.policy.handbook import Handbook
from domain.week import Week
from tasks.approvals.decide import record_answer
from tasks.audit.log import audit_log
from tasks.briefing.lessons import lessons_part
from tasks.learning.estimates import expected_of
from tasks.learning.record import learn, rebuild
from tests.approval_requests import ask

WEEK = Week(date(2026, 11, 16), ZoneInfo("UTC"))
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def tell(action: str, task: str, at: datetime) -> None:
    audit_log().append(AuditEvent(action=action, status=AuditStatus.SUCCESS, resource=task), at)


def worked(days: int = 30) -> None:
    """A task a day that takes a minute; every third is asked about, and changed, refused or approved in turn."""
    for day in range(days):
        task, at = f"file-{day:02}", WEEK.since + timedelta(days=day - 20, hours=9)
        tell("gmail.event_stored", task, at)
        expected_of(task, "receipt", "receipt", at)
        if day % 3 == 0:
            decision = ("edit", "reject", "approve")[day // 3 % 3]
            changes = {"category": "travel"} if decision == "edit" else {}
            request = ask(now=at, task_id=task)
            said = Answer(decision=decision, approver="Ann", channel="cli", changes=changes)
            record_answer(request.id, said, at + timedelta(seconds=30), Handbook)
        end = "task.escalated" if day % 10 == 9 else "task.done"
        tell(end, task, at + timedelta(seconds=60 if day != 22 else 6000))
        learn()


def test_a_week_says_the_same_and_leads_to_its_records() -> None:
    learn()
    worked()
    part = lessons_part(WEEK, NOW)
    assert part.standing is Standing.KNOWN
    numbers = {one.key: one for one in part.all_numbers}
    shown = {key: one.text for key, one in numbers.items() if one.value is not None}
    assert shown["learning.answers"] == "2"
    assert shown["learning.ended"] == "7"
    assert shown["learning.alone"] == "71.4 %"
    assert shown["learning.inside"] == "85.7 %"
    assert {one.id.split()[0] for one in numbers["learning.answers"].records} == {"request"}
    assert numbers["learning.alone"].record_count == 5
    rebuild()
    assert lessons_part(WEEK, NOW) == part


def test_nothing_is_known_before_anything_ended() -> None:
    part = lessons_part(WEEK, NOW)
    assert part.standing is Standing.UNUSED
    assert part.numbers == ()


def test_without_the_end_of_the_week_on_record_it_is_not_fresh() -> None:
    worked(days=22)
    part = lessons_part(WEEK, NOW)
    assert part.standing is Standing.STALE
    assert "Nothing was recorded after 2026-11-17 09:01 UTC" in part.said[0]


def test_a_first_week_says_how_many_of_its_days_were_recorded() -> None:
    worked()
    part = lessons_part(WEEK.previous(3), NOW)
    assert part.standing is Standing.PARTIAL
    assert part.said == ("The week was recorded from 2026-10-27 on: 6 of its 7 days.",)


WRONG = {
    "UPDATE learned_outcomes SET how = 'vanished' WHERE id = 'task file-20'": (
        "Outcomes, not so and left out: every outcome is one that its sort can have: task file-20.",
        {"learning.ended": 6},
    ),
    "UPDATE learned_outcomes SET lasted_ms = -5 WHERE id = 'task file-20'": (
        "Outcomes, not so and left out: nothing lasted less than no time: task file-20.",
        {"learning.ended": 6},
    ),
    "UPDATE learned_tasks SET expected = json_set(expected, '$.lasts.high', -1) WHERE task_id = 'file-23'": (
        "Expected lengths, not so and left out: the median of what is expected is not above the interval: file-23.",
        {"learning.ended": 7},
    ),
    "INSERT INTO suggestions VALUES ('gone', '{}', 'x', '[]', 'x', '', '', '2026-11-17 00:00:00.000000', null, null)": (
        "Suggestions, not so and left out: every suggestion has its request: gone.",
        {"learning.suggested": 0},
    ),
}


@pytest.mark.parametrize("update", WRONG)
def test_a_row_that_cannot_be_right_is_named_and_the_rest_is_counted(update: str) -> None:
    sentence, wanted = WRONG[update]
    worked()
    with transaction() as session:
        session.execute(text(update))
    part = lessons_part(WEEK, NOW)
    assert part.standing is Standing.PARTIAL
    assert part.said == (sentence,)
    assert {one.key: one.value for one in part.numbers if one.key in wanted} == wanted
    assert len([one for one in part.checks if one.unmet]) == 1
