"""A person's edits to what was asked: `key: value`, one a line, values as text and never as code."""

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
FORM = "write one 'key: value' a line, for example: total: 950.00"


class ChangesError(ContractError):
    """The edits cannot be understood or do not fit."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"changes: {problem.encode('utf-8', 'replace').decode()}")


def parse_changes(text: str) -> dict[str, str]:
    """The edits in a form's or note's text; block scalars (`text: |`) may span lines.

    Raises:
        ChangesError: it is not a flat list of `key: value`.
    """
    if len(text) > LONGEST_CHANGES:
        raise ChangesError(f"at most {LONGEST_CHANGES} characters are read, these are {len(text)}")
    if not text.strip():
        return {}
    try:
        return _flat_mapping(YAML(typ="base", pure=True).parse(StringIO(text)))
    except (YAMLError, ValueError) as error:
        raise ChangesError(FORM) from error


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
        ChangesError: a value is a list or a group.
    """
    return {str(key).strip(): _as_text(str(key), value) for key, value in mapping.items()}


def apply_changes(inputs: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with these top-level values replaced; an empty value means none.

    Args:
        inputs: What was asked.
        changes: By the inputs' own keys, or as the request shows them ('Issued on' for issued_on).

    Raises:
        ChangesError: a key is not one of the inputs', or nothing would change.
    """
    changes = {_own_key(key, inputs): value for key, value in changes.items()}
    unknown = [str(key) for key in changes if key not in inputs]
    if unknown:
        raise ChangesError(f"there is no '{unknown[0][:80]}' here; known are {', '.join(sorted(inputs))}")
    edited = {**inputs, **{key: None if value == "" else value for key, value in changes.items()}}
    if edited == dict(inputs):
        raise ChangesError("they change nothing; choose 'approve' to approve it as shown")
    return edited


def label_of(key: str) -> str:
    """What an input is called where a person reads it, such as "Vendor tax number" for vendor_vat."""
    words = " ".join(WORDS.get(word, word) for word in key.split("_"))[:80]
    return words[:1].upper() + words[1:]


def _own_key(key: str, inputs: Mapping[str, Any]) -> str:
    if key in inputs:
        return key
    spoken = {words.casefold(): name for name in inputs for words in (name.replace("_", " "), label_of(name))}
    return spoken.get(" ".join(key.replace("_", " ").split()).casefold(), key)


def _as_text(key: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple | set):
        raise ChangesError(f"'{key[:80]}' must be one value on one line")
    return str(value)
