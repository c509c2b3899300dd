"""What is kept of watched pages in the ledger: when each was read, and its last versions with what changed."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.web.change import PageChange
from domain.web.page import Paragraph
from domain.web.watched import WatchedPage
from tasks.reliability.serialised import find_row, find_rows, serialised

MOST_VERSIONS = 20
"""Of each page; a version has at most 200,000 characters."""


class WebPageRow(Base):
    """A watched page as it was last read; another address or kind under its name is another page."""

    __tablename__ = "web_pages"

    name: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    kind: Mapped[str]
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None]
    title: Mapped[str]
    etag: Mapped[str]
    modified: Mapped[str]


class WebVersionRow(Base):
    """A version that was told, or the first; the newest one holds the page as it was read last."""

    __tablename__ = "web_versions"

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paragraphs: Mapped[str]
    change: Mapped[str | None]


@dataclass(frozen=True)
class KeptPage:
    """What is known of a watched page.

    Attributes:
        checked_at: When it was last asked for.
        read_at: When it was last answered; None: never yet.
        problem: What kept it from being read the last time.
        etag: What the server calls the version that was read, for the next request.
        modified: When that version is of, in the server's words.
    """

    checked_at: datetime
    read_at: datetime | None
    problem: str | None = None
    title: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class SeenChange:
    """A change that was told, and when it was seen."""

    seen_at: datetime
    change: PageChange


def kept_page(page: WatchedPage) -> KeptPage | None:
    """What is kept of it; None: it was never asked for."""
    row = find_row(WebPageRow, page.name)
    if row is None or (row.url, row.kind) != (page.url, page.kind.value):
        return None
    return KeptPage(row.checked_at, row.read_at, row.problem, row.title, row.etag, row.modified)


def last_paragraphs(name: str) -> tuple[int, tuple[Paragraph, ...]] | None:
    """The number of a page's newest version and what it says; None: it was never read."""
    row = serialised(lambda session: _newest(session, name))
    return (row.number, tuple(map(Paragraph.model_validate, json.loads(row.paragraphs)))) if row else None


def note_look(page: WatchedPage, kept: KeptPage) -> None:
    """Write down when it was asked for and what came of it; of another page under the same name nothing stays."""

    def write(session: Session) -> None:
        _forget_another(session, page)
        session.merge(_row(page, kept))

    serialised(write)


def keep_version(
    page: WatchedPage,
    kept: KeptPage,
    paragraphs: Sequence[Paragraph],
    *,
    before: int | None,
    change: PageChange | None,
) -> bool:
    """Keep what was read: as a new version where it is the first or a change is told, else in the newest one's place.

    Args:
        page: The page.
        kept: When, and under what names of the server.
        paragraphs: What the next reading is compared with.
        before: The number of the version that this was compared with.
        change: What is told.

    Returns:
        Whether it was kept; another process may have been first.
    """
    said = json.dumps([one.model_dump(exclude_defaults=True) for one in paragraphs], ensure_ascii=False)

    def write(session: Session) -> bool:
        _forget_another(session, page)
        newest = _newest(session, page.name)
        if (newest.number if newest else None) != before:
            return False
        session.merge(_row(page, kept))
        if newest is not None and change is None:
            newest.paragraphs = said
            return True
        number = newest.number + 1 if newest else 1
        session.add(
            WebVersionRow(
                name=page.name,
                number=number,
                seen_at=kept.checked_at,
                paragraphs=said,
                change=change.model_dump_json() if change else None,
            )
        )
        old = (WebVersionRow.name == page.name) & (WebVersionRow.number <= number - MOST_VERSIONS)
        session.execute(delete(WebVersionRow).where(old))
        return True

    return serialised(write)


def seen_changes(name: str, since: datetime) -> list[SeenChange]:
    """What was told of a page since then, newest first."""
    found = (
        select(WebVersionRow)
        .where(WebVersionRow.name == name, WebVersionRow.change.is_not(None), WebVersionRow.seen_at >= since)
        .order_by(WebVersionRow.number.desc())
    )
    rows = find_rows(found)
    return [SeenChange(row.seen_at, PageChange.model_validate_json(row.change or "{}")) for row in rows]


def told_rows(names: Collection[str], since: datetime, until: datetime) -> list[Any]:
    """What was told of these pages in a span of time, newest first, as it is kept: nothing of it is read yet.

    Each row has the page's name, the version's number, when it was seen, the change as JSON, and when the page was
    last asked for.
    """
    columns = (WebVersionRow.name, WebVersionRow.number, WebVersionRow.seen_at, WebVersionRow.change)
    found = (
        select(*columns, WebPageRow.checked_at)
        .outerjoin(WebPageRow, WebPageRow.name == WebVersionRow.name)
        .where(WebVersionRow.change.is_not(None), WebVersionRow.name.in_(names))
        .where(WebVersionRow.seen_at >= since, WebVersionRow.seen_at < until)
        .order_by(WebVersionRow.name, WebVersionRow.number.desc())
    )
    return serialised(lambda session: list(session.execute(found)))


def kept_since(name: str) -> datetime | None:
    """From when on what changed on a page is kept; None: it was never read."""
    found = select(func.min(WebVersionRow.seen_at)).where(WebVersionRow.name == name)
    return serialised(lambda session: session.scalar(found))


def _newest(session: Session, name: str) -> WebVersionRow | None:
    found = select(WebVersionRow).where(WebVersionRow.name == name).order_by(WebVersionRow.number.desc())
    return session.scalars(found.limit(1)).first()


def _forget_another(session: Session, page: WatchedPage) -> None:
    row = session.get(WebPageRow, page.name)
    if row is not None and (row.url, row.kind) != (page.url, page.kind.value):
        session.delete(row)
        session.execute(delete(WebVersionRow).where(WebVersionRow.name == page.name))
        session.flush()


def _row(page: WatchedPage, kept: KeptPage) -> WebPageRow:
    return WebPageRow(name=page.name, url=page.url, kind=page.kind.value, **vars(kept))
