"""One value in a note's front matter, changed in its own line: comments beside and below it stay."""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from domain.vault.front_matter import dump_front
from domain.vault.note import BrokenNoteError, Note
from domain.vault.splice import same_values


def value_of(note: Note, path: str) -> Any:
    """The value at `name` or `group.name`; None where there is none."""
    group, _, name = path.rpartition(".")
    return ((note.front.get(group) or {}) if group else note.front).get(name)


def with_value(note: Note, path: str, value: Any) -> Note:
    """The note with the value at `name` or `group.name` set."""
    group, _, name = path.rpartition(".")
    if not group:
        return note.with_front(**{name: value})
    changed = deepcopy(note.front.get(group) or {})
    changed[name] = value
    wanted = note.with_front(**{group: changed})
    try:
        in_line = Note.parse(_in_its_line(note.render(), group, name, value))
    except BrokenNoteError:  # it stood on several lines
        return wanted
    return in_line if same_values(in_line.front, wanted.front) else wanted


def _in_its_line(text: str, group: str, name: str, value: Any) -> str:
    written = (
        json.dumps(value, ensure_ascii=False)  # YAML's own way to write a group on one line
        if isinstance(value, Mapping | list)
        else dump_front({name: value}).strip().partition(":")[2].strip()
    )
    pattern = re.compile(
        rf"^{re.escape(group)}:[^\n]*\n(?:[ \t#][^\n]*\n)*?[ \t]+{re.escape(name)}:", re.MULTILINE
    )
    found = pattern.search(text)
    if found is None:
        return text
    line, newline, rest = text[found.end() :].partition("\n")
    old, mark, remark = line.partition("#")
    room = f" {written}".ljust(len(old)) if mark else f" {written}"
    return (
        text[: found.end()]
        + room
        + (f"{'' if room.endswith(' ') else ' '}#{remark}" if mark else "")
        + newline
        + rest
    )
