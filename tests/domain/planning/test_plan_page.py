"""The plan on its run's page: each step in words, with what came of it."""

from typing import Any

import pytest

from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import Plan, Step, StepStatus
from domain.planning.plan_page import PlanProgress, plan_tags, render_no_plan, render_plan, shown_record

BILL = Step(
    id="record_bill",
    action="odoo.record_bill",
    inputs={"vendor": "Harbor | Street", "total": "2480.00", "currency": "USD"},
)
PLAN = Plan(task_id="file-1", playbook="receipt", steps=[BILL])


def test_each_step_is_a_row_in_words_with_its_status() -> None:
    assert (
        "| 1 | Book a vendor bill in Odoo: 2480.00 USD, Harbor \\| Street | planned |"
        in render_plan(PLAN, PlanProgress()).splitlines()
    )


def test_a_step_that_is_done_names_the_record_with_its_link() -> None:
    record = shown_record({"name": "BILL/2026/12/0001", "url": "https://books.example.com/odoo/action-1/7"})
    shown = render_plan(PLAN, PlanProgress({"record_bill": StepStatus.DONE}, {"record_bill": record}))
    assert "| done: [BILL/2026/12/0001](<https://books.example.com/odoo/action-1/7>) |" in shown


def test_what_waits_fails_or_is_doubtful_has_its_reason() -> None:
    shown = render_plan(PLAN, PlanProgress(reasons=["record_bill: Odoo is away"]), ["total is uncertain"])
    assert "**Why**\n\n- record_bill: Odoo is away" in shown
    assert "**What is doubtful**\n\n- total is uncertain" in shown


def test_a_task_without_a_plan_says_what_a_person_has_to_look_at() -> None:
    assert "- the PDF is locked" in render_no_plan(["the PDF is locked"])


@pytest.mark.parametrize(
    ("receipt", "shown"),
    [
        ({}, ""),
        ({"name": None, "url": "https://x.example"}, ""),
        ({"name": "A [b](c)", "url": "javascript:alert(1)"}, "A \\[b\\](c)"),
        ({"name": "A", "url": "https://x.example/> [b](c)"}, "A"),
    ],
)
def test_a_record_makes_no_link_of_its_own(receipt: dict[str, Any], shown: str) -> None:
    assert shown_record(receipt) == shown


def test_the_tags_say_the_domain_and_the_kind_of_record() -> None:
    assert plan_tags(PLAN) == {"accounting", "bill"}
    assert plan_tags(None) == set()


def test_every_action_in_the_books_is_tagged_so() -> None:
    tagged = {name for name, action in CATALOGUE.items() if "accounting" in action.tags}
    assert tagged == {name for name in CATALOGUE if name.startswith("odoo.")} - {"odoo.note_opportunity"}
