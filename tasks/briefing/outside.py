"""The part of the briefing about others, from what is kept of the watched pages."""

from collections import defaultdict
from datetime import datetime

from domain.briefing.outside import KEY, SOURCE, TITLE, Outside, Watched, outside
from domain.briefing.part import Part, missing
from domain.vault.broken import BrokenNoteError
from domain.web.change import PageChange
from domain.web.watched import WatchedPage, WatchedPagesError
from domain.week import Week
from tasks.briefing.learned_suite import CHANGES, PAGES
from tasks.web.kept import KeptPage, kept_page, kept_since, told_rows
from tasks.web.watch import watched_pages


def outside_part(week: Week, now: datetime) -> Part:
    """What changed on the watched pages in the week."""
    try:
        pages = watched_pages()
    except (WatchedPagesError, BrokenNoteError) as error:
        return missing(KEY, TITLE, SOURCE, str(error))
    asked = [(page, kept) for page in pages if (kept := kept_page(page))]
    sound = PAGES.sound(asked, now)
    told = CHANGES.sound(told_rows([page.name for page, _ in asked], week.since, week.until), now)
    changes: dict[str, list[tuple[datetime, PageChange]]] = defaultdict(list)
    for row in told.rows:
        changes[row.name].append((row.seen_at, PageChange.model_validate_json(row.change)))
    never = [Watched(page) for page in pages if page not in [one for one, _ in asked]]
    read = [_watched(page, kept, changes[page.name]) for page, kept in sound.rows]
    found = Outside((*never, *read), (*sound.said, *told.said))
    return outside(found, week, now).checked([sound.check, told.check])


def _watched(page: WatchedPage, kept: KeptPage, changes: list[tuple[datetime, PageChange]]) -> Watched:
    return Watched(page, kept_since(page.name), kept.read_at, kept.problem or "", changes)
