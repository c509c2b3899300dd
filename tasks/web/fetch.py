"""One page of the web as readable text, asked for as its host wants it: robots.txt, one turn at a time, rests kept."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego
from sqlalchemy.orm import Mapped, mapped_column

from blocks.database import Base, UtcDateTime
from blocks.web_file import AGENT, Fetched, WebAwayError, WebRefusedError, fetch, parts_of
from blocks.web_text import page_text
from domain.errors import RejectedError
from domain.reliability.rate_limits import WEB
from domain.web.page import PageText
from domain.web.watched import PageKind
from tasks.clock import present
from tasks.reliability.rate_limits import postpone, wait_turn
from tasks.reliability.serialised import find_row, keep_row

MOST_BYTES, MOST_ROBOTS_BYTES = 5_000_000, 512_000
ROBOTS_KEPT = timedelta(days=1)
"""RFC 9309, 2.4."""
LONGEST_REST_SECONDS = 24 * 3600


class RobotsRefusedError(RejectedError):
    """The site's robots.txt keeps it from us."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is not fetched: the site's robots.txt does not let it be read by programs"
        )


class OtherHostError(RejectedError):
    """It is on no host that may be read here."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is not read: none of the watched pages is there; a person can have one watched "
            "(add_watched_page asks for it), or read it with: fte web read URL"
        )


class RobotsRow(Base):
    """A site's robots.txt as it was read last; empty where it has none."""

    __tablename__ = "web_robots"

    site: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str]


@dataclass(frozen=True)
class FetchedPage:
    """A page that was asked for.

    Attributes:
        address: Where it stood, after redirects.
        text: None: it has not changed since the version that was named.
        etag: What the server calls this version.
        modified: When the server says it is of.
    """

    address: str
    text: PageText | None
    etag: str = ""
    modified: str = ""


async def read_address(
    address: str,
    kind: PageKind = PageKind.PAGE,
    *,
    etag: str = "",
    modified: str = "",
    hosts: Collection[str] | None = None,
) -> FetchedPage:
    """Read what stands at a web address.

    Args:
        address: The web address.
        kind: What is expected there.
        etag: The version that is known, in the server's own words.
        modified: When that version is of, in the server's own words.
        hosts: The only hosts that are asked, redirects included; None: all of the public internet.

    Raises:
        RejectedError: it is no public web address, robots.txt keeps it, or nothing there can be read.
        TransientError: it does not answer now, or its host wants to be left alone.
    """
    asking = {"if-none-match": etag, "if-modified-since": modified}
    visit = _Visit(hosts)
    try:
        found = await fetch(
            address, MOST_BYTES, asking={name: said for name, said in asking.items() if said}, look=visit.look
        )
    except WebAwayError as error:
        if error.retry_after:
            visit.rest(error.retry_after)
        raise
    if found.is_unchanged and asking == {"if-none-match": "", "if-modified-since": ""}:
        raise WebRefusedError(address, "it answers HTTP 304, which nobody asked for")
    if found.is_unchanged:
        return FetchedPage(found.address, None, etag, modified)
    text = await asyncio.to_thread(page_text, found, kind)
    return FetchedPage(found.address, text, _named(found, "etag"), _named(found, "last-modified"))


def _named(found: Fetched, header: str) -> str:
    """A header for the next request; one that is no plain short text is none."""
    said = found.headers.get(header, "")
    return said if said.isascii() and said.isprintable() and len(said) <= 200 else ""  # noqa: PLR2004


def host_of(address: str) -> str:
    """The host of a web address.

    Raises:
        WebRefusedError: it is none that is fetched.
    """
    return parts_of(address)[0].host


class _Visit:
    """One fetch: each host on its way gives one turn, and lets its robots.txt be heard for each address."""

    def __init__(self, hosts: Collection[str] | None) -> None:
        self._hosts = hosts
        self._host = ""

    async def look(self, address: str) -> None:
        """Refuse an address, or wait for a turn at its host."""
        host = host_of(address)
        if self._hosts is not None and host not in self._hosts:
            raise OtherHostError(host)
        robots = await _robots(address)
        if not robots.can_fetch(address, AGENT):
            raise RobotsRefusedError(address)
        if host == self._host:
            return
        self._host = host
        await wait_turn(f"{WEB}:{host}")
        if delay := robots.crawl_delay(AGENT):
            self.rest(delay)

    def rest(self, seconds: float) -> None:
        """Nobody asks the host for so long."""
        if self._host:
            rest = timedelta(seconds=min(seconds, LONGEST_REST_SECONDS))
            postpone(f"{WEB}:{self._host}", present() + rest)


async def _robots(address: str) -> Protego:
    """The site's robots.txt, read at most once a day.

    Raises:
        WebAwayError: it cannot be read now, so that nobody knows what the site allows (RFC 9309, 2.3.1.4).
        WebRefusedError: it leads to another network, or is no text of a reasonable size.
    """
    url, port = parts_of(address)
    site = f"{url.scheme}://{url.host}:{port}"
    row = find_row(RobotsRow, site)
    if row is None or not timedelta(0) <= present() - row.read_at < ROBOTS_KEPT:
        text = await _robots_text(address, str(url.copy_with(raw_path=b"/robots.txt", fragment=None)))
        row = RobotsRow(site=site, read_at=present(), text=text)
        keep_row(row)
    return Protego.parse(row.text)


async def _robots_text(page: str, address: str) -> str:
    try:
        found = await fetch(address, MOST_ROBOTS_BYTES)
    except WebRefusedError as error:
        if error.status is not None and 400 <= error.status < 500:  # noqa: PLR2004 (2.3.1.3: it has none)
            return ""
        raise WebRefusedError(
            page, error.problem
        ) from error  # what is wrong with its host, or with its rules
    return found.content.decode("utf-8", "replace")
