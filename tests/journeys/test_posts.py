"""A post from its note to its readers, and the ways on which it does not get there."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from domain.vault.note import Note
from tests.employee_fixture import Employee, edit, save


def public(employee: Employee, platform: str = "x") -> list[str]:
    answer = httpx.get(f"{employee.sandbox}/_sandbox/{platform}/posts", trust_env=False)
    return [str(post.get("said") or post.get("commentary")) for post in answer.json()["posts"]]


def front(employee: Employee, name: str) -> dict[str, Any]:
    return dict(Note.parse((employee.vault / "Posts" / f"{name}.md").read_text()).front)


def asked(employee: Employee, text: str) -> dict[str, Any]:
    """The request whose post says this, once its note is there."""

    def noted() -> str:
        waiting = employee.notes("Pending_Approval")
        return next(
            (name for name in waiting if text in employee.note("Pending_Approval", name).replace("\\", "")),
            "",
        )

    request: dict[str, Any] = json.loads(
        employee.fte("approvals", "show", employee.until(noted), "--json").stdout
    )
    assert text in json.dumps(request["inputs"])
    return request


def test_a_note_becomes_a_post_once_a_person_has_seen_it(employee: Employee, tmp_path: Path) -> None:
    picture = tmp_path / "garden.png"
    Image.new("RGB", (900, 600), "seagreen").save(picture)
    text = "Our garden is open on Saturday from nine."
    employee.fte(
        "posts", "draft", "garden", "--on", "x", "--text", text, "--media", str(picture), "--alt", "Roses"
    )
    assert front(employee, "garden")["status"] == "draft"
    note = employee.vault / "Posts" / "garden.md"
    edit(note, ("status: draft", "status: ready"))
    request = asked(employee, text)
    assert "Roses" in request["shown"]
    assert public(employee).count(text) == 0
    employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
    employee.until(lambda: front(employee, "garden")["status"] == "published")
    assert public(employee).count(text) == 1
    assert front(employee, "garden")["published"][0].startswith(
        f"X: {employee.sandbox}/northwindlane/status/"
    )


@pytest.mark.long
def test_a_platform_that_refuses_leaves_the_others_as_they_are(employee: Employee) -> None:
    text = "We print on Fridays now, too."
    httpx.post(
        f"{employee.sandbox}/_sandbox/x/posts", json={"text": text}, trust_env=False
    )  # X refuses it twice
    employee.fte("posts", "draft", "fridays", "--on", "x", "--on", "linkedin", "--text", text, "--ready")
    request = asked(employee, text)
    assert "LinkedIn text" in request["shown"]
    employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
    employee.until(lambda: front(employee, "fridays")["status"] == "refused")
    assert "published the same text before" in front(employee, "fridays")["problem"]
    assert [text in post for post in public(employee, "linkedin")].count(True) == 1
    assert public(employee).count(text) == 1


@pytest.mark.long
def test_a_post_that_a_person_refuses_stays_unsaid_and_can_be_asked_about_again(employee: Employee) -> None:
    text = "Sale: a fifth off all lamps."
    employee.fte("posts", "draft", "sale", "--on", "x", "--text", text, "--ready")
    request = asked(employee, text)
    task = employee.vault / "Needs_Action" / f"{request['task_id']}.md"
    assert Note.parse(task.read_text()).front["from"] == "a person, in Posts/sale"
    assert Note.parse(task.read_text()).front["subject"] == f"Post on X: {text}"
    employee.fte("approvals", "reject", request["id"], "--approver", "Ann", "--comment", "a tenth at most")
    employee.until(lambda: front(employee, "sale")["status"] == "refused")
    assert front(employee, "sale")["problem"].startswith(
        "Ann said no: a tenth at most; correct the note, then set"
    )
    employee.until(lambda: not task.exists())
    note = employee.vault / "Posts" / "sale.md"
    edit(note, ("a fifth", "a tenth"), ("status: refused", "status: ready"))
    again = asked(employee, "a tenth off")
    assert again["id"] != request["id"]
    employee.fte("approvals", "approve", again["id"], "--approver", "Ann")
    employee.until(lambda: front(employee, "sale")["status"] == "published")
    assert "problem" not in front(employee, "sale")
    assert text not in public(employee)


@pytest.mark.long
def test_a_note_that_is_edited_while_it_is_asked_about_says_so_and_takes_the_place_when_it_is_ready(
    employee: Employee,
) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    words = ["--at", f"{tomorrow}T09:00", "--zone", "Asia/Kolkata", "--ready"]
    employee.fte("posts", "draft", "door", "--on", "x", "--text", "The old door opens at nine.", *words)
    request = asked(employee, "The old door")
    assert f"{tomorrow} 09:00 Asia/Kolkata, {tomorrow} 03:30 UTC" in request["shown"]
    employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
    employee.until(lambda: front(employee, "door")["status"] == "scheduled")
    note = employee.vault / "Posts" / "door.md"
    edit(note, ("old door", "new door"))
    employee.until(lambda: "problem" in front(employee, "door"))
    said = front(employee, "door")["problem"]
    assert said.startswith('this note is not what was approved, which is: "The old door opens at nine."')
    edit(note, ("new door", "old door"))
    employee.until(lambda: "problem" not in front(employee, "door"))
    edit(note, ("old door", "new door"), ("status: scheduled", "status: ready"))
    asked(employee, "The new door")
    ended = Note.parse((employee.vault / "Done" / f"{request['task_id']}.md").read_text()).front
    assert (ended["status"], "delays" in ended) == ("cancelled", False)
    employee.until(lambda: front(employee, "door")["status"] == "asked")
    employee.fte("posts", "cancel", "door")
    assert front(employee, "door")["status"] == "cancelled"


@pytest.mark.long
def test_a_mention_is_answered_once_a_person_has_seen_the_answer(employee: Employee) -> None:
    said = {"author": "1700000000000000777", "text": "@northwindlane when do you open?"}
    place = f"{employee.sandbox}/_sandbox/x/posts"
    employee.until(lambda: "mentions" in employee.fte("status").stdout)  # they are looked for since then
    mention = httpx.post(place, json=said, trust_env=False).json()["post"]["id"]
    employee.fte("run", "watch_mentions")
    note = employee.vault / "Needs_Action" / f"mentions-x-{mention}.md"
    employee.until(lambda: note.exists() and "status: escalated" in note.read_text())
    answer = "From nine on Saturday."
    employee.fte("posts", "draft", "reply", "--on", "x", "--text", answer, "--reply-to", mention, "--ready")
    request = asked(employee, answer)
    assert answer not in public(employee)
    employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
    employee.until(lambda: answer in public(employee))
    posts = httpx.get(place, trust_env=False).json()["posts"]
    assert [post["answers"] for post in posts if post["said"] == answer] == [mention]


@pytest.mark.long
def test_a_scheduled_post_waits_and_can_be_withdrawn_after_its_approval(employee: Employee) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    text = "See you at the fair tomorrow."
    employee.fte(
        "posts", "draft", "fair", "--on", "x", "--text", text, "--at", tomorrow, "--zone", "UTC", "--ready"
    )
    request = asked(employee, text)
    employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
    employee.until(lambda: front(employee, "fair")["status"] == "scheduled")
    listed = json.loads(employee.fte("posts", "list", "--json").stdout)
    assert [one["status"] for one in listed if one["name"] == "fair"] == ["scheduled"]
    employee.fte("posts", "cancel", "fair")
    assert front(employee, "fair")["status"] == "cancelled"
    assert text not in public(employee)
    task = request["task_id"]
    assert task not in employee.fte("tasks", "--json").stdout
    ended = Note.parse((employee.vault / "Done" / f"{task}.md").read_text()).front
    assert (ended["status"], "delays" in ended) == ("cancelled", False)
    log = json.loads(employee.fte("audit", "search", "--action", "post.cancelled", "--json").stdout)
    assert task in [row["resource"] for row in log]


def test_what_is_wrong_with_a_note_stands_in_it(employee: Employee) -> None:
    posts = employee.vault / "Posts"
    save(posts / "wrong.md", "---\nstatus: ready\nplatforms: [x, myspace]\n---\nHello\n")
    save(posts / "long.md", f"---\nstatus: ready\nplatforms: x\n---\n{'word ' * 3000}\n")
    employee.until(lambda: "problem" in front(employee, "wrong") and "problem" in front(employee, "long"))
    assert front(employee, "wrong")["status"] == "draft"
    assert "platforms" in front(employee, "wrong")["problem"]
    assert "a thread of" in front(employee, "long")["problem"]


@pytest.mark.long
def test_a_post_that_facebook_has_for_its_time_is_taken_back_by_the_command(employee: Employee) -> None:
    text = "Tomorrow we open at nine."
    at = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d} 09:00"
    employee.fte("posts", "draft", "early", "--on", "facebook", "--text", text, "--at", at, "--ready")
    request = asked(employee, text)
    employee.fte("approvals", "approve", request["id"], "--approver", "Ann")
    place = f"{employee.sandbox}/_sandbox/facebook/scheduled"

    def kept() -> list[str]:
        return [post["message"] for post in httpx.get(place, trust_env=False).json()["posts"]]

    employee.until(lambda: text in kept())
    employee.until(lambda: front(employee, "early")["status"] == "scheduled")
    said = " ".join(employee.fte("posts", "cancel", "early").stdout.split())
    assert "early is cancelled; nothing of it will be published." in said
    assert (text in kept(), front(employee, "early")["status"]) == (False, "cancelled")
