"""Pages and feeds as text: in their charset, without reading what they name, and hostile ones refused in time."""

import pytest

from blocks.web_file import Fetched
from blocks.web_text import UnreadablePageError, page_text
from domain.web.page import PageText
from domain.web.watched import PageKind

ADDRESS = "https://acme.example/news/prices"
PAGE = """<html lang="de"><head><title>Preise</title>
<meta property="article:published_time" content="2026-11-02"></head>
<body><nav><a href="/jobs">Jobs</a></nav><main><h1>Unsere Preise</h1>
<p>Unser Tarif <b>Größe M</b> kostet <a href="../m">12,00 €</a> im Monat.</p>
<table><tr><td>Pro</td><td>24 EUR</td></tr></table><p>24 EUR</p><p>24 EUR</p></main>
<footer>Impressum</footer></body></html>"""
ATOM = """<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>f</id>
<entry><id>e1</id><title>One &secret;</title><link href="/one"/><summary type="html">&lt;p&gt;Hello
&lt;b&gt;you&lt;/b&gt;&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</summary><published>2026-11-02T10:00:00Z</published></entry></feed>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [
{"id": "e1", "url": "/one", "title": "One", "content_html": "<p>Hello <b>you</b></p>",
"date_published": "2026-11-02T10:00:00Z"}]}"""
ENTITIES = "".join(f'<!ENTITY l{one} "{f"&l{one - 1};" * 10}">' for one in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "lol">{ENTITIES}]><rss version="2.0"><channel><title>&l9;</title></channel></rss>'


def read(content: bytes, kind: PageKind = PageKind.PAGE, media: str = "text/html") -> PageText:
    return page_text(Fetched(ADDRESS, content, {"content-type": media}), kind)


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (PAGE.encode(), "text/html"),
        (PAGE.encode("cp1252"), "text/html; charset=iso-8859-1"),
        (PAGE.encode("utf-16"), "text/html"),
        (
            PAGE.replace("<head>", '<head><meta charset="cp1252">').encode("cp1252"),
            "text/html; charset=unheard-of",
        ),
    ],
    ids=["utf-8", "named-by-the-server", "utf-16", "named-by-itself"],
)
def test_a_page_is_read_in_its_charset_with_its_facts_and_links(content: bytes, media: str) -> None:
    found = read(content, media=media)
    assert (found.title, found.published, found.language) == ("Unsere Preise", "2026-11-02", "de")
    assert [one.text for one in found.paragraphs] == [
        "Unsere Preise",
        "Unser Tarif Größe M kostet 12,00 € im Monat.",
        "Pro | 24 EUR",
        "24 EUR",
        "24 EUR",
    ]
    assert [(one.shown, one.address) for one in found.links] == [("12,00 €", "https://acme.example/m")]


def test_the_whole_of_a_page_has_its_margins_too() -> None:
    said = [one.text for one in read(PAGE.encode(), PageKind.WHOLE).paragraphs]
    assert (said[0], said[-1], "Größe M" in said[2]) == ("Jobs", "Impressum", True)


@pytest.mark.parametrize(
    ("content", "media"),
    [(ATOM, "application/atom+xml"), (ATOM, "text/html"), (JSON_FEED, "application/feed+json")],
)
def test_a_feeds_entries_are_read_and_nothing_that_it_names_elsewhere(content: str, media: str) -> None:
    [entry] = read(content.encode(), PageKind.FEED, media).paragraphs
    assert entry.text == "One: Hello you"
    assert (entry.link, entry.published) == ("https://acme.example/one", "2026-11-02T10:00:00Z")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", PageKind.PAGE),
        (b"<div>" * 100_000, PageKind.PAGE),
        (b"<html>no feed</html>", PageKind.FEED),
        (b'{"a":' * 100_000, PageKind.FEED),
        (b'{"version": "2", "items": 1}', PageKind.FEED),
    ],
    ids=["empty", "tags-alone", "no-feed", "deep-json", "other-json"],
)
def test_what_is_no_page_or_feed_is_refused(content: bytes, kind: PageKind) -> None:
    with pytest.raises(UnreadablePageError, match="cannot be read"):
        read(content, kind, "")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<p>" + b"word " * 300_000, PageKind.PAGE),
        (b"<p><b>" * 20_000 + b"deep", PageKind.PAGE),
        (b"<p " + b"a=1 " * 100_000 + b">a\x00b</p>", PageKind.WHOLE),
        (BOMB.encode(), PageKind.FEED),
    ],
    ids=["one-line", "deep", "attributes", "entities"],
)
def test_a_hostile_page_comes_to_little_text_in_time(content: bytes, kind: PageKind) -> None:
    assert len(read(content, kind, "").text) <= 20_000
