"""What changed outside, as a part of the briefing: counted with addresses, unread pages said, nothing guessed."""

from datetime import UTC, datetime, timedelta

from domain.briefing.outside import NOTHING_WATCHED
from domain.briefing.part import Standing
from domain.vault.note import Note
from domain.web.change import Change
from domain.web.page import Paragraph
from domain.web.watched import NOTE, WatchedPage
from domain.week import ended_week
from tasks.briefing.outside import outside_part
from tasks.vault.vault import current_vault, init_vault
from tasks.web.kept import KeptPage, keep_version, note_look

NOW = datetime(2026, 11, 30, 7, tzinfo=UTC)
WEEK = ended_week("", NOW, UTC)
ACME = WatchedPage(name="acme", url="https://acme.example/prices")
NEWS = WatchedPage(name="news", url="https://news.example/feed", kind="feed")


def kept(page: WatchedPage, at: datetime, number: int | None, change: Change | None = None) -> None:
    assert keep_version(page, KeptPage(at, at), [Paragraph(text="x")], before=number, change=change)


def test_the_weeks_changes_are_counted_with_their_addresses_and_unread_pages_are_said() -> None:
    init_vault(current_vault().root)
    assert outside_part(WEEK, NOW).said == (NOTHING_WATCHED,)
    pages = [page.model_dump(mode="json") for page in (ACME, NEWS)]
    current_vault().save_root(NOTE, Note.new({"pages": pages}))
    assert outside_part(WEEK, NOW).standing is Standing.MISSING
    entry = Paragraph(text="A word that [links](http://x.example)", link="https://news.example/1")
    kept(ACME, WEEK.since - timedelta(days=3), None)
    kept(ACME, WEEK.since - timedelta(days=1), 1, Change(removed=("of the week before",)))
    kept(ACME, WEEK.since + timedelta(days=1), 2, Change(removed=("of the week",)))
    before = outside_part(ended_week("2026-W46", NOW, UTC), NOW)
    assert (before.standing, before.numbers) == (Standing.MISSING, ()), "what nobody had read yet is not 0"
    kept(NEWS, WEEK.since, None)
    kept(NEWS, WEEK.since + timedelta(days=2), 1, Change(added=(entry,)))
    part = outside_part(WEEK, NOW)
    assert (part.standing, part.as_of) == (Standing.KNOWN, WEEK.since + timedelta(days=1))
    [total] = part.numbers
    assert (total.value, [record.url for record in total.records]) == (
        2,
        ["https://acme.example/prices", "https://news.example/1"],
    )
    assert [row.label for row in part.tables[0].rows] == [
        "acme (https://acme.example/prices)",
        "news (https://news.example/feed)",
    ]
    assert part.said == ()
    assert part.findings == (), "the words of a page are told by nobody's sentence"
    note_look(ACME, KeptPage(NOW, WEEK.since, "it answers HTTP 404"))
    part = outside_part(WEEK, NOW)
    assert part.standing is Standing.PARTIAL
    assert "acme could not be read since 2026-11-23 00:00 UTC: it answers HTTP 404." in part.said
    current_vault().save_root(NOTE, Note.new({"pages": 1}))
    assert outside_part(WEEK, NOW).standing is Standing.MISSING
