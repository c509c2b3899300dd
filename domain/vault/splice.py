"""Changing front matter by its lines: a key that keeps its value keeps its lines, to the byte.

YAML libraries that keep comments lose some in odd places; here they can lose only those of a changed key.
"""

import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap

from domain.vault.broken import BrokenNoteError
from domain.vault.front_matter import dump_front, load_front
from domain.vault.plain import put

_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")
_REMARK = re.compile(r"#|\s*$")


def same_values(one: Any, other: Any) -> bool:
    """Equal in value, type and order: 1 is not True, and a moved key is a change."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(same_values(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_values, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def change_front(text: str, before: CommentedMap, after: CommentedMap) -> str:
    """The front matter `text`, which says `before`, changed to say `after`.

    Args:
        text: With plain line ends, without the --- lines.
        before: What `load_front` reads in it.
        after: Plain values, as `domain.vault.plain.plain` gives them.
    """
    if not before:
        return text + (dump_front(after, like=text) if after else "")
    spliced = _spliced(text, before, after)
    if spliced is not None and _says(spliced, after):
        return spliced
    return dump_front(after, like=text) if after else ""


def _says(text: str, wanted: CommentedMap) -> bool:
    try:
        return same_values(load_front(text), wanted)
    except BrokenNoteError:
        return False


def _spliced(text: str, before: CommentedMap, after: CommentedMap) -> str | None:
    """None where lines and keys do not go together: `{a: 1}` on one line, keys in another order."""
    kept = [key for key in before if key in after]
    added = [key for key in after if key not in before]
    if before.fa.flow_style() or list(after) != kept + added or _ODD_BREAKS.search(text):
        return None
    parts = _parts(text, before)
    changed = [parts.pop("")]
    for key, part in parts.items():
        changed.append(_changed_part(part, key, before, after))
    whole = "".join(changed)
    if not added:
        return whole
    end = "" if not whole or whole.endswith("\n") else "\n"
    return whole + end + dump_front(CommentedMap({key: after[key] for key in added}), like=text)


def _parts(text: str, front: CommentedMap) -> dict[str, str]:
    """Each key's lines up to the next key's; under "" what stands above the first."""
    lines = text.split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
    starts = [front.lc.key(key)[0] for key in front]
    ends = [*starts[1:], len(lines)]
    parts = {"": "".join(lines[: starts[0]])}
    for key, start, end in zip(front, starts, ends, strict=True):
        parts[key] = "".join(lines[start:end])
    return parts


def _changed_part(part: str, key: str, before: CommentedMap, after: CommentedMap) -> str:
    if key in after and same_values(before[key], after[key]):
        return part
    own, remarks = _without_remarks(part)
    if key not in after:
        return remarks
    alone = load_front(own)
    put(alone, key, after[key])
    return dump_front(alone, like=own) + remarks


def _without_remarks(part: str) -> tuple[str, str]:
    """The key's own lines, and the remarks below them, which speak of the next key."""
    lines = part.splitlines(keepends=True)
    end = len(lines)
    while end > 1 and _REMARK.match(lines[end - 1]):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])
