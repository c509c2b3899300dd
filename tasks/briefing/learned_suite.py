"""What must hold of the counted outcomes, of the suggestions and of the watched pages: Great Expectations suites.

As of all that the employee recorded, a row that breaks one is left out and named.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from domain.learning.outcome import OutcomeEnd, Sort
from domain.web.change import PageChange
from domain.web.watched import WatchedPage
from tasks.briefing.recorded_suite import (
    RecordedCheck,
    each_once,
    is_so,
    not_before,
    of_its_time,
    one_of,
    seconds,
)
from tasks.frames.suite import says
from tasks.web.kept import KeptPage

ENDS = {
    Sort.EFFECT: {OutcomeEnd.DONE, OutcomeEnd.REFUSED, OutcomeEnd.UNDONE},
    Sort.DECISION: {OutcomeEnd.APPROVED, OutcomeEnd.EDITED, OutcomeEnd.REJECTED},
    Sort.TASK: {OutcomeEnd.ALONE, OutcomeEnd.HELPED, OutcomeEnd.HANDED},
}
"""How each sort can end."""


def _outcomes(rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {
        "id": [row.id for row in rows],
        "sort": [row.sort for row in rows],
        "at": seconds(row.at for row in rows),
        "has_end": [int(row.how in ENDS.get(row.sort, ())) for row in rows],
        "lasted": [row.lasted_ms for row in rows],
        "retries": [row.retries for row in rows],
    }


def _outcome_suite(latest: float) -> list[Any]:
    return [
        *each_once("outcome"),
        one_of("sort", Sort, "every outcome is of an effect, a decision or a task"),
        is_so("has_end", "every outcome is one that its sort can have"),
        of_its_time("at", latest, "outcome"),
        _not_negative("lasted", "nothing lasted less than no time"),
        _not_negative("retries", "nothing was tried again less than 0 times"),
    ]


def _expected(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, list[Any]]:
    return {
        "id": [task for task, _ in rows],
        **{name: [lasts.get(name) for _, lasts in rows] for name in ("low", "median", "high")},
    }


def _expected_suite(_latest: float) -> list[Any]:
    return [
        *each_once("task"),
        _not_negative("low", "no task is expected to last less than no time"),
        not_before("median", "low", "the median of what is expected is not below the interval"),
        not_before("high", "median", "the median of what is expected is not above the interval"),
    ]


def _suggestions(rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {
        "id": [row.request_id for row, _ in rows],
        "at": seconds(row.made_at for row, _ in rows),
        "is_asked": [int(request is not None) for _, request in rows],
        "accepted": seconds(request and request.decided_at for _, request in rows),
    }


def _suggestion_suite(latest: float) -> list[Any]:
    return [
        *each_once("suggestion"),
        of_its_time("at", latest, "suggestion"),
        is_so("is_asked", "every suggestion has its request"),
        not_before("accepted", "at", "no suggestion was decided before it was made"),
    ]


def _pages(rows: Sequence[tuple[WatchedPage, KeptPage]]) -> dict[str, list[Any]]:
    return {
        "id": [page.name for page, _ in rows],
        "checked": seconds(kept.checked_at for _, kept in rows),
        "read": seconds(kept.read_at for _, kept in rows),
    }


def _page_suite(latest: float) -> list[Any]:
    return [
        *each_once("page"),
        of_its_time("checked", latest, "question to a page"),
        not_before("checked", "read", "no page was read after it was last asked for"),
    ]


def _changes(rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {
        "id": [f"{row.name} {row.number}" for row in rows],
        "seen": seconds(row.seen_at for row in rows),
        "asked": seconds(row.checked_at for row in rows),
        "is_of_page": [int(row.checked_at is not None) for row in rows],
        "is_change": [int(_says_something(row.change)) for row in rows],
    }


def _change_suite(latest: float) -> list[Any]:
    return [
        *each_once("change"),
        of_its_time("seen", latest, "change"),
        is_so("is_of_page", "every change is of a page that was read"),
        not_before("asked", "seen", "no change was seen after its page was last asked for"),
        is_so("is_change", "every change says what has changed"),
    ]


def _says_something(change: str) -> bool:
    try:
        return PageChange.model_validate_json(change).count > 0
    except ValidationError:
        return False


def _not_negative(column: str, sentence: str) -> Any:
    from great_expectations import expectations as expect

    return expect.ExpectColumnValuesToBeBetween(column=column, min_value=0, meta=says(sentence))


OUTCOMES: RecordedCheck[Any] = RecordedCheck("Outcomes", _outcomes, _outcome_suite)
EXPECTED: RecordedCheck[tuple[str, Mapping[str, Any]]] = RecordedCheck(
    "Expected lengths", _expected, _expected_suite
)
SUGGESTIONS: RecordedCheck[Any] = RecordedCheck("Suggestions", _suggestions, _suggestion_suite)
PAGES: RecordedCheck[tuple[WatchedPage, KeptPage]] = RecordedCheck("Watched pages", _pages, _page_suite)
CHANGES: RecordedCheck[Any] = RecordedCheck("Changes of watched pages", _changes, _change_suite)
