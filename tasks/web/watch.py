"""Watched pages: read when they are due, compared with what was read before, told once where something has changed."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.errors import DigitalFteError, RejectedError
from domain.reliability.look import LookResult
from domain.reliability.rate_limits import RateLimitedError
from domain.vault.note import Note
from domain.web.change import change_between, event_of, known_after
from domain.web.watched import NOTE, UnknownPageError, WatchedPage, parse_watched
from tasks.clock import Clock, present
from tasks.intake import store_event
from tasks.vault.vault import NoteMissingError, current_vault
from tasks.web.fetch import host_of, read_address
from tasks.web.kept import KeptPage, keep_version, kept_page, last_paragraphs, note_look

MOST_AT_ONCE = 4
"""Hosts; the pages of one host come one after the other."""


class NothingReadError(RejectedError):
    """A page that had entries has none."""

    def __init__(self, page: WatchedPage) -> None:
        super().__init__(f"{page.url} has no entries now, so what it said before is kept")


class PageNameTakenError(RejectedError):
    """Another page is watched under that name."""

    def __init__(self, page: WatchedPage, there: WatchedPage) -> None:
        super().__init__(f"'{page.name}' is watched already, at {there.url}; give another name")


@dataclass
class CheckedPages:
    """What a look at the pages came to.

    Attributes:
        task_ids: The changes that are new tasks.
        read: The pages that answered.
        problems: Why the others did not, by the page's name.
    """

    task_ids: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    problems: dict[str, DigitalFteError] = field(default_factory=dict)


def watched_pages() -> list[WatchedPage]:
    """What the owner wants watched; an absent note is an empty one.

    Raises:
        WatchedPagesError: the note cannot be followed.
        BrokenNoteError: it cannot be read.
    """
    try:
        return parse_watched(current_vault().read_root(NOTE).front)
    except NoteMissingError:
        return []


def watched_page(name: str) -> WatchedPage:
    """One of them.

    Raises:
        UnknownPageError: there is none of this name.
    """
    found = next((page for page in watched_pages() if page.name == name), None)
    if found is None:
        raise UnknownPageError(name)
    return found


def add_page(page: WatchedPage) -> None:
    """Add an entry to the note; what it lists already stays, and so does its text. Again changes nothing.

    Raises:
        NameTakenError: another page is watched under that name.
    """
    there = next((one for one in watched_pages() if one.name == page.name), None)
    if there == page:
        return
    if there is not None:
        raise PageNameTakenError(page, there)
    entry = page.model_dump(mode="json", exclude_defaults=True)
    _write(lambda entries: [*entries, entry])


def remove_page(name: str) -> None:
    """Take an entry out of the note again."""
    _write(lambda entries: [entry for entry in entries if entry.get("name") != name])


def _write(change: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> None:
    vault = current_vault()
    try:
        note = vault.read_root(NOTE)
    except NoteMissingError:
        note = Note.new({})
    vault.save_root(NOTE, note.with_front(pages=change(list(note.front.get("pages") or []))))


def look_for_pages(now: datetime) -> LookResult:
    """Whether one of the watched pages is due; nothing is asked of the web."""
    pages = watched_pages()
    if not pages:
        return LookResult.CLOSED
    return LookResult.WORK if any(_is_due(page, now) for page in pages) else LookResult.NOTHING


def _is_due(page: WatchedPage, now: datetime) -> bool:
    kept = kept_page(page)
    return kept is None or page.is_due(kept.checked_at, now, failed=kept.problem is not None)


async def check_pages(pages: Sequence[WatchedPage] | None = None, *, clock: Clock = present) -> CheckedPages:
    """Read these pages, or those that are due, and store what has changed as tasks; one that is away leaves the others.

    Again after a crash at any point it stores what is missing and nothing twice: a change's task is named by its
    content, and its version is kept after its task.

    Raises:
        WatchedPagesError: the note cannot be followed.
    """
    now = clock()
    due = [page for page in watched_pages() if _is_due(page, now)] if pages is None else pages
    hosts: dict[str, list[WatchedPage]] = {}
    checked, turns = CheckedPages(), asyncio.Semaphore(MOST_AT_ONCE)
    for page in due:
        try:
            hosts.setdefault(host_of(page.url), []).append(page)
        except RejectedError as error:
            _note_problem(page, error, clock)
            checked.problems[page.name] = error
    await asyncio.gather(*(_check_host(those, checked, turns, clock) for those in hosts.values()))
    return checked


async def _check_host(
    pages: Iterable[WatchedPage], checked: CheckedPages, turns: asyncio.Semaphore, clock: Clock
) -> None:
    async with turns:
        for page in pages:
            try:
                task_id = await _check(page, clock)
            except RateLimitedError as error:  # not asked, so still due
                checked.problems[page.name] = error
                continue
            except DigitalFteError as error:
                _note_problem(page, error, clock)
                checked.problems[page.name] = error
                continue
            checked.read.append(page.name)
            checked.task_ids += filter(None, [task_id])


def _note_problem(page: WatchedPage, error: DigitalFteError, clock: Clock) -> None:
    kept, now = kept_page(page), clock()
    before = kept or KeptPage(checked_at=now, read_at=None)
    note_look(page, replace(before, checked_at=now, problem=str(error)[:500]))


async def _check(page: WatchedPage, clock: Clock) -> str | None:
    """Read a page and tell what has changed on it; the new task. What was there at first is no news."""
    known = kept_page(page)
    if known and known.read_at is None:
        known = None
    found = await read_address(
        page.url,
        page.kind,
        etag=known.etag if known else "",
        modified=known.modified if known else "",
    )
    now = clock()
    if found.text is None:
        if known:
            note_look(page, replace(known, checked_at=now, read_at=now, problem=None))
        return None
    version = last_paragraphs(page.name) if known else None
    number, before = version or (None, ())
    if not found.text.paragraphs and before:
        raise NothingReadError(page)
    change = change_between(before, found.text.paragraphs, page) if version else None
    task_id = None
    if known and known.read_at and change:
        task_id = store_event(event_of(page, change, known.read_at, now), now)
    kept = KeptPage(now, now, title=found.text.title, etag=found.etag, modified=found.modified)
    paragraphs = known_after(before, found.text.paragraphs, page.kind)
    keep_version(page, kept, paragraphs, before=number, change=change)
    return task_id
