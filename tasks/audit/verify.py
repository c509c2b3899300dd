"""Proving the log: every line hashed and in its place, the last one under our key, none missing behind it.

The mac of the last line proves all lines before it, since each line holds the hash of the one before.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.audit.chain import START, BrokenLineError, ChainLink, before, followed, mac_holds
from domain.errors import RejectedError
from tasks.audit.log import ACTION_AT, RETENTION, AuditLog, AuditUnavailableError
from tasks.audit.private import exposed, private_problem
from tasks.audit.seal import read_seal, seal_path

_RETENTION = f',"action":"{RETENTION}",'.encode()
_PLACE = re.compile(r"(?:(\d{1,18}):)?([0-9a-f]{16,64})")


class VerificationState(StrEnum):
    """What the log proves."""

    INTACT = "intact"
    FRONT_TRUNCATED = "front_truncated"
    """The oldest days were dropped by retention, which the chain itself says."""
    BROKEN = "broken"
    TAIL_TRUNCATED = "tail_truncated"
    FORGED = "forged"
    """A sound chain that was not written with this installation's key."""

    PRIVATE_CHANGED = "private_changed"
    """A record's private content was changed or removed and no erasure says so, or something lies beside it."""

    EXPOSED = "exposed"
    """Other users of this machine may open a file of the log."""

    RESTORED = "restored"
    """The log does not hold a record whose number and hash left this machine: an older copy was put back."""


SOUND = frozenset({VerificationState.INTACT, VerificationState.FRONT_TRUNCATED})


class WrongPlaceError(RejectedError):
    """What a log is to be compared with cannot be used."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(
            f"'{text}' {problem}; give the number and hash that a notification ends with, such as 1234:5f0c... (at "
            "least 16 digits of the hash)"
        )


@dataclass(frozen=True)
class Remembered:
    """A record that was told away from this machine: its hash, or the first digits of it, and its number."""

    said: str
    hash: str
    sequence: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Remembered":
        """Read `HASH` or `NUMBER:HASH`.

        Raises:
            WrongPlaceError: it is neither.
        """
        found = _PLACE.fullmatch(text.strip().lower())
        if found is None:
            raise WrongPlaceError(text, "is no record's hash")
        return cls(text, found[2], int(found[1]) if found[1] else None)

    def fits(self, sequence: int, digest: bytes) -> bool:
        """Whether the record with this number and hash is the one."""
        return self.sequence in (None, sequence) and digest.startswith(self.hash.encode())


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
    """What is proven so far; `begins` is what the first line follows."""

    begins: ChainLink
    digest: bytes
    sealed: bytes
    rows: int = 0
    last_line: bytes = b""
    remembered: Remembered | None = None
    met_seal: bool = False
    met_remembered: bool = False
    dropped_to: int = 0

    @property
    def sequence(self) -> int:
        return self.begins.sequence + self.rows

    def result(self, state: VerificationState, why: str | None = None, **place: Any) -> Verification:
        first, last = (self.begins.sequence + 1, self.sequence) if self.rows else (None, None)
        return Verification(state=state, rows=self.rows, first=first, last=last, why=why, **place)


def verify_audit_log(vault: Path, keys: Path, against: Remembered | None = None) -> Verification:
    """Walk the whole log, line by line: memory does not grow with it, and writers go on meanwhile.

    Args:
        vault: Where the log lies.
        keys: This installation's keys.
        against: A record that was told away from this machine; only so is an older copy of log and seal found.

    Raises:
        AuditUnavailableError: it cannot be read.
        WrongPlaceError: `against` names a record that retention has dropped.
    """
    log = AuditLog(vault, keys)
    with log.locked():
        seal, files = read_seal(keys, log.key), log.files()
    try:
        begins = _beginning(files)
        walk = _Walk(begins, begins.hash.encode(), seal.hash.encode() if seal else b"", remembered=against)
        walk.met_remembered = against is not None and against.fits(begins.sequence, walk.digest)
        for path in files:
            broken = _walk_file(walk, path, is_newest=path == files[-1])
            if broken:
                return broken
    except FileNotFoundError:  # retention dropped it meanwhile
        return verify_audit_log(vault, keys, against)
    except OSError as error:
        raise AuditUnavailableError(log.folder, error) from error
    return _judged(walk, log, seal)


def _beginning(files: list[Path]) -> ChainLink:
    """What the oldest line says it follows."""
    for path in files:
        with path.open("rb") as file:
            line = file.readline()
        if line:
            with suppress(BrokenLineError):
                return before(line)
            break
    return START


def _walk_file(walk: _Walk, path: Path, *, is_newest: bool) -> Verification | None:
    """Prove a file's lines; a last one without its end is being written now, or was torn by a crash."""
    digest, number, line = walk.digest, 0, b""
    with path.open("rb") as file:
        try:
            for number, line in enumerate(file, start=1):
                digest = followed(line, digest)
                walk.last_line = line
                if walk.remembered and walk.remembered.fits(walk.sequence + number, digest):
                    walk.met_remembered = True
                if digest == walk.sealed:
                    walk.met_seal = True
                if line.startswith(_RETENTION, ACTION_AT):
                    walk.dropped_to = json.loads(line)["details"]["last"]
        except BrokenLineError as error:
            walk.rows += number - 1
            if is_newest and not line.endswith(b"\n"):
                return None
            return walk.result(VerificationState.BROKEN, error.why, file=path.name, line=number)
    walk.digest, walk.rows = digest, walk.rows + number
    return None


