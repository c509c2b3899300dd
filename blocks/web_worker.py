"""Reads one web page or feed in a process of its own, where hostile HTML can spend neither our time nor our memory.

Run through `bounded.py` as `web_worker.py page|whole|feed ADDRESS CHARSET`, the content on standard input; the answer
is JSON on standard output. It imports nothing of ours. Whatever fails ends the process.
"""

import codecs
import json
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urljoin

MOST_PARAGRAPHS, LONGEST_PARAGRAPH, MOST_TEXT = 2_000, 20_000, 200_000
MOST_LINKS, LONGEST_LINK = 100, 2_000
MOST_ENTRIES, LONGEST_SUMMARY = 200, 300
NO_FEED = "it is no RSS, Atom or JSON feed"
DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
DECLARED_WITHIN = 2_048
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SPACES = re.compile(r"\s+")
_BLOCK_TAGS = """
    address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr
    li main nav ol p pre section table td th tr ul
"""
BLOCKS = frozenset(_BLOCK_TAGS.split())
UNSEEN = frozenset({"script", "style", "head", "noscript", "template", "iframe", "svg", "object"})


def as_text(content: bytes, charset: str) -> str:
    """The page's text in the charset that its mark, its server or itself names, else UTF-8, else Windows-1252."""
    for mark, named in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(named, "replace")
    declared = DECLARED.search(content[:DECLARED_WITHIN])
    for name in (charset, declared[1].decode() if declared else "", "utf-8"):
        try:
            codec = codecs.lookup(name).name
            # browsers read Latin-1 as Windows-1252 (WHATWG Encoding, "Names and labels")
            return content.decode("cp1252" if codec in {"iso8859-1", "ascii"} else codec)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace")


def page(html: str, address: str, *, whole: bool) -> dict[str, Any]:
    """The page's main text, or all that can be seen of it where that is wanted, or where it has no main text."""
    import trafilatura
    from trafilatura.settings import use_config

    config = use_config()
    for size in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"):
        config.set("DEFAULT", size, "1")  # else a short page is read in a coarse way, its menus included
    tree = parsed(html)
    language, seen = tree.get("lang") or "", list(blocks_of(tree))
    links = links_of(tree.iter("a"), "href", address)
    found: Any = trafilatura.bare_extraction(
        tree,
        url=address,
        config=config,
        fast=True,
        favor_recall=True,
        include_links=True,
        include_comments=False,
        with_metadata=True,
    )
    if whole or found is None or found.body is None:
        paragraphs = seen
    else:
        paragraphs = list(paragraphs_of(found.body))
        links = links_of(found.body.iter("ref"), "target", address)
    kept = list(bounded(paragraphs))
    return {
        "title": one_line((found.title if found else "") or ""),
        "published": (found.date if found else "") or "",
        "language": language[:20],
        "paragraphs": [{"text": text} for text in kept],
        "links": links,
        "is_cut": len(kept) == MOST_PARAGRAPHS or sum(map(len, kept)) >= MOST_TEXT,
    }


def parsed(html: str) -> Any:
    """The page as a tree; of plain text each line is a block."""
    from lxml import html as reader

    if "<" not in html:
        html = "".join(f"<p>{line}</p>" for line in html.splitlines())
    parser = reader.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    return reader.document_fromstring((html.strip() or "<p></p>").encode(), parser)


def paragraphs_of(body: Any) -> Iterator[str]:
    """Headings, paragraphs, items and rows of what trafilatura has found, in their order."""
    for part in body:
        if part.tag == "table":
            for row in part.iter("row"):
                yield " | ".join(one_line(" ".join(cell.itertext())) for cell in row.iter("cell"))
        elif part.tag == "list":
            yield from ("".join(item.itertext()) for item in part.iter("item"))
        else:
            for line in part.iter("lb"):
                line.tail = f" {line.tail or ''}"
            yield "".join(part.itertext())


def blocks_of(tree: Any) -> Iterator[str]:
    """All that can be seen, one block at a time."""
    from lxml import etree

    words: list[str] = []
    skipped = 0
    for event, part in etree.iterwalk(tree, events=("start", "end")):
        is_block = part.tag in BLOCKS
        if event == "start":
            skipped += part.tag in UNSEEN
            if is_block:
                yield "".join(words)
                words = []
            if not skipped and isinstance(part.tag, str):
                words.append(part.text or "")
        else:
            skipped -= part.tag in UNSEEN
            if is_block:
                yield "".join(words)
                words = []
            if not skipped:
                words.append(part.tail or "")
    yield "".join(words)


