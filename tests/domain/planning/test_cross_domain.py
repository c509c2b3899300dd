"""What one domain tells the other: only attention rises, each time with the reason and the rule."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounting.overdue import OverdueInvoice
from domain.money import Money
from domain.planning.cross_domain import (
    ORDER,
    RULES,
    WANT_ANSWERS,
    Due,
    TaskSurroundings,
    crossed,
    due_of,
    rules_behind,
)
from domain.planning.kinds import KINDS
from domain.planning.triage import Priority, TaskDomain, Triage
from domain.policy.handbook import parse_handbook
from domain.policy.people import People, Person

TODAY = date(2026, 11, 20)
PEOPLE = People(
    known={
        "rent@grove.example": Person(role="Landlord"),
        "Grove Estates": Person(role="landlord"),
        "ann@finch.example": Person(role="accountant", domain="business"),
        "Piano school": Person(domain="personal"),
        "Let & Co": Person(role="landlord", domain="business"),
    }
)
HANDBOOK = parse_handbook(
    {
        "absences": [{"from": "2026-12-01", "until": "2026-12-04", "why": "trade fair"}],
        "hours": {"days": ["mon", "tue", "wed", "thu", "fri"]},
    }
)
DOCS = Path(__file__).parents[3] / "docs" / "cross-domain.md"


def invoice(number: str = "INV/2026/0031", days: int = 12) -> OverdueInvoice:
    left = Money(amount=Decimal(1250), currency="USD")
    return OverdueInvoice(number, "Harbour Press", left, TODAY - timedelta(days=days))


def task(
    kind: str = "other",
    domain: TaskDomain = TaskDomain.PERSONAL,
    priority: Priority = Priority.NORMAL,
) -> Triage:
    return Triage(kind=kind, domain=domain, priority=priority, reasons=["first", "second"])


def known(*billers: str, overdue: tuple[OverdueInvoice, ...] = ()) -> TaskSurroundings:
    return TaskSurroundings(PEOPLE, TODAY, billers, overdue)


def test_a_mail_of_an_overdue_customer_rises_and_says_why() -> None:
    told = crossed(task(), known(overdue=(invoice(),)))
    assert (told.domain, told.priority) == (TaskDomain.BOTH, Priority.HIGH)
    *before, reason = told.reasons
    assert before == ["first", "second"]
    assert reason == (
        "both, high: INV/2026/0031 of Harbour Press, 1,250.00 USD, is 12 days overdue; the mail gives their address "
        "as its sender (rule overdue_customer)"
    )


def test_the_oldest_is_named_and_the_others_are_counted() -> None:
    told = crossed(
        task("request", TaskDomain.BUSINESS), known(overdue=(invoice(days=1), invoice(), invoice()))
    )
    assert told.domain is TaskDomain.BUSINESS
    assert told.reasons[-1].startswith(
        "high: INV/2026/0031 of Harbour Press, 1,250.00 USD, is 1 day overdue, and 2 more;"
    )


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - WANT_ANSWERS))
def test_what_nobody_has_to_answer_does_not_rise(kind: str) -> None:
    assert crossed(task(kind), known(overdue=(invoice(),))) == task(kind)


@pytest.mark.parametrize(
    "biller", ["rent@grove.example", "Rents <RENT@grove.example>", "Grove Estates Inc.", "PIANO SCHOOL"]
)
def test_a_bill_of_the_landlord_or_of_a_personal_acquaintance_is_both(biller: str) -> None:
    bill = task("receipt", TaskDomain.BUSINESS)
    told = crossed(bill, known("Somebody Ltd", biller))
    assert (told.domain, told.priority) == (TaskDomain.BOTH, Priority.NORMAL)
    assert told.reasons[-1].startswith("both: the bill is of ")
    assert told.reasons[-1].endswith("(rule landlords_bill)")
    assert crossed(task("other"), known(biller)) == task("other")


@pytest.mark.parametrize(
    "biller", ["", "ann@finch.example", "Let & Co", "grove.example", '"rent@grove.example" <a@evil.example>']
)
def test_a_bill_of_anybody_else_stays_business(biller: str) -> None:
    bill = task("receipt", TaskDomain.BUSINESS)
    assert crossed(bill, known(biller)) == bill


@given(
    st.builds(task, st.sampled_from(sorted(KINDS)), st.sampled_from(TaskDomain), st.sampled_from(Priority)),
    st.lists(st.sampled_from(sorted(PEOPLE.known)), max_size=3),
    st.lists(st.builds(invoice, st.text(), st.integers(1, 900)), max_size=3),
)
def test_nothing_ever_sinks_or_changes_its_kind_and_each_change_has_its_rule(
    before: Triage, billers: list[str], overdue: list[OverdueInvoice]
) -> None:
    after = crossed(before, known(*billers, overdue=tuple(overdue)))
    assert after.kind == before.kind
    assert ORDER.index(after.priority) >= ORDER.index(before.priority)
    assert after.domain in {before.domain, TaskDomain.BOTH}
    assert after.reasons[: len(before.reasons)] == before.reasons
    new = after.reasons[len(before.reasons) :]
    assert all(rules_behind([reason]) for reason in new)
    if after != before:
        assert new


def test_a_promised_day_in_an_absence_moves_and_says_so() -> None:
    due = due_of("2026-12-03", HANDBOOK)
    assert due.day == date(2026, 12, 7)
    assert due.why == (
        "promised for 2026-12-03, which falls in the absence 2026-12-01 to 2026-12-04 (trade fair); moved to "
        "2026-12-07: tell whoever waits for it (rule promise_in_absence)"
    )


def test_any_other_promised_day_stands_and_one_that_is_none_is_said() -> None:
    assert due_of(date(2026, 12, 5), HANDBOOK) == Due(date(2026, 12, 5))
    assert due_of(None, HANDBOOK) == Due(None)
    assert due_of("next week", HANDBOOK).why == "promised: 'next week' is no day; write it as 2026-12-31"


@given(st.dates() | st.text())
def test_whatever_is_promised_is_a_day_or_a_sentence(promised: date | str) -> None:
    due = due_of(promised, HANDBOOK)
    assert due.day or due.why


def test_the_page_lists_every_rule_as_it_is() -> None:
    page = " ".join(DOCS.read_text(encoding="utf-8").split())
    for rule in RULES:
        assert f"| `{rule.name}` | {rule.sentence} |" in page
