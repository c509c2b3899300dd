"""A look in words."""

from datetime import UTC, datetime, timedelta

from domain.reliability.look import Look, LookResult

AT = datetime(2026, 11, 27, 9, 30, 5, tzinfo=UTC)


def look(found: LookResult | None = LookResult.NOTHING, problem: str | None = None) -> Look:
    return Look("mail", 60, AT, found, problem)


def test_a_look_says_when_it_was_and_its_problem() -> None:
    assert look().words() == "2026-11-27 09:30:05 UTC"
    assert look(None, "Gmail is away").words() == "2026-11-27 09:30:05 UTC: Gmail is away"


def test_what_is_not_connected_was_not_looked_at() -> None:
    assert look(LookResult.CLOSED).words() == "not connected"


def test_a_look_is_overdue_after_several_pauses() -> None:
    assert not look().is_overdue(AT + timedelta(minutes=4))
    assert look().is_overdue(AT + timedelta(minutes=4, seconds=1))
