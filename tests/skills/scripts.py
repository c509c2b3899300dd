"""A skill's scripts as an agent runs them."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.employee_fixture import Employee

SKILLS = Path(".claude/skills")


def settled(employee: Employee) -> None:
    """Everything was published long enough ago: what a platform does not show now, it does not have."""
    with closing(sqlite3.connect(employee.state / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE post_parts SET tried_at = '2026-01-01 00:00:00.000000'")


def run_script(skill: str, employee: Employee, script: str, *words: Any) -> tuple[int, Any]:
    """The exit status and what it printed: one JSON value, one a line, or a sentence."""
    said = [word if isinstance(word, str) else json.dumps(word) for word in words]
    done = subprocess.run(
        employee.python(str(SKILLS / skill / script), *said),
        env=employee.environment | {"PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    if script == "verify.py":
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        return done.returncode, done.stdout + done.stderr
