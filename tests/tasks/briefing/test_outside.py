"""What changed outside, as a part of the briefing: counted with addresses, unread pages said, nothing guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from blocks.database import transaction
from domain.briefing.outside import NOTHING_WATCHED
from domain.briefing.part import Standing
from domain.vault.note import Note
from domain.web.change import PageChange
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


def kept(page: WatchedPage, at: datetime, number: int | None, change: PageChange | None = None) -> None:
    assert keep_version(page, KeptPage(at, at), [Paragraph(text="x")], before=number, change=change)


def test_the_weeks_changes_are_counted_with_their_addresses_and_unread_pages_are_said() -> None:
    init_vault(current_vault().root)
    assert outside_part(WEEK, NOW).said == (NOTHING_WATCHED,)
    pages = [page.model_dump(mode="json") for page in (ACME, NEWS)]
    current_vault().save_root(NOTE, Note.new({"pages": pages}))
    assert outside_part(WEEK, NOW).standing is Standing.MISSING
    entry = Paragraph(text="A word that [links](http://x.example)", link="https://news.example/1")
    kept(ACME, WEEK.since - timedelta(days=3), None)
    kept(ACME, WEEK.since - timedelta(days=1), 1, PageChange(removed=("of the week before",)))
    kept(ACME, WEEK.since + timedelta(days=1), 2, PageChange(removed=("of the week",)))
    before = outside_part(ended_week("2026-W46", NOW, UTC), NOW)
    assert (before.standing, before.numbers) == (Standing.MISSING, ()), "what nobody had read yet is not 0"
    kept(NEWS, WEEK.since, None)
    kept(NEWS, WEEK.since + timedelta(days=2), 1, PageChange(added=(entry,)))
    part = outside_part(WEEK, NOW)
    assert part.standing is Standing.STALE
    assert part.said == (
        "acme was not read since 2026-11-24 00:00 UTC, before the week had ended.",
        "news was not read since 2026-11-25 00:00 UTC, before the week had ended.",
    )
    for page in (ACME, NEWS):
        note_look(page, KeptPage(NOW, NOW))
    part = outside_part(WEEK, NOW)
    assert (part.standing, part.as_of) == (Standing.KNOWN, NOW)
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


def watch(*pages: WatchedPage) -> None:
    init_vault(current_vault().root)
    current_vault().save_root(NOTE, Note.new({"pages": [page.model_dump(mode="json") for page in pages]}))
    for page in pages:
        kept(page, WEEK.since - timedelta(days=1), None)
        kept(page, WEEK.since + timedelta(days=1), 1, PageChange(removed=("one",)))
        kept(page, WEEK.until, 2, PageChange(removed=("after the week",)))


WRONG = {
    "UPDATE web_versions SET change = '{}' WHERE name = 'acme' AND number = 2": (
        "Changes of watched pages, not so and left out: every change says what has changed: acme 2."
    ),
    "UPDATE web_pages SET checked_at = '2026-11-23 09:00:00.000000' WHERE name = 'acme'": (
        "Watched pages, not so and left out: no page was read after it was last asked for: acme."
    ),
}


@pytest.mark.parametrize("update", WRONG)
def test_a_row_that_cannot_be_right_is_named_and_the_rest_is_counted(update: str) -> None:
    watch(ACME, NEWS)
    assert outside_part(WEEK, NOW).standing is Standing.KNOWN
    assert outside_part(WEEK, NOW).numbers[0].value == 2
    with transaction() as session:
        session.execute(text(update))
    part = outside_part(WEEK, NOW)
    assert part.standing is Standing.PARTIAL
    assert WRONG[update] in part.said
    assert part.numbers[0].value == 1
    assert [row.label for row in part.tables[0].rows] == ["news (https://news.example/feed)"]
    assert [one.frame for one in part.checks if one.unmet]
