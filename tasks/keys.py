"""What only this installation can say: a keyed digest of facts, under a key that is kept away from the Vault."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from blocks.files import made_once
from blocks.settings import settings
from domain.approvals.hashing import canonical_json

KEY_BYTES = 32


def mac_of(facts: Mapping[str, Any]) -> str:
    """What only this installation can say of these facts."""
    sealed = canonical_json(facts).encode()
    return hmac.new(_key(), sealed, hashlib.sha256).hexdigest()


def _key() -> bytes:
    """This installation's key, made once by whichever process comes first."""
    kept = made_once(settings().keys / "approvals.key", lambda: secrets.token_hex(KEY_BYTES).encode())
    return bytes.fromhex(kept.decode().strip())
