"""A person's edits to what was asked: `key: value`, one a line, values as text and never as code."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from domain.errors import ContractError

LONGEST_CHANGES = 20_000
WORDS = {"vat": "tax number", "iban": "IBAN"}
FORM = (
    "write one 'key: value' a line, for example total: 950.00; a text of several lines: 'text: |' and the text below "
    "it, indented"
)
CUT = "what stands behind a ' #' would be left out"
PLAIN_LINE = re.compile(r"([A-Za-z][\w ]*):(?: +(?![|>&*!%@`\"'\[{]|- )(.*))?")
"""A line that is taken as it stands: a ': ' or a ' #' in it is the person's, not YAML's."""


class ChangesError(ContractError):
    """The edits cannot be understood or do not fit."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"changes: {problem.encode('utf-8', 'replace').decode()}")


def parse_changes(text: str) -> dict[str, str]:
    """The edits in a form's or note's text; block scalars (`text: |`) may span lines.

    Raises:
        ChangesError: it is not a flat list of `key: value`, or YAML would leave out some of it.
    """
    if len(text) > LONGEST_CHANGES:
        raise ChangesError(f"at most {LONGEST_CHANGES} characters are read, these are {len(text)}")
    if not text.strip():
        return {}
    lines = [PLAIN_LINE.fullmatch(line.rstrip()) for line in text.split("\n") if line.strip()]
    if all(lines):
        return {line[1].strip(): line[2] or "" for line in lines if line}
    try:
        changes = _flat_mapping(YAML(typ="base", pure=True).parse(StringIO(text)))
    except (YAMLError, ValueError) as error:
        raise ChangesError(FORM) from error
    if "".join([*changes, *changes.values()]).count("#") < text.count("#"):
        raise ChangesError(f"{CUT}; {FORM}")
    return changes


def _flat_mapping(events: Iterator[Any]) -> dict[str, str]:
    """Read a mapping of texts off the parser, and stop at anything else: nesting can take hours.

    Values are the texts as typed: 1e3, yes and 2026-01-05 mean nothing more here.
    """
    scalars: list[str] = []
    depth = 0
    for event in events:
        if isinstance(event, ScalarEvent):
            scalars.append(event.value)
        elif isinstance(event, MappingStartEvent):
            depth += 1
        elif isinstance(event, SequenceStartEvent | AliasEvent):
            raise ChangesError(FORM)
        if depth != 1 and isinstance(event, ScalarEvent | MappingStartEvent):
            raise ChangesError(FORM)
    return {key.strip(): value for key, value in zip(scalars[::2], scalars[1::2], strict=True)}


def read_changes(mapping: Mapping[Any, Any]) -> dict[str, str]:
    """The edits in front matter that was already read as YAML.

    Raises:
        ChangesError: a value is a list or a group, or a ' #' in it made the rest a comment.
    """
    if cut := [key for key in mapping if is_cut_short(mapping, key)]:
        raise ChangesError(f"{CUT}; put all of '{str(cut[0])[:80]}' between quotes")
    return {str(key).strip(): _as_text(str(key), value) for key, value in mapping.items()}


def is_cut_short(mapping: Mapping[Any, Any], key: Any) -> bool:
    """Whether YAML took the rest of this value's line for a comment; ruamel keeps that beside the mapping."""
    comments = getattr(getattr(mapping, "ca", None), "items", {}).get(key) or ()
    return any(str(getattr(comment, "value", "")).startswith("#") for comment in comments)


def allowed_changes(changeable: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes by the action's own keys.

    Args:
        changeable: What a person may change, as it is.
        changes: By these keys, or as the request shows them ('Issued on' for issued_on).

    Raises:
        ChangesError: a key is none of them, or nothing would change.
    """
    changes = {_own_key(key, changeable): value for key, value in changes.items()}
    if others := [str(key) for key in changes if key not in changeable]:
        may = f"you may change {', '.join(changeable)}" if changeable else "approve it as shown or reject it"
        raise ChangesError(f"'{others[0][:80]}' cannot be changed here; {may}")
    if all(value in (changeable[key], changeable[key] or "") for key, value in changes.items()):
        raise ChangesError("they change nothing; choose 'approve' to approve it as shown")
    return changes


def label_of(key: str) -> str:
    """What an input is called where a person reads it, such as "Vendor tax number" for vendor_vat."""
    words = " ".join(WORDS.get(word, word) for word in key.split("_"))[:80]
    return words[:1].upper() + words[1:]


def _own_key(key: str, changeable: Mapping[str, Any]) -> str:
    if key in changeable:
        return key
    spoken = {
        words.casefold(): name for name in changeable for words in (name.replace("_", " "), label_of(name))
    }
    return spoken.get(" ".join(key.replace("_", " ").split()).casefold(), key)


def _as_text(key: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple | set):
        raise ChangesError(f"'{key[:80]}' must be one value on one line")
    return str(value)
