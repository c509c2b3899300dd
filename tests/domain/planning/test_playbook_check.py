"""What keeps a playbook from being followed, found before a plan is made of it, with its place and what to do."""

from pathlib import Path
from typing import Any

import pytest

from domain.planning.playbook import Playbook, PlaybookError, parse_playbook
from domain.planning.playbook_check import check_playbook, check_playbooks
from domain.planning.reference import ConditionError, condition_of
from domain.planning.slots import Slot, SlotType, fill_slots
from domain.planning.span import span_of

READ: dict[str, Any] = {"id": "overdue", "action": "odoo.list_overdue"}
FILE: dict[str, Any] = {"id": "file", "action": "vault.file_away", "inputs": {"reason": "it is done"}}
EACH: dict[str, Any] = {"id": "each", "for_each": "{{ steps.overdue.invoices }}", "limit": 5}


def book(*steps: dict[str, Any], name: str = "top", **front: Any) -> Playbook:
    return parse_playbook(name, {"steps": list(steps), **front})


def filing(reason: Any, **more: Any) -> dict[str, Any]:
    return {**FILE, "inputs": {"reason": reason}, **more}


def said(*steps: dict[str, Any], **front: Any) -> list[str]:
    one = book(*steps, **front)
    return [str(problem) for problem in check_playbook(one, {one.name: one})]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            [{**FILE, "action": "shell.run"}],
            "steps, no. 1, action: there is no action 'shell.run'; there are ",
        ),
        ([{**FILE, "action": "plan.undo"}], "there is no action 'plan.undo'"),
        ([{**FILE, "inputs": {}}], "steps, no. 1, inputs: reason: missing; give it"),
        ([filing("it is done", needs=["nothing"])], "no. 1, needs: there is no step nothing before it"),
        ([FILE, FILE], "steps, no. 2, id: two steps are called file"),
        ([filing("{{ steps.overdue.count }}"), {**READ, "needs": ["file"]}], "the steps wait for each other"),
        ([READ, filing("{{ steps.overdue.total }}")], "names nothing: there are count, invoices"),
        ([filing("{{ steps.find.total }}")], "'steps.find.total' names nothing here; there are none"),
        ([filing("{{ inputs.month }}")], "'inputs.month' names nothing"),
        (
            [filing("{{ reading.vendor }}")],
            "'reading.vendor' names nothing here; there are inputs, steps, task",
        ),
        ([filing("on {{ task.today }}")], "mixes a reference with other text"),
        ([{**READ, "inputs": {"dais": 5}}], "inputs, dais: is not taken here; taken are customer, days"),
        ([READ, filing("{{ steps.overdue.invoices }}")], "is a list, and text is taken here"),
        (
            [READ, {**FILE, **EACH, "limit": None}],
            "for_each: loops without a limit; add one, such as limit: 20",
        ),
        ([READ, {**FILE, **EACH, "for_each": "{{ steps.overdue.count }}"}], "is a number and no list"),
        (
            [READ, {**filing("{{ item.nummer }}"), **EACH}],
            "'item.nummer' names nothing: there are currency, customer",
        ),
        ([{**FILE, "limit": 5}], "has a limit but loops over nothing"),
        (
            [READ, filing("x y z", **{"if": "{{ steps.overdue.cont }} > 1"})],
            "if: 'steps.overdue.cont' names nothing",
        ),
        ([{"id": "call", "playbook": "gone"}], "playbook: there is no playbook 'gone'; there are top"),
        ([{"id": "call", "playbook": "top"}], "playbooks call each other in a circle: top -> top"),
    ],
)
def test_each_mistake_has_its_place_and_a_remedy(steps: list[dict[str, Any]], problem: str) -> None:
    found = said(*steps)
    assert len(found) == 1, found
    assert problem in found[0]


def test_what_can_be_followed_has_no_problem() -> None:
    inner = filing("{{ item.customer }}")
    assert said(READ, {**EACH, "steps": [inner]}, filing("all done", id="last", needs=["each"])) == []


def test_a_call_is_checked_against_what_the_called_has_to_be_told() -> None:
    called = book(FILE, name="one", inputs={"who": "text", "day": {"type": "date", "default": "soon"}})
    caller = book(
        READ, {"id": "call", "playbook": "one", "inputs": {"who": "{{ steps.overdue.invoices }}", "x": 1}}
    )
    found = {name: [str(one) for one in rows] for name, rows in check_playbooks([called, caller]).items()}
    assert found["one"] == ["inputs, day, default: is not a date; give it as YYYY-MM-DD"]
    assert "x: is not taken here; taken are day, who" in found["top"][1]
    assert "who: is a list, and text is taken here" in found["top"][0]


