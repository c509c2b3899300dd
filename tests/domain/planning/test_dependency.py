"""Tasks that wait for others: what a note may write, who waits, who asks."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.planning.dependency import (
    About,
    DependencyStanding,
    Other,
    circle_of,
    needs_of,
    perhaps_after,
    waits,
)
from domain.vault.note import Note

OPEN, DONE, FAILED, UNKNOWN = DependencyStanding
names = st.sampled_from("abcdef")
graphs = st.dictionaries(names, st.lists(names, max_size=3), min_size=1)


def tasks(needs: Mapping[str, list[str]], **standings: DependencyStanding) -> dict[str, Other]:
    every = {*needs, *(one for many in needs.values() for one in many)}
    return {name: Other(name, standings.get(name, OPEN), needs=tuple(needs.get(name, ()))) for name in every}


@pytest.mark.parametrize(
    "written",
    [
        "gmail-1, file-2",
        "[gmail-1, file-2]",
        "['[[gmail-1]]', \"[[Needs_Action/file-2|the bill]]\"]",
        "\n  - [[gmail-1]]\n  - file-2.md",
    ],
)
def test_a_note_names_the_tasks_as_a_person_writes_them(written: str) -> None:
    note = Note.parse(f"---\ndepends_on: {written}\n---\n")
    assert needs_of(note.front["depends_on"]) == ("gmail-1", "file-2")


@pytest.mark.parametrize("written", [None, "", [], ["", "[[]]"]])
def test_what_names_nothing_waits_for_nothing(written: object) -> None:
    assert needs_of(written) == ()
    assert not waits("a", tasks({"a": []}))


def test_an_unquoted_link_alone_is_understood() -> None:
    assert needs_of(Note.parse("---\ndepends_on: [[gmail-1]]\n---\n").front["depends_on"]) == ("gmail-1",)


def test_a_task_waits_for_an_open_one_of_another_domain_and_goes_on_when_it_is_done() -> None:
    lease = Other("gmail-1", OPEN, "The new lease", "personal")
    bill = Other("file-2", OPEN, needs=("gmail-1",))
    found = waits("file-2", {"file-2": bill, "gmail-1": lease})
    assert found.reasons == ("it waits for gmail-1 (personal: The new lease)",)
    assert not found.asks
    assert not waits("file-2", tasks({"file-2": ["gmail-1"]}, **{"gmail-1": DONE}))


def test_a_task_that_waits_for_a_person_is_said_with_the_reason() -> None:
    held = Other("b", OPEN, why="a mail that asks for something")
    found = waits("a", {"a": Other("a", OPEN, needs=("b",)), "b": held})
    assert found.reasons == ("it waits for b, which needs you: a mail that asks for something",)


@pytest.mark.parametrize(
    ("standing", "said"), [(FAILED, "will not be done: why; take it out"), (UNKNOWN, "there is no such task")]
)
def test_a_task_asks_when_the_other_will_never_be_done(standing: DependencyStanding, said: str) -> None:
    other = Other("b", standing, why="why")
    found = waits("a", {"a": Other("a", OPEN, needs=("b",)), "b": other})
    assert found.asks
    assert said in found.reasons[0]


def test_a_circle_is_said_by_its_way() -> None:
    found = waits("a", tasks({"a": ["b"], "b": ["c"], "c": ["a"]}))
    assert found.asks
    assert "in a circle: a -> b -> c -> a; take one of them out" in found.reasons[0]


def test_a_circle_further_on_is_asked_about_there_and_not_here() -> None:
    graph = tasks({"a": ["b"], "b": ["c"], "c": ["b"]})
    assert waits("b", graph).asks
    assert not waits("a", graph).asks
    assert waits("a", graph)


@given(graphs, st.lists(names))
def test_a_task_goes_on_only_when_all_it_names_is_done(graph: dict[str, list[str]], done: list[str]) -> None:
    known = tasks(graph, **dict.fromkeys(done, DONE))
    for name, needs in graph.items():
        if not waits(name, known):
            assert all(known[need].standing is DONE for need in needs)


@given(graphs)
def test_a_circle_is_a_way_along_what_is_written(graph: dict[str, list[str]]) -> None:
    for name in graph:
        way = circle_of(name, tasks(graph))
        assert all(after in graph[before] for before, after in pairwise(way))
        assert not way or (way[0], way[-1]) == (name, name)


@given(graphs)
def test_without_a_circle_some_task_can_always_go_on(graph: dict[str, list[str]]) -> None:
    known = tasks(graph)
    if not any(circle_of(name, known) for name in known):
        assert any(not waits(name, known) for name in known)


BILL = About("files-b", number="CB-70041", received="2026-11-01T09:00")
CASES = [
    (
        About("gmail-a", "Where is the money for CB-70041?"),
        BILL,
        "it speaks of CB-70041, the number of that bill",
    ),
    (About("gmail-a", "Re: cb-70041."), BILL, "it speaks of CB-70041, the number of that bill"),
    (About("gmail-a", "CB-700411, XCB-70041 and CB-70041-2"), BILL, ""),
    (About("gmail-a", "The same again: CB-70041", number="CB-70041"), BILL, ""),
    (About("gmail-a", "No. 12"), About("files-b", number="12"), ""),
    (About("gmail-a", "CB-70041", needs=("files-b",)), BILL, ""),
    (About("gmail-a", "CB-70041"), replace(BILL, needs=("gmail-a",)), ""),
    (
        About("gmail-a", thread="t1", received="2"),
        About("gmail-b", thread="t1", received="1"),
        "same conversation",
    ),
    (About("gmail-a", thread="t1", received="1"), About("gmail-b", thread="t1", received="2"), ""),
    (About("gmail-a", received="2"), About("gmail-b", received="1"), ""),
    (About("gmail-a", follows="gmail-b"), About("gmail-b"), "its mail answers one of that task"),
    (About("gmail-a", "CB-70041"), About("gmail-a", number="CB-70041"), ""),
]


@pytest.mark.parametrize(("task", "other", "why"), CASES)
def test_what_evidently_belongs_before_a_task_is_said_with_its_reason(
    task: About, other: About, why: str
) -> None:
    said = perhaps_after(task, [other])
    assert len(said) == bool(why)
    assert all(one.startswith(f"[[{other.name}]]: ") and one.endswith(why) for one in said)
