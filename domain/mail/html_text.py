"""An HTML body as a person sees it: its lines, its links and where they really lead, its embedded data."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

MAX_HTML = 2_000_000
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


@dataclass(frozen=True, slots=True)
class HtmlLink:
    """What a link shows and where it leads."""

    shown: str
    target: str


@dataclass(slots=True)
class HtmlPage:
    """The visible text, the links, and every JSON-LD script of an HTML body."""

    text: str = ""
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


def read_page(html: str) -> HtmlPage:
    """Read an HTML body; text that is hidden from the reader is left out."""
    reader = _Reader()
    reader.feed(html[:MAX_HTML])
    reader.close()
    lines = (re.sub(r" {3,}", "  ", line).strip() for line in "".join(reader.parts).split("\n"))
    reader.page.text = "\n".join(line for line in lines if line)
    return reader.page
