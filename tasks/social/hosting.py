"""The files of posts at public addresses: there before anybody is asked, and looked at before they are published."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from blocks.prefect_server import prefect_asked
from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.social.post import Media, Publication
from domain.social.rules import RULES
from tasks.social.media import media_content

if TYPE_CHECKING:
    from blocks.social.media_host import MediaHost


_log = logging.getLogger(__name__)


class MovedHostError(RejectedError):
    """The approved addresses are not those of the connected host."""

    def __init__(self) -> None:
        super().__init__(
            "the post was approved with other public addresses than the connected media host has; nothing was "
            "published: ask again"
        )


async def public_addresses(publication: Publication) -> tuple[str, ...]:
    """Where the files will be; nothing where the platform fetches none, or no media host is connected."""
    host = await _host(publication)
    return tuple(host.url_of(media) for media in publication.media) if host else ()


async def offer_media(publication: Publication) -> None:
    """Put the files where the platform fetches them.

    Raises:
        MediaHostAwayError, MediaHostRefusedError, MediaSwappedError: not everybody gets exactly these files.
    """
    if host := await _host(publication):
        for media in publication.media:
            await host.place(media, media_content(media))


async def see_media_offered(files: Sequence[tuple[Media, str | None]]) -> None:
    """Look right before publishing whether the approved files are there; one that was taken away is put back.

    Raises:
        OtherHostError: the host is another one than the approved.
        MediaHostAwayError, MediaHostRefusedError, MediaSwappedError: not everybody gets exactly these files.
    """
    host = await _connected_host()
    for media, url in files:
        if host is None or url != host.url_of(media):
            raise MovedHostError
        if not await host.shows(media):
            await host.place(media, media_content(media))


async def see_none_swapped(files: Sequence[Media]) -> None:
    """Look once more after a platform has fetched the files; a host that is away by then has shown nothing else.

    Raises:
        MediaSwappedError: another file is shown.
    """
    if not files or (host := await _connected_host()) is None:
        return
    for media in files:
        with suppress(TransientError):
            await host.shows(media)


async def clear_media(publication: Publication) -> None:
    """Take the files away once they are published, where the host's owner wants that; one that stays harms nobody."""
    host = await _host(publication)
    if host is None or not host.is_cleared:
        return
    for media in publication.media:
        try:
            await host.take_away(media)
        except DigitalFteError as error:  # the post is public, and so its picture is
            _log.warning("%s stays at its public address: %s", media.document, error)


async def _host(publication: Publication) -> "MediaHost | None":
    if not (RULES[publication.platform].needs_urls and publication.media):
        return None
    return await _connected_host()


async def _connected_host() -> "MediaHost | None":
    from blocks.social.media_host import saved_media_host

    with prefect_asked():
        return await saved_media_host()
