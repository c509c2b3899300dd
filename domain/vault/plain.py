"""Any value as one that YAML, Obsidian and JSON all read back the same."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import ScalarString

from domain.errors import ContractError

DEEPEST = 20
LARGEST_NUMBER = 10**15
"""Beyond it editors written in JavaScript round; such a number is kept as text."""

LONGEST_KEY = 120
_KEY = re.compile(f"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]{{1,{LONGEST_KEY}}}")
_UNWRITABLE = re.compile(r"[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnwritableValueError(ContractError):
    """A value has no plain form."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"a {kind} cannot be written into a note's front matter; give text, a number, a list or a group, "
            "and put what is long into the body"
        )


def plain(value: Any, depth: int = 0) -> Any:
    """The value as text, number, truth, None, list or mapping.

    Decimals, dates, times and paths become text, exact and in ISO form. Lists and mappings that came from a
    note are changed in place, so that their comments stay.

    Raises:
        UnwritableValueError: there is no such form, or it is nested too deep.
    """
    if depth > DEEPEST:
        raise UnwritableValueError("group nested too deep")
    if isinstance(value, Mapping):
        return _plain_mapping(value, depth)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Enum):
        return _plain_list(value, depth)
    return _plain_scalar(value)


def _plain_mapping(value: Mapping[Any, Any], depth: int) -> CommentedMap:
    mapping = value if isinstance(value, CommentedMap) else CommentedMap(value)
    for key, item in list(mapping.items()):
        simple = plain(item, depth + 1)
        if simple is not item:
            put(mapping, key, simple)
    if all(isinstance(key, str) for key in mapping) or mapping is value:
        return _with_keys(mapping)
    return _with_keys(CommentedMap({str(key): item for key, item in mapping.items()}))


def _with_keys(mapping: CommentedMap) -> CommentedMap:
    for key in mapping:
        if isinstance(key, str) and not _KEY.fullmatch(key):
            raise UnwritableValueError(
                f"key {key[:LONGEST_KEY]!r} (one line of at most {LONGEST_KEY} characters)"
            )
    return mapping


def _plain_list(value: Iterable[Any], depth: int) -> CommentedSeq:
    items = value if isinstance(value, CommentedSeq) else CommentedSeq(value)
    for index, item in enumerate(items):
        simple = plain(item, depth + 1)
        if simple is not item:
            put(items, index, simple)
    return items


def put(group: CommentedMap | CommentedSeq, key: Any, value: Any) -> None:
    """Set a value in its own style; ruamel would write a new text in the style of the old one, fitting or not."""
    group[key] = None
    group[key] = value


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, ScalarString) and not _fits_any_style(value):
        value = str(value)
    if isinstance(value, str):
        return plain_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < LARGEST_NUMBER and "e" not in str(value) else str(value)
    return _spelled_out(value)


def _fits_any_style(text: str) -> bool:
    return all(
        line.isprintable() and line and line == line.strip() for line in text.removesuffix("\n").split("\n")
    )


def _spelled_out(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, PurePath):
        return plain_text(value.as_posix())
    raise UnwritableValueError(f"value of type {type(value).__name__}")


def plain_text(text: str) -> str:
    """Text without what cannot be stored; each such character becomes a replacement mark."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text) if _UNWRITABLE.search(text) else text
