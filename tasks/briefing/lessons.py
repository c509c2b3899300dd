"""What was learned in a week, from the counted outcomes and the suggestions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.approvals.request import ApprovalState
from domain.briefing.lessons import Ended, Lessons, MadeSuggestion, lessons
from domain.briefing.part import Part
from domain.briefing.recorded import KeptRows
from domain.learning.duration import Duration
from domain.learning.outcome import OutcomeEnd, Sort, outcome_id
from domain.week import Week
from tasks.approvals.record import find
from tasks.briefing.learned_suite import EXPECTED, OUTCOMES, SUGGESTIONS
from tasks.briefing.recorded import Sources
from tasks.learning.estimates import expected_lengths
from tasks.learning.record import learn, learned_rows
from tasks.learning.table import outcome_in
from tasks.planning.suggestions import suggested


def lessons_part(week: Week, now: datetime) -> Part:
    """Answers, tasks, estimates and suggestions, once all that has ended is counted."""
    learn()
    kept_outcomes = OUTCOMES.sound(learned_rows(), now)
    expected = EXPECTED.sound(list(expected_lengths().items()), now)
    proposals = SUGGESTIONS.sound([(row, find(row.request_id)) for row in suggested()], now)
    lengths = {outcome_id(Sort.TASK, task): Duration(**lasts) for task, lasts in expected.rows}
    outcomes = list(map(outcome_in, kept_outcomes.rows))
    answers = [one for one in outcomes if one.sort is Sort.DECISION]
    ends = [one for one in outcomes if one.sort is Sort.TASK and one.how is not OutcomeEnd.HANDED]
    since = min((one.at for one in outcomes), default=None)

    def kept(rows: Iterable[Any]) -> KeptRows[Any]:
        return KeptRows(sorted(rows, key=lambda row: row.at), since)

    found = Lessons(
        answers=kept(map(Ended, answers)),
        tasks=kept(Ended(one, lengths.get(one.id)) for one in ends),
        made=kept(MadeSuggestion(row.request_id, row.made_at, row.said) for row, _ in proposals.rows),
        accepted=kept(
            MadeSuggestion(row.request_id, request.decided_at, row.said)
            for row, request in proposals.rows
            if request.state is ApprovalState.APPROVED and request.decided_at
        ),
        log=Sources(week, now).log(),
        left_out=(*kept_outcomes.said, *expected.said, *proposals.said),
    )
    return lessons(found, week, now).checked(one.check for one in (kept_outcomes, expected, proposals))
