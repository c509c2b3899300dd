"""The skill as an agent uses it: a post on two platforms from its draft to its readers, and what is found wrong."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.employee_fixture import Employee, edit, save
from tests.skills.scripts import run_script, settled

pytestmark = pytest.mark.long

run = partial(run_script, "managing-social-media")


def overview(employee: Employee) -> dict[str, Any]:
    status, found = run(employee, "run.py")
    assert status == 0
    return dict(found)


def names(employee: Employee, status: str) -> list[str]:
    return [row["name"] for row in overview(employee)["posts"][status]]


def problem(employee: Employee, name: str) -> tuple[int, str]:
    """What verify.py ends with, and what it says is wrong."""
    status, proofs = run(employee, "verify.py", name)
    assert (status == 0) == all(proof["holds"] for proof in proofs)
    return status, "; ".join(proof["said"] for proof in proofs if not proof["holds"])


def draft(employee: Employee, name: str, text: str, *words: str) -> None:
    status, said = run(
        employee, "run.py", "draft", name, "--on", "x", "--on", "linkedin", "--text", text, *words
    )
    assert status == 0, said


def approve(employee: Employee, name: str) -> None:
    employee.until(lambda: name in names(employee, "asked"))
    (task,) = [row["task"] for row in overview(employee)["posts"]["asked"] if row["name"] == name]
    requests = json.loads(employee.fte("approvals", "list", "--json").stdout)
    (request,) = [one["id"] for one in requests if one["task_id"] == task]
    employee.fte("approvals", "approve", request, "--approver", "Owner")


@contextmanager
def note_changed(employee: Employee, name: str, old: str, new: str) -> Iterator[None]:
    """A note that somebody edits, and puts back."""
    note = employee.vault / "Posts" / f"{name}.md"
    before = note.read_text()
    edit(note, (old, new))
    try:
        yield
    finally:
        save(note, before)


def test_one_post_on_two_platforms_from_its_draft_to_its_proof(employee: Employee) -> None:
    name, text = "lamps", "Our lamps are back in the shop."
    draft(employee, name, text)
    assert name in names(employee, "draft")
    status, said = problem(employee, name)
    assert (status, "is a draft" in said) == (3, True)
    note = employee.vault / "Posts" / f"{name}.md"
    edit(note, ("status: draft", "status: ready"))
    approve(employee, name)
    employee.until(lambda: name in names(employee, "published"))
    assert problem(employee, name) == (0, "")
    (row,) = [row for row in overview(employee)["posts"]["published"] if row["name"] == name]
    assert [address.startswith(employee.sandbox) for address in row["published"]] == [True, True]
    with note_changed(employee, name, "lamps are", "chairs are"):
        status, said = problem(employee, name)
        assert status == 1
        assert "other words than were published on X" in said
        assert "other words than were published on LinkedIn" in said
    edit(note, (row["published"][0], "https://x.com/elsewhere/status/1"))
    employee.until(lambda: row["published"][0] in note.read_text())  # a false address is put right
    assert problem(employee, name) == (0, "")
    place = f"{employee.sandbox}/_sandbox/linkedin/posts"
    there = httpx.get(place, trust_env=False).json()["posts"]
    (post,) = [post["id"] for post in there if post["commentary"] == text]
    httpx.delete(f"{place}/{post}", trust_env=False).raise_for_status()
    settled(employee)
    status, said = problem(employee, name)
    assert (status, "0 of 1 posts are there" in said) == (1, True)
    _status, week = run(employee, "verify.py")
    about_it = {proof["said"] for proof in week if not proof["holds"]}
    assert any("0 of 1 posts are there" in said for said in about_it)


def test_a_planned_post_takes_its_day_until_it_is_withdrawn(employee: Employee) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    day = tomorrow.astimezone(ZoneInfo("Etc/UTC")).date().isoformat()
    draft(employee, "stand", "Come to our stand.", "--at", f"{day}T12:00", "--ready")
    approve(employee, "stand")
    employee.until(lambda: "stand" in names(employee, "scheduled"))
    assert day not in overview(employee)["free_days"]
    status, said = problem(employee, "stand")
    assert (status, "is queued as" in said) == (3, True)
    assert run(employee, "run.py", "cancel", "stand")[0] == 0
    assert "stand" in names(employee, "cancelled")
    status, said = problem(employee, "stand")
    assert (status, "was cancelled" in said) == (4, True)


def test_who_waits_for_an_answer_is_listed_with_the_posts_that_answer(employee: Employee) -> None:
    place = f"{employee.sandbox}/_sandbox/x/posts"
    employee.until(lambda: "mentions" in employee.fte("status").stdout)
    said = {"author": "1700000000000000778", "text": "@northwindlane do you mend chairs?"}
    post = httpx.post(place, json=said, trust_env=False).json()["post"]["id"]
    employee.fte("run", "watch_mentions")

    def rows() -> list[dict[str, Any]]:
        return [row for row in overview(employee)["mentions"] if row["reply_to"] == post]

    employee.until(rows)
    assert rows()[0]["answered_by"] == []
    words = ("--on", "x", "--text", "We do.", "--reply-to", post)
    assert run(employee, "run.py", "draft", "chairs", *words)[0] == 0
    assert rows()[0]["answered_by"] == ["chairs"]


def test_what_is_wrong_has_its_own_exit_status(employee: Employee) -> None:
    assert problem(employee, "nowhere") == (4, "there is no note nowhere in Posts/")
    words = ("draft", "wrong", "--on", "myspace", "--text", "Hello")
    status, said = run(employee, "run.py", *words)
    assert "'myspace' is no platform" in said, said
    assert status == 4
    assert run(employee, "run.py", "publish")[0] == 2
    resting = Employee(employee.root)
    assert run(resting, "run.py")[0] == 3
    assert run(resting, "verify.py")[0] == 3
