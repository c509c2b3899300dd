"""The posting skills as an agent uses them: scripts run as commands, checked against what the public reads."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from PIL import Image

from deployments.skill_pages import SPEAKS_ON
from deployments.skill_scripts import UNDER_WAY
from domain.social.post import Platform
from domain.social.rules import RULES
from tests.employee_fixture import Employee
from tests.sandbox_fixture import SandboxClient
from tests.skills.scripts import run_script, settled
from tests.social_worlds import WORLDS, World


@dataclass(frozen=True)
class Skill:
    """A posting skill at work: its scripts, and the platform as its public sees it."""

    name: str
    tool: str
    world: World
    employee: Employee

    @property
    def sandbox(self) -> SandboxClient:
        return SandboxClient(self.employee.sandbox)

    def run(self, *words: Any) -> tuple[int, Any]:
        return run_script(self.name, self.employee, "run.py", *words)

    def asked(self, text: str, **said: str) -> dict[str, Any]:
        """A post that waits for a person, who is told so."""
        status, asked = self.run(self.tool, {"content": text} | self.needed() | said)
        assert (status, asked["status"]) == (3, "waiting_for_approval")
        assert "a person decides" in asked["next"]
        return dict(asked)

    def needed(self) -> dict[str, str]:
        """The picture without which the platform takes nothing."""
        if not RULES[self.world.platform].needs_media:
            return {}
        picture = self.employee.root / "door.png"
        Image.new("RGB", (900, 900), "seagreen").save(picture)
        return {"image_url": self.run("upload_media", {"file_path": str(picture)})[1]["media_id"]}

    def published(self, text: str) -> tuple[str, list[str]]:
        """A post that a person approved: its task, and the ids there, oldest first."""
        asked = self.asked(text)
        task_id = asked["task_id"]
        self.employee.fte("approvals", "approve", asked["approvals"][0]["request_id"], "--approver", "Owner")
        self.employee.until(lambda: task_id in self.employee.notes("Done"))
        status, done = self.run("get_task_status", {"task_id": task_id})
        assert (status, done["status"]) == (0, "done")
        assert done["evidence"]["url"].startswith(f"{self.employee.sandbox}{self.world.link}")
        return task_id, [post["id"] for post in done["evidence"]["posts"]]

    def problem(self, *words: str) -> tuple[int, str]:
        """What verify.py ends with, and what it says is wrong."""
        status, proofs = run_script(self.name, self.employee, "verify.py", *words)
        assert (status == 0) == all(proof["holds"] for proof in proofs)
        return status, "; ".join(proof["said"] for proof in proofs if not proof["holds"])

    def post(self, post_id: str) -> str:
        """The address of a post on the stand-in's own side."""
        return f"/_sandbox/{self.world.name}/posts/{quote(post_id)}"


TOOLS = {
    "posting-instagram": "post_to_instagram",
    "posting-facebook": "post_to_facebook",
    "posting-linkedin": "post_to_linkedin",
    "posting-twitter": "post_tweet",
}
HOLDS = (0, "")
FIRST, *OTHERS = TOOLS


@pytest.fixture(params=[FIRST, *(pytest.param(name, marks=pytest.mark.long) for name in OTHERS)])
def skill(employee: Employee, request: pytest.FixtureRequest) -> Skill:
    return Skill(request.param, TOOLS[request.param], WORLDS[SPEAKS_ON[request.param]], employee)


@contextmanager
def edited(employee: Employee, table: str, key: str, value: str, change: str) -> Iterator[None]:
    """A row of the ledger changed by hand for a while; `change` is SQL's `column = ...`."""
    column = change.partition(" ")[0]
    with closing(sqlite3.connect(employee.state / "ledger.sqlite", timeout=30)) as ledger:
        where = f"where {key} = ?"
        (before,) = ledger.execute(f"select {column} from {table} {where}", [value]).fetchone()  # noqa: S608
        with ledger:
            ledger.execute(f"update {table} set {change} {where}", [value])  # noqa: S608
        try:
            yield
        finally:
            with ledger:
                ledger.execute(f"update {table} set {column} = ? {where}", [before, value])  # noqa: S608


@contextmanager
def disconnected(skill: Skill) -> Iterator[None]:
    """The platform's block gone from the Prefect server for a while."""
    block_type = f"{skill.world.platform.access}-credentials"
    with httpx.Client(base_url=skill.employee.api, timeout=30, trust_env=False) as server:
        place = f"/block_types/slug/{block_type}/block_documents"
        (block,) = server.get(place, params={"include_secrets": True}).json()
        server.delete(f"/block_documents/{block['id']}").raise_for_status()
        try:
            yield
        finally:
            kept = ("name", "data", "block_schema_id", "block_type_id")
            made = server.post("/block_documents/", json={key: block[key] for key in kept})
            made.raise_for_status()


def test_a_post_is_proven_while_its_platform_answers_until_somebody_changes_or_deletes_it_there(
    skill: Skill,
) -> None:
    text = f"Our autumn news on {skill.world.name} tells of lamps and chairs."
    task_id, (post,) = skill.published(text)
    assert [skill.problem(), skill.problem(task_id)] == [HOLDS, HOLDS]
    title = skill.world.platform.title
    skill.employee.fault(kind="status", status=503, service=skill.world.name, method="GET", times=20)
    try:
        status, said = skill.problem(task_id)
    finally:
        skill.employee.clear_faults()
    assert (status, f"{title} is unavailable" in said) == (3, True)
    remedy = f"fte connect {skill.world.platform.access}"
    with disconnected(skill):
        assert [remedy in skill.problem(*words)[1] for words in ([], [task_id])] == [True, True]
        status, refused = skill.run(skill.tool, {"content": "Nobody hears this."})
        assert (status, refused["status"]) == (4, "refused")
    assert skill.problem(task_id) == HOLDS
    skill.sandbox.http.put(skill.post(post), json={"text": "Something else"}).raise_for_status()
    status, said = skill.problem(task_id)
    assert (status, f"post {post} reads otherwise than approved" in said) == (1, True)
    skill.sandbox.http.put(skill.post(post), json={"text": text}).raise_for_status()
    assert skill.problem(task_id) == HOLDS
    skill.sandbox.http.delete(skill.post(post)).raise_for_status()
    assert skill.problem(task_id)[0] == UNDER_WAY, "a platform may show it late"
    settled(skill.employee)
    status, said = skill.problem(task_id)
    assert (status, "0 of 1 posts are there" in said) == (1, True)


