"""Whether the Prefect server answers and has the key to the books, said in one sentence where it has not."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from blocks.assumed import assuming
from blocks.odoo.repeats import BELIEVED_SECONDS
from blocks.prefect_server import PrefectSilentError, prefect_asked
from blocks.settings import settings
from domain.errors import TransientError

if TYPE_CHECKING:
    from blocks.odoo.client import OdooAccount, OdooClient
    from domain.accounting.date_range import DateRange
    from domain.accounting.report import ReportType
    from tasks.accounting.reports import ReportedBooks


PREFECT_SECONDS = 10.0
"""What the Prefect server has not answered by then, it does not answer."""

_account: ContextVar["list[OdooAccount] | None"] = ContextVar("account", default=None)


class OdooNotConnectedError(TransientError):
    """No account of the books is saved: what is for them waits until one is."""

    def __init__(self) -> None:
        super().__init__(
            "no Odoo is connected; a person has to run: fte connect odoo (or fte odoo setup); what waits is then "
            "done by itself"
        )


async def connected_account(seconds: float = PREFECT_SECONDS) -> "OdooAccount":
    """The saved account.

    Raises:
        PrefectAwayError: the Prefect server is away.
        PrefectSilentError: the Prefect server does not answer.
        PrefectPasswordError: the Prefect server refused the password.
        OdooNotConnectedError: there is none.
    """
    from blocks.odoo.access import saved_books

    kept = _account.get()
    if kept:
        return kept[0]
    try:
        with prefect_asked():
            async with asyncio.timeout(seconds):
                account = await saved_books("odoo")
    except TimeoutError as error:
        raise PrefectSilentError(seconds) from error
    if account is None:
        raise OdooNotConnectedError
    if kept is not None:
        kept.append(account)
    return account


@contextmanager
def account_read_once() -> Iterator[None]:
    """Inside, one piece of work, the Prefect server is asked for the account once."""
    token = _account.set([])
    try:
        yield
    finally:
        _account.reset(token)


@contextmanager
def account_given(account: "OdooAccount") -> Iterator[None]:
    """Inside, this is the account, and nobody asks for it."""
    token = _account.set([account])
    try:
        yield
    finally:
        _account.reset(token)


async def odoo_client() -> "OdooClient":
    """A client of the connected books.

    Raises:
        PrefectAwayError: the Prefect server, which keeps the account, is away.
        OdooNotConnectedError: there is none.
    """
    from blocks.odoo.access import client_of

    return client_of(await connected_account())


async def books() -> "OdooClient":
    """The same, for a performer's `connect`: which client it is, is looked up when it is asked for."""
    return await odoo_client()


async def connected_books(
    kind: "ReportType | None" = None,
    days: "DateRange | None" = None,
    *,
    with_ids: bool = False,
    seconds: float = PREFECT_SECONDS,
) -> "ReportedBooks":
    """The books now, or what a statement of these days needs; while Odoo is away, the kept copy.

    No days: all of the books. No kind: what the summary needs. The ids of the items behind each sum only if asked.
    `seconds` is the patience with the Prefect server, which keeps the account.

    Raises:
        PrefectAwayError: the Prefect server is away.
        PrefectSilentError: the Prefect server does not answer.
        PrefectPasswordError: the Prefect server refused the password.
        OdooNotConnectedError: there is no account.
        TransientError: Odoo is away, and no copy was kept.
        GoalsError: the budget's goals cannot be read.
    """
    from blocks.odoo.access import client_of
    from tasks.accounting.reports import (  # a second of imports, which no booking needs
        fetch_books,
        wanted_for,
    )

    wanted = wanted_for(kind, days, with_ids=with_ids) if days else None
    return await assuming(
        ("account", settings().state),
        partial(connected_account, seconds),
        lambda one: fetch_books(client_of(one), datetime.now(UTC), wanted),
        believed_seconds=BELIEVED_SECONDS if _account.get() is None else 0,
    )
