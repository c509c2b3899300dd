from typing import Any

import pytest

from domain.planning.plan import Plan, PlanError, Step, check_plan, effect_key
from domain.planning.playbook import Playbook, PlaybookError, choose_playbook, make_plan, parse_playbook

BILL = {
    "vendor": "Paper & Ink",
    "issued_on": "2026-11-20",
    "currency": "USD",
    "total": "12.50",
    "category": "office",
    "document": "Attachments/0123-receipt.txt",
}


def step(name: str, *needs: str, **changes: Any) -> Step:
    return Step(**{"id": name, "action": "odoo.record_bill", "inputs": BILL, "needs": list(needs)} | changes)


def plan(*steps: Step) -> Plan:
    return Plan(task_id="file-1", playbook="receipt", steps=list(steps))


def test_a_sound_plan_passes() -> None:
    check_plan(plan(step("one"), step("two", "one")))


def test_a_cycle_is_refused_and_named() -> None:
    with pytest.raises(PlanError, match="wait for each other"):
        check_plan(plan(step("one", "two"), step("two", "one")))


def test_an_action_outside_the_catalogue_is_refused() -> None:
    with pytest.raises(PlanError, match=r"there is no action 'shell.run'"):
        check_plan(plan(step("one", action="shell.run")))


def test_a_missing_need_is_refused() -> None:
    with pytest.raises(PlanError, match="needs two, which is not in the plan"):
        check_plan(plan(step("one", "two")))


def test_two_steps_of_one_name_are_refused() -> None:
    with pytest.raises(PlanError, match="two steps are called one"):
        check_plan(plan(step("one"), step("one")))


def test_a_missing_total_is_said_in_words() -> None:
    inputs = {name: value for name, value in BILL.items() if name != "total"}
    with pytest.raises(PlanError, match="total: was not found in the document"):
        check_plan(plan(step("one", inputs=inputs)))


def test_the_effect_key_means_task_step_action_and_content() -> None:
    key = effect_key("file-1", "one", "odoo.record_bill", BILL)
    assert key == effect_key("file-1", "one", "odoo.record_bill", dict(reversed(BILL.items())))
    assert key != effect_key("file-2", "one", "odoo.record_bill", BILL)
    assert key != effect_key("file-1", "one", "odoo.record_bill", BILL | {"total": "12.51"})


def playbook(**changes: Any) -> Playbook:
    steps = [{"id": "record_bill", "action": "odoo.record_bill", "inputs": {"from": "reading"}}]
    return parse_playbook("receipt", {"when": {"kind": "receipt"}, "steps": steps} | changes)


def test_a_playbook_takes_its_inputs_from_the_reading() -> None:
    made = make_plan(playbook(), "file-1", {"reading": BILL})
    assert made.steps[0].inputs == BILL


def test_text_from_a_document_is_never_a_template() -> None:
    hostile = BILL | {"vendor": "{{ task.secret }}"}
    made = make_plan(playbook(), "file-1", {"reading": hostile, "task": {"secret": "x"}})
    assert made.steps[0].inputs["vendor"] == "{{ task.secret }}"


def test_a_reference_to_nothing_names_the_playbook() -> None:
    steps = [{"id": "file", "action": "vault.file_away", "inputs": {"reason": "{{ task.nothing }}"}}]
    with pytest.raises(PlaybookError, match=r"playbook receipt: nothing is known as 'task.nothing'"):
        make_plan(playbook(steps=steps), "file-1", {"task": {}})


def test_the_most_specific_playbook_is_chosen() -> None:
    special = playbook(when={"kind": "receipt", "domain": "personal"}).model_copy(update={"name": "special"})
    chosen = choose_playbook([playbook(), special], {"kind": "receipt", "domain": "personal"})
    assert chosen == special


def test_a_playbook_with_a_misspelt_key_is_refused_with_its_place() -> None:
    with pytest.raises(PlaybookError, match=r"steps, no\. 1, inputz: is not known here"):
        playbook(steps=[{"id": "a", "action": "b", "inputz": {}}])
