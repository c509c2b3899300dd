"""What was learned in a week, from the counted outcomes and the suggestions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.approvals.request import ApprovalState
from domain.briefing.lessons import Ended, Lessons, Proposal, lessons
from domain.briefing.part import Part
from domain.briefing.recorded import Kept
from domain.learning.outcome import How, Sort
from domain.week import Week
from tasks.approvals.record import find
from tasks.learning.estimates import expected_and_came
from tasks.learning.record import learn, learned
from tasks.planning.suggestions import suggested


def lessons_part(week: Week, now: datetime) -> Part:
    """Answers, tasks, estimates and suggestions, once all that has ended is counted."""
    learn()
    lengths = {came.id: said.lasts for said, came in expected_and_came(None, None)}
    outcomes = learned()
    answers = [one for one in outcomes if one.sort is Sort.DECISION]
    ends = [one for one in outcomes if one.sort is Sort.TASK and one.how is not How.HANDED]
    since = min((one.at for one in outcomes), default=None)

    def kept(rows: Iterable[Any]) -> Kept[Any]:
        return Kept(sorted(rows, key=lambda row: row.at), since)

    proposals = [(row, find(row.request_id)) for row in suggested()]
    found = Lessons(
        answers=kept(map(Ended, answers)),
        tasks=kept(Ended(one, lengths.get(one.id)) for one in ends),
        made=kept(Proposal(row.request_id, row.made_at, row.said) for row, _ in proposals),
        accepted=kept(
            Proposal(row.request_id, request.decided_at, row.said)
            for row, request in proposals
            if request and request.state is ApprovalState.APPROVED and request.decided_at
        ),
    )
    return lessons(found, week, now)
