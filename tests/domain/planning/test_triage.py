"""Whose matter a task is and how soon it wants attention, with the reason."""

from decimal import Decimal

import pytest

from domain.planning.kinds import nothing_planned
from domain.planning.triage import Priority, TaskDomain, Triage, triage
from domain.policy.handbook import Handbook, HandbookError, parse_handbook
from domain.receipts.reading import Line, read_receipt

HANDBOOK = parse_handbook(
    {
        "business_domains": ["northwind.example"],
        "people": {
            "owner": "Olga",
            "known": {
                "Ann@Finch.example": {"role": "accountant", "domain": "business", "priority": "high"},
                "Mum": {"domain": "personal"},
                "chatty@northwind.example": {"domain": "both", "priority": "low"},
            },
        },
    }
)


def sorted_as(kind: str, sender: str, total: str | None = None, handbook: Handbook = HANDBOOK) -> Triage:
    reading = read_receipt([Line("Acme Inc."), Line(f"Total: ${total}")]) if total else None
    return triage(kind, sender, reading, handbook)


def test_a_known_sender_decides_domain_and_priority_with_the_reason() -> None:
    task = sorted_as("other", "Ann <ANN@finch.example>")
    assert (task.domain, task.priority) == (TaskDomain.BUSINESS, Priority.HIGH)
    known = "the handbook knows the sender as Ann@Finch.example (accountant)"
    assert task.reasons == [f"business: {known}", f"high: {known}"]


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("9000.0", "high: 9,000.00 USD is above the handbook's 1,000.00 USD"),
        ("1500.00", "high: 1,500.00 USD is above the handbook's 1,000.00 USD"),
    ],
)
def test_a_large_sum_is_said_as_a_bookkeeper_writes_it(total: str, said: str) -> None:
    assert sorted_as("text", "", total).reasons[-1] == said


def test_a_sum_that_no_business_has_is_said_all_the_same() -> None:
    reading = read_receipt([Line("Acme Inc."), Line("Total: $12.50")])
    assert reading.total
    huge = reading.model_copy(update={"total": reading.total.model_copy(update={"value": Decimal(10) ** 60})})
    assert "1.000e+60 USD is above" in triage("text", "", huge, HANDBOOK).reasons[-1]


def test_a_text_that_asks_for_what_is_not_understood_says_what_can_be_asked_for() -> None:
    said = nothing_planned("text")
    assert "the words were not understood" in said
    assert "Invoice Acme 450 for the workshop" in said
    assert "under asked" not in said


def test_a_name_is_known_too_and_leaves_the_rest_as_for_anybody() -> None:
    task = sorted_as("other", "mum <someone@mail.example>")
    assert (task.domain, task.priority) == (TaskDomain.PERSONAL, Priority.NORMAL)


def test_a_person_outweighs_the_business_domain() -> None:
    task = sorted_as("other", "chatty@northwind.example")
    assert (task.domain, task.priority) == (TaskDomain.BOTH, Priority.LOW)
    assert sorted_as("other", "else@northwind.example").domain is TaskDomain.BUSINESS


@pytest.mark.parametrize(
    "sender",
    [
        '"ann@finch.example" <evil@evil.example>',
        "ann@finch.example.evil.example",
        "Ann ann@finch.example <evil@evil.example>",
        "ann@finch.exampl\u0435",
        "",
    ],
)
def test_a_sender_that_only_looks_known_is_not(sender: str) -> None:
    assert sorted_as("other", sender).priority is Priority.NORMAL
    assert sorted_as("other", sender).domain is TaskDomain.BOTH


@pytest.mark.parametrize("kind", ["phishing", "request"])
def test_nobody_makes_phishing_or_a_request_less_urgent(kind: str) -> None:
    assert sorted_as(kind, "chatty@northwind.example").priority is Priority.HIGH


def test_a_bill_belongs_in_the_books_and_a_large_one_is_urgent_whoever_sends_it() -> None:
    task = sorted_as("receipt", "chatty@northwind.example", "5000.00")
    assert (task.domain, task.priority) == (TaskDomain.BUSINESS, Priority.HIGH)
    small = sorted_as("receipt", "Mum <m@mail.example>", "5.00")
    assert small.domain is TaskDomain.BUSINESS


def test_a_misspelt_rule_about_a_person_is_refused() -> None:
    with pytest.raises(HandbookError, match="prio: is not a key of this group"):
        parse_handbook({"people": {"known": {"a@b.example": {"prio": "high"}}}})
    with pytest.raises(HandbookError, match="accountant"):
        parse_handbook({"people": {"accountant": "Ann"}})


@pytest.mark.parametrize(
    "kind",
    [
        "receipt",
        "newsletter",
        "advertising",
        "phishing",
        "request",
        "other",
        "text",
        "unreadable",
        "order",
        "new",
    ],
)
def test_a_task_that_no_playbook_is_for_is_called_by_what_it_is(kind: str) -> None:
    said = nothing_planned(kind)
    assert "playbook is for" not in said
    assert "a other" not in said
    assert any(words in said for words in ("Done/", "decide", "pay nothing"))


def test_a_personal_mail_says_that_nothing_is_to_be_done() -> None:
    assert nothing_planned("other").startswith("a personal mail or a notice: nothing is to be done")


def test_what_is_doubted_is_asked_about_with_the_best_guess_first() -> None:
    said = nothing_planned("complaint", is_doubtful=True)
    assert said.startswith("perhaps a complaint: read it and answer")
    assert said.endswith("write what it is into this note (such as kind: support, with status: new)")
