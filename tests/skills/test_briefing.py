"""The two skills of the week as an agent uses them: made, read, and found wrong where something was changed."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.employee_fixture import Employee
from tests.skills.scripts import run_script

pytestmark = pytest.mark.long

audit = partial(run_script, "generating-business-audit")
briefing = partial(run_script, "generating-ceo-briefing")


def wrong(found: tuple[int, list[dict[str, Any]]]) -> tuple[int, str]:
    """The exit status, and what does not hold."""
    status, proofs = found
    assert (status == 0) == all(proof["holds"] for proof in proofs)
    return status, "; ".join(proof["said"] for proof in proofs if not proof["holds"])


def changed(path: Path, old: str, new: str) -> bytes:
    before = path.read_bytes()
    text = before.decode()
    assert old in text
    path.write_text(text.replace(old, new))
    return before


def test_the_week_is_made_proven_and_found_wrong_where_it_was_changed(employee: Employee) -> None:
    status, files = briefing(employee, "run.py")
    assert status == 0
    week = files["week"]
    note = employee.vault / files["note"]
    assert wrong(briefing(employee, "verify.py", week)) == (0, "")

    status, kept = audit(employee, "run.py", week)
    money = next(part for part in kept["parts"] if part["key"] == "money")
    assert (status, money["standing"]) == (0, "known")
    cash = next(one for one in money["numbers"] if one["key"] == "money.cash")
    assert cash["as_of"]
    assert cash["records"]

    before = changed(note, "| Cash and bank |", "| Cash in hand |")
    status, said = wrong(briefing(employee, "verify.py", week))
    assert (status, "does not say what was kept" in said) == (1, True)
    note.write_bytes(before)


def test_a_week_that_has_not_ended_is_refused(employee: Employee) -> None:
    status, said = audit(employee, "run.py", "2999-W01")
    assert (status, "has not ended" in said["said"]) == (4, True)
