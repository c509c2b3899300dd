"""A note: Markdown with YAML front matter, where whatever we do not change stays as it was, to the byte."""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Self

from ruamel.yaml.comments import CommentedMap

from domain.vault.broken import BrokenNoteError
from domain.vault.front_matter import dump_front, load_front
from domain.vault.plain import plain, plain_text, put
from domain.vault.splice import change_front, same_values

BYTE_ORDER_MARK = "\ufeff"
_OPENING = re.compile(r"---[ \t]*(\r\n|\n|\Z)")
_CLOSING = re.compile(r"^---[ \t]*(?:\r\n|\n|\Z)", re.MULTILINE)

__all__ = ["BrokenNoteError", "Note"]


@dataclass(frozen=True)
class _Original:
    """How the front matter stood in the file.

    Attributes:
        head: A byte order mark, the opening line.
        inner: The lines between the two --- lines.
        tail: The closing line.
    """

    head: str
    inner: str
    tail: str

    @property
    def newline(self) -> str:
        return "\r\n" if self.head.endswith("\r\n") else "\n"


@dataclass(frozen=True)
class Note:
    """One note.

    Attributes:
        front: The front matter; comments, order, quoting and unknown keys survive a change.
        body: Everything below the front matter, exactly.
    """

    front: CommentedMap
    body: str
    _original: _Original | None = field(default=None, compare=False, repr=False)

    @classmethod
    def new(cls, front: Mapping[str, Any], body: str = "") -> Self:
        """A fresh note; decimals, dates and paths in `front` become text."""
        return cls(plain(deepcopy(dict(front))), plain_text(body))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note; one without front matter has an empty `front`.

        Raises:
            BrokenNoteError: the front matter cannot be read; it names the line and the problem.
        """
        mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
        opening = _OPENING.match(text, len(mark))
        if opening is None:
            return cls(CommentedMap(), text)
        closing = _CLOSING.search(text, opening.end())
        if closing is None:
            raise BrokenNoteError(
                1, "the front matter begins with --- and no second --- line ends it; add one"
            )
        original = _Original(
            text[: opening.end()],
            text[opening.end() : closing.start()],
            text[closing.start() : closing.end()],
        )
        return cls(load_front(original.inner), text[closing.end() :], original)

    def with_front(self, **changes: Any) -> Self:
        """The same note with these keys set; all else stays."""
        front = deepcopy(self.front)
        for key, value in changes.items():
            put(front, key, plain(deepcopy(value)))
        return replace(self, front=front)

    def without_front(self, *keys: str) -> Self:
        """The same note without these keys."""
        front = deepcopy(self.front)
        for key in keys:
            front.pop(key, None)
        return replace(self, front=front)

    def with_body(self, body: str) -> Self:
        """The same note with another body."""
        return replace(self, body=plain_text(body))

    def render(self) -> str:
        """The note as text: byte for byte what was parsed, if nothing changed."""
        return self._render_front() + self.body

    def _render_front(self) -> str:
        kept = self._original
        if kept is None:
            return self._render_new()
        before = load_front(kept.inner)
        inner = kept.inner if same_values(self.front, before) else self._render_changed(kept, before)
        tail = kept.tail if kept.tail.endswith("\n") or not self.body else kept.tail + kept.newline
        return kept.head + inner + tail

    def _render_new(self) -> str:
        if self.front:
            return f"---\n{dump_front(plain(deepcopy(self.front)))}---\n"
        needs_fence = _OPENING.match(self.body, int(self.body.startswith(BYTE_ORDER_MARK)))
        return "---\n---\n" if needs_fence else ""

    def _render_changed(self, kept: _Original, before: CommentedMap) -> str:
        text = kept.inner.replace("\r\n", "\n")
        changed = change_front(text, before, plain(deepcopy(self.front)))
        return changed.replace("\n", kept.newline)
