"""The hash chain: each record carries the hash of the one before, so that no line can change unnoticed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SCHEMA = 1
GENESIS = "0" * 64
PREFIX = b"digital-fte audit v1\n"
"""In front of every hash input: a later version of the format cannot be mistaken for this one."""


def record_hash(record: Mapping[str, Any]) -> str:
    """Hash of a record (all fields but `hash`; `prev` is among them). 64 hex digits."""
    body = {name: value for name, value in record.items() if name != "hash"}
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(PREFIX + canonical.encode()).hexdigest()


def chained(record: Mapping[str, Any], sequence: int, prev: str) -> dict[str, Any]:
    """The record in its place."""
    placed = {**record, "schema": SCHEMA, "sequence": sequence, "prev": prev}
    return {**placed, "hash": record_hash(placed)}


def line_of(record: Mapping[str, Any]) -> bytes:
    """The record's one and only rendering, so that not even white space can change unnoticed."""
    return (json.dumps(record, ensure_ascii=False) + "\n").encode()


def problem_with(record: Mapping[str, Any], sequence: int | None, prev: str | None) -> str | None:
    """Why a record does not follow what came before it; None when it does.

    Args:
        record: As read from its line.
        sequence: The number before it, None for the first one that is kept.
        prev: The hash before it, None for the first one that is kept.
    """
    if record.get("hash") != record_hash(record):
        return "the line was changed after it was written"
    if sequence is not None and record.get("sequence") != sequence + 1:
        return f"line {sequence + 1} of the chain is missing or out of its place"
    if prev is not None and record.get("prev") != prev:
        return "it does not follow the line before it"
    return None
