"""The distributed form: makes the Vault and registers every deployment on a work pool, for any number of workers.

`python -m deployments.register --pool employee` against the server that PREFECT_API_URL names. The workers need
this package installed, the same FTE_ variables, and one Vault, ledger and result storage between them.
"""

import asyncio
import os
from typing import Annotated

import typer
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound

from blocks.prefect_server import prefect_client
from blocks.settings import Mode, settings
from deployments.automations import register_automations
from deployments.command_line import PRIVATE
from deployments.sandbox_blocks import save_sandbox_blocks
from deployments.schedules import build_deployments
from deployments.vault import prepare_vault


async def register_on_pool(pool: str) -> list[str]:
    """Create the pool if it is missing, every deployment on it and, in the sandbox, the demo accounts.

    Returns:
        The names of the deployments.
    """
    async with prefect_client() as client:
        try:
            await client.read_work_pool(pool)
        except ObjectNotFound:
            await client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
    if settings().mode is Mode.SANDBOX:
        await save_sandbox_blocks(settings())
    deployments = await build_deployments(work_pool=pool)
    for deployment in deployments:
        await deployment.aapply()
    await register_automations(has_workers=True)
    return [deployment.name for deployment in deployments]


def main(pool: Annotated[str, typer.Option(help="Name of the work pool.")] = "employee") -> None:
    """Register and say what was registered."""
    os.umask(PRIVATE)
    prepare_vault(settings())
    for name in asyncio.run(register_on_pool(pool)):
        typer.echo(name)


if __name__ == "__main__":
    typer.run(main)
