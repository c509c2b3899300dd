"""The skill for health: its scripts say what is kept, and its check fails for whatever is broken."""

import json
import os
import runpy
import sys
from datetime import UTC, datetime, timedelta

import pytest

from blocks.settings import settings
from deployments.processes import write_pid_file
from domain.briefing.recorded import SLOT, slot_of
from domain.health.probed import Probed
from domain.health.spell import DISK, LEDGER, PREFECT, PROCESSORS, WATCHER, HealthStanding
from tasks.health.rounds import write_note
from tasks.reliability.spells import record_round
from tests.skills.scripts import SKILLS

FOLDER = SKILLS / "monitoring-system-health"
PARTS = ("odoo", "gmail", PREFECT, LEDGER, DISK, f"{WATCHER}mail")


def run(script: str, *words: str) -> tuple[int, list[dict[str, object]]]:
    """The script in this process, as an agent would run it: its exit status and its lines."""
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "PREFECT_UI_URL"):
            patch.setenv(name, os.environ.get(name, ""))
        patch.setattr(sys, "argv", [script, *words])
        patch.setattr("deployments.skill_scripts.apply_environment", lambda _here: None)
        patch.setattr("deployments.skill_scripts.print_json", lambda found: written.append(json.dumps(found)))
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(FOLDER / script), run_name="__main__")
    return int(ended.value.code or 0), [json.loads(line) for line in written]


def looked(at: datetime, *, ill: str = "") -> None:
    """A look at everything that found one of them down."""
    settings().vault_path.mkdir(parents=True, exist_ok=True)
    parts = [
        Probed(name, HealthStanding.DOWN if name == ill else HealthStanding.UP, "it is ill") for name in PARTS
    ]
    record_round([*parts, Probed(PROCESSORS, HealthStanding.DOWN, "100 % busy")], at)
    write_note(at)


def problems(*words: str) -> tuple[int, set[str]]:
    """What the check ends with, and what does not hold."""
    status, lines = run("verify.py", *words)
    return status, {str(line.get("what", line["said"])) for line in lines if not line["holds"]}


def test_all_is_well_and_each_thing_that_breaks_is_found() -> None:
    now = slot_of(datetime.now(UTC))
    looked(now - SLOT)
    assert problems() == (0, set())
    status, (found,) = run("run.py")
    assert (status, found["is_fresh"]) == (3, False)  # the employee was stopped since
    write_pid_file(settings())
    status, (found,) = run("run.py")
    assert (status, found["is_fresh"]) == (0, True)  # busy processors are not down
    note = settings().vault_path / "Health.md"
    note.write_text("---\nkind: health\nas_of: 2020-01-01T00:00+00:00\ndown: 0\n---\n\nAll well.\n")
    assert problems() == (1, {"Health.md"})
    write_note(now)
    assert problems()[0] == 0
    assert problems("odoo") == (0, set())
    _, (odoo,) = run("verify.py", "odoo")
    assert odoo["facts"] == {"up": 1, "down": 0, "unknown": 0, "looked_at": (now - SLOT).isoformat()}
    assert problems("nobody")[0] == 4


@pytest.mark.parametrize("part", PARTS)
def test_the_check_fails_for_what_is_down(part: str) -> None:
    looked(slot_of(datetime.now(UTC)), ill=part)
    status, found = problems()
    own = {"Employee"} if part not in ("odoo", "gmail") else set()
    assert status == 1
    assert {name.casefold() for name in found} == {part.casefold(), *(one.casefold() for one in own)}


def test_an_employee_that_no_longer_looks_is_found() -> None:
    looked(slot_of(datetime.now(UTC)) - timedelta(hours=1))
    status, found = problems()
    assert (status, "the look" in found, "Odoo" in found) == (1, True, True)
    assert run("run.py")[0] == 3
