"""`fte playbooks` as a person uses it."""

import json
import re

import pytest
from typer.testing import CliRunner

from blocks.settings import settings
from deployments.commands.playbooks import PlaybooksWrongError, app
from deployments.processes import write_pid_file
from tasks.vault.vault import Folder, current_vault, init_vault

WRONG = """---
name: wrong
steps:
  - id: overdue
    action: odoo.list_overdue
  - id: each
    for_each: "{{ steps.overdue.invoces }}"
    limit: 5
    action: vault.file_away
    inputs: {reason: "{{ item.customer }}"}
---
"""


@pytest.fixture(autouse=True)
def vault() -> None:
    init_vault(current_vault().root)


def run(*words: str) -> tuple[str, BaseException | None]:
    result = CliRunner().invoke(app, list(words))
    return " ".join(result.output.split()), result.exception


def test_what_is_wrong_is_said_with_its_line_and_what_to_do() -> None:
    assert run("check") == ("They can all be followed.", None)
    (current_vault().root / Folder.PLAYBOOKS / "wrong.md").write_text(WRONG)
    (current_vault().root / Folder.PLAYBOOKS / "broken.md").write_text("---\nsteps: [{id: A}]\n---\n")
    said, refused = run("check")
    assert "Playbooks/wrong.md:7: steps, no. 2, for_each: 'steps.overdue.invoces' names nothing" in said
    assert "there are count, invoices" in said
    assert "Playbooks/broken.md: steps, no. 1, id: is not a name" in said
    assert isinstance(refused, PlaybooksWrongError)
    assert "names nothing" not in run("check", "broken")[0]
    assert "Playbooks/gone.md: there is no such note; there are answer, " in run("check", "gone")[0]
    listed = CliRunner().invoke(app, ["list"]).output
    assert all(name in listed for name in ("receipt", "wrong", "broken", "cannot be read"))


def test_the_actions_say_what_they_take_and_give() -> None:
    rows = {row["action"]: row for row in json.loads(CliRunner().invoke(app, ["actions", "--json"]).output)}
    assert rows["odoo.list_overdue"]["gives"] == ["invoices", "count", "text"]
    assert "items*" in rows["odoo.create_invoice"]["takes"]
    assert not any(name.startswith("plan.") for name in rows)


def test_the_same_playbook_with_the_same_inputs_is_one_task() -> None:
    words = ("start", "monthly_invoice", "--set", "customer=Ann Lee", "--set", "month=2026-10")
    first, again = run(*words)[0], run(*words)[0]
    (task_id,) = re.findall(r"order-[0-9a-f]+", first)
    assert "is kept, and worked on once the employee is at work (fte up)" in first
    assert f"{task_id} was asked for before" in again
    assert current_vault().names(Folder.NEEDS_ACTION) == [task_id]
    keyed = [
        run("start", "payment_reminders", "--key", week)[0] for week in ("2026-W47", "2026-W48", "2026-W48")
    ]
    assert ["is kept" in said for said in keyed] == [True, True, False]
    write_pid_file(settings())
    assert "is worked on" in run("start", "payment_reminders", "--key", "2026-W49")[0]
    _, refused = run("start", "monthly_invoice", "--set", "month=October")
    assert "month: is not a month; give it as YYYY-MM" in str(refused)
    assert "there is no playbook 'yearly' in force" in str(run("start", "yearly")[1])
