"""Proving the log: every line hashed, every line in its place, the head under its seal."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.audit.chain import GENESIS, line_of, problem_with
from tasks.audit.log import AuditLog
from tasks.audit.seal import read_seal, seal_path


class VerificationState(StrEnum):
    """What the log proves."""

    INTACT = "intact"
    FRONT_TRUNCATED = "front_truncated"
    """The oldest days were dropped by retention, which the chain itself says."""
    BROKEN = "broken"
    TAIL_TRUNCATED = "tail_truncated"
    FORGED = "forged"
    """A sound chain whose head was never sealed with this installation's key."""


SOUND = frozenset({VerificationState.INTACT, VerificationState.FRONT_TRUNCATED})


@dataclass(frozen=True)
class Verification:
    """The result; `file`, `line` (from 1) and `why` name the first problem."""

    state: VerificationState
    rows: int
    first: int | None = None
    last: int | None = None
    file: str | None = None
    line: int | None = None
    why: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was changed, removed or forged."""
        return self.state in SOUND


@dataclass
class _Walk:
    rows: int = 0
    first: int | None = None
    first_prev: str | None = None
    sequence: int | None = None
    head: str | None = None
    head_prev: str | None = None
    dropped_to: int = 0


def verify_audit_log(vault: Path, keys: Path) -> Verification:
    """Walk the whole log. Reads it line by line; memory does not grow with it."""
    log, walk = AuditLog(vault, keys), _Walk()
    log.folder.mkdir(parents=True, exist_ok=True)
    with log.locked():
        for path in log.files():
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    why = _step(walk, line)
                    if why:
                        return _result(walk, VerificationState.BROKEN, file=path.name, line=number, why=why)
        return _judged(walk, keys)


def _step(walk: _Walk, line: bytes) -> str | None:
    try:
        record: Any = json.loads(line)
    except ValueError:
        return "the line is not JSON"
    if not isinstance(record, dict):
        return "the line is not a record"
    why = problem_with(record, walk.sequence, walk.head)
    if why is None and line_of(record) != line:
        why = "the line was written by something else"
    if why:
        return why
    if walk.first is None:
        walk.first, walk.first_prev = record["sequence"], record["prev"]
    if record["action"] == "audit.retention":
        walk.dropped_to = max(walk.dropped_to, int(record["details"]["last"]))
    walk.rows, walk.sequence = walk.rows + 1, record["sequence"]
    walk.head, walk.head_prev = record["hash"], record["prev"]
    return None


def _judged(walk: _Walk, keys: Path) -> Verification:
    if walk.rows == 0:
        cut = seal_path(keys).exists()
        state = VerificationState.TAIL_TRUNCATED if cut else VerificationState.INTACT
        return _result(walk, state, why="the seal knows records and there are none" if cut else None)
    problem = _seal_problem(walk, keys)
    if problem:
        return _result(walk, problem[0], why=problem[1])
    if walk.first == 1 and walk.first_prev == GENESIS:
        return _result(walk, VerificationState.INTACT)
    if walk.first is not None and walk.dropped_to >= walk.first - 1:
        return _result(
            walk, VerificationState.FRONT_TRUNCATED, why="the days before were dropped by retention"
        )
    return _result(walk, VerificationState.BROKEN, why="the oldest records are gone and no retention says so")


def _seal_problem(walk: _Walk, keys: Path) -> tuple[VerificationState, str] | None:
    """What the seal says against the chain's head; a seal one record behind is a crash between the two."""
    seal, sequence = read_seal(keys), walk.sequence or 0
    if seal is None:
        return VerificationState.FORGED, "there is no seal made with this installation's key"
    if seal.sequence > sequence:
        why = f"the seal knows {seal.sequence} records, the log ends with {sequence}"
        return VerificationState.TAIL_TRUNCATED, why
    expected = {sequence: walk.head, sequence - 1: walk.head_prev}.get(seal.sequence)
    if expected is None:
        return VerificationState.FORGED, "records were added without a seal"
    if expected != seal.head:
        return VerificationState.FORGED, "the head is not the one that was sealed"
    return None


def _result(walk: _Walk, state: VerificationState, **where: Any) -> Verification:
    return Verification(state=state, rows=walk.rows, first=walk.first, last=walk.sequence, **where)
