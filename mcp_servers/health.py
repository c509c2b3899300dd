"""What an agent may know of the employee's state: what is configured and reachable, and whether it is real."""

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from blocks.settings import HANDBOOK, Mode, settings
from domain.errors import DigitalFteError
from mcp_servers.loading import loaded, spent

if TYPE_CHECKING:
    from tasks.accounting.connection import Connection

PATIENCE_SECONDS, LEAST_SECONDS = 4.0, 0.5
NEEDED = (
    "tasks.policy.handbook",
    "tasks.approvals.record",
    "tasks.accounting.connection",
    "tasks.actions.connected",
    "blocks.odoo.access",
)
STARTING = (
    "this server is still starting on a busy machine and has looked at nothing; ask again in a few seconds"
)


class EmployeeHealth(BaseModel, frozen=True):
    """The employee's state; `problems` is empty when all is well."""

    mode: Literal["sandbox", "live"] = Field(description="sandbox: stand-in services, nothing is real")
    odoo_version: str | None = Field(description="none when the books cannot be reached")
    company: str | None
    key_days_left: int | None = Field(
        description="days until the API key ends; none: without end, or unknown"
    )
    waiting_for_approval: int | None = Field(
        description="requests that a person has not decided; none when they cannot be read"
    )
    problems: list[str] = Field(description="one sentence each, with what to do")


async def look_at_health() -> EmployeeHealth:
    """Look; changes nothing."""
    problems: list[str] = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS - spent()):
            await loaded(*NEEDED)
    except TimeoutError:
        return EmployeeHealth(
            mode="live" if settings().mode is Mode.LIVE else "sandbox",
            odoo_version=None,
            company=None,
            key_days_left=None,
            waiting_for_approval=None,
            problems=[STARTING],
        )
    _look_at_vault(problems)
    waiting, books = _waiting(problems), await _books(problems)
    return EmployeeHealth(
        mode="live" if settings().mode is Mode.LIVE else "sandbox",
        odoo_version=books.version if books else None,
        company=books.company if books else None,
        key_days_left=books.key_days_left(dt.datetime.now(dt.UTC).date()) if books else None,
        waiting_for_approval=waiting,
        problems=problems,
    )


def _look_at_vault(problems: list[str]) -> None:
    from tasks.policy.handbook import read_written_handbook  # no greeting needs what these import

    vault = settings().vault_path
    if not (vault / HANDBOOK).exists():
        problems.append(f"there is no Vault at {vault}; start the employee: fte up")
        return
    try:
        read_written_handbook()
    except DigitalFteError as error:
        problems.append(str(error))


def _waiting(problems: list[str]) -> int | None:
    from tasks.approvals.record import pending

    try:
        return len(pending())
    except DigitalFteError as error:
        problems.append(str(error))
        return None


async def _books(problems: list[str]) -> "Connection | None":
    """The key to the books is in the Prefect server, so without it Odoo cannot be asked."""
    from tasks.accounting.connection import check_connection
    from tasks.actions.connected import odoo_client

    left = max(PATIENCE_SECONDS - spent(), LEAST_SECONDS)
    try:
        async with asyncio.timeout(left):
            async with await odoo_client() as client:
                return await check_connection(client)
    except TimeoutError:
        problems.append(f"Odoo has not answered within {left:.1f} seconds; ask again")
        return None
    except DigitalFteError as error:
        problems.append(str(error))
        return None
