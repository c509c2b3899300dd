"""YAML front matter, read and written so that a person's hand edits survive.

Only what every editor understands: text, whole numbers, decimals, true/false, empty, lists and groups. Dates
stay the text they are. Tags, anchors and aliases are refused: they can execute, or blow up.
"""

import pickle
import re
from collections.abc import Mapping
from functools import lru_cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.parser import RoundTripParser
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.resolver import VersionedResolver, implicit_resolvers
from ruamel.yaml.scanner import RoundTripScanner

from domain.vault.broken import FIRST_FRONT_LINE, BrokenNoteError, broken_note
from domain.vault.plain import UnwritableValueError

LONGEST_FRONT = 131_072
"""Characters; a note is for people, and reading YAML is slow."""

DEEPEST_FRONT = 20
MOST_ENTRIES = 6_000
LONGEST_LINE = 1_000_000
"""Wider than any line: a long value is never folded."""

_UNUSUAL_BREAK = re.compile("[\r\x85\u2028\u2029\ufeff]")
_REMARKS = re.compile(r"(?:[ \t]*(?:#.*)?(?:\r?\n|\Z))*\Z")

Patterns = dict[str, list[tuple[str, Any]]]

_READ_AS = (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,14})", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,22}", "-+0123456789"),
)
"""Other numbers (leading zeros, hexadecimal, exponents, too long for a double) stay the text they are."""


def _reading_patterns() -> Patterns:
    patterns: Patterns = {}
    for kind, pattern, starts in _READ_AS:
        for start in [*starts, *([""] if kind == "null" else [])]:
            entry = (f"tag:yaml.org,2002:{kind}", re.compile(f"(?:{pattern})\\Z"))
            patterns.setdefault(start, []).append(entry)
    return patterns


def _writing_patterns() -> Patterns:
    """Ours, and whatever another YAML reader takes for something else than text: those are quoted."""
    patterns = _reading_patterns()
    for _versions, tag, pattern, starts in implicit_resolvers:
        if not tag.endswith(":timestamp"):
            for start in starts:
                patterns.setdefault(start, []).append((tag, pattern))
    return patterns


class _ReadingResolver(VersionedResolver):
    patterns = _reading_patterns()

    @property
    def versioned_resolver(self) -> Patterns:
        return self.patterns


class _WritingResolver(_ReadingResolver):
    patterns = _writing_patterns()


class _GuardedParser(RoundTripParser):
    """Stops at what a note may not hold before anything is built from it."""

    depth = 0
    entries = 0

    def get_event(self) -> Any:
        event = super().get_event()
        self.entries += 1
        problem = self._problem(event)
        if problem:
            raise BrokenNoteError(event.start_mark.line + FIRST_FRONT_LINE, problem)
        return event

    def _problem(self, event: Any) -> str | None:
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            self.depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.depth -= 1
        if self.depth > DEEPEST_FRONT:
            return f"lists and groups are nested more than {DEEPEST_FRONT} deep; flatten them"
        if self.entries > MOST_ENTRIES:
            return f"the front matter has more than {MOST_ENTRIES} entries; move text below it"
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            return (
                "anchors (&name) and aliases (*name) are not used in notes; write the value out, or quote it"
            )
        return _tag_problem(event)


def _tag_problem(event: Any) -> str | None:
    if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) and event.tag:
        return "tags (words that begin with !) are not used in notes; put the value in quotes"
    return None


class _GuardedScanner(RoundTripScanner):
    def fetch_key(self) -> Any:
        """Refuses keys that are lists or groups themselves."""
        line = self.reader.line + FIRST_FRONT_LINE
        raise BrokenNoteError(line, "a line cannot begin with '? '; put the value in quotes")


class _Representer(RoundTripRepresenter):
    def represent_str(self, data: str) -> Any:
        """Text with an unusual line break is written with escapes, or the emitter would break the line there."""
        style = '"' if _UNUSUAL_BREAK.search(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (the interface)
        """One list under two keys is written out twice; no anchors."""
        return True


_Representer.add_representer(str, _Representer.represent_str)


class _FrontYaml(YAML):
    def official_plug_ins(self) -> list[str]:
        """None; the search for them would read the disk."""
        return []


def _yaml(resolver: type[VersionedResolver]) -> YAML:
    yaml = _FrontYaml()
    yaml.Resolver = resolver
    yaml.Scanner = _GuardedScanner
    yaml.Parser = _GuardedParser
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = LONGEST_LINE
    return yaml


def load_front(text: str) -> CommentedMap:
    """Read front matter (without its --- lines).

    Raises:
        BrokenNoteError: it is not a group of 'key: value' lines, or holds what a note may not.
    """
    if len(text) > LONGEST_FRONT:
        raise BrokenNoteError(
            1, f"the front matter is longer than {LONGEST_FRONT} characters; move text below it"
        )
    directive = re.search(r"^%", text, re.MULTILINE)
    if directive:
        line = text.count("\n", 0, directive.start()) + FIRST_FRONT_LINE
        raise BrokenNoteError(line, "a line cannot begin with %; put the value in quotes")
    front = pickle.loads(_parsed(text.replace("\r\n", "\n")))  # noqa: S301 (our own bytes, a moment old)
    if front is None and _REMARKS.match(text):
        return CommentedMap()
    if not isinstance(front, CommentedMap):
        raise BrokenNoteError(
            FIRST_FRONT_LINE, "the front matter is not of the form 'key: value' on each line"
        )
    for key in front:
        if not isinstance(key, str):
            line = front.lc.key(key)[0] + FIRST_FRONT_LINE
            raise BrokenNoteError(line, f"the key {key} is not a word; put it in quotes")
    return front


@lru_cache(maxsize=64)
def _parsed(text: str) -> bytes:
    """What the text says, to be copied by each caller: copying takes a twentieth of the time of reading."""
    try:
        return pickle.dumps(_yaml(_ReadingResolver).load(text))
    except YAMLError as error:
        raise broken_note(error) from error
    except NotImplementedError as error:  # ruamel's word for two remarks that belong to one value
        line = re.search(r"line: (\d+)", str(error))
        raise BrokenNoteError(
            FIRST_FRONT_LINE + int(line[1] if line else 0), "put this remark (#) on a line of its own"
        ) from error


def dump_front(front: Mapping[str, Any], *, like: str = "") -> str:
    """Write front matter (without its --- lines).

    Args:
        front: What `load_front` gave, perhaps changed; comments, order and quoting are kept.
        like: The text it came from; its way of indenting lists is kept.

    Raises:
        UnwritableValueError: it is so large that no note with it could be read again.
    """
    if _events(front) > MOST_ENTRIES:
        raise UnwritableValueError(f"group with more than {MOST_ENTRIES} entries")
    yaml = _yaml(_WritingResolver)
    if not re.search(r"^- ", like, re.MULTILINE):
        yaml.indent(mapping=2, sequence=4, offset=2)  # as Obsidian writes lists
    out = StringIO()
    yaml.dump(front, out)
    if out.tell() > LONGEST_FRONT:
        raise UnwritableValueError(f"group of more than {LONGEST_FRONT} characters")
    return out.getvalue()


def _events(value: Any) -> int:
    """How many entries the parser will count, a little generously."""
    if isinstance(value, Mapping):
        return 6 + sum(1 + _events(item) for item in value.values())
    return 6 + sum(map(_events, value)) if isinstance(value, list) else 1
