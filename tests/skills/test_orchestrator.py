"""The orchestrator's skill as an agent uses it, and its proof where the loop was broken."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from domain.vault.note import Note
from tasks.planning.loop_proof import LONGEST_ROUND, prove_loop
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.employee_fixture import Employee
from tests.skills.scripts import run_script

orchestrator = partial(run_script, "digital-fte-orchestrator")


async def wrong() -> list[str]:
    """What does not hold."""
    return [f"{proof.what}: {proof.said}" async for proof in prove_loop() if not proof.holds]


def left(status: str) -> None:
    """A task of this status that nobody has touched for long."""
    front = {"document": "Attachments/x.txt", "status": status}
    current_vault().save(Folder.NEEDS_ACTION, "task-1", Note.new(front, "\n"))
    path = current_vault().root / Folder.NEEDS_ACTION / "task-1.md"
    before = path.stat().st_mtime - LONGEST_ROUND.total_seconds() - 60
    os.utime(path, (before, before))


def spoilt(name: str) -> Callable[[], None]:
    def spoil() -> None:
        path = current_vault().root / name
        path.write_text(path.read_text().replace("---\n", "---\nsteps: [\n", 1))

    return spoil


def no_such_action() -> None:
    path = Path(current_vault().root / "Playbooks" / "quiet_mail.md")
    path.write_text(path.read_text().replace("vault.file_away", "vault.burn"))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (partial(left, "new"), "nobody has worked it for 15 minutes"),
        (partial(left, "working"), "is the employee at work"),
        (partial(left, "waiting"), "nobody is asked"),
        (partial(left, "later"), "in no queue"),
        (spoilt("Company_Handbook.md"), "the handbook: "),
        (no_such_action, "vault.burn"),
    ],
    ids=["new", "working", "waiting", "later", "handbook", "playbook"],
)
async def test_what_is_broken_is_found(broken: Callable[[], None], said: str) -> None:
    init_vault(current_vault().root)
    assert await wrong() == []
    broken()
    [found] = await wrong()
    assert said in found


async def test_what_a_person_has_is_not_forgotten() -> None:
    init_vault(current_vault().root)
    left("escalated")
    assert await wrong() == []


def test_an_agent_sees_the_work_and_proves_that_nothing_is_forgotten(employee: Employee) -> None:
    status, seen = orchestrator(employee, "run.py")
    assert status == 0
    assert {"receipt", "quiet_mail"} <= {book["name"] for book in seen["playbooks"]}
    assert orchestrator(employee, "verify.py")[0] == 0
    status, said = orchestrator(employee, "run.py", "start", "burn_everything")
    assert (status, "there is no playbook 'burn_everything' in force" in said["said"]) == (4, True)
