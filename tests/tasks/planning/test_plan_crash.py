"""Processes die at every boundary of a plan of ten steps, forward and back: each effect once, and never both ways."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blocks.database import close_databases
from tasks.reliability.effect_ledger import EffectState, effects_of
from tasks.reliability.kept_plans import find_plan
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient

ROOT = Path(__file__).parents[3]
MOST_DEATHS = 200

BILL = """
  - id: bill{number}
    action: odoo.record_bill
    needs: [{needs}]
    inputs:
      vendor: Cloudberry Hosting Inc.
      number: CB-{number}
      issued_on: "2026-11-19"
      currency: USD
      total: "1{number}.00"
      category: hosting
"""
NOTE = (
    "  - {{id: note{number}, action: vault.file_away, needs: [{needs}], inputs: {{reason: Note {number}}}}}\n"
)
TEN = "\n".join(
    [
        "steps:",
        "  - {id: overdue, action: odoo.list_overdue}",
        NOTE.format(number=1, needs="overdue"),
        *(BILL.format(number=number, needs="note1") for number in (1, 2)),
        "  - {id: look1, action: odoo.list_overdue, needs: [bill1]}",
        "  - {id: look2, action: odoo.list_overdue, needs: [bill2]}",
        BILL.format(number=3, needs="look1, look2"),
        NOTE.format(number=4, needs="bill3"),
        "  - {id: again, action: odoo.list_overdue, needs: [note4]}",
        "  - {id: last, action: odoo.read_invoice, needs: [again], inputs: {invoice_id: 999999}}",
    ]
)
NUMBERS = (1, 2, 3)


class Crew:
    """Workers that die."""

    def __init__(self, process: "subprocess.Popen[str]", work: Work) -> None:
        self._process, self._work = process, work

    def send(self, task: str, died: list[str], **more: Any) -> list[dict[str, Any]]:
        """What became of one try."""
        assert self._process.stdin
        assert self._process.stdout
        close_databases()
        orders = {
            "task": task,
            "url": self._work.sandbox.url,
            "now": self._work.now.isoformat(),
            "died": died,
        }
        self._process.stdin.write(json.dumps({**orders, "forever": False, **more}) + "\n")
        self._process.stdin.flush()
        answer: list[dict[str, Any]] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture
def work(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(sandbox, monkeypatch)


@pytest.fixture
def crew(work: Work) -> Iterator[Crew]:
    command = [sys.executable, "-m", "tests.plan_worker"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ}, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Crew(process, work)


def bills(work: Work) -> list[tuple[str, str]]:
    """Number and state of each bill of the plan, as the books have them."""
    rows = work.sandbox.odoo(
        "account.move", "search_read", domain=[["ref", "=like", "CB-%"]], fields=["ref", "state"], order="ref"
    )
    return [(row["ref"], row["state"]) for row in rows]


def made(work: Work) -> int:
    """How many times a bill was made in Odoo, by its own journal."""
    return sum(bool(entry["effect"]) for entry in work.sandbox.journal(path="account.move/load"))


@pytest.mark.long
def test_a_plan_killed_at_each_boundary_goes_forward_and_then_only_back(work: Work, crew: Crew) -> None:
    work.write("ten", TEN)
    task, died, turned = work.ask("ten"), [], 0
    while True:
        [ended] = crew.send(task, died)
        if ended["boundary"] is None:
            break
        assert ended["ended"] == -signal.SIGKILL
        died.append(ended["boundary"])
        turned = turned or (len(died) if ended["boundary"].startswith("stop_plan") else 0)
        assert len(died) < MOST_DEATHS
    forward, back = died[:turned], died[turned:]
    assert sum(one.startswith("begin_effect") for one in forward) == sum(".undo" in one for one in back) == 5
    assert not any("load" in one or "action_post" in one for one in back)
    assert not any("button" in one or "compensate" in one for one in forward)
    assert ended["state"] == "Escalated"
    assert "invoice 999999 is not in Odoo" in ended["message"]
    assert bills(work) == [(f"CB-{number}", "cancel") for number in NUMBERS]
    assert made(work) == len(NUMBERS)
    states = {one.state for one in effects_of(task) if not one.action.startswith("plan.")}
    assert states == {EffectState.COMPENSATED}
    undone = work.note(task).front["why"][-1]
    places = [undone.index(f"{step} (") for step in ("note4", "bill3", "bill2", "bill1", "note1")]
    assert places == sorted(places), "the last first"


@pytest.mark.long
def test_workers_at_one_plan_do_each_thing_once(work: Work, crew: Crew) -> None:
    [invoice] = work.sandbox.odoo(
        "account.move", "search", domain=[["move_type", "=", "out_invoice"]], limit=1
    )
    work.write("ten", TEN.replace("999999", str(invoice)))
    task = work.ask("ten")
    crew.send(task, [], forever=True, unclaimed=True, together=3)
    [last] = crew.send(task, [], forever=True)
    assert last["state"] == "Completed", last
    assert bills(work) == [(f"CB-{number}", "posted") for number in NUMBERS]
    assert made(work) == len(NUMBERS)
    kept = find_plan(task)
    assert kept
    assert not kept.stopped
    assert len(kept.facts) == 10
