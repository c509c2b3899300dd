"""An HTML body as a person sees it: its lines, its links and where they really lead, its embedded data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

MAX_HTML = 2_000_000
_BEGINNING = re.compile(rb"(?:<!doctype html|<html\b)", re.IGNORECASE)
_BREAKING_TAGS = """
    p div br tr li ul ol table h1 h2 h3 h4 h5 h6 hr dl dt dd section article header footer blockquote
"""
_BREAKS = frozenset(_BREAKING_TAGS.split())
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"}
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|"
    r"opacity\s*:\s*0(?![.\d]*[1-9])|max-height\s*:\s*0(?!\.)"
)


_QUOTING = re.compile(
    r"(?:gmail_(?:quote|extra)|yahoo_quoted|moz-(?:cite-prefix|forward-container)|protonmail_quote|tutanota_quote"
    r"|zmail_extra|divRplyFwdMsg|appendonsend|OutlookMessageHeader|reply-intro|mail-editor-reference-message)",
    re.IGNORECASE,
)
"""In the class or id of what a mail program puts before, or around, the mail that is answered or forwarded."""
_RULED_OFF = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid", re.IGNORECASE)
"""Outlook's line above the head of the mail that is answered."""


@dataclass(frozen=True, slots=True)
class HtmlLink:
    """What a link shows and where it leads."""

    shown: str
    target: str


@dataclass(slots=True)
class HtmlPage:
    """The visible text, the links, and every JSON-LD script of an HTML body.

    Attributes:
        own: The text above the first mail that is quoted or forwarded in it; all of it where none is.
        quoted: The rest.
    """

    text: str = ""
    own: str = ""
    quoted: str = ""
    links: list[HtmlLink] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.page = HtmlPage()
        self._skipping: list[str] = []
        self._link: tuple[str, int] | None = None
        self._json: list[str] | None = None
        self.own_parts: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type", "").lower().startswith("application/ld+json"):
            self._json = []
        if (
            self._skipping
            or tag in _UNSEEN
            or "hidden" in given
            or (tag not in _VOID and _HIDDEN.search(given.get("style", "").lower()))
        ):
            if tag not in _VOID:
                self._skipping.append(tag)
            return
        if self.own_parts is None and _is_quoting(tag, given):
            self.own_parts = len(self.parts)
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append("  ")
        elif tag == "a" and given.get("href"):
            self._link = (given["href"], len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._json is not None:
            self.page.json_ld.append("".join(self._json))
            self._json = None
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        if tag == "a" and self._link:
            target, start = self._link
            self.page.links.append(HtmlLink(" ".join("".join(self.parts[start:]).split()), target))
            self._link = None
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._json is not None:
            self._json.append(data)
        elif not self._skipping:
            self.parts.append(re.sub(r"\s+", " ", data))


def _is_quoting(tag: str, given: Mapping[str, str]) -> bool:
    """Whether what begins here was written by somebody else, or earlier."""
    named = f"{given.get('class', '')} {given.get('id', '')}"
    return (
        tag == "blockquote"
        or bool(_QUOTING.search(named))
        or (tag == "div" and bool(_RULED_OFF.search(given.get("style", ""))))
    )


def _lines(parts: Sequence[str]) -> str:
    lines = (re.sub(r" {3,}", "  ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def is_web_page(suffix: str, start: bytes) -> bool:
    """Whether a file is one, by the ending of its name in lower case, or by what it begins with."""
    return suffix in {".html", ".htm"} or _BEGINNING.match(start) is not None


def read_page(html: str) -> HtmlPage:
    """Read an HTML body; text that is hidden from the reader is left out."""
    reader = _Reader()
    reader.feed(html[:MAX_HTML])
    reader.close()
    page, end = reader.page, reader.own_parts
    page.text = _lines(reader.parts)
    page.own = page.text if end is None else _lines(reader.parts[:end])
    page.quoted = "" if end is None else _lines(reader.parts[end:])
    return page