def _judged(walk: _Walk, log: AuditLog, seal: ChainLink | None) -> Verification:
    """What a sound chain proves: who wrote it, whether its end, its beginning and its private content are there."""
    problem = _chain_problem(walk, log, seal)
    if problem:
        return walk.result(*problem)
    if walk.remembered and not walk.met_remembered:
        return _restored(walk, walk.remembered)
    private = private_problem(log)
    if private:
        return walk.result(
            VerificationState.PRIVATE_CHANGED, private.why, file=private.file, line=private.line
        )
    if open_to_others := exposed(log):
        return walk.result(VerificationState.EXPOSED, f"chmod -R go= {open_to_others}")
    if walk.begins == START:
        return walk.result(VerificationState.INTACT)
    return walk.result(VerificationState.FRONT_TRUNCATED, "the days before were dropped by retention")


def _chain_problem(
    walk: _Walk, log: AuditLog, seal: ChainLink | None
) -> tuple[VerificationState, str] | None:
    if walk.rows and not mac_holds(walk.last_line, log.key):
        return VerificationState.FORGED, "it was not written with this installation's key"
    problem = _seal_problem(walk, seal, is_there=_is_written(seal_path(log.keys)))
    if problem is None and walk.dropped_to < walk.begins.sequence:
        return VerificationState.BROKEN, "the oldest records are gone and no retention says so"
    return problem


def _restored(walk: _Walk, wanted: Remembered) -> Verification:
    if wanted.sequence is not None and wanted.sequence < walk.begins.sequence:
        raise WrongPlaceError(wanted.said, "is older than what retention has kept")
    dropped = f", or it was dropped with those up to {walk.begins.sequence}" if walk.begins.sequence else ""
    why = (
        f"it ends with record {walk.sequence} and does not hold {wanted.said}: an older copy was put back, or it was "
        f"written anew{dropped}"
    )
    return walk.result(VerificationState.RESTORED, why)


def _is_written(seal: Path) -> bool:
    """A process that is killed at the first record may leave an empty seal: as good as none."""
    try:
        return seal.stat().st_size > 0
    except FileNotFoundError:
        return False


def _seal_problem(
    walk: _Walk, seal: ChainLink | None, *, is_there: bool
) -> tuple[VerificationState, str] | None:
    """What the seal says against the chain; after a crash it may be behind, never ahead."""
    if seal is None:
        if is_there or walk.sequence > 1:  # the first record's seal may not be there yet
            return (
                VerificationState.FORGED,
                "its seal is missing, or was not made with this installation's key",
            )
        return None
    if seal.sequence > walk.sequence:
        why = f"the seal knows {seal.sequence} records, the log ends with {walk.sequence}"
        return VerificationState.TAIL_TRUNCATED, why
    if not walk.met_seal and seal.sequence > walk.begins.sequence:
        return VerificationState.FORGED, f"record {seal.sequence} is not the one that was sealed"
    return None