def links_of(parts: Iterable[Any], name: str, address: str) -> list[dict[str, str]]:
    """Where links lead, each once, with what they show."""
    found: dict[str, str] = {}
    for part in parts:
        target = absolute(address, part.get(name) or "")
        if target and target not in found:
            found[target] = one_line("".join(part.itertext()))[:200]
        if len(found) == MOST_LINKS:
            break
    return [{"shown": shown, "address": target} for target, shown in found.items()]


def absolute(address: str, target: str) -> str:
    """A link's web address; empty for what is none, or leads to a place on the same page."""
    try:
        full = urljoin(address, target.strip())
    except ValueError:
        return ""
    is_web = full.startswith(("http://", "https://")) and len(full) <= LONGEST_LINK
    return full if is_web and not target.startswith("#") else ""


def feed(content: bytes, address: str) -> dict[str, Any]:
    """An RSS, Atom or JSON feed's entries, in its order."""
    if content.lstrip()[:1] == b"{":
        return json_feed(json.loads(content), address)
    import feedparser

    found = feedparser.parse(content, response_headers={"content-location": address})
    if not found.version:
        raise SystemExit(NO_FEED)
    about = {name: str(found.feed.get(name, "")) for name in ("title", "language")}
    return feed_of(about, [dict(one) for one in found.entries[:MOST_ENTRIES]], address)


def json_feed(found: Any, address: str) -> dict[str, Any]:
    """By jsonfeed.org, version 1.1."""
    if not isinstance(found, dict) or not str(found.get("version", "")).startswith("https://jsonfeed.org/"):
        raise SystemExit(NO_FEED)
    items = [one for one in list(found.get("items") or [])[:MOST_ENTRIES] if isinstance(one, dict)]
    for one in items:
        one["link"], one["published"] = one.get("url"), one.get("date_published")
        one["summary"] = one.get("summary") or one.get("content_text") or one.get("content_html")
    return feed_of({name: str(found.get(name, "")) for name in ("title", "language")}, items, address)


def feed_of(about: dict[str, str], entries: list[dict[str, Any]], address: str) -> dict[str, Any]:
    """A feed whose entries have the names that feedparser gives."""
    paragraphs = [entry(one, address) for one in entries]
    return {"title": one_line(about["title"]), "language": about["language"][:20], "paragraphs": paragraphs}


def entry(one: dict[str, Any], address: str) -> dict[str, str]:
    """One entry as a paragraph with its link and what tells it from others."""
    title, summary = (
        plain(str(one.get("title") or "")),
        plain(str(one.get("summary") or ""))[:LONGEST_SUMMARY],
    )
    text = summary if summary.startswith(title) else ": ".join(filter(None, [title, summary]))
    where = absolute(address, str(one.get("link") or ""))
    return {
        "text": text[:LONGEST_LINK],
        "link": where,
        "id": str(one.get("id") or where or text)[:LONGEST_LINK],
        "published": str(one.get("published") or "")[:60],
    }


def plain(markup: str) -> str:
    """What can be seen of a piece of HTML."""
    if "<" not in markup and "&" not in markup:
        return one_line(markup)
    from lxml import html

    return one_line(" ".join(blocks_of(html.fromstring(f"<div>{markup}</div>"))))


def one_line(text: str) -> str:
    """Its words, one space apart."""
    return SPACES.sub(" ", text).strip()


def bounded(paragraphs: Iterable[str]) -> Iterator[str]:
    """The first of them that say something, until there is more text than is kept."""
    left = MOST_TEXT
    for text in islice(filter(None, map(one_line, paragraphs)), MOST_PARAGRAPHS):
        yield text[: min(LONGEST_PARAGRAPH, left)]
        left -= len(text)
        if left <= 0:
            return


if __name__ == "__main__":
    kind, where, charset = sys.argv[1:4]
    taken = sys.stdin.buffer.read()
    if kind == "feed":
        answer = feed(taken, where)
    else:
        answer = page(as_text(taken, charset).replace("\0", ""), where, whole=kind == "whole")
    sys.stdout.write(json.dumps(answer))
