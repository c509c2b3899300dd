"""The part of the briefing about others, from what is kept of the watched pages."""

from datetime import datetime

from domain.briefing.outside import KEY, SOURCE, TITLE, Watched, outside
from domain.briefing.part import Part, missing
from domain.vault.broken import BrokenNoteError
from domain.web.watched import WatchedPage, WatchedPagesError
from domain.week import Week
from tasks.web.kept import kept_page, kept_since, seen_changes
from tasks.web.watch import watched_pages


def outside_part(week: Week, _now: datetime) -> Part:
    """What changed on the watched pages in the week."""
    try:
        pages = watched_pages()
    except (WatchedPagesError, BrokenNoteError) as error:
        return missing(KEY, TITLE, SOURCE, str(error))
    return outside([_watched(page, week) for page in pages], week)


def _watched(page: WatchedPage, week: Week) -> Watched:
    kept = kept_page(page)
    if kept is None:
        return Watched(page)
    found = seen_changes(page.name, week.since, week.until)
    return Watched(
        page,
        kept_since(page.name),
        kept.read_at,
        kept.problem or "",
        [(one.seen_at, one.change) for one in found],
    )
