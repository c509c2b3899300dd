"""What follows from a week's operations, and what does not where a number is not known."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.briefing.advice import CHALLENGES, RECOMMENDATIONS, WINS, actions, advised
from domain.briefing.number import Number, Unit
from domain.briefing.part import Part, Table, TableRow
from tests.weekly_briefings import money, number

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def part(unit: Unit = Unit.COUNT, **values: str | None) -> Part:
    numbers = [
        Number(
            key=f"operations.{key.replace('__', '.')}",
            label=key,
            unit=unit,
            value=None if value is None else Decimal(value),
            as_of=NOW,
            source="records",
        )
        for key, value in values.items()
    ]
    return Part(key="operations", title="Operational Metrics", source="records", numbers=tuple(numbers))


GOOD = {"answer_longest": "23.9", "waiting": "0", "tries": "40", "failures": "0", "uptime": "0.995"}
POOR = {
    "error_rate": "0.06",
    "failures": "3",
    "letters": "2",
    "answer_longest": "49",
    "expired": "1",
    "uptime": "0.94",
    "lag_longest": "61",
}


def test_a_good_week_has_its_wins_and_no_challenge() -> None:
    said = [advice.said for advice in advised(WINS, [part(**GOOD)])]
    assert len(said) == 3
    assert said[1] == "Nothing failed: 40 tries of effects."
    assert advised(CHALLENGES, [part(**GOOD)]) == ()


def test_a_poor_week_has_its_challenges_and_no_win() -> None:
    found = advised(CHALLENGES, [part(**POOR)])
    assert [advice.numbers[0] for advice in found] == [
        f"operations.{key}"
        for key in ("error_rate", "letters", "answer_longest", "expired", "uptime", "lag_longest")
    ]
    assert advised(WINS, [part(**POOR)]) == ()


@pytest.mark.parametrize("key", ["answer_longest", "waiting"])
def test_nothing_follows_from_what_is_not_known(key: str) -> None:
    assert "every request was answered within 24 hours, and none waits" not in {
        advice.rule for advice in advised(WINS, [part(**(GOOD | {key: None}))])
    }


def test_a_full_disk_is_a_recommendation() -> None:
    [advice] = advised(RECOMMENDATIONS, [part(Unit.GIGABYTES, disk_free="4.9")])
    assert advice.said.startswith("Only 4.9 GB were free")
    assert advised(RECOMMENDATIONS, [part(Unit.GIGABYTES, disk_free="5")]) == ()


def test_what_is_late_is_a_share_of_the_debts_before_credits() -> None:
    owed = {"receivable": "40", "credits": "60", "overdue": "80"}
    books = part(Unit.MONEY, **owed)
    numbers = [
        one.model_copy(update={"key": f"money.{one.label}", "currency": "JPY"}) for one in books.numbers
    ]
    [advice] = advised(RECOMMENDATIONS, [books.model_copy(update={"numbers": tuple(numbers)})])
    assert advice.said.startswith("80% of what customers owe is late (80 JPY of 100 JPY)")


def test_what_waits_is_to_be_decided_or_looked_at() -> None:
    waits = tabled(part(Unit.HOURS, wait__r1="30"), "Book a vendor bill in Odoo (gmail-1)")
    letter = tabled(part(Unit.DAYS, letter__7="2"), "7: gmail-2 (OdooUnavailableError)")
    assert [(advice.said, advice.numbers) for advice in actions([waits, letter])] == [
        ("Decide: Book a vendor bill in Odoo (gmail-1) has waited 30.0 hours.", ("operations.wait.r1",)),
        (
            "Look at dead letter 7: gmail-2 (OdooUnavailableError), given up 2.0 days ago.",
            ("operations.letter.7",),
        ),
    ]


def tabled(one: Part, label: str) -> Part:
    row = TableRow(label=label, numbers=one.numbers)
    return one.model_copy(update={"numbers": (), "tables": (Table(title="", columns=("for",), rows=(row,)),)})


@pytest.mark.parametrize(("reached", "said"), [("150", 1), ("100", 0), (None, 0)])
def test_a_goal_that_is_missed_is_a_challenge_and_an_unknown_one_is_none(
    reached: str | None, said: int
) -> None:
    numbers = (number("money.goal.overdue", "100"), number("money.reached.overdue", reached))
    found = [one.said for one in advised(CHALLENGES, [money(numbers=numbers)])]
    assert found == ["Customers are late with 150.00 USD, more than the goal of 100.00 USD."] * said
