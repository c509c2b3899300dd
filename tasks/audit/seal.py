"""The seal: the log's head, remembered away from the Vault under a keyed digest, so that no tail can be cut off."""

import hmac
import os
import secrets
from pathlib import Path

from blocks.files import made_once
from domain.audit.chain import ChainLink

KEY_BYTES = 32


def seal_path(keys: Path) -> Path:
    """Beside the keys' folder, away from the Vault."""
    return keys.parent / "audit-seal"


def write_seal(keys: Path, head: ChainLink, key: bytes) -> None:
    """Remember the head, which is durable already.

    One write over as many bytes as before: a killed process leaves the old seal or the new one, and it takes no
    space on a full disk. It is not synced: after a power cut an older seal stands, and the later lines prove
    themselves by their own mac.
    """
    body = _body(head)
    descriptor = os.open(seal_path(keys), os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.write(descriptor, f"{body} {_mac(body, key)}\n".encode())
    finally:
        os.close(descriptor)


def read_seal(keys: Path, key: bytes) -> ChainLink | None:
    """The last seal; None when there is none or it was not made with this key."""
    try:
        sequence, head, mac = seal_path(keys).read_bytes().decode("ascii", "replace").split()
        link = ChainLink(int(sequence), head)
    except (FileNotFoundError, ValueError):
        return None
    return link if hmac.compare_digest(_mac(_body(link), key).encode(), mac.encode()) else None


def _body(head: ChainLink) -> str:
    return f"{head.sequence:020d} {head.hash}"


def _mac(body: str, key: bytes) -> str:
    return hmac.digest(key, f"seal {body}".encode(), "sha256").hex()


def audit_key(keys: Path) -> bytes:
    """This installation's key, made once and on disk before its first use."""
    return made_once(keys / "audit.key", lambda: secrets.token_bytes(KEY_BYTES))
