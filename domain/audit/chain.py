"""The hash chain: each line carries the hash of the one before, so that no line can change unnoticed.

A line is compact JSON whose last members are ..., "sequence", "prev", "mac", "hash". Both digests are taken
over the line's own bytes from its start, so no parser and no second rendering has a say:

    mac  = HMAC-SHA256(key, the line up to its "mac" member)
    hash = SHA-256(the line up to its "hash" member)

`prev` stands in both, so one sound mac proves every line before it too.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import ContractError

SCHEMA = 1
GENESIS = "0" * 64

_END = b'"}\n'
_HASH, _MAC = b',"hash":"', b',"mac":"'
_HASH_AT = -len(_HASH + GENESIS.encode() + _END)
"""Where, from the end of a line, the one member begins that the hash does not cover."""
_MAC_AT = _HASH_AT - len(_MAC + GENESIS.encode() + b'"')
_DIGEST = slice(_HASH_AT + len(_HASH), -len(_END))
_MAC_DIGEST = slice(_MAC_AT + len(_MAC), _HASH_AT - 1)
_PREV = slice(_MAC_AT - 1 - len(GENESIS), _MAC_AT - 1)
_DIGITS = re.compile("[0-9a-f]{64}")


class BrokenLineError(ContractError):
    """A line that does not follow the one before it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A record's place: its number (from 1, so also how many records were ever written) and its hash."""

    sequence: int
    hash: str


START = ChainLink(0, GENESIS)
"""What the first record follows."""


def chained(fields: Mapping[str, Any], after: ChainLink, key: bytes) -> bytes:
    """The record's line in its place, with both digests."""
    placed = {**fields, "sequence": after.sequence + 1, "prev": after.hash}
    body = json.dumps(placed, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return signed(body.encode()[:-1], key)


def signed(body: bytes, key: bytes) -> bytes:
    """A line out of its members up to `prev`, without the closing brace."""
    authentic = b'%s%s%s"' % (body, _MAC, _mac(body, key))
    return b"%s%s%s%s" % (authentic, _HASH, _hash(authentic), _END)


def link_of(line: bytes) -> ChainLink:
    """Where a line says it stands.

    Raises:
        BrokenLineError: it is no record.
    """
    record = _parsed(line)
    return ChainLink(record["sequence"], record["hash"])


def digest_of(line: bytes) -> str:
    """The hash that a line of this log ends with."""
    return line[_DIGEST].decode(errors="replace")


def before(line: bytes) -> ChainLink:
    """What a line says it follows.

    Raises:
        BrokenLineError: it is no record.
    """
    record = _parsed(line)
    return ChainLink(record["sequence"] - 1, record["prev"])


def followed(line: bytes, prev: bytes) -> bytes:
    """The line's own hash, once it is proven to follow the one whose hash is `prev`.

    Its number needs no look: it is hashed too, and who holds the key counts rightly.

    Raises:
        BrokenLineError: it does not follow, and why.
    """
    digest = _hash(line[:_HASH_AT])
    if line[_HASH_AT:] == _HASH + digest + _END and line[_PREV] == prev:
        return digest
    raise BrokenLineError(_why_not(line))


def mac_holds(line: bytes, key: bytes) -> bool:
    """Whether the line was written with this installation's key."""
    return hmac.compare_digest(_mac(line[:_MAC_AT], key), line[_MAC_DIGEST])


def _why_not(line: bytes) -> str:
    record = _parsed(line)
    if _hash(line[:_HASH_AT]) != line[_DIGEST]:
        return "the line was changed after it was written"
    return (
        f"record {record['sequence']} does not follow the one before it: lines were removed, added or moved"
    )


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BrokenLineError("the line is not JSON") from error
    if not isinstance(record, dict) or type(record.get("sequence")) is not int:
        raise BrokenLineError("the line is not a record of this log")
    if not all(_DIGITS.fullmatch(str(record.get(name))) for name in ("prev", "mac", "hash")):
        raise BrokenLineError("the line's digests are not digests")
    return record


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, "sha256").hex().encode()


def _hash(signed: bytes) -> bytes:
    return hashlib.sha256(signed).hexdigest().encode()
