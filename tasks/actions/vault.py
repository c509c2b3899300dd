"""The actions that stay in the Vault."""

from contextlib import AbstractAsyncContextManager, nullcontext

from pydantic import BaseModel

from domain.planning.catalogue import FileAwayInputs
from tasks.actions.performer import Performer, Receipt, by_name


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


PERFORMERS = by_name(
    Performer(
        name="vault.file_away",
        connect=_nothing,
        do=_file_away,
        read=_read,
        problems=lambda _inputs, _filed: [],
        undo=_leave_it,
    )
)
