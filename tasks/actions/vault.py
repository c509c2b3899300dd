"""The actions that stay in the Vault."""

from contextlib import AbstractAsyncContextManager, nullcontext

from pydantic import BaseModel

from domain.planning.catalogue import FileAwayInputs
from domain.web.watched import WatchedPage
from tasks.actions.performer import Performer, Receipt, by_name
from tasks.web.watch import NameTakenError, add_page, remove_page, watched_page, watched_pages


class Filed(BaseModel):
    """Why nothing was done; the note that moves to Done is the evidence."""

    filed: str


async def _nothing() -> AbstractAsyncContextManager[None]:
    return nullcontext()


async def _file_away(_client: None, inputs: FileAwayInputs, _key: str) -> Filed:
    return Filed(filed=inputs.reason)


async def _read(_client: None, receipt: Receipt, _inputs: FileAwayInputs) -> Filed:
    return Filed.model_validate(receipt)


async def _leave_it(_client: None, _key: str, _receipt: Receipt) -> bool:
    """Nothing happened that would have to be undone."""
    return True


async def _refuse_taken_name(_client: None, page: WatchedPage, _key: str) -> None:
    there = next((one for one in watched_pages() if one.name == page.name and one.url != page.url), None)
    if there is not None:
        raise NameTakenError(page, there)


async def _watch(_client: None, page: WatchedPage, _key: str) -> WatchedPage:
    add_page(page)
    return page


async def _watched(_client: None, _receipt: Receipt, page: WatchedPage) -> WatchedPage:
    return watched_page(page.name)


async def _unwatch(_client: None, _key: str, receipt: Receipt) -> bool:
    remove_page(str(receipt["name"]))
    return True


PERFORMERS = by_name(
    Performer(
        name="vault.watch_page",
        connect=_nothing,
        check=_refuse_taken_name,
        do=_watch,
        read=_watched,
        problems=lambda page, there: [] if page == there else [f"{page.name} is watched in another way"],
        undo=_unwatch,
    ),
    Performer(
        name="vault.file_away",
        connect=_nothing,
        do=_file_away,
        read=_read,
        problems=lambda _inputs, _filed: [],
        undo=_leave_it,
    ),
)
