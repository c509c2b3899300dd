"""The seal: a keyed digest of the log's head in a second place, against rewriting and truncation."""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32


@dataclass(frozen=True)
class Seal:
    """The head that was sealed last."""

    sequence: int
    head: str


def seal_path(keys: Path) -> Path:
    """Beside the keys' folder, away from the Vault."""
    return keys.parent / "audit-seal.json"


def write_seal(keys: Path, seal: Seal) -> None:
    """Replace the seal atomically. It is only a witness: the log itself was made durable before."""
    target = seal_path(keys)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    facts = {"sequence": seal.sequence, "head": seal.head, "mac": _mac(keys, seal)}
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(facts, file)
    temporary.replace(target)


def read_seal(keys: Path) -> Seal | None:
    """The last seal; None when there is none or it was not made with this key."""
    try:
        facts = json.loads(seal_path(keys).read_text())
        seal = Seal(int(facts["sequence"]), str(facts["head"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return seal if hmac.compare_digest(_mac(keys, seal), str(facts.get("mac", ""))) else None


def _mac(keys: Path, seal: Seal) -> str:
    return hmac.new(audit_key(keys), f"{seal.sequence}:{seal.head}".encode(), hashlib.sha256).hexdigest()


def audit_key(keys: Path) -> bytes:
    """This installation's key, made once."""
    path = keys / "audit.key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first; its key counts
    finally:
        temporary.unlink()
    return path.read_bytes()
