"""The seal on each request: a row that our own code did not write is not an approval."""

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blocks.settings import settings
from domain.approvals.hashing import canonical_json, content_hash, text_hash
from tasks.approvals.table import ApprovalRow

KEY_BYTES = 32

SEALED = (
    "id",
    "task_id",
    "step_id",
    "version",
    "action",
    "asked_hash",
    "content_hash",
    "shown_hash",
    "proof_required",
    "state",
    "approver",
    "channel",
    "proof",
    "comment",
    "decided_at",
    "created_at",
    "expires_at",
)


def seal(row: ApprovalRow) -> None:
    """Seal the row as it is now."""
    row.seal = _mac(row)


def is_genuine(row: ApprovalRow) -> bool:
    """Whether the row, its contents and what was shown are as our own code left them."""
    return (
        hmac.compare_digest(row.seal, _mac(row))
        and content_hash(row.action, row.asked) == row.asked_hash
        and content_hash(row.action, row.inputs) == row.content_hash
        and text_hash(row.shown) == row.shown_hash
    )


def _mac(row: ApprovalRow) -> str:
    return mac_of({name: getattr(row, name) for name in SEALED})


def mac_of(facts: Mapping[str, Any]) -> str:
    """What only this installation can say of these facts."""
    sealed = canonical_json(facts).encode()
    return hmac.new(_key(settings().keys / "approvals.key"), sealed, hashlib.sha256).hexdigest()


def _key(path: Path) -> bytes:
    """This installation's key, made once by whichever process comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, secrets.token_hex(KEY_BYTES))
    return bytes.fromhex(path.read_text().strip())


def write_private(path: Path, text: str) -> bool:
    """Write a file that only this user can read; false when another process was first."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
            return True
        return False
    finally:
        temporary.unlink()