@pytest.mark.parametrize(
    ("default", "problem"),
    [
        ("{{ task.today }}", ""),
        ("{{ task.tomorrow }}", "task.tomorrow"),
        ("{{ steps.file.reason }}", "steps"),
        ("{{ inputs.who }}", "inputs"),
    ],
)
def test_a_default_refers_to_the_task_alone(default: str, problem: str) -> None:
    found = check_playbooks([book(FILE, name="one", inputs={"day": {"type": "date", "default": default}})])
    assert [problem in str(one) for one in found.get("one", [])] == [True] * bool(problem), found


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ({"id": "both", "action": "vault.file_away", "playbook": "x"}, "not action and playbook"),
        ({"id": "none"}, "has to say one of action, playbook, steps, wait_until, not none"),
        ({"id": "wait", "wait_until": {"reply": "t-1"}}, "may wait for ever; give at_most"),
        ({"id": "wait", "wait_until": {"after": "some days"}}, "is no span of time"),
        ({**FILE, "if": "1 + 1"}, "is no condition; write one reference and one value"),
        ({**FILE, "if": "{{ task.kind }} == x or {{ task.why }} == y"}, "is no condition"),
        ({**FILE, "takes": "ages"}, "is no span of time"),
        ({**FILE, "for_each": "all of them"}, "for_each needs a reference to a list"),
    ],
)
def test_what_means_nothing_cannot_be_read(step: dict[str, Any], problem: str) -> None:
    with pytest.raises(PlaybookError, match=r"steps, no\. 1") as refused:
        book(step)
    assert problem in str(refused.value)


VALUES: dict[str, Any] = {"n": "12.50", "d": "2026-11-02", "t": "Late", "e": [], "y": True, "x": "{{ d }}"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("{{ n }} > 12", True),
        ("{{ n }} == 12.5", True),
        ("{{ n }} <= 9", False),
        ("{{ d }} < 2026-12-01", True),
        ("{{ t }} == late", True),
        ("{{ t }} in [open, 'late']", True),
        ("{{ t }} not in [open]", True),
        ("{{ e }}", False),
        ("{{ e }} == empty", True),
        ("{{ y }} == yes", True),
        ("{{ n }} != {{ d }}", True),
        ("{{ x }} == {{ d }}", False),
    ],
)
def test_a_condition_compares_values_and_never_reads_them(condition: str, *, holds: bool) -> None:
    assert condition_of(condition).holds(VALUES.__getitem__) is holds


@pytest.mark.parametrize("condition", ["{{ t }} > 5", "{{ n }} in 12"])
def test_what_cannot_be_compared_is_said(condition: str) -> None:
    with pytest.raises(ConditionError):
        condition_of(condition).holds(VALUES.__getitem__)


def test_what_was_said_becomes_values_and_the_rest_is_missing_or_refused() -> None:
    slots = [
        Slot(name="month", type=SlotType.MONTH),
        Slot(name="price", type=SlotType.NUMBER, default=5),
        Slot(name="send", type=SlotType.YES_NO),
        Slot(name="to", type=SlotType.EMAIL),
        Slot(name="note", optional=True),
        Slot(name="how", one_of=("kindly", "firmly")),
    ]
    filled = fill_slots(
        slots, {"month": "2026-10", "send": "No", "to": "not an address", "how": "loudly", "z": "1"}
    )
    assert (filled.values["month"], filled.values["price"], filled.values["send"]) == ("2026-10", "5", False)
    assert set(filled.refused) == {"to", "how", "z"}
    assert filled.missing == []
    assert fill_slots(slots, {}).missing == ["month", "send", "to", "how"]


def test_playbooks_that_were_confirmed_before_the_language_grew_are_the_same_still() -> None:
    step = {"id": "a", "action": "vault.file_away", "inputs": {"reason": "{{ task.why }}"}, "needs": []}
    kept = {"when": {"kind": ["newsletter"]}, "steps": [step]}
    assert parse_playbook("quiet", kept).plain() == kept
    bare = {"when": {}, "steps": [{"id": "a", "action": "vault.file_away"}]}
    assert parse_playbook("bare", bare).plain()["steps"] == [{**bare["steps"][0], "inputs": {}, "needs": []}]


def test_a_span_is_a_number_and_a_unit() -> None:
    assert span_of("3 days").days == 3
    with pytest.raises(ValueError, match="3 days"):
        span_of("3")


def test_the_shipped_playbooks_can_be_followed() -> None:
    from domain.vault.note import Note

    folder = Path(__file__).parents[3] / "Vault" / "Playbooks"
    books = [
        parse_playbook(one.stem, Note.parse(one.read_text("utf-8")).front) for one in folder.glob("*.md")
    ]
    assert len(books) >= 2
    assert check_playbooks(books) == {}
    assert [one.name for one in books if not one.about] == []