@pytest.fixture(scope="module")
def thread(employee: Employee) -> tuple[Skill, str, list[str]]:
    """A thread on X that a person approved: its task, and the ids of its posts."""
    skill = Skill("posting-twitter", "post_tweet", WORLDS[Platform.X], employee)
    text = " ".join(f"Number {number} of our autumn news tells of lamps and chairs." for number in range(9))
    return skill, *skill.published(text)


def test_a_thread_is_proven_whole(thread: tuple[Skill, str, list[str]]) -> None:
    skill, task_id, posts = thread
    assert len(posts) > 1
    assert skill.problem(task_id) == HOLDS
    skill.sandbox.http.delete(skill.post(posts[1])).raise_for_status()
    settled(skill.employee)
    status, said = skill.problem(task_id)
    assert status == 1
    assert f"{len(posts) - 1} of {len(posts)} posts are there" in said


def test_a_post_is_proven_only_by_a_genuine_approval_of_exactly_it(
    thread: tuple[Skill, str, list[str]],
) -> None:
    """Whoever can write into the ledger makes no approval; the approval of another post is none of this one."""
    skill, other, _posts = thread
    employee = skill.employee
    text = f"What {skill.world.name} reads, somebody has approved."
    task_id, (post,) = skill.published(text)
    assert skill.problem(task_id) == HOLDS
    forged = (1, "no person's approval of exactly this stands behind it")
    requests = json.loads(employee.fte("approvals", "list", "--all", "--json").stdout)
    request, another = (
        next(one["id"] for one in requests if one["task_id"] == task) for task in (task_id, other)
    )
    for change in ("approval_id = null", f"approval_id = '{another}'"):
        with edited(employee, "effects", "task_id", task_id, change):
            assert skill.problem(task_id) == forged
    for change in ("approver = 'Nobody'", "inputs = replace(inputs, 'somebody', 'everybody')"):
        with edited(employee, "approval_requests", "id", request, change):
            assert skill.problem(task_id) == forged
    with edited(employee, "effects", "task_id", task_id, "inputs = replace(inputs, 'somebody', 'everybody')"):
        status, said = skill.problem(task_id)
        assert (status, f"post {post} reads otherwise" in said, forged[1] in said) == (1, True, True)
        changed = {"text": text.replace("somebody", "everybody")}
        skill.sandbox.http.put(skill.post(post), json=changed).raise_for_status()
        assert skill.problem(task_id) == forged
    skill.sandbox.http.put(skill.post(post), json={"text": text}).raise_for_status()
    assert skill.problem(task_id) == HOLDS


def test_what_is_not_public_says_why(employee: Employee) -> None:
    """On one platform: none is asked for it."""
    skill = Skill("posting-linkedin", "post_to_linkedin", WORLDS[Platform.LINKEDIN], employee)
    asked = skill.asked("Nobody wants to read this.")
    task_id, (waits,) = asked["task_id"], asked["approvals"]
    status, said = skill.problem(task_id)
    assert status == 3
    assert f"a person has to decide {waits['request_id']} first" in said
    employee.fte("approvals", "reject", waits["request_id"], "--approver", "Owner")
    employee.until(lambda: "reject" in employee.note("Needs_Action", task_id))
    status, said = skill.problem(task_id)
    assert (status, "Owner rejected it" in said) == (4, True)
    assert skill.run("get_task_status", {"task_id": task_id})[0] == 4
    status, said = skill.problem("order-0123456789abcdef")
    assert status == 4
    assert "there is no task" in said


@pytest.mark.long
def test_an_approved_post_that_waits_for_its_time_is_not_public_yet(employee: Employee) -> None:
    skill = Skill("posting-facebook", "post_to_facebook", WORLDS[Platform.FACEBOOK], employee)
    when = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="minutes")
    asked = skill.asked("See you at the fair.", scheduled_time=when)
    employee.fte("approvals", "approve", asked["approvals"][0]["request_id"], "--approver", "Owner")
    kept = "Facebook has the post and publishes it at its time"
    employee.until(lambda: kept in skill.problem(asked["task_id"])[1])
    status, said = skill.problem(asked["task_id"])
    assert (status, when[:10] in said) == (3, True)
    assert skill.run("get_task_status", {"task_id": asked["task_id"]})[0] == 3


def test_without_the_employee_nothing_is_proven(thread: tuple[Skill, str, list[str]]) -> None:
    skill, task_id, _posts = thread
    nobody = Employee(skill.employee.root, warm=skill.employee.warm)
    resting = Skill(skill.name, skill.tool, skill.world, nobody)
    assert ["fte up" in resting.problem(*words)[1] for words in ([], [task_id])] == [True, True]


@pytest.mark.parametrize(
    ("tool", "inputs", "status"), [("approve", {}, 2), ("", "[1]", 2), ("", {"content": ""}, 4)]
)
def test_what_is_wrong_has_its_own_exit_status(skill: Skill, tool: str, inputs: Any, status: int) -> None:
    assert skill.run(tool or skill.tool, inputs)[0] == status
